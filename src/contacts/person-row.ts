import { BSON, dateAt, documentAt, eachElement, eachField, rawNames, textAt } from '../store/raw-row.js'
import type { IdentityKind } from './identity.js'
import type { ContactRow } from './model.js'

/** What of an identity decides how somebody can be reached. */
export interface PersonIdentity {
  key: string
  platform: IdentityKind
  account: string
  externalId: string
  follow: { following: boolean }
}

/** What of a contact decides it, and how campaigns choose. */
export interface PersonRow extends Pick<ContactRow, '_id' | 'consents' | 'lastSeenAt' | 'tags'> {
  status: ContactRow['status']
  identities: PersonIdentity[]
  /** The contact it was merged into. */
  into?: string
}

const ROW = rawNames('_id', 'status', 'identities', 'consents', 'lastSeenAt', 'tags', 'merge')
const MERGE = rawNames('into')
const IDENTITY = rawNames('key', 'platform', 'account', 'externalId', 'follow')
const FOLLOW = rawNames('following')

/**
 * A contact as the store sent it, read in place: a campaign asks for thousands a second, and decoding whole rows costs
 * more than everything else that is done for a recipient. Fields of other types than ours are as good as absent.
 */
export function readPerson(bytes: Buffer): PersonRow {
  const row: PersonRow = { _id: '', status: 'active', identities: [], consents: {}, lastSeenAt: NEVER, tags: [] }
  eachField(bytes, 0, ROW, (name, type, at) => {
    switch (name) {
      case '_id':
        if (type === BSON.string) row._id = textAt(bytes, at)
        break
      case 'status':
        if (type === BSON.string) row.status = textAt(bytes, at) as ContactRow['status']
        break
      case 'identities':
        if (type === BSON.array) row.identities = identitiesAt(bytes, at)
        break
      case 'consents':
        if (type === BSON.document) row.consents = documentAt(bytes, at) as ContactRow['consents']
        break
      case 'lastSeenAt':
        if (type === BSON.date) row.lastSeenAt = new Date(dateAt(bytes, at))
        break
      case 'tags':
        if (type === BSON.array)
          eachElement(bytes, at, (kind, from) => isText(kind) && row.tags.push(textAt(bytes, from)))
        break
      case 'merge':
        if (type === BSON.document) {
          eachField(bytes, at, MERGE, (_, kind, from) => {
            if (isText(kind)) row.into = textAt(bytes, from)
          })
        }
    }
  })
  return row
}

const NEVER = new Date(0)
const isText = (type: number) => type === BSON.string

function identitiesAt(bytes: Buffer, list: number): PersonIdentity[] {
  const found: PersonIdentity[] = []
  eachElement(bytes, list, (type, at) => {
    if (type !== BSON.document) return
    const one: PersonIdentity = {
      key: '',
      platform: '' as IdentityKind,
      account: '',
      externalId: '',
      follow: { following: false },
    }
    eachField(bytes, at, IDENTITY, (name, kind, from) => {
      if (name === 'follow') {
        if (kind !== BSON.document) return
        eachField(bytes, from, FOLLOW, (_, flag, value) => {
          if (flag === BSON.boolean) one.follow.following = bytes[value] === 1
        })
      } else if (isText(kind)) {
        const text = textAt(bytes, from)
        if (name === 'key') one.key = text
        else if (name === 'platform') one.platform = text as IdentityKind
        else if (name === 'account') one.account = text
        else one.externalId = text
      }
    })
    found.push(one)
  })
  return found
}

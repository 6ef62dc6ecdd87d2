import { deserialize } from 'bson'
import type { IdentityKind } from '../../contacts/identity.js'
import type { ContactRow } from '../../contacts/model.js'

/** What of an identity decides how somebody can be reached. */
export interface PersonIdentity {
  key: string
  platform: IdentityKind
  account: string
  externalId: string
  follow: { following: boolean }
}

/** What of a contact decides it. */
export interface PersonRow extends Pick<ContactRow, '_id' | 'consents' | 'lastSeenAt'> {
  status: ContactRow['status']
  identities: PersonIdentity[]
  /** The contact it was merged into. */
  into?: string
}

const [STRING, DOCUMENT, ARRAY, BINARY, BOOLEAN, DATE] = [2, 3, 4, 5, 8, 9]
const EMPTY_BYTES = 5

/**
 * A contact as the store sent it, read in place: a campaign asks for thousands a second, and decoding whole rows costs
 * more than everything else that is done for a recipient. Fields of other types than ours are as good as absent.
 */
export function readPerson(bytes: Buffer): PersonRow {
  const row: PersonRow = { _id: '', status: 'active', identities: [], consents: {}, lastSeenAt: new Date(0) }
  eachField(bytes, 0, (name, type, at) => {
    if (name === '_id' && type === STRING) row._id = textAt(bytes, at)
    else if (name === 'status' && type === STRING) row.status = textAt(bytes, at) as ContactRow['status']
    else if (name === 'lastSeenAt' && type === DATE) row.lastSeenAt = new Date(Number(bytes.readBigInt64LE(at)))
    else if (name === 'identities' && type === ARRAY) row.identities = identitiesAt(bytes, at)
    else if (name === 'consents' && type === DOCUMENT && bytes.readInt32LE(at) > EMPTY_BYTES) {
      row.consents = deserialize(bytes.subarray(at, at + bytes.readInt32LE(at))) as ContactRow['consents']
    } else if (name === 'merge' && type === DOCUMENT) {
      eachField(bytes, at, (inner, kind, from) => {
        if (inner === 'into' && kind === STRING) row.into = textAt(bytes, from)
      })
    }
  })
  return row
}

function identitiesAt(bytes: Buffer, list: number): PersonIdentity[] {
  const found: PersonIdentity[] = []
  eachField(bytes, list, (_, type, at) => {
    if (type !== DOCUMENT) return
    const one: Record<string, string> = {}
    let following = false
    eachField(bytes, at, (name, kind, from) => {
      if (kind === STRING) one[name] = textAt(bytes, from)
      else if (name === 'follow' && kind === DOCUMENT) following = flagAt(bytes, from, 'following')
    })
    const { key = '', account = '', externalId = '', platform = '' } = one
    found.push({ key, account, externalId, platform: platform as IdentityKind, follow: { following } })
  })
  return found
}

function flagAt(bytes: Buffer, document: number, wanted: string): boolean {
  let found = false
  eachField(bytes, document, (name, type, at) => {
    if (name === wanted && type === BOOLEAN) found = bytes[at] === 1
  })
  return found
}

const textAt = (bytes: Buffer, at: number) => bytes.toString('utf8', at + 4, at + 3 + bytes.readInt32LE(at))

/** Calls back for every field of the document at `start`, with the name, the type and where the value begins. */
function eachField(bytes: Buffer, start: number, each: (name: string, type: number, at: number) => void): void {
  for (let at = start + 4; ; ) {
    const type = bytes[at]
    if (type === undefined || type === 0) return
    const end = bytes.indexOf(0, at + 1)
    each(bytes.toString('latin1', at + 1, end), type, end + 1)
    at = end + 1 + sizeAt(bytes, type, end + 1)
  }
}

/** The bytes that a value takes. */
function sizeAt(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case DOCUMENT:
    case ARRAY:
    case 15:
      return bytes.readInt32LE(at)
    case STRING:
    case 13:
    case 14:
      return 4 + bytes.readInt32LE(at)
    case BINARY:
      return 5 + bytes.readInt32LE(at)
    case 1:
    case DATE:
    case 17:
    case 18:
      return 8
    case 7:
      return 12
    case BOOLEAN:
      return 1
    case 11:
      return bytes.indexOf(0, bytes.indexOf(0, at) + 1) + 1 - at
    case 12:
      return 16 + bytes.readInt32LE(at)
    case 16:
      return 4
    case 19:
      return 16
    default:
      return 0
  }
}

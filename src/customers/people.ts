import type { Contacts } from '../contacts/contacts.js'
import { identityKey, type Person } from '../contacts/identity.js'
import { clash } from '../contacts/merge.js'
import { CONTACTS, type ContactRow, contactRows, type Identity, newContactId } from '../contacts/model.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { insertRaw, type UpdateStatement, updateRaw } from '../store/raw-commands.js'

/** Somebody from outside, as a page of the platform names them. */
export interface Met {
  account: string
  /** `wm...` or `wo...`; one per corporation. */
  externalId: string
  /** Of WeChat users only, when the platform gives one. */
  unionid?: string
  name?: string
  /** When we first met; counts for new contacts. */
  at: Date
  /** Since when the person is a customer; absent for group members, of whom nothing is said about following. */
  follows?: Date
}

/** People of a corporation as contacts. */
export interface People {
  /**
   * Our ids of people by the platform's; contacts are made for strangers, and identities joined by unionid with those
   * who follow an Official Account. Up to 1000 at once, in a handful of commands. May be repeated. Different unionids
   * never merge: such conflicts are logged and counted.
   */
  learn(batch: readonly Met[]): Promise<Map<string, string>>
  /** Conflicts since the start of the process. */
  conflicts(): number
}

const TRIES = 6
/** Any news of the platform about following is newer. */
const NEVER = new Date(0)

/** People over the contacts of a store. */
export function createPeople(ports: {
  connection: Connection
  contacts: Pick<Contacts, 'merging'>
  log: Logger
}): People {
  const { connection, contacts, log } = ports
  let conflicts = 0

  async function learn(batch: readonly Met[]): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    let open = oneEach(batch)
    for (let attempt = 0; open.length > 0 && attempt < TRIES; attempt++) open = await round(open, found)
    if (open.length > 0) throw new Error(`${open.length} contacts could be neither found nor made`)
    return found
  }

  /** Gives who is still open: others made the same contact at the same moment. */
  async function round(batch: readonly Met[], found: Map<string, string>): Promise<Met[]> {
    const known = await holders(batch)
    const statements: UpdateStatement[] = []
    const about: ((refused: boolean) => Promise<void>)[] = []
    const fresh: { met: Met; row: ContactRow }[] = []
    const open: Met[] = []
    const taken = new Set<string>()

    for (const met of batch) {
      const row = known.byKey.get(keyOf(met))
      if (row) {
        found.set(met.externalId, row._id)
        improve(met, row)
        continue
      }
      const union = met.unionid === undefined ? undefined : known.byUnion.get(met.unionid)
      const detail = union && clash(union.identities, [identityOf(met)])
      if (detail !== undefined) conflict(union?._id, detail)
      if (union && detail === undefined) attach(met, union)
      else if (met.unionid !== undefined && taken.has(met.unionid)) open.push(met)
      else {
        const own = detail === undefined ? met : withoutUnion(met)
        if (own.unionid !== undefined) taken.add(own.unionid)
        fresh.push({ met, row: newContact(own) })
      }
    }

    if (fresh.length > 0) {
      const rows = fresh.map(({ row }) => row)
      const refused = new Set((await insertRaw(connection, CONTACTS, rows)).map(({ index }) => index))
      for (const [index, { met, row }] of fresh.entries()) {
        if (refused.has(index)) open.push(met)
        else found.set(met.externalId, row._id)
      }
    }
    if (statements.length > 0) {
      const { faults } = await updateRaw(connection, CONTACTS, statements)
      const refused = new Set(faults.map(({ index }) => index))
      for (const [index, then] of about.entries()) await then(refused.has(index))
    }
    return open

    /** A follower of an Official Account turns out to be a customer. The next round looks whether it has worked. */
    function attach(met: Met, holder: ContactRow): void {
      const key = keyOf(met)
      const q = { _id: holder._id, status: 'active', 'identities.key': { $ne: key } }
      statements.push({ q, u: { $push: { identities: identityOf(met) }, $min: { firstSeenAt: met.at } } })
      about.push(async () => void open.push(met))
    }

    /** What the page knows of somebody beyond what we have. */
    function improve(met: Met, row: ContactRow): void {
      if (met.name !== undefined && met.name !== '' && row.profile['nickname'] === undefined) {
        const q = { _id: row._id, 'profile.nickname': { $exists: false } }
        statements.push({ q, u: { $set: { 'profile.nickname': met.name } } })
        about.push(async () => undefined)
      }
      const { unionid } = met
      if (unionid === undefined || row.unionid === unionid) return
      if (row.unionid !== undefined) {
        conflict(row._id, 'the contact has another unionid')
        return
      }
      const q = { _id: row._id, status: 'active', unionid: { $exists: false } }
      statements.push({ q, u: { $set: { unionid } } })
      about.push(async (refused) => {
        if (!refused) return
        const joined = await contacts.merging.join(row._id, unionid, met.at)
        if (joined.outcome === 'merged') found.set(met.externalId, joined.contact)
        if (joined.outcome === 'conflict') conflict(row._id, joined.detail)
      })
    }
  }

  async function holders(batch: readonly Met[]) {
    const keys = batch.map(keyOf)
    const unions = batch.flatMap(({ unionid }) => (unionid === undefined ? [] : [unionid]))
    const projection = { identities: 1, unionid: 1, 'profile.nickname': 1 }
    const rows = contactRows(connection)
    const [some, others] = await Promise.all([
      rows.find({ 'identities.key': { $in: keys } }, { projection }).toArray(),
      unions.length === 0 ? [] : rows.find({ unionid: { $in: unions } }, { projection }).toArray(),
    ])
    const withProfile = (row: ContactRow): ContactRow => ({ ...row, profile: row.profile ?? {} })
    const byKey = new Map(some.map(withProfile).flatMap((row) => row.identities.map(({ key }) => [key, row] as const)))
    const byUnion = new Map(others.map(withProfile).map((row) => [row.unionid ?? '', row] as const))
    return { byKey, byUnion }
  }

  function conflict(contact: string | undefined, detail: string): void {
    conflicts += 1
    log.warn({ contact, detail }, 'a customer was not joined with a contact')
  }

  return { learn, conflicts: () => conflicts }
}

/** The identity key of somebody of a corporation. */
export function customerKey(account: string, externalId: string): string {
  return identityKey(customerOf(account, externalId))
}

/** A customer as contacts know people. */
export function customerOf(account: string, externalId: string): Person {
  return { platform: 'wecom', account, externalId }
}

const keyOf = ({ account, externalId }: Met) => customerKey(account, externalId)

/** A page may name somebody twice (two members); what is known of either is kept. */
function oneEach(batch: readonly Met[]): Met[] {
  const all = new Map<string, Met>()
  for (const met of batch) {
    const before = all.get(keyOf(met))
    all.set(keyOf(met), before === undefined ? met : { ...before, ...met, at: earlier(before.at, met.at) })
  }
  return [...all.values()]
}

const earlier = (a: Date, b: Date) => (a < b ? a : b)

function withoutUnion({ unionid: _, ...rest }: Met): Met {
  return rest
}

function identityOf({ account, externalId, at, follows }: Met): Identity {
  const follow = follows === undefined ? { following: false, at: NEVER } : { following: true, at: follows }
  return { key: customerKey(account, externalId), ...customerOf(account, externalId), boundAt: at, follow }
}

function newContact(met: Met): ContactRow {
  return {
    _id: newContactId(),
    status: 'active',
    identities: [identityOf(met)],
    tags: [],
    profile: met.name === undefined || met.name === '' ? {} : { nickname: met.name },
    consents: {},
    firstSeenAt: met.at,
    lastSeenAt: met.at,
    ...(met.unionid !== undefined && { unionid: met.unionid }),
  }
}

import { AppError } from '../core/errors.js'
import { createBatch } from '../store/batch.js'
import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { insertRaw } from '../store/raw-commands.js'
import type { Directory } from './directory.js'
import { hostedOn, type IdentityKind, identityKey, type Person } from './identity.js'
import { clash, type Merging } from './merge.js'
import { CONTACTS, type ContactRow, type ContactRows, type Identity, newContactId } from './model.js'

/** Who a shop says somebody is: identities with the best in front, and the unionid where it has one. */
export interface Claim {
  people: readonly Person[]
  unionid?: string
  at: Date
}

/** What binding identities to one contact led to. */
export interface Bound {
  contact: string
  outcome: 'new' | 'known' | 'bound' | 'merged'
  /** What was not settled: told, never forced. */
  conflicts: string[]
}

/** Contacts by what a shop knows of people. The platform's own news about following is never touched by it. */
export interface Binding {
  /**
   * The contact of the first identity that is known; a new one with the first identity when none is. Binds nothing, as an
   * order may be paid by somebody else than its user. Undefined for a claim without identities and unionid.
   */
  locate(claim: Claim): Promise<string | undefined>
  /**
   * All identities become one contact's: those that nobody has are added, contacts that have some of them are merged,
   * unless they provably are different people. Undefined for a claim without identities and unionid. Throws AppError
   * `contact.busy` when others change the same contact all the time.
   */
  bind(claim: Claim): Promise<Bound | undefined>
}

const TRIES = 8
/** What is said of somebody who may follow or not: any news of the platform is newer. */
const NEVER = new Date(0)

/** Binding over the contacts; claims that come together share their look-ups. */
export function createBinding(ports: {
  connection: Connection
  rows: () => ContactRows
  directory: Directory
  merging: Merging
}): Binding {
  const { connection, rows, directory, merging } = ports

  async function holders(keys: readonly string[]): Promise<Map<string, ContactRow>> {
    const found = new Map<string, ContactRow>()
    if (keys.length === 0) return found
    const cursor = rows().find({ 'identities.key': { $in: [...new Set(keys)] } })
    for (const row of await cursor.toArray()) for (const { key } of row.identities) found.set(key, row)
    return found
  }

  const locate = createBatch<Claim, string | undefined>(async (claims) => {
    const all = claims.map(withUnion)
    const known = new Map<string, string>()
    const look = async (keys: readonly string[]) => {
      for (const [key, row] of await holders(keys)) known.set(key, row._id)
    }
    const keys = all.map(({ people }) => people.map(identityKey))
    await look(keys.flat().filter((key) => !remember(key)))
    await unions(all)
    const contactOf = (index: number) => keys[index]?.map((key) => known.get(key)).find((one) => one !== undefined)
    const strangers = new Map<string, ContactRow>()
    for (const [index, claim] of all.entries()) {
      const first = claim.people[0]
      if (first && contactOf(index) === undefined) strangers.set(identityKey(first), newRow([first], claim))
    }
    if (strangers.size > 0) {
      const made = [...strangers]
      const faults = await insertRaw(
        connection,
        CONTACTS,
        made.map(([, row]) => row),
      )
      const refused = new Set(faults.map(({ index }) => index))
      for (const [index, [key, row]] of made.entries()) if (!refused.has(index)) known.set(key, row._id)
      await look(made.filter((_, index) => refused.has(index)).map(([key]) => key))
      if (refused.size > 0) await unions(all)
    }
    return all.map((_, index) => contactOf(index))

    function remember(key: string): boolean {
      const hit = directory.peek(key)
      if (hit) known.set(key, hit.contact)
      return hit !== undefined
    }

    /** Somebody may have the unionid without being known by it. */
    async function unions(some: readonly Claim[]): Promise<void> {
      const sought = some.flatMap(({ unionid }) => (unionid === undefined ? [] : [unionid]))
      if (sought.length === 0) return
      const found = rows().find({ unionid: { $in: [...new Set(sought)] } }, { projection: { unionid: 1 } })
      for (const { _id, unionid } of await found.toArray()) {
        if (unionid !== undefined) known.set(identityKey(unionPerson(unionid)), _id)
      }
    }
  })

  async function bind(given: Claim): Promise<Bound | undefined> {
    const claim = withUnion(given)
    if (claim.people.length === 0) return undefined
    const conflicts: string[] = []
    let outcome: Bound['outcome'] = 'known'
    const has = (kind: IdentityKind) => claim.people.some(({ platform }) => platform === kind)
    const by = has('phone') && !has('shop') ? 'phone' : 'shop-login'
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const found = await holders(claim.people.map(identityKey))
      const had = claim.people.flatMap((person) => found.get(identityKey(person)) ?? [])
      const union =
        claim.unionid === undefined ? undefined : ((await rows().findOne({ unionid: claim.unionid })) ?? undefined)
      const first = had[0] ?? union
      if (!first) {
        const row = newRow(claim.people, claim)
        if ((await insertRaw(connection, CONTACTS, [row])).length > 0) continue
        return { contact: row._id, outcome: 'new', conflicts }
      }
      let contact = first._id
      for (const other of new Set(had.map(({ _id }) => _id))) {
        if (other === first._id) continue
        const joined = await merging.unite(contact, other, by, claim.at)
        if (joined.outcome === 'conflict') conflicts.push(joined.detail)
        if (joined.outcome !== 'merged') continue
        contact = joined.contact
        outcome = 'merged'
      }
      if (claim.unionid !== undefined) {
        const joined = await merging.join(contact, claim.unionid, claim.at)
        if (joined.outcome === 'conflict') conflicts.push(joined.detail)
        if (joined.outcome === 'merged') {
          contact = joined.contact
          outcome = 'merged'
        }
      }
      const added = await add(contact, claim, new Set(found.keys()), conflicts)
      if (added === 'again') {
        conflicts.length = 0
        continue
      }
      if (added === 'bound' && outcome === 'known') outcome = 'bound'
      return { contact, outcome, conflicts }
    }
    throw new AppError('contact.busy', 'the contact changes too quickly', { fix: 'send it again' })
  }

  /** Gives a contact the identities that nobody has. */
  async function add(
    contact: string,
    claim: Claim,
    taken: ReadonlySet<string>,
    conflicts: string[],
  ): Promise<'none' | 'bound' | 'again'> {
    const row = await rows().findOne({ _id: contact, status: 'active' })
    if (!row) return 'again'
    const mine = [...row.identities]
    const fresh: Identity[] = []
    for (const person of claim.people) {
      const identity = identityOf(person, claim.at)
      if (taken.has(identity.key) || person.platform === 'unionid') continue
      const detail = clash(mine, [identity])
      if (detail !== undefined) conflicts.push(detail)
      else fresh.push(identity)
      mine.push(identity)
    }
    if (fresh.length === 0) return 'none'
    try {
      const keys = fresh.map(({ key }) => key)
      const { matchedCount } = await rows().updateOne(
        { _id: contact, status: 'active', 'identities.key': { $nin: keys } },
        { $push: { identities: { $each: fresh } }, $min: { firstSeenAt: claim.at } },
      )
      return matchedCount === 1 ? 'bound' : 'again'
    } catch (error) {
      if (isDuplicate(error)) return 'again'
      throw error
    }
  }

  return { locate, bind }
}

/** The unionid last: whoever is known better is found first. */
function withUnion(claim: Claim): Claim {
  if (claim.unionid === undefined) return claim
  return { ...claim, people: [...claim.people, unionPerson(claim.unionid)] }
}

const unionPerson = (unionid: string): Person => ({ platform: 'unionid', account: '', externalId: unionid })

/** A contact needs an identity: where only the unionid is known, that is one. */
function newRow(people: readonly Person[], { unionid, at }: Claim): ContactRow {
  const better = people.filter(({ platform }) => platform !== 'unionid')
  return {
    _id: newContactId(),
    status: 'active',
    identities: (better.length > 0 ? better : people).map((person) => identityOf(person, at)),
    tags: [],
    profile: {},
    consents: {},
    firstSeenAt: at,
    lastSeenAt: at,
    ...(unionid !== undefined && { unionid }),
  }
}

function identityOf(person: Person, at: Date): Identity {
  const account = hostedOn(person)
  return { key: identityKey(person), ...person, account, boundAt: at, follow: { following: false, at: NEVER } }
}

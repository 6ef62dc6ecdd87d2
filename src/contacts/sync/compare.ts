import type { Clock } from '../../core/clock.js'
import type { PlatformName } from '../../core/update.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import { type UpdateStatement, updateRaw } from '../../store/raw-commands.js'
import type { Contacts } from '../contacts.js'
import { identityKey, type Person } from '../identity.js'
import { CONTACTS, contactRows, type Identity } from '../model.js'
import type { SyncConflict, SyncCounts } from './model.js'
import { classOf, type FollowerInfo, type FollowerSource } from './source.js'

/** A follower as both sides have them now. */
export interface Compared {
  key: string
  contact: string
  openid: string
  tags: readonly string[]
  mirrored?: readonly string[]
  /** The platform's. */
  tagIds: readonly string[]
}

export interface CompareDeps {
  connection: Connection
  clock: Clock
  events: Pick<Events, 'append'>
  contacts: Pick<Contacts, 'resolve' | 'correctFollow' | 'merging'>
  account: string
  platform: PlatformName
  users: Pick<FollowerSource, 'batchGet'>
  /** Marks who was seen by this run. */
  runAt: Date
  tell(conflict: SyncConflict): void
}

/** News this young may still be on its way as an event, and clocks differ: it is left to the next run. */
const SETTLED_MS = 60_000

type Following = FollowerInfo & { follows: true }
type Gone = FollowerInfo & { follows: false }

/** Asks the platform about up to a hundred people and puts right what we have noted otherwise. Gives the followers. */
export async function compareFollowers(
  deps: CompareDeps,
  openids: readonly string[],
  counts: SyncCounts,
): Promise<Compared[]> {
  const settledAt = new Date(Math.floor(deps.clock.now().getTime() / 1000) * 1000 - SETTLED_MS)
  const infos = await ask(deps, openids)
  const gone = infos.filter((info): info is Gone => !info.follows)
  const following = infos.filter((info): info is Following => info.follows)
  await leave(deps, gone, settledAt, counts)
  return follow(deps, following, settledAt, counts)
}

/** One stranger spoils a call for a hundred: then each is asked for alone, and strangers count as gone. */
async function ask(deps: CompareDeps, openids: readonly string[]): Promise<readonly FollowerInfo[]> {
  try {
    return await deps.users.batchGet(openids)
  } catch (error) {
    if (classOf(error) !== 'identity') throw error
    if (openids.length > 1) {
      const half = Math.ceil(openids.length / 2)
      return [...(await ask(deps, openids.slice(0, half))), ...(await ask(deps, openids.slice(half)))]
    }
    deps.tell({ kind: 'unknown-person', detail: `the platform does not know ${openids[0]?.slice(0, 6)}…` })
    return openids.map((openid) => ({ follows: false, openid }))
  }
}

async function leave(deps: CompareDeps, gone: readonly Gone[], settledAt: Date, counts: SyncCounts): Promise<void> {
  const known = await identities(deps, gone)
  for (const { openid } of gone) {
    const person = personOf(deps, openid)
    const identity = known.get(identityKey(person))?.identity
    if (!identity?.follow.following || identity.follow.at >= settledAt) continue
    if (await deps.contacts.correctFollow(person, { following: false, at: settledAt })) counts.unfollowed += 1
  }
}

async function follow(
  deps: CompareDeps,
  infos: readonly Following[],
  settledAt: Date,
  counts: SyncCounts,
): Promise<Compared[]> {
  const known = await identities(deps, infos)
  const strangers = infos.filter(({ openid }) => !known.has(identityKey(personOf(deps, openid))))
  if (strangers.length > 0) {
    await meet(deps, strangers)
    counts.added += strangers.length
    for (const [key, found] of await identities(deps, strangers)) known.set(key, found)
  }
  for (const info of infos) {
    const person = personOf(deps, info.openid)
    const identity = known.get(identityKey(person))?.identity
    if (!identity || identity.follow.following || identity.follow.at >= settledAt) continue
    const at = info.subscribedAt > identity.follow.at ? info.subscribedAt : settledAt
    const scene = info.scene === '' ? {} : { scene: info.scene }
    if (await deps.contacts.correctFollow(person, { following: true, at, ...scene })) counts.followed += 1
  }
  await stamp(deps, infos, known, counts)
  return infos.flatMap((info) => {
    const key = identityKey(personOf(deps, info.openid))
    const found = known.get(key)
    if (!found) return []
    const { contact, tags, identity } = found
    const mirrored = identity.mirrored === undefined ? {} : { mirrored: identity.mirrored }
    return [{ key, contact, openid: info.openid, tags, tagIds: info.tagIds, ...mirrored }]
  })
}

/** Followers of whom no event ever told us. */
async function meet(deps: CompareDeps, strangers: readonly Following[]): Promise<void> {
  const { account } = deps
  const facts = await Promise.all(
    strangers.map(async ({ openid, subscribedAt, scene }) => {
      const person = personOf(deps, openid)
      const contact = await deps.contacts.resolve(person, subscribedAt)
      const type = 'follow.started'
      const id = `${identityKey(person)}:${type}:${subscribedAt.getTime()}`
      const props = { by: 'sync', ...(scene !== '' && { scene }) }
      return { source: 'sync', id, type, contact, account, occurredAt: subscribedAt, props }
    }),
  )
  await deps.events.append(facts)
}

/** Notes in one command who was seen, by which code they first came, and who they are over all accounts. */
async function stamp(
  deps: CompareDeps,
  infos: readonly Following[],
  known: Map<string, Found>,
  counts: SyncCounts,
): Promise<void> {
  const statements: UpdateStatement[] = []
  const unions = new Map<number, { contact: string; unionid: string }>()
  for (const { openid, scene, subscribedAt, unionid } of infos) {
    const key = identityKey(personOf(deps, openid))
    const found = known.get(key)
    if (!found) continue
    const seen = { 'identities.$.syncedAt': deps.runAt }
    statements.push({ q: { 'identities.key': key }, u: { $set: seen } })
    if (scene !== '' && !found.identity.firstScene) {
      const q = { 'identities.key': key, identities: { $elemMatch: { key, firstScene: null } } }
      statements.push({ q, u: { $set: { 'identities.$.firstScene': { scene, at: subscribedAt } } } })
    }
    if (unionid !== undefined && found.unionid !== unionid) {
      unions.set(statements.length, { contact: found.contact, unionid })
      const q = { _id: found.contact, status: 'active', unionid: { $exists: false } }
      statements.push({ q, u: { $set: { unionid } } })
    }
  }
  if (statements.length === 0) return
  const { faults } = await updateRaw(deps.connection, CONTACTS, statements)
  const refused = new Set(faults.map(({ index }) => index))
  for (const [index, { contact, unionid }] of unions) {
    const other = [...known.values()].find((found) => found.contact === contact)?.unionid
    if (!refused.has(index) && other === undefined) continue
    const joined = await deps.contacts.merging.join(contact, unionid, deps.clock.now())
    if (joined.outcome === 'merged') counts.merged += 1
    if (joined.outcome === 'conflict') deps.tell({ kind: 'unionid', contact, detail: joined.detail })
  }
}

interface Found {
  contact: string
  identity: Identity
  tags: readonly string[]
  unionid?: string
}

async function identities(deps: CompareDeps, infos: readonly { openid: string }[]): Promise<Map<string, Found>> {
  if (infos.length === 0) return new Map()
  const keys = infos.map(({ openid }) => identityKey(personOf(deps, openid)))
  const rows = await contactRows(deps.connection)
    .find({ 'identities.key': { $in: keys } }, { projection: { identities: 1, tags: 1, unionid: 1 } })
    .toArray()
  return new Map(
    rows.flatMap(({ _id, identities: own, tags, unionid }) =>
      own.map((identity) => [
        identity.key,
        { contact: _id, identity, tags, ...(unionid !== undefined && { unionid }) },
      ]),
    ),
  )
}

const personOf = ({ platform, account }: CompareDeps, externalId: string): Person => ({ platform, account, externalId })

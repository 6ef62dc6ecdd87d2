import { limits } from '../../../rules/wecom/limits.js'
import type { Clock } from '../../core/clock.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Connection } from '../../store/connect.js'
import type { Corp, TagGroup } from '../ports.js'
import { isPassing, refusalOf } from '../refusal.js'
import { type CorpTagRow, corpTagRows } from './model.js'

/** A tag that could not be brought into agreement. */
export interface TagConflict {
  kind: 'tag-name' | 'tag-refused' | 'tags-full' | 'tag-gone' | 'tag-renamed'
  tag: string
  detail: string
}

/** The mirrored tags of a corporation, by our name and by the platform's id. */
export interface Mirror {
  byName: ReadonlyMap<string, string>
  byId: ReadonlyMap<string, string>
}

/** What the corporation's tags are called. */
export interface Catalogue {
  /** Reads the platform's catalogue; gives what changed about mirrored tags since. */
  refresh(corp: Corp): Promise<TagConflict[]>
  /** The mirrored tags as the catalogue was read last (once an hour anew), without asking the platform to make any. */
  mirror(corp: Corp): Promise<Mirror>
  /** The same; where one of these tags should be mirrored and is not there yet it is made, tried once an hour. Never throws. */
  mirrorFor(corp: Corp, names: readonly string[]): Promise<Mirror>
  /** Reads the catalogue, makes the mirrored tags that are missing there, and tells what cannot be mirrored. */
  prepare(corp: Corp): Promise<{ mirror: Mirror; conflicts: TagConflict[] }>
  /** All tags that are there. */
  list(account: string): Promise<CorpTagRow[]>
}

const FRESH_MS = 3_600_000
const NOTHING: Mirror = { byName: new Map(), byId: new Map() }

/** The catalogue over a store. */
export function createCatalogue(ports: { connection: Connection; clock: Clock; log: Logger }): Catalogue {
  const { connection, clock, log } = ports
  const rows = () => corpTagRows(connection)
  const cached = new Map<string, { mirror: Mirror; at: number }>()
  const tried = new Map<string, number>()

  async function refresh(corp: Corp): Promise<TagConflict[]> {
    const { account } = corp
    const groups = await corp.tags.list()
    const readAt = clock.now()
    const before = new Map((await rows().find({ account }).toArray()).map((row) => [row.tag, row]))
    const now = tagsOf(groups)
    const conflicts: TagConflict[] = []
    const writes = now.map(({ tag, ...fields }) => ({
      updateOne: {
        filter: { _id: `${account}:${tag}` },
        update: { $set: { account, tag, ...fields, readAt }, $unset: { goneAt: '' as const } },
        upsert: true,
      },
    }))
    if (writes.length > 0) await rows().bulkWrite(writes, { ordered: false })
    const there = new Map(now.map((one) => [one.tag, one]))
    for (const { tag, name, goneAt } of before.values()) {
      if (goneAt !== undefined || !corp.mirrorTags.includes(name)) continue
      const renamed = there.get(tag)
      if (renamed === undefined) {
        conflicts.push({ kind: 'tag-gone', tag: name, detail: 'removed there; it is made anew, ours keep it' })
      } else if (renamed.name !== name) {
        conflicts.push({ kind: 'tag-renamed', tag: name, detail: `called '${renamed.name}' there now` })
      }
    }
    const gone = { account, readAt: { $lt: readAt }, goneAt: { $exists: false } }
    await rows().updateMany(gone, { $set: { goneAt: readAt } })
    cached.delete(account)
    return conflicts
  }

  async function mirror(corp: Corp): Promise<Mirror> {
    if (corp.mirrorTags.length === 0) return NOTHING
    const hit = cached.get(corp.account)
    if (hit && clock.now().getTime() - hit.at < FRESH_MS) return hit.mirror
    const all = await list(corp.account)
    const byName = new Map<string, string>()
    for (const name of corp.mirrorTags) {
      const same = all.filter((row) => row.name === name)
      const best = same.find(({ groupName }) => groupName === corp.mirrorTagGroup) ?? same[0]
      if (best) byName.set(name, best.tag)
    }
    const made = { byName, byId: new Map([...byName].map(([name, id]) => [id, name] as const)) }
    cached.set(corp.account, { mirror: made, at: clock.now().getTime() })
    return made
  }

  async function prepare(corp: Corp) {
    if (corp.mirrorTags.length === 0) return { mirror: NOTHING, conflicts: [] }
    const conflicts = await refresh(corp)
    const known = await mirror(corp)
    const missing = [...new Set(corp.mirrorTags)].filter((name) => !known.byName.has(name))
    const fit = missing.filter((name) => {
      const length = [...name].length
      if (length >= 1 && length <= limits.tagName.value) return true
      const detail = `${length} characters; a tag there takes 1 to ${limits.tagName.value}`
      conflicts.push({ kind: 'tag-name', tag: name, detail })
      return false
    })
    const had = (await list(corp.account)).length
    const room = Math.max(0, limits.tags.value - had)
    for (const tag of fit.slice(room)) {
      conflicts.push({ kind: 'tags-full', tag, detail: `the corporation has ${had} tags of ${limits.tags.value}` })
    }
    for (const name of fit.slice(0, room)) await make(corp, name, conflicts)
    if (fit.length > 0) await refresh(corp)
    return { mirror: await mirror(corp), conflicts }
  }

  async function mirrorFor(corp: Corp, names: readonly string[]): Promise<Mirror> {
    const known = await mirror(corp)
    const wanted = names.some((name) => corp.mirrorTags.includes(name) && !known.byName.has(name))
    const now = clock.now().getTime()
    if (!wanted || now - (tried.get(corp.account) ?? 0) < FRESH_MS) return known
    tried.set(corp.account, now)
    try {
      return (await prepare(corp)).mirror
    } catch (error) {
      log.warn({ account: corp.account, reason: messageOf(error) }, 'tags could not be made at the corporation yet')
      return known
    }
  }

  /** One at a time: one name that the platform refuses must not keep the others out. */
  async function make(corp: Corp, name: string, conflicts: TagConflict[]): Promise<void> {
    const groups = await corp.tags.list()
    const own = groups.find((group) => group.name === corp.mirrorTagGroup && !group.deleted)
    try {
      await corp.tags.add(own ? { id: own.id } : { name: corp.mirrorTagGroup }, [{ name }])
    } catch (error) {
      if (isPassing(error)) throw error
      conflicts.push({ kind: 'tag-refused', tag: name, detail: refusalOf(error).reason })
    }
  }

  const list = (account: string) =>
    rows()
      .find({ account, goneAt: { $exists: false } })
      .sort({ groupName: 1, name: 1 })
      .toArray()

  return { refresh, mirror, mirrorFor, prepare, list }
}

function tagsOf(groups: readonly TagGroup[]) {
  return groups.flatMap(({ id, name: groupName, tags, deleted }) =>
    deleted
      ? []
      : tags.filter((tag) => !tag.deleted).map((tag) => ({ tag: tag.id, name: tag.name, group: id, groupName })),
  )
}

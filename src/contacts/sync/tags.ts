import { limits } from '../../../rules/official-account/limits.js'
import { messageOf } from '../../core/errors.js'
import type { SyncConflict } from './model.js'
import { classOf, type TagSource } from './source.js'

/** How a set of tags changed on two sides since they last agreed. */
export interface TagMerge {
  addHere: string[]
  removeHere: string[]
  addThere: string[]
  removeThere: string[]
}

/**
 * Three-way comparison of one person's mirrored tags: `base` is what both sides had when they last agreed. What one
 * side changed since is done on the other. Without a base both keep what they have and get what the other has.
 */
export function mergeTags(base: readonly string[] | undefined, here: readonly string[], there: readonly string[]) {
  const both = base ?? []
  const without = (list: readonly string[], other: readonly string[]) => list.filter((tag) => !other.includes(tag))
  return {
    addHere: without(without(there, both), here),
    removeHere: without(both, there).filter((tag) => here.includes(tag)),
    addThere: without(without(here, both), there),
    removeThere: without(both, here).filter((tag) => there.includes(tag)),
  } satisfies TagMerge
}

/** The mirrored tags of an account, by name and by id. */
export interface Mirror {
  byId: ReadonlyMap<string, string>
  byName: ReadonlyMap<string, string>
}

/**
 * Finds the mirrored tags on the platform and makes those that are missing. What cannot be mirrored (too long, the
 * platform's own, no room for a 101st tag) is told and left out.
 */
export async function prepareMirror(
  source: TagSource,
  names: readonly string[],
  tell: (conflict: SyncConflict) => void,
): Promise<Mirror> {
  if (names.length === 0) return { byId: new Map(), byName: new Map() }
  let known = await source.list()
  const ids = new Map<string, string>()
  for (const tag of new Set(names)) {
    const bytes = Buffer.byteLength(tag)
    if (bytes === 0 || bytes > limits.tagNameBytes.value) {
      tell({ kind: 'tag-name', tag, detail: `${bytes} bytes; a tag there takes 1 to ${limits.tagNameBytes.value}` })
      continue
    }
    const there = known.find(({ name }) => name === tag)
    if (there && Number(there.id) <= RESERVED) {
      tell({ kind: 'tag-reserved', tag, detail: `tag ${there.id} is the platform's own` })
    } else if (there) ids.set(tag, there.id)
    else if (own(known).length >= limits.tags.value) {
      tell({ kind: 'account-full', tag, detail: `the account has ${limits.tags.value} tags already` })
    } else {
      try {
        const id = await source.create(tag)
        ids.set(tag, id)
        known = [...known, { id, name: tag }]
      } catch (error) {
        if (isFatal(error)) throw error
        tell({ kind: 'tag-refused', tag, detail: messageOf(error) })
      }
    }
  }
  return { byName: ids, byId: new Map([...ids].map(([name, id]) => [id, name])) }
}

/** What is to be changed about one person. */
export interface TagChange extends TagMerge {
  key: string
  contact: string
  openid: string
  /** What both sides have once all of it is done. */
  agreed: string[]
}

/**
 * What a person's tags need; undefined when both sides agree and it is noted. Tags for which the follower has no room
 * there (20 a person, mirrored or not) are told and stay as they are.
 */
export function changeFor(
  mirror: Mirror,
  person: { key: string; contact: string; openid: string; tags: readonly string[]; mirrored?: readonly string[] },
  tagIds: readonly string[],
  tell: (conflict: SyncConflict) => void,
): TagChange | undefined {
  const here = person.tags.filter((tag) => mirror.byName.has(tag))
  const there = tagIds.flatMap((id) => mirror.byId.get(id) ?? [])
  const base = person.mirrored?.filter((tag) => mirror.byName.has(tag))
  const merge = mergeTags(base, here, there)
  const room = Math.max(0, limits.tagsPerFollower.value - tagIds.length + merge.removeThere.length)
  for (const tag of merge.addThere.slice(room)) {
    tell({ kind: 'follower-full', tag, contact: person.contact, detail: 'has 20 tags on the platform' })
  }
  const addThere = merge.addThere.slice(0, room)
  const agreed = [...there.filter((tag) => !merge.removeThere.includes(tag)), ...addThere]
    .filter((tag) => !merge.removeHere.includes(tag))
    .toSorted()
  const known = base !== undefined && same(base, agreed)
  const nothing = [merge.addHere, merge.removeHere, addThere, merge.removeThere].every((list) => list.length === 0)
  if (nothing && (known || (base === undefined && agreed.length === 0))) return undefined
  const { key, contact, openid } = person
  return { key, contact, openid, ...merge, addThere, agreed }
}

/**
 * Makes the changes on the platform, 50 people a call. A call that is refused is repeated in halves until only those
 * are left whom it cannot be made for: these are told, taken back from `agreed`, and tried again by the next sync.
 * Gives how many changes were made.
 */
export async function pushTags(
  source: TagSource,
  mirror: Mirror,
  changes: readonly TagChange[],
  tell: (conflict: SyncConflict) => void,
): Promise<number> {
  async function push(side: Side, tag: string, id: string, batch: readonly TagChange[]): Promise<number> {
    try {
      const openids = batch.map(({ openid }) => openid)
      await (side === 'addThere' ? source.addMembers(id, openids) : source.removeMembers(id, openids))
      return batch.length
    } catch (error) {
      if (isFatal(error)) throw error
      const half = Math.ceil(batch.length / 2)
      if (batch.length > 1) {
        return (await push(side, tag, id, batch.slice(0, half))) + (await push(side, tag, id, batch.slice(half)))
      }
      for (const change of batch) {
        tell({ kind: 'tag-refused', tag, contact: change.contact, detail: messageOf(error) })
        const rest = change.agreed.filter((name) => name !== tag)
        change.agreed = side === 'addThere' ? rest : [...rest, tag].toSorted()
      }
      return 0
    }
  }

  let made = 0
  for (const [tag, id] of mirror.byName) {
    for (const side of ['addThere', 'removeThere'] as const) {
      const all = changes.filter((change) => change[side].includes(tag))
      for (let from = 0; from < all.length; from += limits.tagBatch.value) {
        made += await push(side, tag, id, all.slice(from, from + limits.tagBatch.value))
      }
    }
  }
  return made
}

type Side = 'addThere' | 'removeThere'

const RESERVED = 2
const own = (tags: readonly { id: string }[]) => tags.filter(({ id }) => Number(id) > RESERVED)
const same = (a: readonly string[], b: readonly string[]) => a.toSorted().join('\n') === b.toSorted().join('\n')

/** Errors that concern more than this one tag: the run stops and goes on later. */
function isFatal(error: unknown): boolean {
  return !['request', 'content', 'unknown', 'identity', 'duplicate'].includes(classOf(error) ?? '')
}

import { randomText } from '../ids.js'
import type { Corp, Scene } from './corp.js'
import type { Tag, TagGroup } from './state.js'
import { tagNamed } from './views.js'

/** New tags in the group of this name, which is made if need be. Undefined when the group has one of the names. */
export function addTags(
  { corp, now }: Scene,
  into: { name: string; order: number },
  given: readonly { name: string; order: number }[],
): { group: TagGroup; tags: Tag[]; isNew: boolean } | undefined {
  const known = [...corp.tagGroups.values()].find((group) => group.name === into.name)
  const group = known ?? { id: `et${randomText(30)}`, ...into, createdAt: now, tags: new Map<string, Tag>() }
  const names = [...group.tags.values()].map((tag) => tag.name).concat(given.map((tag) => tag.name))
  if (new Set(names).size < names.length) return undefined
  const tags = given.map((tag): Tag => ({ id: `et${randomText(30)}`, ...tag, createdAt: now }))
  for (const tag of tags) group.tags.set(tag.id, tag)
  corp.tagGroups.set(group.id, group)
  return { group, tags, isNew: !known }
}

/** A new name or place of a tag or group. */
export function editTag(
  corp: Corp,
  id: string,
  change: { name?: string; order?: number },
): { type: 'tag' | 'tag_group' } | 'unknown' | 'taken' {
  const group = corp.tagGroups.get(id)
  const found = group ? undefined : tagNamed(corp, id)
  if (!group && !found) return 'unknown'
  const beside: Iterable<{ id: string; name: string }> = found ? found.group.tags.values() : corp.tagGroups.values()
  for (const one of beside) if (one.id !== id && one.name === change.name) return 'taken'
  Object.assign(group ?? found?.tag ?? {}, change)
  return { type: group ? 'tag_group' : 'tag' }
}

/** Removes a tag or group from everybody; a group goes with its last tag. Undefined when there is none. */
export function dropTag(corp: Corp, id: string): { type: 'tag' | 'tag_group' } | undefined {
  const group = corp.tagGroups.get(id)
  const found = group ? undefined : tagNamed(corp, id)
  if (!group && !found) return undefined
  const gone = new Set(group ? group.tags.keys() : [id])
  found?.group.tags.delete(id)
  if (group) corp.tagGroups.delete(id)
  if (found?.group.tags.size === 0) corp.tagGroups.delete(found.group.id)
  for (const staff of corp.staff.values()) {
    for (const relation of staff.relations.values()) {
      if (relation.tags.some((tag) => gone.has(tag))) relation.tags = relation.tags.filter((tag) => !gone.has(tag))
    }
  }
  return { type: group ? 'tag_group' : 'tag' }
}

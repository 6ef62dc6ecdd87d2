import type { ContactRow, ContactRows } from '../model.js'
import { type FindConditions, NAME_FIELDS } from './fits.js'

/** From so many people on, an index alone is no way to find somebody: the list of all is walked instead. */
export const FEW = 2000

/** People that one condition leaves, or `many`. */
export type Anchor = ReadonlySet<string> | 'many'

/** The few people that a condition with an index leaves; `many` when none of the conditions leaves few. */
export async function anchorOf(rows: ContactRows, conditions: FindConditions, few = FEW): Promise<Anchor> {
  const { tags = {}, channel } = conditions
  for (const tag of tags.all ?? []) {
    const found = await idsOf(rows, { tags: tag }, few)
    if (found !== 'many') return found
  }
  if (tags.any && tags.any.length > 0) {
    const found = await union(tags.any.map((tag) => idsOf(rows, { tags: tag }, few)))
    if (found !== 'many') return found
  }
  if (channel !== undefined) {
    return union(['first', 'last'].map((which) => idsOf(rows, { [`identities.${which}Scene.scene`]: channel }, few)))
  }
  return 'many'
}

/**
 * Those whose remark, name or nickname begins with a text, by the indexes of these fields. Indexes tell capitals apart:
 * the text is looked for as it was typed, in small letters, in capitals, and with a capital in front of each word.
 */
export async function calledSo(rows: ContactRows, text: string, few = FEW): Promise<Anchor> {
  const small = text.toLowerCase()
  const titled = small.replace(/(^|\s)(\S)/g, (_, gap: string, letter: string) => gap + letter.toUpperCase())
  const spellings = [...new Set([text, small, text.toUpperCase(), titled])]
  return union(
    NAME_FIELDS.flatMap((field) => spellings.map((one) => idsOf(rows, { [`profile.${field}`]: beginsWith(one) }, few))),
  )
}

/** A range of an index: every text that begins so. */
export const beginsWith = (text: string) => ({ $gte: text, $lt: `${text}\u{10ffff}` })

async function idsOf(rows: ContactRows, filter: object, few: number): Promise<Anchor> {
  const found = await rows
    .find(filter as Partial<ContactRow>, { projection: { _id: 1 } })
    .limit(few + 1)
    .toArray()
  return found.length > few ? 'many' : new Set(found.map(({ _id }) => _id))
}

/** Everybody of several anchors; `many` when one is, or when together they are. */
export async function union(anchors: readonly Promise<Anchor>[], few = FEW): Promise<Anchor> {
  const all = new Set<string>()
  for (const anchor of await Promise.all(anchors)) {
    if (anchor === 'many') return 'many'
    for (const id of anchor) all.add(id)
  }
  return all.size > few ? 'many' : all
}

import type { Definition } from '../../codes/way/definition.js'
import { fieldsOf } from '../../content/shapes.js'

/** What a message of a group send can be. */
export const PARTS = ['text', 'image', 'link', 'card', 'article'] as const
export type PartKind = (typeof PARTS)[number]

/** What a message is; undefined when it is nothing that this form knows. */
export const partKind = (part: unknown): PartKind | undefined =>
  PARTS.find((kind) => fieldsOf(part)[kind] !== undefined)

/** A card with its parameters within it, as the card's form has them; here they stand beside it. */
export function nested({ card, params, ...others }: Definition): Definition {
  return { ...others, card: params === undefined ? card : { slug: card, params } }
}

/** The same back. */
export function flat({ card, ...others }: Definition): Definition {
  const { slug, params } = fieldsOf(card)
  return { ...others, card: typeof card === 'string' ? card : slug, ...(params !== undefined && { params }) }
}

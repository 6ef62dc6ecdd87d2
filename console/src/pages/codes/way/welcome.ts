import { customerLimits } from '../../../../../rules/wecom/limits-customers.js'
import { fieldsOf, textOf } from '../../content/shapes.js'
import type { Definition } from './definition.js'

/** What a message of a welcome can be. */
export const KINDS = ['text', 'image', 'link', 'card', 'article', 'invite', 'video'] as const
export type Kind = (typeof KINDS)[number]

/** Room that is kept in a welcome for the names it is filled with. */
const ROOM_BYTES = 120
/** How many bytes the texts of a welcome may have together. */
export const MOST_BYTES = customerLimits.messageTextBytes.value - ROOM_BYTES

/** A message as its fields; a text that stands alone is one. */
export const partOf = (part: unknown): Definition => (typeof part === 'string' ? { text: part } : fieldsOf(part))

/** What a message is; undefined when it is nothing that this form knows. */
export const kindOf = (part: unknown): Kind | undefined => KINDS.find((kind) => partOf(part)[kind] !== undefined)

/** A new message of a kind, to be filled in. */
export const freshPart = (kind: Kind): Definition => ({ [kind]: kind === 'link' ? { title: '', url: '' } : '' })

/** How long a text is for the platform. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** How much a welcome holds of what the platform limits. */
export function measure(parts: readonly unknown[]): { bytes: number; attachments: number } {
  const texts = parts.filter((part) => kindOf(part) === 'text').map((part) => textOf(partOf(part)['text']))
  return { bytes: bytesOf(texts.join('\n')), attachments: parts.length - texts.length }
}

/** Names and values of a page's parameters, in order; a name may be typed half. */
export type Pair = readonly [name: string, value: unknown]

/** The pairs as a definition writes them; those without a name are not written yet. */
export const pairsWritten = (pairs: readonly Pair[]): Definition | undefined => {
  const named = pairs.filter(([name]) => name.trim() !== '').map(([name, value]) => [name.trim(), value] as const)
  return named.length === 0 ? undefined : Object.fromEntries(named)
}

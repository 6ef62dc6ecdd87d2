import { createHash } from 'node:crypto'
import { limits } from '../../../rules/wecom/limits.js'

/** Four characters that nobody sees. */
const UNSEEN = ['\u200b', '\u200c', '\u200d', '\u2060']
const LENGTH = 8

/** Bytes that a mark takes of a text. */
export const MARK_BYTES = LENGTH * 3

/**
 * An unseen mark of the delivery, for the end of a text. The platform's duplicate check compares contents: with the mark a
 * repeated delivery is equal to its first attempt, and another delivery with the same words is not.
 */
export function markOf(key: string): string {
  const digest = createHash('sha256').update(key).digest()
  let mark = ''
  for (let at = 0; at < LENGTH; at++) mark += UNSEEN[(digest[at] ?? 0) & 3] ?? ''
  return mark
}

/** A name of the delivery that a card may carry: its content differs with it. */
export function taskOf(key: string): string {
  return `d-${createHash('sha256').update(key).digest('base64url')}`
}

/** For what carries a mark or a name: the longest time the platform remembers. */
export const MARKED_SECONDS = limits.duplicateSeconds.value
/** For a picture or voice, which carry none: the same one again on purpose is dropped only within this time. */
export const BARE_SECONDS = 600

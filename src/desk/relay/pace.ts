import { limits } from '../../../rules/wecom/limits.js'
import { splitText } from '../../core/message.js'
import type { LineRow } from './model.js'

/** What one text to a member may have, room left for the unseen mark that tells deliveries apart. */
export const LINE_BYTES = limits.textBytes.value - 24

const MINUTE_MS = 60_000
const GATHER_MS = 1000
/** From so many messages a minute on they are spread, so that the app never comes to the 30 that WeCom drops beyond. */
const EASY = 10
const MOST = limits.appPerMemberMinute.value - 5
const SPREAD_MS = (MINUTE_MS / (MOST - EASY)) | 0

/**
 * How long the next message to a member has to wait, in ms. At first one a second, so that what is written in one breath
 * becomes one message; then slower. 5 of the 30 a minute stay free for answers and alerts.
 */
export function waitMs(sent: readonly Date[], now: Date): number {
  const recent = sent.map((at) => at.getTime()).filter((at) => at > now.getTime() - MINUTE_MS)
  const last = recent.at(-1)
  if (last === undefined) return 0
  const oldest = recent[recent.length - MOST]
  if (oldest !== undefined) return oldest + MINUTE_MS - now.getTime()
  return Math.max(0, last + (recent.length < EASY ? GATHER_MS : SPREAD_MS) - now.getTime())
}

/** The times of the last minute with one more. */
export function withSent(sent: readonly Date[], now: Date): Date[] {
  return [...sent.filter((at) => at.getTime() > now.getTime() - MINUTE_MS), now]
}

/** The lines at the front that make the next message: texts that fit one message together, or one other thing. */
export function cut(lines: readonly LineRow[]): LineRow[] {
  const taken: LineRow[] = []
  for (const line of lines) {
    if (line.item.kind !== 'text') return taken.length === 0 ? [line] : taken
    if (taken.length > 0 && Buffer.byteLength(joined([...taken, line])) > LINE_BYTES) return taken
    taken.push(line)
  }
  return taken
}

/** The texts of lines as one; lines of one head in a row say it once. */
export function joined(lines: readonly Pick<LineRow, 'head' | 'item'>[]): string {
  let head: string | undefined
  const parts: string[] = []
  for (const line of lines) {
    if (line.item.kind !== 'text') continue
    const fresh = line.head !== undefined && line.head !== head
    parts.push(fresh ? `${line.head}：${line.item.text}` : line.item.text)
    head = line.head
  }
  return parts.join('\n')
}

/** A text in pieces that fit one message each with their head. Nothing is dropped. */
export function pieces(text: string, head = ''): string[] {
  return splitText(text, LINE_BYTES - Buffer.byteLength(`${head}：`))
}

import { text } from '../core/message.js'
import type { Step } from './happening.js'
import type { ConversationRow, EffectWork } from './model.js'
import type { Times } from './settings.js'

/** The id of a choice of a vote. */
export const voteId = (conversation: string, choice: number): string => `vote:${conversation}:${choice}`

/** The ticket of a conversation that ends: done when it was answered or is wanted no more, open again otherwise. */
export function settled({ ticket, firstReplyAt }: ConversationRow, unwanted: boolean): EffectWork[] {
  if (ticket === undefined) return []
  return [moved(ticket, firstReplyAt !== undefined || unwanted ? 'done' : 'open')]
}

/** A person who waited in vain. */
export function missed(row: ConversationRow, why: string, now: Date): EffectWork[] {
  if (row.state !== 'queued' && !(row.held && row.firstReplyAt === undefined)) return []
  const waited = seconds(row.queuedAt ?? now, now)
  return [fact('desk.missed', { why, seconds: waited, skill: row.skill, staff: row.held ? row.staff : undefined })]
}

/** Without anything of a wait or of staff; a ticket that was answered is over. */
export function atRest(row: ConversationRow): ConversationRow {
  const bare = without(
    row,
    'held',
    'number',
    'slot',
    'offer',
    'tried',
    'alertedAt',
    'unansweredSince',
    'queuedAt',
    'takenAt',
    'wanted',
    'reason',
    'firstReplyAt',
  )
  return row.ticket !== undefined && row.firstReplyAt !== undefined ? without(bare, 'ticket') : bare
}

/** A conversation with the bot ends by itself, unless a ticket is to be answered in it. */
export function idleAt(row: ConversationRow, now: Date, times: Times): { nextAt?: Date } {
  return row.ticket === undefined || row.firstReplyAt !== undefined ? { nextAt: after(now, times.botCloseAfter) } : {}
}

/** A step to the next state; its effects are numbered within the version. */
export function done(next: ConversationRow, now: Date, works: readonly EffectWork[]): Step {
  const version = next.version + 1
  const effects = works.map((work, at) => ({ id: `${next._id}:${version}:${at}`, at: now, ...work }))
  return { next: { ...next, version }, effects }
}

/** The row without some of its fields. */
export function without(row: ConversationRow, ...fields: (keyof ConversationRow)[]): ConversationRow {
  const next = { ...row }
  for (const field of fields) delete next[field]
  return next
}

/** Something to be kept among the facts. */
export const fact = (type: string, props: Record<string, unknown>): EffectWork & { kind: 'fact' } => ({
  kind: 'fact',
  type,
  props: Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)),
})
/** A text of the desk to the person. */
export const say = (words: string): EffectWork => ({ kind: 'say', message: text(words) })
/** A ticket goes on. */
export const moved = (ticket: string, to: 'open' | 'queued' | 'answered' | 'done') => ({
  kind: 'ticket-moved' as const,
  ticket,
  to,
})
/** Two texts, one under the other. */
export const joinedText = (a: string, b: string) => (a === '' ? b : `${a}\n${b}`)
/** A moment so many ms later. */
export const after = (at: Date, ms: number) => new Date(at.getTime() + ms)
/** The later of two moments. */
export const later = (a: Date | undefined, b: Date) => (a && a > b ? a : b)
/** Whole seconds from one moment to another; never less than 0. */
export const seconds = (from: Date, to: Date) => Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000))

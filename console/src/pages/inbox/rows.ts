import type { InboxRow, ThreadEntry } from '../../api/types.js'

/** The queues of the inbox. */
export const QUEUES = ['mine', 'unassigned', 'all', 'bot', 'closed'] as const
export type Queue = (typeof QUEUES)[number]

/** Whether a conversation, as it stands, is in a queue. */
export function belongs({ conversation }: InboxRow, queue: Queue, staff: string): boolean {
  const { state } = conversation
  switch (queue) {
    case 'mine':
      return conversation.held === true && conversation.staff === staff
    case 'unassigned':
      return state === 'queued'
    case 'all':
      return state === 'queued' || state === 'staff' || state === 'waiting'
    case 'bot':
      return state === 'bot'
    case 'closed':
      return state === 'closed'
  }
}

/** A list after news of one conversation: changed in its place, come or gone. What was told twice changes nothing. */
export function merged(rows: readonly InboxRow[], news: InboxRow, queue: Queue, staff: string): InboxRow[] {
  const id = news.conversation._id
  const known = rows.some(({ conversation }) => conversation._id === id)
  if (!belongs(news, queue, staff))
    return known ? rows.filter(({ conversation }) => conversation._id !== id) : [...rows]
  if (known) return rows.map((row) => (row.conversation._id === id ? news : row))
  return queue === 'unassigned' ? [...rows, news] : [news, ...rows]
}

/** A thread after entries came or changed: each once, in their order. */
export function mergedEntries(before: readonly ThreadEntry[], news: readonly ThreadEntry[]): ThreadEntry[] {
  const all = new Map(before.map((entry) => [entry._id, entry]))
  for (const entry of news) all.set(entry._id, entry)
  return [...all.values()].toSorted((a, b) => a.seq - b.seq || (a._id < b._id ? -1 : 1))
}

/** Since when somebody waits, and for what; undefined: nobody does. */
export function waitsSince({ conversation }: InboxRow): { since: string; for: 'queue' | 'answer' } | undefined {
  const { state, queuedAt, unansweredSince } = conversation
  if (state === 'queued' && queuedAt !== undefined) return { since: queuedAt, for: 'queue' }
  if (state === 'staff' && unansweredSince !== undefined) return { since: unansweredSince, for: 'answer' }
  return undefined
}

/** How urgent a wait is against its limit: half of it is used, all of it. */
export function urgency(waitedMs: number, limitMs: number): 'good' | 'warn' | 'bad' {
  if (limitMs <= 0 || waitedMs < limitMs / 2) return 'good'
  return waitedMs < limitMs ? 'warn' : 'bad'
}

/** `0:42`, `12:05`, `3 h`. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds >= 36_000) return `${Math.floor(seconds / 3600)} h`
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const pad = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}

/** Variables of a canned text that nobody has filled in. */
export const gapsOf = (text: string): string[] => text.match(/\{(?:name|order|tracking|staff)\}/g) ?? []

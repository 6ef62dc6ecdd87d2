import { lineOf } from '../entries.js'
import type { ConversationRow, EntryRow } from '../model.js'
import type { DeskRows } from '../rows.js'

/** Which conversations: one's own, those nobody has, all that staff are to serve, the bot's, those that are over. */
export const QUEUES = ['mine', 'unassigned', 'all', 'bot', 'closed'] as const
export type Queue = (typeof QUEUES)[number]

/** A conversation as a line of the inbox. */
export interface InboxRow {
  conversation: ConversationRow
  name?: string
  picture?: string
  last?: { at: Date; direction: EntryRow['direction']; by: string; line: string }
}

/** How many wait where. */
export interface Counts {
  mine: number
  unassigned: number
  all: number
}

/** Conversations for those who serve them. */
export interface Inbox {
  /** Those in the queue in its order, one's own by who waits longest, the rest newest first; at most 200. */
  list(query: { queue: Queue; staff: string; before?: Date | undefined; limit: number }): Promise<InboxRow[]>
  counts(staff: string): Promise<Counts>
  lines(conversations: readonly ConversationRow[]): Promise<InboxRow[]>
}

const SERVED = { $in: ['queued', 'staff', 'waiting'] as ConversationRow['state'][] }
const LINE = 80

/** Reads it from the collections. */
export function createInbox(ports: {
  rows: DeskRows
  profileOf(contact: string): Promise<{ name?: string; picture?: string }>
}): Inbox {
  const { rows, profileOf } = ports

  function filterOf(queue: Queue, staff: string): object {
    switch (queue) {
      case 'mine':
        return { staff, held: true }
      case 'unassigned':
        return { open: true, state: 'queued' }
      case 'all':
        return { open: true, state: SERVED }
      case 'bot':
        return { open: true, state: 'bot' }
      case 'closed':
        return { state: 'closed' }
    }
  }

  async function lineFor(conversation: ConversationRow): Promise<InboxRow> {
    const [{ name, picture }, [last]] = await Promise.all([
      profileOf(conversation.contact),
      rows.entries
        .find({ conversation: conversation._id, direction: { $ne: 'note' } }, { projection: { message: 0 } })
        .sort({ seq: -1 })
        .limit(1)
        .toArray(),
    ])
    return {
      conversation,
      ...(name !== undefined && { name }),
      ...(picture !== undefined && { picture }),
      ...(last && {
        last: { at: last.at, direction: last.direction, by: last.by, line: lineOf(last.content).slice(0, LINE) },
      }),
    }
  }

  const lines = (conversations: readonly ConversationRow[]) => Promise.all(conversations.map(lineFor))

  return {
    lines,
    async list({ queue, staff, before, limit }) {
      const filter = { ...filterOf(queue, staff), ...(before && { createdAt: { $lt: before } }) }
      const found = rows.conversations.find(filter as object)
      const sorted = queue === 'unassigned' ? found.sort({ priority: -1, queuedAt: 1 }) : found.sort({ createdAt: -1 })
      const list = await sorted.limit(Math.min(Math.max(limit, 1), 200)).toArray()
      return lines(queue === 'mine' ? list.toSorted(owedFirst) : list)
    },
    async counts(staff) {
      const count = (queue: Queue) => rows.conversations.countDocuments(filterOf(queue, staff) as object)
      const [mine, unassigned, all] = await Promise.all([count('mine'), count('unassigned'), count('all')])
      return { mine, unassigned, all }
    },
  }
}

/** Those who wait for an answer in front, the longest first. */
function owedFirst(a: ConversationRow, b: ConversationRow): number {
  const since = ({ unansweredSince }: ConversationRow) => unansweredSince?.getTime() ?? Number.POSITIVE_INFINITY
  return since(a) - since(b) || +(b.lastInAt ?? b.createdAt) - +(a.lastInAt ?? a.createdAt)
}

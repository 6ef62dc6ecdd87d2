import type { ConversationRow } from './model.js'
import type { DeskRows } from './rows.js'

/** A conversation's place in the queue, 1 is next; undefined when it does not wait. */
export async function placeOf(
  { conversations }: Pick<DeskRows, 'conversations'>,
  { _id, state, priority, queuedAt }: ConversationRow,
): Promise<number | undefined> {
  if (state !== 'queued' || queuedAt === undefined) return undefined
  const ahead = await conversations.countDocuments({
    open: true,
    state: 'queued',
    _id: { $ne: _id },
    $or: [
      { priority: { $gt: priority } },
      { priority, queuedAt: { $lt: queuedAt } },
      { priority, queuedAt, _id: { $lt: _id } },
    ],
  })
  return ahead + 1
}

import type { TimelineEntry, TimelineSource } from '../contacts/timeline/timeline.js'
import type { DeskRows } from './rows.js'

/** Conversations with staff, as a source of the timeline; each stands where it began. */
export function deskTimeline(rows: () => DeskRows): TimelineSource {
  return {
    name: 'desk',
    kinds: ['desk'],
    async read({ identities }, { upTo, limit }) {
      const lists = await Promise.all(
        identities.map(({ key }) =>
          rows()
            .conversations.find({ key, createdAt: { $lte: upTo } })
            .sort({ createdAt: -1 })
            .limit(limit)
            .toArray(),
        ),
      )
      return lists
        .flat()
        .toSorted((a, b) => +b.createdAt - +a.createdAt)
        .slice(0, limit)
        .map((row): TimelineEntry => {
          const { _id, account, channel, state, createdAt: at, staff, skill, closedBy, closedAt, vote } = row
          const props = {
            conversation: _id,
            channel,
            ...(staff !== undefined && { staff }),
            ...(skill !== undefined && { skill }),
            ...(closedBy && { closedBy }),
            ...(closedAt && { closedAt }),
            ...(vote?.choice && { vote: vote.choice }),
          }
          return { at, kind: 'desk', type: state, account, props }
        })
    },
  }
}

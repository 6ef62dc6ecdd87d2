import type { TimelineEntry, TimelineSource } from '../contacts/timeline/timeline.js'
import type { Message } from '../core/message.js'
import { contactKey } from '../core/update.js'
import type { Connection } from '../store/connect.js'
import { deliveries } from './queue.js'

/** Single deliveries to a person with how they ended, as a source of the timeline; kept for 90 days after their end. */
export function outboxTimeline(connection: Connection): TimelineSource {
  return {
    name: 'outbox',
    kinds: ['delivery'],
    async read({ identities }, { upTo, limit }) {
      const keys = identities
        .filter(({ externalId }) => externalId !== '')
        .map(({ account, externalId }) => contactKey({ account, from: externalId }))
      const lists = await Promise.all(
        [...new Set(keys)].map((contact) =>
          deliveries(connection)
            .find({ contact, createdAt: { $lte: upTo } })
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
          const { _id: key, account, createdAt: at, state, purpose, channel, source, reason, code, message } = row
          const text = textOf(message)
          const more = { ...(channel && { channel }), ...(reason !== undefined && { reason }), ...(code && { code }) }
          const props = { key, purpose, source, message: message.kind, ...more }
          return { at, kind: 'delivery', type: state, account, props, ...(text !== undefined && { text }) }
        })
    },
  }
}

function textOf(message: Message): string | undefined {
  if (message.kind === 'text') return message.text === '' ? undefined : message.text.slice(0, 300)
  if ('slug' in message && typeof message.slug === 'string') return message.slug
  return 'name' in message && typeof message.name === 'string' ? message.name : undefined
}

import type { TimelineEntry, TimelineSource } from '../contacts/timeline/timeline.js'
import { contactKey, type Update } from '../core/update.js'
import type { Connection } from '../store/connect.js'
import { rows } from './rows.js'

/** What came in from a person, as a source of the timeline; kept as long as the inbox keeps it. */
export function inboxTimeline(ports: {
  connection: Connection
  /** Reads a stored body again; undefined when it cannot be read. */
  decode(account: string, body: string): Update | undefined
}): TimelineSource {
  return {
    name: 'inbox',
    kinds: ['message'],
    async read({ identities }, { upTo, limit }) {
      const keys = identities.filter(({ externalId }) => externalId !== '').map((one) => keyOf(one))
      const lists = await Promise.all(
        [...new Set(keys)].map((contact) =>
          rows(ports.connection)
            .find(
              { contact, receivedAt: { $lte: upTo }, kind: { $regex: '^(message|event\\.menu)\\.' } },
              { projection: { account: 1, kind: 1, receivedAt: 1, 'envelope.body': 1 } },
            )
            .sort({ receivedAt: -1 })
            .limit(limit)
            .toArray(),
        ),
      )
      return lists
        .flat()
        .toSorted((a, b) => +b.receivedAt - +a.receivedAt)
        .slice(0, limit)
        .map(({ account, kind, receivedAt: at, envelope }): TimelineEntry => {
          const text = envelope.body === '' ? undefined : textOf(ports.decode(account, envelope.body))
          return { at, kind: 'message', type: kind, account, props: {}, ...(text !== undefined && { text }) }
        })
    },
  }
}

const MOST = 300

/** What somebody said, where it was words. */
function textOf(update: Update | undefined): string | undefined {
  switch (update?.kind) {
    case 'message.text':
      return update.text.slice(0, MOST)
    case 'message.voice':
      return update.transcript?.slice(0, MOST)
    case 'message.location':
      return update.label
    case 'message.link':
    case 'message.card':
      return update.title
    case 'message.file':
      return update.name
    case 'event.menu.click':
    case 'event.menu.scan':
      return update.key
    case 'event.menu.view':
      return update.url
    default:
      return undefined
  }
}

const keyOf = ({ account, externalId }: { account: string; externalId: string }) =>
  contactKey({ account, from: externalId })

import { z } from 'zod'
import { type InboxRowView, inboxRow, type ShownView, threadEntry } from './desk-inbox-views.js'
import type { ConversationView, EntryView } from './desk-views.js'
import { ApiError, type Route, route } from './route.js'

/** What the stream follows; `Desk.live` and the office are it. */
export interface DeskStreamPort<C extends ConversationView, E extends EntryView> {
  live: {
    follow(
      since: number | undefined,
      listener: {
        news(news: { id: number; conversations: C[]; entries: E[]; reset?: true }): void
        ended(): void
      },
    ): () => void
  }
  lines(conversations: readonly C[]): Promise<InboxRowView[]>
  shown(account: string, entry: E): ShownView
}

/** Of the events `conversation` (as it stands now), `entry` (new, or its delivery ended), `here` and `reset`. */
const EVENT = z.union([
  inboxRow,
  threadEntry,
  z.object({ at: z.int().meta({ description: 'here: nothing is missing up to it; reset: read everything anew' }) }),
])

/** The live stream of the desk. */
export function deskStreamRoutes<C extends ConversationView, E extends EntryView>(port: DeskStreamPort<C, E>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/desk/stream',
      id: 'followDesk',
      summary: 'Conversations and entries as they change (server-sent events)',
      description:
        'Begins now, or with `Last-Event-ID` where it broke; nothing in between is lost, and something may be told twice. ' +
        '`reset` says that too much was missed: read everything anew. Ends when the session does; four at once.',
      tag: 'desk',
      scope: 'desk:read',
      answer: EVENT,
      errors: { 429: 'Four streams are open already.' },
      stream({ head }, sink) {
        const given = head.header('last-event-id')
        const since = given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : undefined
        /** What is read for one piece of news is sent before the next. */
        let turn = Promise.resolve()
        const stop = port.live.follow(since, {
          news(news) {
            turn = turn.then(() => tell(news)).catch(() => sink.end())
          },
          ended: () => sink.end(),
        })
        sink.onEnd(stop)

        async function tell({
          id,
          conversations,
          entries,
          reset,
        }: Parameters<Parameters<typeof port.live.follow>[1]['news']>[0]) {
          const accounts = new Map(conversations.map(({ _id, account }) => [_id, account]))
          for (const one of entries) {
            const account = accounts.get(one.conversation)
            if (account === undefined) continue
            const data = threadEntry.parse({ ...one, shown: port.shown(account, one) })
            sink.send({ event: 'entry', data })
          }
          for (const line of await port.lines(conversations)) {
            sink.send({ event: 'conversation', data: inboxRow.parse(line) })
          }
          sink.send({ id: String(id), event: reset ? 'reset' : 'here', data: { at: id } })
        }
      },
      handle() {
        throw new ApiError(406, 'stream.only', 'this is a stream of events')
      },
    }),
  ]
}

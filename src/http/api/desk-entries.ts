import { z } from 'zod'
import { type ConversationView, conversation, type EntryView, entry, refusal, staffId } from './desk-views.js'
import { ApiError, type Route, route } from './route.js'

/** What the routes of single entries ask of the desk. */
export interface DeskEntriesPort {
  amendNote(about: {
    conversation: string
    entry: string
    staff: string
    text: string
    any?: boolean
  }): Promise<Amended>
  settle(about: {
    entry: string
    conversation: string
    staff: string
    choice: 'again' | 'sent'
  }): Promise<{ outcome: 'done'; entry: EntryView } | { outcome: 'refused'; reason: string }>
}

type Amended =
  | { outcome: 'done'; conversation: ConversationView }
  | { outcome: 'refused'; reason: string; conversation?: ConversationView }

const TAG = 'desk'
const params = z.strictObject({ id: z.string().regex(/^[a-z2-7]{16}$/), entry: z.string().min(1).max(480) })

/** The routes of single entries of a conversation: notes written anew, messages of unclear end. */
export function deskEntryRoutes({ desk }: { desk: DeskEntriesPort }): Route[] {
  const amend = route({
    method: 'PUT',
    path: '/desk/conversations/:id/notes/:entry',
    id: 'amendNote',
    summary: 'Write a note anew; the last writing stands',
    tag: TAG,
    scope: 'desk:write',
    params,
    body: z.strictObject({ staff: staffId, text: z.string().min(1).max(2000) }),
    answer: conversation,
    errors: { 404: 'There is no such note.', 409: 'Somebody else wrote it.' },
    async handle({ params: { id, entry: note }, body: { staff, text } }) {
      const done = await desk.amendNote({ conversation: id, entry: note, staff, text })
      if (done.outcome === 'done') return { body: done.conversation }
      throw refusal(done)
    },
  })

  const settle = route({
    method: 'POST',
    path: '/desk/conversations/:id/entries/:entry/settle',
    id: 'settleEntry',
    summary: 'Send a message of unclear end once more (补发), or let it count as sent (视为已发)',
    description:
      'Only while its delivery is `uncertain`. Nothing is repeated by itself; the first choice counts, the same again changes nothing. Sent again the person may get it twice.',
    tag: TAG,
    scope: 'desk:write',
    params,
    body: z.strictObject({ staff: staffId, choice: z.enum(['again', 'sent']) }),
    answer: entry,
    errors: { 404: 'There is no such entry.', 409: 'Its end is known, or somebody chose the other before.' },
    async handle({ params: { id, entry: name }, body: { staff, choice } }) {
      const done = await desk.settle({ conversation: id, entry: name, staff, choice })
      if (done.outcome === 'done') return { body: done.entry }
      if (done.reason !== 'unknown') throw refusal(done)
      throw new ApiError(404, 'desk.no-entry', `there is no entry '${name}' in this conversation`)
    },
  })

  return [amend, settle]
}

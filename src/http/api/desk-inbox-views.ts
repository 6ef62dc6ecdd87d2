import { z } from 'zod'
import { type ConversationView, conversation, type EntryView, entry } from './desk-views.js'

/** A conversation as a line of the inbox. */
export const inboxRow = z
  .object({
    conversation,
    name: z.string().optional(),
    picture: z.string().optional(),
    last: z
      .object({ at: z.date(), direction: z.enum(['in', 'out', 'note']), by: z.string(), line: z.string() })
      .optional(),
  })
  .meta({ id: 'InboxRow' })
export interface InboxRowView extends Omit<z.input<typeof inboxRow>, 'conversation'> {
  conversation: ConversationView
}

/** An entry with what a page shows of it. */
export const threadEntry = entry
  .extend({
    shown: z.object({
      file: z.string().optional().meta({ description: 'where its file opens, for three days' }),
      title: z.string().optional(),
      about: z.string().optional(),
      picture: z.string().optional(),
      url: z.string().optional(),
    }),
  })
  .meta({ id: 'ThreadEntry' })
export type ShownView = z.input<typeof threadEntry>['shown']
export type ThreadEntryView = EntryView & { shown: ShownView }

/** What may still be sent in a conversation. */
export const windowState = z
  .object({
    left: z.int().meta({ description: 'messages' }),
    until: z.date().optional().meta({ description: 'when the last open window ends' }),
    unexpired: z.boolean().meta({ description: 'with nothing left: the messages of an open window are used up' }),
    lastActAt: z.date().optional(),
    open: z.array(z.object({ trigger: z.string(), remaining: z.int(), until: z.date() })),
  })
  .meta({ id: 'ConversationWindow' })

/** What a message can be made of. */
export const ready = z
  .object({
    kind: z.enum(['canned', 'article', 'card']),
    slug: z.string(),
    title: z.string(),
    about: z.string(),
    picture: z.string().optional(),
    text: z.string().optional(),
    missing: z.array(z.string()).optional().meta({ description: 'what staff have to fill in' }),
    article: z.string().optional(),
    card: z.string().optional(),
  })
  .meta({ id: 'ReadyMessage' })
export type ReadyView = z.input<typeof ready>

/** Who somebody is at the desk. */
export const deskMe = z
  .object({
    on: z.boolean().meta({ description: 'there is a desk' }),
    staff: z.string(),
    via: z.enum(['wecom', 'console']),
    name: z.string(),
    member: z.boolean().meta({ description: 'one of the desk’s staff, who may take conversations' }),
    online: z.boolean(),
    presence: z.enum(['auto', 'online', 'offline']),
    capacity: z.int(),
    load: z.int(),
    rules: z.boolean().meta({ description: 'may assign and close what colleagues have' }),
  })
  .meta({ id: 'DeskMe' })

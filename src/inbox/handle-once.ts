import { type Message, type Reply, type ResolvedMessage, toMessage } from '../core/message.js'
import { contactKey, type Update } from '../core/update.js'
import type { NewDelivery } from '../outbox/delivery.js'
import type { Platform } from '../platforms/platform.js'
import type { InboxUpdate } from './entry.js'
import { replyDeliveries } from './handle.js'

/** What an update would have led to. */
export interface HandledOnce {
  /** What would have ridden the response; absent when it would only have been acknowledged. */
  passive?: ResolvedMessage
  /** What of the reply would have followed by the outbox. (`ctx.send` puts into the outbox that the bot was given.) */
  deliveries: NewDelivery[]
}

/** What `handleOnce` needs: the same parts as the inbox, without a store. */
export interface HandleOnceDeps {
  platform: Pick<Platform, 'fit'>
  run(update: Update, row: InboxUpdate): Reply | Promise<Reply>
  resolve(message: Message): ResolvedMessage
  now: Date
}

/**
 * Handles one update as the inbox would, in time, without storing or sending anything: for `weloop replay` and tests.
 * Rejects with what the handler threw, or when the reply names content that does not exist.
 */
export async function handleOnce(update: Update, deps: HandleOnceDeps): Promise<HandledOnce> {
  const id = `${update.account}:${update.id}`
  const contact = contactKey(update)
  const reply = await deps.run(update, { id, contact, receivedAt: deps.now, attempt: 1, recovered: false })
  const message = toMessage(reply)
  if (message === undefined) return { deliveries: [] }
  const fit = deps.platform.fit(update.kind, deps.resolve(message))
  if (fit.fit === 'later') return { deliveries: replyDeliveries({ id, update }, fit.messages, 0) }
  return { passive: fit.message, deliveries: replyDeliveries({ id, update }, fit.rest, 1) }
}

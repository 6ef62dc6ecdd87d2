import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { type Message, type Reply, type ResolvedMessage, toMessage } from '../core/message.js'
import type { Update } from '../core/update.js'
import type { NewDelivery } from '../outbox/delivery.js'
import type { ReplyFit } from '../platforms/platform.js'
import type { Entry, InboxUpdate } from './entry.js'
import type { Completion } from './rows.js'

/** What the handlers' part of the inbox needs. */
export interface HandleDeps {
  log: Logger
  /** When a handler's slowness is worth a warning, in ms after the request arrived. */
  warnAfterMs: number
  /** The bot. */
  run(update: Update, row: InboxUpdate): Reply | Promise<Reply>
  /** Looks articles and cards up; throws when there is none of that name. */
  resolve(message: Message): ResolvedMessage
  /** Stores what follows by API; resolves when it is durable. */
  put(deliveries: NewDelivery[]): Promise<unknown>
  /** Answers the push, if it still waits; `message` null acknowledges. */
  answer(entry: Entry, message: ResolvedMessage | null): void
  /** Writes the end in the background. */
  complete(entry: Entry, end: Completion['end']): void
  /** Gives the row back to the store: the sweep runs it again. */
  release(entry: Entry): void
  /** Kill points for tests; production has none. */
  fail?: ((point: InboxPoint) => Promise<void> | undefined) | undefined
}

/** Where a test may stop the process. */
export type InboxPoint = 'accepted' | 'handled' | 'answered' | 'put'

/**
 * Runs the handlers of an update and brings their reply on its way: what fits and is in time rides the response,
 * everything else goes by the outbox under a key made of the row and the position, so that it happens once however
 * often the update is handled. Never rejects.
 */
export async function handleEntry(deps: HandleDeps, entry: Entry): Promise<void> {
  const { log, fail } = deps
  let reply: Reply
  try {
    if (fail) await fail('accepted')
    entry.startedAt = performance.now()
    reply = await deps.run(entry.update, entry)
  } catch (error) {
    return failed(deps, entry, error)
  }
  if (entry.stage === 'ended') {
    log.warn({ update: entry.id, kind: entry.update.kind }, 'reply of a given-up handler dropped')
    return
  }
  if (fail) await fail('handled')
  const tookMs = performance.now() - entry.arrivedAt
  if (tookMs >= deps.warnAfterMs) slow(deps, entry, tookMs)
  let fit: ReplyFit | undefined
  try {
    const message = toMessage(reply)
    fit = message && entry.platform.fit(entry.update, deps.resolve(message))
    if (fit?.fit === 'passive' && !entry.late) {
      deps.answer(entry, fit.message)
      if (fail) await fail('answered')
    } else deps.answer(entry, null)
  } catch (error) {
    return failed(deps, entry, error)
  }
  await follow(deps, entry, fit)
}

/** Runs when a handler has not ended in the time it may take at most; its lane goes on without it. */
export function giveUp(deps: HandleDeps, entry: Entry, afterMs: number): void {
  failed(deps, entry, new Error(`the handler did not end within ${afterMs} ms`))
  entry.leave?.()
}

/** The messages of a reply as deliveries, from position `from` on. */
export function replyDeliveries(
  row: { id: string; update: Update },
  messages: readonly ResolvedMessage[],
  from: number,
): NewDelivery[] {
  return messages.map((message, at) => ({
    key: `${row.id}:reply:${from + at}`,
    account: row.update.account,
    to: row.update.from,
    purpose: 'reply',
    message,
    source: row.id,
  }))
}

async function follow(deps: HandleDeps, entry: Entry, fit: ReplyFit | undefined): Promise<void> {
  const rides = fit?.fit === 'passive' && !entry.late
  const deliveries = fit ? remaining(entry, fit) : []
  if (deliveries.length > 0) {
    try {
      await deps.put(deliveries)
      if (deps.fail) await deps.fail('put')
    } catch (error) {
      deps.log.warn(
        { update: entry.id, reason: messageOf(error) },
        'reply could not be stored, update left to the sweep',
      )
      deps.release(entry)
      return
    }
  }
  const late = entry.late && deliveries.length > 0
  deps.complete(entry, { state: 'done', answer: rides ? fit.message : null, late })
  deps.log.debug({ update: entry.id, kind: entry.update.kind, late, followed: deliveries.length }, 'update handled')
}

function remaining(entry: Entry, fit: ReplyFit): NewDelivery[] {
  if (fit.fit === 'later') return replyDeliveries(entry, fit.messages, 0)
  if (entry.late) return replyDeliveries(entry, [fit.message, ...fit.rest], 0)
  return fit.rest.length > 0 ? replyDeliveries(entry, fit.rest, 1) : []
}

function failed(deps: HandleDeps, entry: Entry, error: unknown): void {
  if (entry.stage === 'ended') return
  const { id, contact, attempt, update } = entry
  deps.log.error(
    { update: id, contact, kind: update.kind, attempt, err: error },
    'handler failed, update kept for replay',
  )
  deps.answer(entry, null)
  deps.complete(entry, { state: 'failed', error: withoutSecrets(messageOf(error)) })
}

function slow(deps: HandleDeps, entry: Entry, tookMs: number): void {
  const ms = Math.round(tookMs)
  deps.log.warn({ update: entry.id, kind: entry.update.kind, ms, late: entry.late }, 'handler was slow')
}

function withoutSecrets(message: string): string {
  return message.slice(0, 500).replace(/((?:token|secret|ticket|key|password)["']?\s*[=:]\s*["']?)[^\s&"']+/gi, '$1***')
}

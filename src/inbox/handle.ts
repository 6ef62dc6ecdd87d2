import { isPromise } from '../core/call.js'
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
  resolve(message: Message, account: string): ResolvedMessage
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
 * often the update is handled. Never rejects. Gives undefined when all is done at once, as with most messages: no
 * handler waited for anything and nothing follows by the outbox.
 */
export function handleEntry(deps: HandleDeps, entry: Entry): Promise<void> | undefined {
  if (deps.fail) return handleInSteps(deps, deps.fail, entry)
  let reply: Reply | Promise<Reply>
  try {
    entry.startedAt = performance.now()
    reply = deps.run(entry.update, entry)
  } catch (error) {
    failed(deps, entry, error)
    return undefined
  }
  if (!isPromise(reply)) return conclude(deps, entry, reply)
  return reply.then(
    (value) => conclude(deps, entry, value),
    (error: unknown) => failed(deps, entry, error),
  )
}

/** The same with the kill points between the steps. */
async function handleInSteps(deps: HandleDeps, fail: NonNullable<HandleDeps['fail']>, entry: Entry): Promise<void> {
  let reply: Reply
  try {
    await fail('accepted')
    entry.startedAt = performance.now()
    reply = await deps.run(entry.update, entry)
  } catch (error) {
    return failed(deps, entry, error)
  }
  if (isGivenUp(deps, entry)) return
  await fail('handled')
  let fit: ReplyFit | undefined
  try {
    fit = answer(deps, entry, reply)
    if (rides(entry, fit)) await fail('answered')
  } catch (error) {
    return failed(deps, entry, error)
  }
  await follow(deps, entry, fit)
}

function conclude(deps: HandleDeps, entry: Entry, reply: Reply): Promise<void> | undefined {
  if (isGivenUp(deps, entry)) return undefined
  let fit: ReplyFit | undefined
  try {
    fit = answer(deps, entry, reply)
  } catch (error) {
    failed(deps, entry, error)
    return undefined
  }
  return follow(deps, entry, fit)
}

function isGivenUp({ log }: HandleDeps, entry: Entry): boolean {
  if (entry.stage !== 'ended') return false
  log.warn({ update: entry.id, kind: entry.update.kind }, 'reply of a given-up handler dropped')
  return true
}

/** Answers the push with the reply, or acknowledges it when the reply does not fit or is late. */
function answer(deps: HandleDeps, entry: Entry, reply: Reply): ReplyFit | undefined {
  const tookMs = performance.now() - entry.arrivedAt
  if (tookMs >= deps.warnAfterMs) slow(deps, entry, tookMs)
  const message = toMessage(reply)
  const fit = message && entry.platform.fit(entry.update, deps.resolve(message, entry.update.account))
  deps.answer(entry, rides(entry, fit) ? fit.message : null)
  return fit
}

function rides(entry: Entry, fit: ReplyFit | undefined): fit is ReplyFit & { fit: 'passive' } {
  return fit?.fit === 'passive' && !entry.late
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

function follow(deps: HandleDeps, entry: Entry, fit: ReplyFit | undefined): Promise<void> | undefined {
  const passive = rides(entry, fit) ? fit.message : null
  const deliveries = fit ? remaining(entry, fit) : NONE
  if (deliveries.length > 0) return store(deps, entry, deliveries, passive)
  deps.complete(entry, { state: 'done', answer: passive, late: false })
  deps.log.debug({ update: entry.id, kind: entry.update.kind }, 'update handled')
  return undefined
}

async function store(
  deps: HandleDeps,
  entry: Entry,
  deliveries: NewDelivery[],
  passive: ResolvedMessage | null,
): Promise<void> {
  try {
    await deps.put(deliveries)
    if (deps.fail) await deps.fail('put')
  } catch (error) {
    deps.log.warn({ update: entry.id, reason: messageOf(error) }, 'reply could not be stored, update left to the sweep')
    deps.release(entry)
    return
  }
  const { late } = entry
  deps.complete(entry, { state: 'done', answer: passive, late })
  deps.log.debug({ update: entry.id, kind: entry.update.kind, late, followed: deliveries.length }, 'update handled')
}

const NONE: NewDelivery[] = []

function remaining(entry: Entry, fit: ReplyFit): NewDelivery[] {
  if (fit.fit === 'later') return replyDeliveries(entry, fit.messages, 0)
  if (entry.late) return replyDeliveries(entry, [fit.message, ...fit.rest], 0)
  return fit.rest.length > 0 ? replyDeliveries(entry, fit.rest, 1) : NONE
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

import { AppError, messageOf } from '../core/errors.js'
import type { Message, ResolvedMessage } from '../core/message.js'
import type { Channel } from './channel.js'
import type { DeliveryRow, Refusal } from './delivery.js'
import { type Ending, pickDefined } from './ending.js'
import { askGuards, type Guard, type Verdict } from './guard.js'
import { channelOf, repeatableMs } from './via.js'

/** What choosing asks. */
export interface ChooseDeps {
  guards: readonly Guard[]
  /** Fills in what a message names, for the account; throws when that is not there or does not fit. */
  resolve(message: Message, account: string): ResolvedMessage
  /** What an account says in conversations by; standard its customer-service messages. */
  conversation?: ((account: string) => 'customer-message' | 'kf-message' | undefined) | undefined
  /** A channel that the platform refuses as a whole; undefined: it may be asked. */
  parkedUntil(account: string, channel: Channel, now: Date): Date | undefined
}

/** A delivery that may leave, and how. */
export interface Choice {
  /** With `message`, `option` and `channel` of the way that was chosen. */
  row: DeliveryRow
  resolved: ResolvedMessage
  /** The ways that were passed over. */
  refusals: readonly Refusal[]
}

/**
 * The first way of saying it that may leave now, by the guards; or the end of the delivery: postponed while something
 * that stands against it ends by itself, else over with every reason. An attempt with an unclear end is only repeated
 * as it was: another way might be a second message.
 */
export async function choose(
  row: DeliveryRow,
  now: Date,
  leaseNow: Date,
  deps: ChooseDeps,
): Promise<{ go: Choice } | { end: Ending }> {
  const options = row.options ?? [row.message]
  if (row.unclearSince) return repeated(row, row.unclearSince, now, leaseNow, deps)
  const refusals: Refusal[] = []
  let postponed: { until: Date; reason: string } | undefined
  let failed = false
  for (let option = row.option ?? 0; option < options.length; option++) {
    const message = options[option]
    if (message === undefined) break
    const found = resolved(message, row, deps)
    if ('error' in found) {
      refusals.push({ option, at: now, ...found.error })
      failed = true
      continue
    }
    const channel = channelOf(found.message, deps.conversation?.(row.account))
    const about = { option, at: now, ...pickDefined({ channel }) }
    const candidate: DeliveryRow = { ...row, message: found.message, option, ...pickDefined({ channel }) }
    const verdict = await judged(candidate, now, deps)
    if (verdict.verdict === 'pass') return { go: { row: { ...candidate, message }, resolved: found.message, refusals } }
    failed = false
    const { reason } = verdict
    if (verdict.verdict === 'postpone') {
      const { until } = verdict
      refusals.push({ ...about, reason, until })
      if (postponed === undefined || until < postponed.until) postponed = { until, reason }
    } else refusals.push({ ...about, reason, ...pickDefined({ detail: verdict.detail }) })
  }
  if (postponed) return { end: { state: 'queued', over: false, nextAt: postponed.until, reason: postponed.reason } }
  const last = refusals.at(-1)
  const { reason = 'nothing to send', detail, code } = last ?? {}
  const kept = row.options ? { refusals } : {}
  const state = failed || last === undefined ? 'failed' : 'skipped'
  return { end: { state, over: true, reason, ...pickDefined({ detail, code }), ...kept } }
}

/** Only the same once more, and only while the platform still knows its key; nobody is asked for leave again. */
function repeated(
  row: DeliveryRow,
  since: Date,
  now: Date,
  leaseNow: Date,
  deps: ChooseDeps,
): { go: Choice } | { end: Ending } {
  const until = row.channel && deps.parkedUntil(row.account, row.channel, now)
  const over = since.getTime() + repeatableMs(row.channel)
  const at = Math.max(leaseNow.getTime(), leaseNow.getTime() + (until ? until.getTime() - now.getTime() : 0))
  if (at >= over) return { end: { state: 'uncertain', over: true, reason: row.reason ?? 'the key has lapsed' } }
  if (until) return { end: { state: 'retry', over: false, nextAt: until } }
  const found = resolved(row.message, row, deps)
  if ('message' in found) return { go: { row, resolved: found.message, refusals: [] } }
  return { end: { state: 'uncertain', over: true, reason: found.error.reason, ...pickDefined(found.error) } }
}

async function judged(row: DeliveryRow, now: Date, deps: ChooseDeps): Promise<Verdict> {
  const { account, channel } = row
  const verdict = await askGuards(deps.guards, row, now)
  if (verdict.verdict !== 'pass' || channel === undefined) return verdict
  const until = deps.parkedUntil(account, channel, now)
  return until === undefined ? verdict : { verdict: 'postpone', until, reason: 'quota' }
}

/** A message that cannot be made is the author's to mend; another way of saying it may do. */
function resolved(
  message: Message,
  { account }: DeliveryRow,
  deps: ChooseDeps,
): { message: ResolvedMessage } | { error: { reason: string; detail?: string } } {
  try {
    return { message: deps.resolve(message, account) }
  } catch (error) {
    const fix = error instanceof AppError ? error.fix : undefined
    return { error: { reason: messageOf(error), ...pickDefined({ detail: fix }) } }
  }
}

import { createHash } from 'node:crypto'
import type { Clock } from '../../core/clock.js'
import type { FilledNotice } from '../../core/message.js'
import type { Outcome } from '../../core/outcome.js'
import type { DeliveryTarget } from '../platform.js'
import type { Subscriptions } from './client/subscriptions.js'
import type { Templates } from './client/templates.js'
import { WeChatApiError } from './errors.js'
import { outcomeOf } from './outcome.js'

export interface NoticeDeliverOptions {
  templates: Pick<Templates, 'send'>
  subscriptions: Pick<Subscriptions, 'send'>
  clock: Clock
}

/**
 * Sends a notice of the account: a template message with a key that makes its repetition harmless for 10 minutes, or a
 * subscription notice, which has none. Repeats nothing by itself; "busy" (-1) is worth another try with a key only.
 */
export function createNoticeDeliver(options: NoticeDeliverOptions) {
  const { templates, subscriptions, clock } = options
  return async (notice: FilledNotice, { to, key, signal }: DeliveryTarget): Promise<Outcome> => {
    const { channel, template: templateId, fields: data, url, miniProgram } = notice
    const abort = signal ? { signal } : {}
    const target = miniProgram && { miniProgram: { appid: miniProgram.appid, pagePath: miniProgram.path } }
    try {
      const receipt =
        channel === 'template'
          ? await templates.send(
              { to, templateId, data, clientMsgId: clientMsgIdOf(key), ...target, ...(url !== undefined && { url }) },
              abort,
            )
          : await subscriptions.send(
              { to, templateId, data, ...target, ...(url !== undefined && { page: url }) },
              abort,
            )
      return receipt === '' ? { state: 'sent' } : { state: 'sent', receipt }
    } catch (error) {
      return noticeOutcome(error, clock.now(), channel === 'template')
    }
  }
}

/** What a failed notice means. With a key, "busy" is tried again; without one it has failed. */
export function noticeOutcome(error: unknown, now: Date, keyed: boolean): Outcome {
  if (keyed && error instanceof WeChatApiError && error.class === 'busy') {
    const code = error.errcode === undefined ? {} : { code: error.errcode }
    return { state: 'retry', reason: error.message, afterMs: 5_000, slow: true, ...code }
  }
  return outcomeOf(error, now)
}

/** The platform's deduplication key of a delivery: 32 hex digits of its key's hash. */
export function clientMsgIdOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32)
}

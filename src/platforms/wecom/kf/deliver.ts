import { createHash } from 'node:crypto'
import type { Outcome } from '../../../core/outcome.js'
import type { Platform } from '../../platform.js'
import type { MediaIds } from '../../shared/media-ids.js'
import type { DeskMessages } from '../client/desk-messages.js'
import { WecomApiError } from '../errors.js'
import { outcomeOf, outcomeOfPreparation } from '../outcome.js'
import { formOf, type KfMediaType } from './message.js'

export interface KfDeliverOptions {
  openKfId: string
  messages: Pick<DeskMessages, 'send'>
  media: MediaIds<KfMediaType>
}

/** The platform's id of a delivery's message (32 characters): made of the key, so that a repetition is the same message. */
export function messageIdOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 32)
}

/**
 * Sends one message of the desk. Delivery class `keyed`: the message carries an id of ours that is good once, and its
 * repetition counts as sent. That the platform did not deliver what it took is told later (msg_send_fail), under the
 * receipt. A media id that is refused (40007) is made anew once. 95018: a servicer has the conversation, or it has ended.
 */
export function createKfDeliver({ openKfId, messages, media }: KfDeliverOptions): Platform['deliver'] {
  return async (message, target) => {
    const form = formOf(message)
    if ('reason' in form) return { state: 'failed', reason: form.reason }
    const { use } = form
    const receipt = messageIdOf(target.key)
    let mediaId = ''
    try {
      if (use) mediaId = await media.idOf(use.media, use.type)
    } catch (error) {
      return outcomeOfPreparation(error)
    }
    for (let mediaLeft = 1; ; mediaLeft--) {
      try {
        const options = { id: receipt, ...(target.signal && { signal: target.signal }) }
        await messages.send(openKfId, target.to, form.wire(mediaId), options)
        return { state: 'sent', receipt }
      } catch (error) {
        const worn = error instanceof WecomApiError && error.class === 'media' && mediaLeft > 0
        if (!worn || !use) return ended(error)
        try {
          const renewed = await media.replace(use.media, use.type, mediaId)
          if (renewed === undefined) return ended(error)
          mediaId = renewed
        } catch (failure) {
          return outcomeOfPreparation(failure)
        }
      }
    }
  }
}

/** The state of the conversation forbids sending. */
const WRONG_STATE = 95_018

function ended(error: unknown): Outcome {
  if (error instanceof WecomApiError && error.errcode === WRONG_STATE) {
    return { state: 'skipped', reason: 'with-staff', detail: error.message, code: WRONG_STATE }
  }
  return outcomeOf(error)
}

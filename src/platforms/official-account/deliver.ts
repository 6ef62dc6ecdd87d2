import { setTimeout as pause } from 'node:timers/promises'
import { limits } from '../../../rules/official-account/limits.js'
import type { Clock } from '../../core/clock.js'
import { unreachable } from '../../core/errors.js'
import type { ConversationMessage } from '../../core/message.js'
import type { Outcome } from '../../core/outcome.js'
import type { Platform } from '../platform.js'
import { blankThumb } from './blank-thumb.js'
import type { MediaType } from './client/media.js'
import type { CustomMessage, Messages } from './client/messages.js'
import { WeChatApiError } from './errors.js'
import type { MediaIds, MediaSource } from './media.js'
import { outcomeOf, outcomeOfPreparation } from './outcome.js'

/** The longest text of one customer-service message in UTF-8 bytes; whoever sends more splits it first (`splitText`). */
export const DELIVER_TEXT_BYTES = limits.textBytes.value

export interface DeliverOptions {
  messages: Pick<Messages, 'send'>
  media: MediaIds
  clock: Clock
  /** Waits before the one repetition after "busy". */
  wait?: (ms: number) => Promise<unknown>
}

const BUSY_PAUSE_MS = 500

/**
 * Sends one message as a customer-service message (客服消息). The platform gives no key and no receipt, so an
 * unclear end is `uncertain`. Repeats by itself only what surely did not arrive: once after "busy" (-1), once with a
 * new media id (40007), once with a new token (in the client).
 */
export function createDeliver(options: DeliverOptions): Platform['deliver'] {
  const { messages, media, clock } = options
  const wait = options.wait ?? ((ms) => pause(ms))

  return async (message, target) => {
    if (message.kind === 'hand-over') return { state: 'failed', reason: HAND_OVER }
    if (message.kind === 'filled-notice' || message.kind === 'shipping' || message.kind === 'mass-draft') {
      return { state: 'failed', reason: `a ${message.kind} is no customer-service message` }
    }
    const unfit = unfitReason(message)
    if (unfit !== undefined) return { state: 'failed', reason: unfit }
    const uses = mediaOf(message)
    let ids: string[] = []
    try {
      for (const use of uses) ids.push(await media.idOf(use.media, use.type))
    } catch (error) {
      return outcomeOfPreparation(error, clock.now())
    }
    const abort = target.signal ? { signal: target.signal } : {}
    let busyLeft = 1
    let mediaLeft = 1
    for (;;) {
      try {
        await messages.send(target.to, wireMessage(message, ids), abort)
        return { state: 'sent' }
      } catch (error) {
        const cls = error instanceof WeChatApiError ? error.class : undefined
        if (cls === 'busy' && busyLeft-- > 0) {
          await wait(BUSY_PAUSE_MS)
        } else if (cls === 'media' && mediaLeft-- > 0 && uses.length > 0) {
          const renewed = await renew(uses, ids)
          if (!Array.isArray(renewed)) return renewed ?? outcomeOf(error, clock.now())
          ids = renewed
        } else {
          return outcomeOf(error, clock.now())
        }
      }
    }
  }

  /** New ids for what can be uploaded again; undefined when nothing can, an outcome when uploading fails. */
  async function renew(uses: MediaUse[], ids: string[]): Promise<string[] | Outcome | undefined> {
    try {
      const found = await Promise.all(uses.map((use, at) => media.replace(use.media, use.type, ids[at] ?? '')))
      if (found.every((id) => id === undefined)) return undefined
      return found.map((id, at) => id ?? ids[at] ?? '')
    } catch (error) {
      return outcomeOfPreparation(error, clock.now())
    }
  }
}

const HAND_OVER = 'a hand-over is only possible as the answer to a message, not as a message of its own'

type Sendable = Exclude<ConversationMessage, { kind: 'hand-over' }>

interface MediaUse {
  media: MediaSource
  type: MediaType
}

/** The media of a message in the order in which `wireMessage` takes their ids. */
function mediaOf(message: Sendable): MediaUse[] {
  switch (message.kind) {
    case 'image':
      return [{ media: message.media, type: 'image' }]
    case 'voice':
      return [{ media: message.media, type: 'voice' }]
    case 'video': {
      return [
        { media: message.media, type: 'video' },
        { media: message.thumb ?? { bytes: blankThumb }, type: 'thumb' },
      ]
    }
    case 'music':
      return [{ media: message.thumb, type: 'thumb' }]
    case 'mini-program':
      return [{ media: message.thumb, type: 'image' }]
    case 'text':
    case 'link':
    case 'choices':
      return []
    default:
      return unreachable(message)
  }
}

function unfitReason(message: Sendable): string | undefined {
  if (message.kind === 'text') {
    const bytes = Buffer.byteLength(message.text)
    if (message.text.trim() === '') return 'the text is empty'
    if (bytes > DELIVER_TEXT_BYTES) return `the text has ${bytes} bytes, one message takes ${DELIVER_TEXT_BYTES}`
  }
  if (message.kind === 'choices') {
    const most = limits.choiceItems.value
    if (message.items.length < 1 || message.items.length > most)
      return `choices must be 1 to ${most}, not ${message.items.length}`
  }
  return undefined
}

function wireMessage(message: Sendable, [first = '', second = '']: string[]): CustomMessage {
  switch (message.kind) {
    case 'text':
      return { type: 'text', content: message.text }
    case 'image':
      return { type: 'image', mediaId: first }
    case 'voice':
      return { type: 'voice', mediaId: first }
    case 'video':
      return {
        type: 'video',
        mediaId: first,
        thumbMediaId: second,
        ...(message.title !== undefined && { title: message.title }),
        ...(message.description !== undefined && { description: message.description }),
      }
    case 'music':
      return {
        type: 'music',
        title: message.title,
        description: message.description ?? '',
        url: message.url,
        hqUrl: message.hqUrl ?? message.url,
        thumbMediaId: first,
      }
    case 'link': {
      const { title, description, url, picture } = message
      return { type: 'news', title, description, url, pictureUrl: picture }
    }
    case 'mini-program': {
      const { title, appid, path } = message
      return { type: 'miniprogrampage', title, appid, pagePath: path, thumbMediaId: first }
    }
    case 'choices':
      return { type: 'msgmenu', head: message.head, items: message.items, tail: message.tail }
    default:
      return unreachable(message)
  }
}

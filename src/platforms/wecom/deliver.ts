import { limits } from '../../../rules/wecom/limits.js'
import { unreachable } from '../../core/errors.js'
import { type ConversationMessage, type ResolvedMessage, splitText } from '../../core/message.js'
import type { Outcome } from '../../core/outcome.js'
import type { Platform } from '../platform.js'
import type { MediaIds, MediaSource } from '../shared/media-ids.js'
import type { AppMessage } from './client/app-message.js'
import type { AppMessages } from './client/app-messages.js'
import { BARE_SECONDS, MARK_BYTES, MARKED_SECONDS, markOf, taskOf } from './duplicate.js'
import { WecomApiError } from './errors.js'
import { outcomeOf, outcomeOfPreparation } from './outcome.js'

/** The kinds of media that messages to staff carry. */
export type StaffMediaType = 'image' | 'voice' | 'video'

/** The longest text of one message to staff in UTF-8 bytes, room for the mark left; whoever sends more splits it first. */
export const STAFF_TEXT_BYTES = limits.textBytes.value - MARK_BYTES

export interface StaffDeliverOptions {
  messages: AppMessages
  media: MediaIds<StaffMediaType>
  /** Told of a card with buttons that has left, with the code that lets it be changed once within 72 h. */
  cardSent?: ((card: { key: string; to: string; responseCode: string }) => Promise<void>) | undefined
}

/**
 * Sends one message to a staff member as an app message. Delivery class `content`: the platform's duplicate check is on,
 * and what tells deliveries apart is derived from the delivery key (`markOf`, `taskOf`), so that repeating an unclear one
 * within 4 h (a picture or voice: 10 min) arrives once. A media id the platform refuses (40007) is made anew once.
 */
export function createStaffDeliver({ messages, media, cardSent }: StaffDeliverOptions): Platform['deliver'] {
  return async (message, target) => {
    const form = formOf(message, target.key)
    if ('reason' in form) return { state: 'failed', reason: form.reason }
    const { use } = form
    let id = ''
    try {
      if (use) id = await media.idOf(use.media, use.type)
    } catch (error) {
      return outcomeOfPreparation(error)
    }
    for (let mediaLeft = 1; ; mediaLeft--) {
      try {
        const sent = await messages.send({ staff: [target.to] }, form.wire(id), {
          duplicateSeconds: form.bare === true ? BARE_SECONDS : MARKED_SECONDS,
          ...(target.signal && { signal: target.signal }),
        })
        if (sent.invalidStaff.length > 0) return unreachableMember()
        if (sent.unlicensedStaff.length > 0) return { state: 'skipped', reason: 'no-permission', detail: NO_LICENCE }
        const { responseCode } = sent
        if (responseCode !== undefined) await noted(cardSent?.({ key: target.key, to: target.to, responseCode }))
        return { state: 'sent', ...(sent.id !== undefined && { receipt: sent.id }) }
      } catch (error) {
        const worn = error instanceof WecomApiError && error.class === 'media' && mediaLeft > 0
        if (!worn || !use) return outcomeOf(error)
        try {
          const renewed = await media.replace(use.media, use.type, id)
          if (renewed === undefined) return outcomeOf(error)
          id = renewed
        } catch (failure) {
          return outcomeOfPreparation(failure)
        }
      }
    }
  }
}

/** The card is out, whatever becomes of its code: without it the card only stays as it is. */
async function noted(noting: Promise<void> | undefined): Promise<void> {
  await noting?.catch(() => undefined)
}

const NO_LICENCE = 'the member has no licence for this interface (成员无接口许可)'

const unreachableMember = (): Outcome => ({
  state: 'skipped',
  reason: 'identity-unknown',
  detail: 'the member is gone or outside the app’s visible range (成员不存在或不在应用可见范围)',
})

interface Form {
  /** The message, with the id of its media. */
  wire(mediaId: string): AppMessage
  use?: { media: MediaSource; type: StaffMediaType }
  /** Nothing in it can tell two deliveries apart. */
  bare?: boolean
}

function formOf(message: ResolvedMessage, key: string): Form | { reason: string } {
  switch (message.kind) {
    case 'hand-over':
    case 'filled-notice':
    case 'shipping':
    case 'mass-draft':
      return { reason: `a ${message.kind} is no message to staff` }
    default:
      return conversation(message, markOf(key), taskOf(key))
  }
}

function conversation(
  message: Exclude<ConversationMessage, { kind: 'hand-over' }>,
  mark: string,
  task: string,
): Form | { reason: string } {
  switch (message.kind) {
    case 'text': {
      const bytes = Buffer.byteLength(message.text)
      if (message.text.trim() === '') return { reason: 'the text is empty' }
      if (bytes > limits.textBytes.value) {
        return { reason: `the text has ${bytes} bytes, one message takes ${limits.textBytes.value}` }
      }
      const roomy = bytes <= STAFF_TEXT_BYTES
      return { wire: () => ({ type: 'text', text: roomy ? message.text + mark : message.text }), bare: !roomy }
    }
    case 'image':
    case 'voice': {
      const { kind: type, media } = message
      return { wire: (mediaId) => ({ type, mediaId }), use: { media, type }, bare: true }
    }
    case 'video': {
      const { media, title = '', description = '' } = message
      return {
        wire: (mediaId) => ({
          type: 'video',
          mediaId,
          ...(title !== '' && { title: titleOf(title) }),
          description: about(description, mark),
        }),
        use: { media, type: 'video' },
      }
    }
    case 'music': {
      const { title, description = '', url } = message
      return {
        wire: () => ({
          type: 'news',
          articles: [{ title: titleOf(title), description: about(description, mark), url }],
        }),
      }
    }
    case 'link': {
      const { title, description, url, picture } = message
      const shown = { title: titleOf(title), description: about(description, mark) }
      const article = { ...shown, url, ...(picture !== '' && { picture }) }
      return { wire: () => ({ type: 'news', articles: [article] }) }
    }
    case 'mini-program': {
      const { title, appid, path, thumb } = message
      const picture = 'url' in thumb ? { picture: thumb.url } : {}
      const article = { title: titleOf(title), description: mark, miniProgram: { appid, path }, ...picture }
      return { wire: () => ({ type: 'news', articles: [article] }) }
    }
    case 'choices':
      return choices(message, mark, task)
    default:
      return unreachable(message)
  }
}

/** Heads of articles are longer elsewhere; the client shows the beginning of a long one anyway. */
const titleOf = (title: string) => begin(title, limits.appTitleBytes.value)

const about = (description: string, mark: string) =>
  begin(description, limits.appDescriptionBytes.value - MARK_BYTES) + mark

function begin(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  return `${splitText(text, maxBytes - Buffer.byteLength('…'))[0] ?? ''}…`
}

/** Up to 6 choices are buttons of a card, whose press comes back with the choice's id; more are a numbered text. */
function choices(
  { head, items, tail }: ConversationMessage & { kind: 'choices' },
  mark: string,
  task: string,
): Form | { reason: string } {
  if (items.length === 0) return { reason: 'there is nothing to choose from' }
  if (items.length <= limits.cardButtons.value) {
    const buttons = items.map(({ id, text }) => ({ key: id, text }))
    const card = { kind: 'buttons' as const, title: head, ...(tail !== '' && { text: tail }), buttons, task }
    return { wire: () => ({ type: 'card', card }) }
  }
  const lines = items.map(({ text }, at) => `${at + 1}. ${text}`)
  const text = [head, ...lines, tail].filter((line) => line !== '').join('\n')
  const bytes = Buffer.byteLength(text)
  if (bytes > STAFF_TEXT_BYTES)
    return { reason: `the choices have ${bytes} bytes, one message takes ${STAFF_TEXT_BYTES}` }
  return { wire: () => ({ type: 'text', text: text + mark }) }
}

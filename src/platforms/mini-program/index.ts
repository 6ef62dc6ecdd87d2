import { miniProgramLimits } from '../../../rules/mini-program/limits.js'
import { splitText } from '../../core/message.js'
import type { Update } from '../../core/update.js'
import { type CallbackOf, createReceiver, type ReceiverOptions } from '../official-account/receive.js'
import type { Platform, ReplyFit } from '../platform.js'

/**
 * A mini program with a callback: its pushes (customer service, subscriptions, trade events) at a door like the Official
 * Account's, with its own appid, token and key. The platform shows no answer to a push but the transfer to customer
 * service; everything that is said goes out by the mini program's API.
 */
export function createMiniProgram(
  program: Omit<CallbackOf, 'platform'>,
  deliver: Platform['deliver'],
  options?: ReceiverOptions,
): Platform {
  return {
    platform: 'mini-program',
    account: program.id,
    ...createReceiver({ ...program, platform: 'mini-program' }, options),
    fit,
    deliver,
    // Its token is fetched and its connections are closed with the client, which the linked account shares.
    warm: async () => undefined,
    close: async () => undefined,
  }
}

function fit(push: Update['kind'] | Update, message: Parameters<Platform['fit']>[1]): ReplyFit {
  const kind = typeof push === 'string' ? push : push.kind
  if (message.kind === 'hand-over') {
    return kind.startsWith('message.')
      ? { fit: 'passive', message: { kind: 'hand-over' }, rest: [] }
      : { fit: 'later', messages: [message] }
  }
  if (message.kind !== 'text') return { fit: 'later', messages: [message] }
  const pieces = splitText(message.text, miniProgramLimits.textBytes.value)
  return { fit: 'later', messages: pieces.map((text) => ({ kind: 'text', text })) }
}

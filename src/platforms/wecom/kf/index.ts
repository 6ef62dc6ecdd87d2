import { limits } from '../../../../rules/wecom/limits.js'
import { type ResolvedMessage, splitText } from '../../../core/message.js'
import type { Platform } from '../../platform.js'
import { entryIn, updateOf } from './decode.js'

/**
 * A customer-service account (微信客服) as a platform of its own. It has no address: the corporation's app is told that
 * something waits, and it is read from there (src/kf). Nothing rides an answer; what is said leaves by the desk's channel.
 */
export function createKf(account: string, deliver: Platform['deliver']): Platform {
  return {
    platform: 'wecom',
    account,
    conversation: 'kf-message',
    receive: () => ({ type: 'refused', reason: 'a customer-service account is not called; its corporation’s app is' }),
    decode: (body) => updateOf(entryIn(body), account),
    fit: (_push, message) => ({ fit: 'later', messages: pieces(message) }),
    answer: () => '',
    deliver,
    warm: async () => undefined,
    close: async () => undefined,
  }
}

function pieces(message: ResolvedMessage): ResolvedMessage[] {
  if (message.kind !== 'text') return [message]
  return splitText(message.text, limits.deskTextBytes.value).map((text) => ({ kind: 'text', text }))
}

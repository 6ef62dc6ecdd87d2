import { limits } from '../../../../rules/wecom/limits.js'
import { WecomApiError } from '../errors.js'
import type { WecomApi } from './api.js'
import { type CustomerMessage, wireCustomerMessage } from './attachments.js'
import { filled } from './check.js'

/** What became of a welcome. */
export type WelcomeEnd =
  | 'sent'
  /** The conversation has begun, or the console's own welcome went out: nothing is due any more. */
  | 'not-due'
  /** The code was used or 20 s have passed. */
  | 'too-late'
  /** Another app is sending a welcome now: worth one more try inside the 20 s. */
  | 'other-app'

/** The first words of a member to a new customer. */
export interface Welcome {
  /** One message for the code of the event; the code is good for 20 s and one message. */
  send(code: string, message: CustomerMessage, options?: { signal?: AbortSignal }): Promise<WelcomeEnd>
}

const SEND = '/cgi-bin/externalcontact/send_welcome_msg'
const ENDS: ReadonlyMap<number, WelcomeEnd> = new Map([
  [41050, 'too-late'],
  [41051, 'not-due'],
  [41096, 'other-app'],
])

/** The group's methods on an API. */
export function welcome(api: WecomApi): Welcome {
  return {
    send: async (code, message, { signal } = {}) => {
      filled(SEND, 'code', code)
      const json = { welcome_code: code, ...wireCustomerMessage(SEND, message) }
      const deadlineMs = (limits.welcomeSeconds.value * 1000) / 2
      try {
        await api.call(SEND, { json, deadlineMs, repeat: 2, ...(signal && { signal }) })
        return 'sent'
      } catch (error) {
        const end = error instanceof WecomApiError ? ENDS.get(error.errcode ?? 0) : undefined
        if (end === undefined) throw error
        return end
      }
    },
  }
}

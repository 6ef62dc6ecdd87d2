/** Fields of pushes that open something: nobody is shown them, whatever the reason. */
const TAGS = ['Token', 'Ticket', 'WelcomeCode', 'ResponseCode', 'AuthCode', 'SuiteTicket', 'Encrypt', 'MsgSignature']
const KEYS = ['token', 'ticket', 'welcome_code', 'response_code', 'response_url', 'aeskey', 'auth_code', 'encrypt']

const IN_XML = new RegExp(`(<(${TAGS.join('|')})>(?:<!\\[CDATA\\[)?)[\\s\\S]*?((?:\\]\\]>)?</\\2>)`, 'gi')
const IN_JSON = new RegExp(`("(?:${KEYS.join('|')})"\\s*:\\s*")(?:[^"\\\\]|\\\\.)*(")`, 'gi')
const IN_QUERY = /([?&](?:access_token|token|secret|ticket|aeskey|key|code|response_code)=)[^&\s"'<\]]+/gi

/**
 * A push as it was received, without what opens something: tokens of the queue, tickets of codes, codes that let a
 * welcome or a card be answered, keys of files. They are short-lived, and they are never needed to understand a push.
 */
export function conceal(raw: string): string {
  return raw.replace(IN_XML, '$1***$3').replace(IN_JSON, '$1***$2').replace(IN_QUERY, '$1***')
}

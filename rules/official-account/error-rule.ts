/**
 * What an errcode means and what follows from it. The class decides what the product does; the words are for the
 * operator. `errmsg` is the platform's own text, approximately: code by number only.
 */
export type ErrorClass =
  /** Refresh the token once and try once more. */
  | 'token'
  /** Busy: try again with backoff. */
  | 'busy'
  /** Wrong appid, secret or frozen account: stop and tell the operator. */
  | 'credential'
  /** Our address is not on the allow-list: stop and tell the operator which one. */
  | 'ip'
  /** The account may not call this: remember and do not try again until re-checked. */
  | 'permission'
  | 'banned'
  /** Pause this API until 00:00 Asia/Shanghai. */
  | 'quota-day'
  /** Slow down and try again in a minute. */
  | 'quota-minute'
  | 'window-closed'
  | 'window-used-up'
  | 'not-following'
  /** On the blacklist, or the follower switched messages off. */
  | 'blocked'
  /** Subscription refused or used up. */
  | 'refused'
  /** The openid is wrong or of another account. */
  | 'identity'
  /** Too often to one person: wait over a minute. */
  | 'frequency'
  | 'template'
  /** Media id expired or of the wrong type: upload again once. */
  | 'media'
  /** Risky content: blocked. */
  | 'content'
  /** The request itself is wrong: ours to mend. */
  | 'request'
  /** Already done under this key: success. */
  | 'duplicate'

export interface ErrorRule {
  readonly code: number
  readonly class: ErrorClass
  readonly errmsg: string
  readonly en: string
  readonly zh: string
  /** What to do about it. */
  readonly fix: { readonly en: string; readonly zh: string }
}

/** One row of a table: code, class, errmsg, en, zh, and what to do in en and zh. */
export type Row = [
  code: number,
  cls: ErrorClass,
  errmsg: string,
  en: string,
  zh: string,
  fixEn?: string,
  fixZh?: string,
]

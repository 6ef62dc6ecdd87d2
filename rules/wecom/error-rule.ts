/**
 * What an errcode of WeCom means and what follows from it. The class decides what the product does; the words are for
 * the operator.
 */
export type WecomErrorClass =
  /** Try again with backoff, at most 3 times. */
  | 'busy'
  /** Too much at once: fewer calls in parallel, then again. */
  | 'concurrency'
  /** Refresh the token once and try once more. */
  | 'token'
  /** Wrong corporation, secret or app: stop and tell the operator. Asking on gets our address blocked for an hour. */
  | 'credential'
  /** Our address is not among the trusted ones (企业可信IP). */
  | 'ip'
  /** The app may not call this: stop the feature until the operator has changed it. */
  | 'permission'
  /** The app, the corporation's verification or a feature is suspended: stop everything of it. */
  | 'banned'
  /** A limit of calls: again after the window. */
  | 'quota'
  /** A limit of things that the corporation may have: nothing more can be added. */
  | 'capacity'
  /** The staff member is gone, inactive or outside the app's visible range. */
  | 'staff'
  /** No relation between this staff member and this customer. */
  | 'relation'
  /** The thing itself (tag, task, code, group) is not there any more. */
  | 'gone'
  /** Nothing is left to do: counts as success. */
  | 'done'
  | 'window-closed'
  | 'window-used-up'
  /** Media id expired or of the wrong kind: upload again once. */
  | 'media'
  /** Blocked by the platform's check of contents. */
  | 'content'
  /** The state of a conversation or hand-over does not allow it: read it again. */
  | 'state'
  /** The request itself is wrong: ours to mend. */
  | 'request'

export interface WecomErrorRule {
  readonly code: number
  readonly class: WecomErrorClass
  readonly en: string
  readonly zh: string
  /** What to do about it. */
  readonly fix: { readonly en: string; readonly zh: string }
}

/** One row: code, class, en, zh, and what to do in en and zh where the class alone does not say it. */
export type WecomRow = readonly [
  code: number,
  cls: WecomErrorClass,
  en: string,
  zh: string,
  fixEn?: string,
  fixZh?: string,
]

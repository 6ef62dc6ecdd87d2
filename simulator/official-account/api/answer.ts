import { errorRules } from '../../../rules/official-account/errors.js'
import { rid } from '../../ids.js'
import type { JsonRecord } from '../../json.js'
import { parseRecord } from '../../json.js'
import type { Platform } from '../../platform.js'
import type { Account } from '../account.js'
import type { Follower } from '../follower.js'

/** A call of the API, its token already checked. */
export interface Call {
  platform: Platform
  account: Account
  method: string
  path: string
  query: URLSearchParams
  body: Buffer
  contentType: string
  /** Address of the caller, for the IP allow-list. */
  ip: string
  now: number
  /** Set by an endpoint that is about one follower, so that the log can show the call there. */
  follower?: string
}

/** An answer: JSON, or bytes. */
export type Answer = JsonRecord | RawAnswer

/** Bytes instead of JSON. */
export interface RawAnswer {
  raw: Buffer
  contentType: string
  filename?: string
}

/** An API: how it is called and what it does. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'any'
  /** Who may call it (48001 for others); a name of rules/official-account/kinds. */
  capability?: Capability
  /** Takes no access token: the caller is known by the appid in its query or body. */
  open?: true
  run(call: Call): Answer | Promise<Answer>
}

export type { Capability } from '../../../rules/official-account/kinds.js'

import type { Capability } from '../../../rules/official-account/kinds.js'

/** `{"errcode":0,"errmsg":"ok"}` with further fields. */
export function ok(fields: JsonRecord = {}): Answer {
  return { errcode: 0, errmsg: 'ok', ...fields }
}

/** An error as the platform words it, with a request id; `detail` replaces the usual text. */
export function fail(errcode: number, detail?: string): Answer {
  const text = detail ?? errorRules.get(errcode)?.errmsg ?? 'unknown error'
  return { errcode, errmsg: `${text} rid: ${rid()}` }
}

/** errcode of an answer: absent means success. */
export function errcodeOf(answer: Answer): number {
  return 'errcode' in answer && typeof answer['errcode'] === 'number' ? answer['errcode'] : 0
}

/** The JSON body, or the error for an empty or malformed one. */
export function jsonBody(call: Call): { body: JsonRecord } | { error: Answer } {
  if (call.body.length === 0) return { error: fail(44002) }
  const body = parseRecord(call.body.toString())
  return body ? { body } : { error: fail(47001) }
}

/** The follower with this openid, or the error: 40003 for an unknown one, 43004 for one who does not follow. */
export function followerFor(call: Call, openid: string | undefined): { follower: Follower } | { error: Answer } {
  const follower = openid === undefined ? undefined : call.account.followers.get(openid)
  if (!follower) return { error: fail(40003) }
  call.follower = follower.openid
  if (!follower.following) return { error: fail(43004) }
  if (follower.blocked) return { error: fail(43019) }
  return follower.refuses ? { error: fail(48002) } : { follower }
}

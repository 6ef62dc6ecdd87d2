import type { JsonRecord } from '../../json.js'
import type { Account } from '../account.js'
import type { Follower } from '../follower.js'
import { type Answer, type Call, fail, jsonBody } from './answer.js'

/** An endpoint's work on a JSON body; without one the answer is 44002 or 47001. */
export function posted(run: (call: Call, body: JsonRecord) => Answer | Promise<Answer>) {
  return (call: Call): Answer | Promise<Answer> => {
    const parsed = jsonBody(call)
    return 'error' in parsed ? parsed.error : run(call, parsed.body)
  }
}

/** The person with this openid, following or not; undefined for a stranger. */
export function personOf(account: Account, openid: unknown): Follower | undefined {
  return typeof openid === 'string' ? account.followers.get(openid) : undefined
}

/** A page of `count` items from `offset`, or 40097 beyond 20. */
export function paged<T>(body: JsonRecord, all: readonly T[], most = 20): { items: T[] } | { error: Answer } {
  const offset = Number(body['offset'] ?? 0)
  const count = Number(body['count'] ?? most)
  if (!(offset >= 0) || !(count >= 1 && count <= most)) return { error: fail(40097) }
  return { items: all.slice(offset, offset + count) }
}

import type { RequestHead } from './authenticate.js'
import type { SentAnswer } from './idempotency.js'
import { toApiError } from './problem.js'
import type { Caller, Route } from './route.js'

/** A call as the audit log is told of it. */
export interface AuditedCall {
  caller: Caller
  route: Route
  head: RequestHead
  body?: Buffer
  /** `done`, or the code of the refusal. */
  outcome: string
}

/** Writes a call down. Rejects when it cannot: then the caller is not told that it was done. */
export type AuditPort = (call: AuditedCall) => Promise<void>

/** The traffic of shops: facts that are kept for themselves. */
const TRAFFIC: readonly string[] = ['events:write', 'orders:write', 'contacts:write', 'messages:send']

/** Whether a call is one that the audit log tells of: all that people change or see whole, and keys but for traffic. */
export function isAudited({ caller, route }: Pick<AuditedCall, 'caller' | 'route'>): boolean {
  if (route.audited || route.looks || route.scope === 'anyone') return false
  if (route.unmasked) return true
  if (route.method === 'GET') return false
  return caller.person !== undefined || !TRAFFIC.includes(route.scope)
}

/** Does the work and writes it down, refusals too. */
export async function audited(
  audit: AuditPort | undefined,
  call: Omit<AuditedCall, 'outcome'>,
  work: () => Promise<SentAnswer>,
): Promise<SentAnswer> {
  if (!audit || !isAudited(call)) return work()
  let answer: SentAnswer
  try {
    answer = await work()
  } catch (error) {
    await audit({ ...call, outcome: toApiError(error).code })
    throw error
  }
  await audit({ ...call, outcome: 'done' })
  return answer
}

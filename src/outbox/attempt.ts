import { messageOf } from '../core/errors.js'
import type { Outcome } from '../core/outcome.js'
import type { Platform } from '../platforms/platform.js'
import type { Choice } from './choose.js'

/** What one call of the platform needs. */
export interface AttemptDeps {
  platform(account: string): Platform | undefined
  /** A call that has not ended by then is uncertain, in ms. */
  deliverLimitMs: number
  /** Ends every call, when the process has to end. */
  signal: AbortSignal
}

/** Makes the call. Never throws; a call that is given up is also cut off, so that nothing leaves behind its back. */
export async function attempt({ row, resolved }: Choice, deps: AttemptDeps): Promise<Outcome> {
  const platform = deps.platform(row.account)
  if (!platform) return { state: 'failed', reason: `the account ${row.account} is not configured` }
  const aborter = new AbortController()
  const abort = () => aborter.abort()
  deps.signal.addEventListener('abort', abort)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Outcome>((resolve) => {
    const reason = `the call did not end within ${deps.deliverLimitMs} ms`
    timer = setTimeout(() => {
      resolve({ state: 'uncertain', reason })
      abort()
    }, deps.deliverLimitMs)
  })
  if (deps.signal.aborted) abort()
  try {
    const target = { to: row.to, key: keyOf(row), signal: aborter.signal }
    return await Promise.race([platform.deliver(resolved, target), late])
  } catch (error) {
    return { state: 'uncertain', reason: `the platform threw: ${messageOf(error)}` }
  } finally {
    clearTimeout(timer)
    deps.signal.removeEventListener('abort', abort)
  }
}

/** Another way of saying it is another message to the platform. */
function keyOf({ _id, option = 0 }: Choice['row']): string {
  return option === 0 ? _id : `${_id}#${option}`
}

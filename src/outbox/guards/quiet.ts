import type { Guard } from '../guard.js'
import { isCapped } from '../reach/caps.js'
import { quietUntil } from '../reach/quiet.js'
import type { ReachPolicy } from '../reach/reach.js'

/** Marketing and care messages leave nobody's telephone ringing at night; replies and service messages do not wait. */
export function quietGuard({ quiet }: Pick<ReachPolicy, 'quiet'>): Guard {
  return ({ purpose }, now) => {
    if (!isCapped(purpose) || quiet.mode === 'ignore') return { verdict: 'pass' }
    const until = quietUntil(now, quiet)
    if (until === undefined) return { verdict: 'pass' }
    if (quiet.mode === 'next') return { verdict: 'postpone', until, reason: 'quiet-hours' }
    return { verdict: 'skip', reason: 'quiet-hours', detail: `quiet until ${until.toISOString()}` }
  }
}

import type { Outcome } from '../core/outcome.js'
import type { Platform } from './platform.js'

/** A refusal that concerns an account as a whole, and that a person must mend. */
export interface AccountProblem {
  account: string
  what: 'permission' | 'refused'
  /** The kind of message that could not leave. */
  name: string
  code?: number
  reason: string
}

/** The platform, telling besides of refusals that are not about one message: permissions, credentials, addresses, quotas. */
export function watched(platform: Platform, tell: (problem: AccountProblem) => void): Platform {
  return {
    ...platform,
    async deliver(message, target) {
      const outcome = await platform.deliver(message, target)
      const problem = problemOf(outcome)
      if (problem) tell({ account: platform.account, name: message.kind, ...problem })
      return outcome
    },
  }
}

function problemOf(outcome: Outcome): Pick<AccountProblem, 'what' | 'code' | 'reason'> | undefined {
  switch (outcome.state) {
    case 'skipped':
      if (outcome.reason !== 'no-permission') return undefined
      return { what: 'permission', reason: outcome.detail ?? outcome.reason, ...codeOf(outcome) }
    case 'retry':
      return outcome.park ? { what: 'refused', reason: outcome.reason, ...codeOf(outcome) } : undefined
    default:
      return undefined
  }
}

const codeOf = ({ code }: { code?: number }) => (code === undefined ? {} : { code })

import { type Window, windows } from '../../rules/official-account/windows.js'

/** What a follower did that allows customer-service messages. */
export type Trigger = Window['trigger']

/** An allowance: so many messages until that moment (ms since 1970; at exactly that moment it is over). */
export interface Grant {
  trigger: Trigger
  remaining: number
  expiresAt: number
}

/** The allowances after she did this: a new one replaces the older one of the same trigger, they do not add up. */
export function granted(grants: Grant[], trigger: Trigger, at: number): Grant[] {
  const rule = windows.find((item) => item.trigger === trigger)
  if (!rule) return grants
  const others = grants.filter((grant) => grant.trigger !== trigger && grant.expiresAt > at)
  return [...others, { trigger, remaining: rule.messages, expiresAt: at + rule.ms }]
}

/** Which trigger a push counts as; undefined when it opens no window. */
export function triggerOf(kind: string, fields: Record<string, unknown>): Trigger | undefined {
  switch (kind) {
    case 'event.CLICK':
    case 'event.scancode_push':
    case 'event.scancode_waitmsg':
      return 'menu'
    case 'event.subscribe':
      return 'subscribe'
    case 'event.SCAN':
      return 'scan'
    default:
      if (kind.startsWith('event.')) return undefined
      return fields['bizmsgmenuid'] === undefined ? 'message' : 'menu'
  }
}

/**
 * Spends one message from the allowance that ends first. 45015: no window is open; 45047: the open ones are used up.
 */
export function spend(grants: Grant[], at: number): { grants: Grant[] } | { errcode: 45015 | 45047 } {
  const open = grants.filter((grant) => grant.expiresAt > at).sort((a, b) => a.expiresAt - b.expiresAt)
  const first = open.find((grant) => grant.remaining > 0)
  if (!first) return { errcode: open.length > 0 ? 45047 : 45015 }
  return { grants: open.map((grant) => (grant === first ? { ...grant, remaining: grant.remaining - 1 } : grant)) }
}

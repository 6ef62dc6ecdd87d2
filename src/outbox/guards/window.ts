import type { Guard } from '../guard.js'
import { needsWindow } from '../spends.js'
import type { GuardPorts } from './guards.js'

/**
 * A customer-service message, or one of the desk, leaves only while a window is open and something is left in it (45015,
 * 45047; 95002, 95001): spared calls, and a reason that says so. The platform has the last word all the same.
 */
export function windowGuard(ports: GuardPorts): Guard {
  return async (delivery, now) => {
    if (!needsWindow(delivery.message.kind)) return { verdict: 'pass' }
    const platform = ports.personOf(delivery)?.platform
    const windowed = delivery.channel === 'kf-message' || platform === 'official-account' || platform === 'mini-program'
    if (!windowed) return { verdict: 'pass' }
    const { open, unexpired, lastActAt } = await ports.windows.of(delivery.contact, now)
    if (open.length > 0) return { verdict: 'pass' }
    const detail = lastActAt === undefined ? 'nothing heard for 48 h' : `last heard at ${lastActAt.toISOString()}`
    return { verdict: 'skip', reason: unexpired ? 'window-used-up' : 'window-closed', detail }
  }
}

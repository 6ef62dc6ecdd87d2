import type { Inbox } from '../inbox/inbox.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Tick } from './scheduler.js'

/** What the standard ticks drive. */
export interface TickDeps {
  inbox: Pick<Inbox, 'sweep' | 'drainSpool'>
  outbox: Pick<Outbox, 'sweep'>
  /** Renews the accounts' credentials that end soon. */
  refreshTokens(): Promise<unknown>
}

/**
 * The recurring work of the product; each tick is idempotent. The spool belongs to its process and also drains itself,
 * so its tick only matters where the inbox and the scheduler share a process.
 */
export function standardTicks({ inbox, outbox, refreshTokens }: TickDeps): Tick[] {
  return [
    { name: 'inbox-sweep', every: '10 seconds', run: () => inbox.sweep() },
    { name: 'outbox-sweep', every: '5 seconds', run: () => outbox.sweep() },
    { name: 'spool-drain', every: '5 seconds', run: () => inbox.drainSpool() },
    { name: 'token-refresh', every: '1 minute', run: refreshTokens },
  ]
}

import type { Tick } from './scheduler.js'

/** What the publishing tick drives. */
export interface PublishingTickDeps {
  publishing: { poll(): Promise<unknown> }
}

/** Asks about publications and mass sends whose result event has not come; each has its own, growing interval. */
export function publishingTicks({ publishing }: PublishingTickDeps): Tick[] {
  return [{ name: 'publishing-poll', every: '1 minute', run: () => publishing.poll() }]
}

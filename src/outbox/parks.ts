import type { Channel } from './channel.js'

/** Channels of accounts that the platform refuses as a whole for a while, as this process learned it. */
export interface Parks {
  /**
   * When the channel may be asked again; undefined: now. When its time has come one caller is let through to find out,
   * the others wait for what that one finds.
   */
  until(account: string, channel: Channel, now: Date): Date | undefined
  park(account: string, channel: Channel, until: Date): void
  /** The channel works. */
  open(account: string, channel: Channel): void
}

interface Park {
  until: number
  /** Somebody is finding out, until then at most. */
  probeUntil?: number
}

const PROBE_MS = 15_000
const ASK_AGAIN_MS = 2_000

/** Nothing is parked yet. */
export function createParks(): Parks {
  const parks = new Map<string, Park>()
  const keyOf = (account: string, channel: Channel) => `${account} ${channel}`
  return {
    until(account, channel, now) {
      const park = parks.get(keyOf(account, channel))
      if (park === undefined) return undefined
      const at = now.getTime()
      if (at < park.until) return new Date(park.until)
      if (park.probeUntil !== undefined && at < park.probeUntil) return new Date(at + ASK_AGAIN_MS)
      park.probeUntil = at + PROBE_MS
      return undefined
    },
    park(account, channel, until) {
      parks.set(keyOf(account, channel), { until: until.getTime() })
    },
    open(account, channel) {
      if (parks.size > 0) parks.delete(keyOf(account, channel))
    },
  }
}

import type { Connection } from 'mongoose'
import { type Clock, systemClock } from '../core/clock.js'

/** The database's clock, as far as it can be known from here: leases are judged by it, never by a machine's own. */
export interface StoreClock extends Clock {
  /** Measures the offset again; failures keep the last one. */
  sync(): Promise<void>
  /** How far the database is ahead of this machine, in ms. */
  readonly offsetMs: number
}

/**
 * Follows the database's clock by its `hello` answer, corrected by half the round trip. Good to a few milliseconds,
 * where leases last seconds. Measure at start and with every sweep.
 */
export function createStoreClock(connection: Connection, local: Clock = systemClock): StoreClock {
  let offset = 0
  return {
    now: () => new Date(local.now().getTime() + offset),
    get offsetMs() {
      return offset
    },
    async sync() {
      const sentAt = local.now().getTime()
      const answer = await connection.db?.command({ hello: 1 }).catch(() => undefined)
      const there: unknown = answer?.['localTime']
      if (!(there instanceof Date)) return
      const here = local.now().getTime()
      if (here - sentAt < 2000) offset = Math.round(there.getTime() - (sentAt + here) / 2)
    },
  }
}

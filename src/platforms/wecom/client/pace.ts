import type { Clock } from '../../../core/clock.js'

/** A limit of how often: so many in so long. */
export interface PaceWindow {
  most: number
  spanMs: number
}

/** Counts what was sent to each receiver, in the memory of this process. */
export interface Pace {
  /**
   * Counts one for each of the ids, or none at all: then it gives how long to wait and who is full. The platform drops
   * the surplus without a word, so we never send it.
   */
  take(ids: readonly string[]): { waitMs: number; full: string[] } | undefined
  /** Takes one back that surely was not sent. */
  giveBack(ids: readonly string[]): void
}

const MOST_IDS = 20_000

/** A pace by sliding windows; receivers silent for the longest window are forgotten. */
export function createPace(clock: Clock, windows: readonly PaceWindow[]): Pace {
  const longest = Math.max(...windows.map(({ spanMs }) => spanMs))
  const sent = new Map<string, number[]>()
  const timesOf = (id: string, now: number): number[] => {
    const times = (sent.get(id) ?? []).filter((at) => now - at < longest)
    if (times.length === 0) sent.delete(id)
    return times
  }
  const waitOf = (times: number[], now: number): number =>
    Math.max(
      0,
      ...windows.map(({ most, spanMs }) => {
        const inside = times.filter((at) => now - at < spanMs)
        const oldest = inside[inside.length - most]
        return oldest === undefined ? 0 : oldest + spanMs - now
      }),
    )
  const forget = (now: number): void => {
    for (const id of [...sent.keys()]) timesOf(id, now)
  }
  return {
    take: (ids) => {
      const now = clock.now().getTime()
      const rows = [...new Set(ids)].map((id) => ({ id, times: timesOf(id, now) }))
      const waits = rows.map(({ id, times }) => ({ id, ms: waitOf(times, now) })).filter(({ ms }) => ms > 0)
      if (waits.length > 0) return { waitMs: Math.max(...waits.map(({ ms }) => ms)), full: waits.map(({ id }) => id) }
      for (const { id, times } of rows) sent.set(id, [...times, now])
      if (sent.size > MOST_IDS) forget(now)
      return undefined
    },
    giveBack: (ids) => {
      for (const id of new Set(ids)) {
        const times = sent.get(id)
        times?.pop()
        if (times?.length === 0) sent.delete(id)
      }
    },
  }
}

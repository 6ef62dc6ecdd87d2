/** How many calls of one endpoint are under way at once; more wait in line. */
export interface Lanes {
  /** Runs the job when a place of the lane is free. */
  run<T>(path: string, job: () => Promise<T>): Promise<T>
  /** The platform said that too many are under way (45033): half as many from now on, at least one. */
  crowded(path: string): void
  /** Places of a lane now; undefined where there is no limit. */
  places(path: string): number | undefined
}

interface Lane {
  busy: number
  places: number
  ceiling: number
  calm: number
  waiting: (() => void)[]
}

/** Quiet calls in a row after which a narrowed lane gets one place back. */
const CALM = 50

/** Lanes by path; `ceilingOf` gives the places of an endpoint, or undefined for no limit of ours. */
export function createLanes(ceilingOf: (path: string) => number | undefined): Lanes {
  const lanes = new Map<string, Lane>()
  /** The lane of an endpoint. Paths come from the client's own list, so that there are few. */
  const laneOf = (path: string): Lane => {
    const known = lanes.get(path)
    if (known) return known
    const ceiling = ceilingOf(path) ?? Number.POSITIVE_INFINITY
    const lane: Lane = { busy: 0, places: ceiling, ceiling, calm: 0, waiting: [] }
    lanes.set(path, lane)
    return lane
  }
  const admit = (lane: Lane): void => {
    while (lane.busy < lane.places) {
      const next = lane.waiting.shift()
      if (!next) return
      lane.busy += 1
      next()
    }
  }
  const enter = (lane: Lane): Promise<void> | undefined => {
    if (lane.busy < lane.places && lane.waiting.length === 0) {
      lane.busy += 1
      return undefined
    }
    return new Promise((resolve) => lane.waiting.push(resolve))
  }
  return {
    run: async (path, job) => {
      const lane = laneOf(path)
      await enter(lane)
      try {
        const result = await job()
        lane.calm += 1
        if (lane.calm >= CALM && lane.places < lane.ceiling) {
          lane.places += 1
          lane.calm = 0
        }
        return result
      } finally {
        lane.busy -= 1
        admit(lane)
      }
    },
    crowded: (path) => {
      const lane = laneOf(path)
      lane.calm = 0
      lane.places = Math.max(1, Math.floor(Math.min(lane.places, lane.busy) / 2))
    },
    places: (path) => {
      const { places } = laneOf(path)
      return Number.isFinite(places) ? places : undefined
    },
  }
}

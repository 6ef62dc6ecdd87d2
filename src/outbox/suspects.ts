import { type Candidate, SUSPECT_AFTER } from './pick.js'

/** Keeps rows over which processes ended away from the others. */
export interface Suspects {
  /** One of them is held: nothing may be started beside it. */
  readonly solitary: boolean
  /** What may start together: suspects go one by one, and only while nothing else is under way (`idle`). */
  apart(chosen: Candidate[], idle: boolean): Candidate[]
  /** Nothing is under way any more. */
  done(): void
}

/** How long suspects stand back behind the others. */
const WAIT_MS = 10_000

/** No suspects yet. */
export function createSuspects(): Suspects {
  let solitary = false
  let since: number | undefined
  return {
    get solitary() {
      return solitary
    },
    apart(chosen, idle) {
      const [suspect] = chosen.filter(isSuspect)
      if (suspect === undefined) return chosen
      since ??= Date.now()
      const others = chosen.filter((row) => !isSuspect(row))
      if (others.length > 0 && Date.now() - since < WAIT_MS) return others
      if (!idle) return []
      since = undefined
      solitary = true
      return [suspect]
    },
    done() {
      solitary = false
    },
  }
}

const isSuspect = (row: Candidate) => (row.crashes ?? 0) >= SUSPECT_AFTER

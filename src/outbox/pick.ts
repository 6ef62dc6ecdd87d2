import type { DeliveryRow } from './delivery.js'

/** What the choice of the next deliveries looks at. */
export type Candidate = Pick<
  DeliveryRow,
  '_id' | 'contact' | 'source' | 'seq' | 'dueAt' | 'nextAt' | 'fence' | 'busy' | 'state' | 'crashes'
>

/** False for what is no delivery: somebody wrote into the collection, or a document was damaged. */
export function isSound(row: Candidate): boolean {
  const { contact, source, seq, dueAt, nextAt, fence } = row
  const times = [dueAt, nextAt].every((at) => at instanceof Date && !Number.isNaN(at.getTime()))
  return times && typeof contact === 'string' && typeof source === 'string' && Number.isFinite(seq + fence)
}

/** After this many ends of a process that held the row, it is tried with nothing beside it. */
export const SUSPECT_AFTER = 2
/** After this many ends of a process that held nothing else, it is given up. */
export const POISON_AFTER = 3

/**
 * Chooses which deliveries may start now: at most one per contact, none where one is under way, older first. Within a
 * source (the pieces of one reply) a later one never passes an earlier one, even while that waits for a retry; a retry
 * of one source does not hold up another. `rows` are all open rows of the contacts in question.
 */
export function pick(rows: readonly Candidate[], now: Date, room: number): Candidate[] {
  const sorted = [...rows].sort(older)
  const taken = new Set(sorted.filter((row) => row.busy).map((row) => row.contact))
  const waiting = new Set<string>()
  const chosen: Candidate[] = []
  for (const row of sorted) {
    if (chosen.length >= room) break
    const chain = `${row.contact}\n${row.source}`
    const ready = row.nextAt.getTime() <= now.getTime() && !row.busy
    if (ready && !taken.has(row.contact) && !waiting.has(chain)) {
      taken.add(row.contact)
      chosen.push(row)
    }
    waiting.add(chain)
  }
  return chosen
}

function older(a: Candidate, b: Candidate): number {
  return a.dueAt.getTime() - b.dueAt.getTime() || a.seq - b.seq
}

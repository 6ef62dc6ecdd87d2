import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../../core/errors.js'
import { forgetPeople } from './control.js'
import { editChunk } from './edit.js'
import type { LaneState } from './lane-state.js'
import { openLedger } from './ledger.js'
import { INTERRUPTED } from './recover.js'
import type { Work } from './work.js'

const PATIENCE_MS = 30_000
const LOOK_MS = 50

/**
 * A process that was silent for longer than its lease (stopped, paused with its machine) and lives on knows what the
 * others had to take for uncertain: which of its marks it never called, and how its calls ended. It tells. Only
 * recipients are touched that stand exactly as its own marks left them.
 */
export async function repairLost(lane: LaneState, work: Work): Promise<void> {
  const marks = storedMarks(work)
  if (marks.size === 0) return
  const { connection, clock, leaseClock, owner, log } = lane.deps
  const ports = { connection, clock, leaseClock, owner: `${owner}:editor` }
  for (const until = performance.now() + PATIENCE_MS; work.inFlight > 0 && performance.now() < until; ) {
    await pause(LOOK_MS, undefined, { ref: false })
  }
  const settled: number[] = []
  try {
    await editChunk(ports, work.key, ({ ledger }) => {
      for (const [index, markedAt] of marks) {
        const theirs = ledger.standing(index)
        const known = work.ledger.standing(index)
        const untouched = theirs.state === 'uncertain' && theirs.note.reason === INTERRUPTED
        if (!untouched || theirs.at?.getTime() !== markedAt) continue
        if (known.state === 'waiting' || known.state === 'retry') {
          ledger.set(index, 'waiting', { attempts: known.attempts })
        } else if (known.state === 'sent' || known.state === 'failed' || known.state === 'skipped') {
          ledger.set(index, known.state, { note: known.note, at: known.at ?? clock.now() })
        } else continue
        settled.push(index)
      }
      return settled.length > 0
    })
    await forgetPeople(connection, work.key, settled)
    if (settled.length > 0) log.info({ chunk: work.key, recipients: settled.length }, 'doubt was cleared up afterwards')
  } catch (error) {
    log.warn({ chunk: work.key, reason: messageOf(error) }, 'doubt could not be cleared up, it stays')
  }
}

/** Whom the store may have as marked by this process, and since when. */
function storedMarks(work: Work): Map<number, number> {
  const marks = new Map<number, number>()
  for (const fields of work.stored) {
    const ledger = openLedger(fields)
    for (const index of ledger.in('sending')) {
      const { at, note } = ledger.standing(index)
      if (at && note.batch === undefined) marks.set(index, at.getTime())
    }
  }
  return marks
}

import { randomUUID } from 'node:crypto'
import { createLeases } from '../../store/lease.js'
import { createChanges } from './changes.js'
import { countsOn } from './counts.js'
import { type WayRow, wayRows } from './model.js'
import { planWay, type WayStep } from './plan.js'
import type { KeepingPorts } from './ports.js'
import { definitionOf } from './read-definition.js'
import { dayOf } from './slots.js'

/** What a round over all ways came to. */
export interface WayRound {
  changed: number
  problems: number
}

/** Keeps the platform's contact ways as they should be now. */
export interface WaySync {
  /** Takes the next steps of one way; gives its row as it is then. Never rejects for what the platform says. */
  one(id: string): Promise<WayRow | undefined>
  /** The same for all ways that need it. */
  all(): Promise<WayRound>
}

const LEASE_MS = 120_000
const AT_ONCE = 5
/** Looking, adopting and dropping can follow each other. */
const MOST_STEPS = 3

/** The sync on a connection. One process at a time works on a way. */
export function createWaySync(ports: KeepingPorts): WaySync {
  const { connection, clock, log, timeZone } = ports
  const rows = () => wayRows(connection)
  const leases = createLeases(connection)
  const owner = randomUUID()
  const changes = createChanges(ports)

  async function stepOf(row: WayRow): Promise<WayStep | undefined> {
    const definition = definitionOf(row)
    if (definition === undefined) return undefined
    const now = clock.now()
    const capped = definition.dailyCap !== undefined
    const counts = capped ? await countsOn(connection, row._id, dayOf(now, timeZone)) : new Map<string, number>()
    return planWay(row, definition, now, counts, timeZone)
  }

  async function one(id: string): Promise<WayRow | undefined> {
    const lease = await leases.take(`contact-way:${id}`, owner, LEASE_MS)
    if (!lease) return (await rows().findOne({ _id: id })) ?? undefined
    try {
      for (let left = MOST_STEPS; ; left--) {
        const row = await rows().findOne({ _id: id })
        if (row === null) return undefined
        const source = ports.source(row.account)
        const step = source && left > 0 ? await stepOf(row) : undefined
        if (!source || !step || step.do === 'nothing') return row
        await changes.take(row, step, source)
        if (!(await lease.renew(LEASE_MS))) return row
      }
    } finally {
      await lease.release()
    }
  }

  async function all(): Promise<WayRound> {
    const round: WayRound = { changed: 0, problems: 0 }
    let batch: Promise<void>[] = []
    for await (const row of rows().find({ account: { $in: [...ports.accounts] } })) {
      const step = await stepOf(row)
      if (!step || step.do === 'nothing') {
        if (row.problem) round.problems += 1
        continue
      }
      batch.push(
        one(row._id).then((after) => {
          round.changed += 1
          if (after?.problem) round.problems += 1
        }),
      )
      if (batch.length < AT_ONCE) continue
      await Promise.all(batch)
      batch = []
    }
    await Promise.all(batch)
    if (round.changed > 0) log.info({ ...round }, 'contact ways brought up to date')
    return round
  }

  return { one, all }
}

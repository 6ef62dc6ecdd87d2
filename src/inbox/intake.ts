import { randomUUID } from 'node:crypto'
import { AppError, messageOf } from '../core/errors.js'
import type { Update } from '../core/update.js'
import type { Envelope, Platform } from '../platforms/platform.js'
import { DUPLICATE_KEY } from '../store/duplicate.js'
import { createGroupCommit } from '../store/group-commit.js'
import type { InsertFault } from '../store/raw-commands.js'
import { within } from '../store/within.js'
import { settleDuplicates } from './duplicates.js'
import { type Entry, newEntry } from './entry.js'
import { giveUp, type HandleDeps, handleEntry } from './handle.js'
import { createStoreHealth } from './health.js'
import type { InboxDeps, InboxTiming } from './inbox.js'
import { createLanes } from './lanes.js'
import type { Recovery } from './recover.js'
import { createRowWrites } from './row-writes.js'
import type { Completion } from './rows.js'
import { drainSpool, type SpoolDrain, spoolRecord } from './spooled.js'
import { createUnderWay } from './under-way.js'

/** Updates that may wait for the disk at once; beyond, the platform is asked to send again. */
const MOST_PENDING = 20_000
/** Recovered updates under way at once; the rest waits in the store. */
const MOST_RECOVERING = 500

/** The running inbox: from the request to the end of the handlers. */
export function createIntake(deps: InboxDeps, timing: InboxTiming) {
  const { connection, config, clock, leaseClock, log, spool } = deps
  const owner = randomUUID()
  /** While the spool's last records are brought in, new updates wait here: nothing overtakes. */
  let held: Entry[] | undefined
  let closing = false

  const writes = createRowWrites({
    connection,
    owner,
    clock,
    leaseEnd,
    limitMs: timing.writeLimit,
    log,
    stored,
    notStored,
    lost: (error) => health.lost(error),
  })
  const spooling = createGroupCommit<Entry, void>({
    write: (items) => spool.append(items.map(spoolRecord)),
    settle: (items) => items.forEach(acknowledge),
    failed: notSpooled,
    inFlight: 1,
  })
  const underWay = createUnderWay({
    clock,
    handlerLimitMs: timing.handlerLimit,
    outOfTime,
    giveUp: (entry) => giveUp(handling, entry, timing.handlerLimit),
  })
  const handling: HandleDeps = {
    log,
    warnAfterMs: config.warnAfter,
    run: deps.run,
    resolve: deps.resolve,
    put: (deliveries) => deps.outbox.put(deliveries),
    answer: underWay.answer,
    complete,
    release,
    fail: deps.fail,
  }
  const lanes = createLanes<Entry>(work)
  const health = createStoreHealth({ log, ping, recover: bringIn })
  const takingOver = { connection, owner, leaseClock, leaseEnd, log, platform: deps.platform }
  const recovery: Recovery = { ...takingOver, clock, graceMs: timing.grace, has: underWay.has, enter }
  const draining: SpoolDrain = { ...takingOver, spool, enter: enterSpooled }
  const renewal = setInterval(() => void renew(), timing.lease / 3)
  renewal.unref()
  if (spool.bytes > 0) health.lost('the spool holds updates of an earlier run')

  function accept(
    platform: Platform,
    update: Update,
    envelope: Envelope,
    arrivedAt = performance.now(),
  ): Promise<string> {
    const id = `${update.account}:${update.id}`
    const known = underWay.known(id, platform, update, envelope)
    if (known) return known
    if (closing || writes.pending + spooling.pending >= MOST_PENDING) return Promise.reject(unavailable())
    const entry = newEntry(id, platform, update, envelope, arrivedAt, arrivedAt + config.replyBudget, clock.now())
    const { answered } = entry
    underWay.add(entry)
    if (held) held.push(entry)
    else if (health.up) writes.insert(entry)
    else spooling.add(entry)
    return answered
  }

  /** Never throws or rejects: a lane must go on. */
  function work(entry: Entry): Promise<void> | undefined {
    const broken = (error: unknown) =>
      log.error({ update: entry.id, err: error }, 'update could not be brought to an end')
    try {
      const handled = handleEntry(handling, entry)
      return (
        handled &&
        new Promise((leave) => {
          entry.leave = leave
          handled.catch(broken).then(leave)
        })
      )
    } catch (error) {
      broken(error)
      return undefined
    }
  }

  function stored(items: Entry[], faults: readonly InsertFault[]): void {
    if (faults.length === 0) {
      for (const entry of items) start(entry)
      return
    }
    const faulty = new Map(faults.map((fault) => [fault.index, fault]))
    const duplicates: Entry[] = []
    items.forEach((entry, at) => {
      const fault = faulty.get(at)
      if (!fault) start(entry)
      else if (fault.code === DUPLICATE_KEY) duplicates.push(entry)
      else {
        log.error({ update: entry.id, code: fault.code, reason: fault.message }, 'row refused by the store, spooled')
        spooling.add(entry)
      }
    })
    if (duplicates.length > 0) void meet(duplicates)
  }

  function notStored(items: Entry[], error: unknown): void {
    health.lost(error)
    for (const entry of items) spooling.add(entry)
  }

  /** The row is ours and on the disk: its handlers may run. */
  function start(entry: Entry): void {
    entry.stage = 'working'
    if (entry.late) underWay.answer(entry, null)
    if (lanes.enter(entry.contact, entry)) return
    log.warn({ update: entry.id, contact: entry.contact }, 'too much waits for this contact, update left to the sweep')
    underWay.answer(entry, null)
    release(entry)
  }

  /** It is stored, but not for us to handle now. */
  function acknowledge(entry: Entry): void {
    underWay.answer(entry, null)
    underWay.leave(entry)
  }

  function notSpooled(items: Entry[], error: unknown): void {
    for (const entry of items) {
      log.error({ update: entry.id, reason: messageOf(error) }, 'update could be stored nowhere')
      underWay.refuse(entry, unavailable(error))
    }
  }

  /** Their keys exist already: other requests, other processes or earlier runs brought them. */
  async function meet(entries: Entry[]): Promise<void> {
    try {
      await settleDuplicates(takingOver, entries.filter(isOpen), {
        ours: start,
        gone: writes.insert,
        ended(entry, before) {
          underWay.answer(entry, before)
          underWay.leave(entry, before)
        },
        elsewhere(entry) {
          entry.stage = 'elsewhere'
          if (entry.late) acknowledge(entry)
          else setTimeout(() => void meet([entry]), timing.poll)
        },
      })
    } catch (error) {
      health.lost(error)
      for (const entry of entries) if (isOpen(entry) && entry.stage !== 'working') acknowledge(entry)
    }
  }

  /** The budget is used up: whatever comes now goes by the outbox. */
  function outOfTime(entry: Entry): void {
    if (entry.stage === 'working') underWay.answer(entry, null)
    else if (entry.stage === 'elsewhere') acknowledge(entry)
  }

  function complete(entry: Entry, end: Completion['end']): void {
    underWay.leave(entry, end.state === 'done' ? end.answer : null)
    writes.complete(entry, end)
    if (entry.ended) void writes.written().then(() => entry.ended?.(end.state))
  }

  function release(entry: Entry): void {
    underWay.leave(entry)
    writes.release(entry)
    entry.ended?.('received')
  }

  /** Takes a row that was taken over into its contact's lane. */
  function enter(entry: Entry): boolean {
    underWay.add(entry)
    if (!closing && lanes.enter(entry.contact, entry)) return true
    release(entry)
    return false
  }

  async function enterSpooled(entries: Entry[]): Promise<void> {
    for (const entry of entries) enter(entry)
    await lanes.below(MOST_RECOVERING)
  }

  async function bringIn(): Promise<void> {
    await drainSpool(draining)
    held = []
    try {
      await spooling.idle()
      await drainSpool(draining)
    } catch (error) {
      for (const entry of held) spooling.add(entry)
      held = undefined
      throw error
    }
    for (const entry of held) writes.insert(entry)
    held = undefined
    writes.retry()
  }

  async function ping(): Promise<void> {
    await within(timing.writeLimit, connection.db?.command({ ping: 1 }) ?? Promise.reject(unavailable()))
  }

  async function renew(): Promise<void> {
    const slow = underWay.workingSince(performance.now() - timing.lease / 3)
    if (slow.length === 0 || !health.up) return
    try {
      await writes.renew(slow)
    } catch (error) {
      log.warn({ rows: slow.length, reason: messageOf(error) }, 'leases could not be renewed')
    }
  }

  function leaseEnd(): Date {
    return new Date(leaseClock.now().getTime() + timing.lease)
  }

  async function idle(): Promise<void> {
    await writes.inserted()
    await spooling.idle()
    await lanes.below(1)
    await writes.written()
  }

  return {
    accept,
    recovery,
    get size() {
      return underWay.size
    },
    get usable() {
      return !closing && health.up
    },
    async drainSpool() {
      if (spool.bytes > 0) health.lost('the spool holds updates')
      await health.tryNow()
    },
    ready(): { ok: boolean; reason?: string } {
      if (closing) return { ok: false, reason: 'shutting down' }
      if (!health.up && !spool.writable) return { ok: false, reason: 'neither the store nor the spool can be written' }
      return { ok: true }
    },
    async close(graceMs = 20_000): Promise<void> {
      closing = true
      clearInterval(renewal)
      const ended = await within(graceMs, idle()).then(
        () => true,
        () => false,
      )
      if (!ended) log.warn({ updates: underWay.size }, 'inbox closed before everything was handled')
      health.close()
      underWay.close()
      await spool.close()
    },
  }
}

const isOpen = (entry: Entry) => entry.stage !== 'ended'

function unavailable(cause?: unknown): AppError {
  return new AppError('inbox.unavailable', 'updates cannot be stored now', {
    cause,
    fix: 'check the store and the disk',
  })
}

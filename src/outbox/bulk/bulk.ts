import { randomUUID } from 'node:crypto'
import { messageOf } from '../../core/errors.js'
import type { PutResult } from '../put.js'
import { type BulkSwept, sweepChunks } from './bulk-sweep.js'
import type { BulkProgress, NewChunk, RecipientEnd, RecipientState } from './chunk.js'
import { renewChunks } from './claims.js'
import { cancelSource, pauseSource, resendTo, resumeSource, treatAsSent, type Which } from './control.js'
import { openEvidence } from './evidence.js'
import { leaseValid } from './feed.js'
import { createLane, type Lane } from './lane.js'
import { takeLane } from './lane-lease.js'
import { type EndsPage, endOf, endsOf, progressOf } from './look.js'
import { BULK_TIMING, type BulkDeps, type BulkPorts } from './ports.js'
import { putChunks } from './put.js'
import { type MassReceipt, type PersonReceipt, settleMass, settlePerson } from './receipts.js'
import { bulkRows, type SourceRow } from './rows.js'
import { createVisits } from './visits.js'

/** Sends the same message to many: campaigns put chunks of people, and look how far they are. */
export interface Bulk {
  /** Stores chunks; resolves when they are on the disk. A known key changes nothing. */
  put(chunks: readonly NewChunk[]): Promise<PutResult[]>
  /** Nothing more of the source begins, also of chunks put later; within about a second in every process. */
  pause(source: string): Promise<void>
  resume(source: string): Promise<void>
  /** Calls back for good what has not begun; gives how many at once, those in the hands of a sender follow. */
  cancel(source: string): Promise<number>
  progress(source: string): Promise<BulkProgress>
  /** What happened to one contact; undefined when it is not among the recipients. */
  of(source: string, contact: string): Promise<RecipientEnd | undefined>
  /** Recipients that stand so, page by page. */
  ends(source: string, states: readonly RecipientState[], page?: { after?: string; limit?: number }): Promise<EndsPage>
  /** Those of whom nobody knows whether it arrived, with the evidence: channel, moment, reason. */
  uncertain(source: string, page?: { after?: string; limit?: number }): Promise<EndsPage>
  /** Sends once more to failed or uncertain recipients; gives to how many. */
  resend(source: string, which: Which): Promise<number>
  /** Takes uncertain recipients for sent; gives how many. */
  treatAsSent(source: string, which: readonly string[] | 'uncertain'): Promise<number>
  /** The contact came by: what waits for the next visit goes out. Costs nothing while nobody waits. */
  visited(contact: string): Promise<boolean>
  /** The platform told how a message to one person ended; false when no uncertain one is meant. */
  settle(receipt: PersonReceipt): Promise<boolean>
  /** The platform told how a mass send ended; false when it is not one of ours. */
  settleMass(receipt: MassReceipt): Promise<boolean>
  /** Starts sending in this process (the worker role). */
  start(): void
  /** Puts right what ended processes left; runs by itself in a process that sends. */
  sweep(): Promise<BulkSwept>
  /** Lets go of everything, waiting for the calls under way; what has not ended after `graceMs` is uncertain. */
  close(graceMs?: number): Promise<void>
}

const SWEEP_EVERY_MS = 2_000
/** An account with nothing to send is given back after this. */
const LINGER_MS = 30_000

/** Opens the bulk sender. Call `bulkModels` and `ensureIndexes` before. */
export function createBulk(ports: BulkPorts): Bulk {
  const { connection, clock, leaseClock, log } = ports
  const owner = randomUUID()
  const timing = { ...BULK_TIMING, ...ports.timing }
  const deps: BulkDeps = { ...ports, owner, timing, concurrency: ports.concurrency ?? 600 }
  const evidence = openEvidence(ports.evidenceDir, owner, log)
  /** Whoever changes chunks from outside holds them under a name of its own. */
  const editor = { connection, clock, leaseClock, owner: `${owner}:editor` }
  const lanes = new Map<string, { lane: Lane; usedAt: number }>()
  const visits = createVisits({ connection, clock, wake })
  let running = false
  let polling: Promise<void> | undefined
  let again = false
  let timer: NodeJS.Timeout | undefined
  let renewal: NodeJS.Timeout | undefined
  let sweptAt = Number.NEGATIVE_INFINITY
  /** Lanes that are being let go of. */
  const closing = new Set<Promise<void>>()

  function wake(): void {
    if (!running) return
    if (polling) {
      again = true
      return
    }
    clearTimeout(timer)
    polling = poll()
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'sources could not be looked at'))
      .finally(() => {
        polling = undefined
        if (!running) return
        timer = setTimeout(wake, again ? 0 : timing.poll)
        timer.unref()
        again = false
      })
  }

  async function poll(): Promise<void> {
    await tidy()
    const { sources } = bulkRows(connection)
    const due = await sources.find({ open: true, nextAt: { $lte: clock.now() }, hold: { $exists: false } }).toArray()
    const byAccount = new Map<string, SourceRow[]>()
    for (const row of due) byAccount.set(row.account, [...(byAccount.get(row.account) ?? []), row])
    for (const [account, rows] of byAccount) await serve(account, rows)
    for (const [account, held] of lanes) {
      if (!held.lane.idle()) held.usedAt = performance.now()
      else if (performance.now() - held.usedAt > LINGER_MS) {
        letGo(account, held.lane)
      }
    }
  }

  async function tidy(): Promise<void> {
    if (performance.now() - sweptAt >= SWEEP_EVERY_MS || evidence.gone().length > 0) await sweep()
  }

  function letGo(account: string, lane: Lane): void {
    lanes.delete(account)
    const closed = lane.close(timing.deliverLimit).finally(() => closing.delete(closed))
    closing.add(closed)
  }

  async function serve(account: string, rows: readonly SourceRow[]): Promise<void> {
    const held = lanes.get(account)
    const lane = held?.lane ?? (await take(account))
    if (!lane) return
    for (const row of rows) lane.feed(row)
  }

  async function take(account: string): Promise<Lane | undefined> {
    const sender = ports.sender(account)
    if (!sender) {
      log.error({ account }, 'there are messages for an account that is not configured')
      return undefined
    }
    const validUntil = leaseValid(timing.lease)
    const lease = await takeLane(connection, account, owner, timing.lease)
    if (!lease || !running) return undefined
    const lane = createLane(deps, account, sender, evidence, lease, validUntil)
    lanes.set(account, { lane, usedAt: performance.now() })
    log.info({ account }, 'this process sends for the account now')
    return lane
  }

  async function renew(): Promise<void> {
    if (lanes.size === 0) return
    const since = performance.now()
    const validUntil = leaseValid(timing.lease)
    try {
      if (ports.fail) await ports.fail('renewing')
      const leaseNow = leaseClock.now()
      const leaseUntil = new Date(leaseNow.getTime() + timing.lease)
      const keys = [...lanes.values()].flatMap(({ lane }) => lane.inHand())
      const held = await renewChunks(connection, owner, keys, leaseNow, leaseUntil)
      for (const [account, { lane }] of lanes) {
        if (await lane.renewed(held, since, validUntil)) continue
        log.warn({ account }, 'another process sends for the account now')
        letGo(account, lane)
      }
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'leases could not be renewed')
    }
  }

  async function sweep(): Promise<BulkSwept> {
    sweptAt = performance.now()
    const mine = new Set([...lanes.values()].flatMap(({ lane }) => lane.inHand()))
    const swept = await sweepChunks(deps, evidence, mine)
    if (swept.chunks > 0) wake()
    return swept
  }

  return {
    async put(chunks) {
      const results = await putChunks(connection, clock, chunks)
      if (chunks.some(({ channels }) => channels.includes('next-visit'))) visits.expect()
      wake()
      return results
    },
    pause: (source) => pauseSource(editor, source),
    async resume(source) {
      await resumeSource(editor, source)
      wake()
    },
    cancel: (source) => cancelSource(editor, source),
    progress: (source) => progressOf(connection, source),
    of: (source, contact) => endOf(connection, source, contact),
    ends: (source, states, page) => endsOf(connection, source, states, page),
    uncertain: (source, page) => endsOf(connection, source, ['uncertain'], page),
    async resend(source, which) {
      const count = await resendTo(editor, source, which)
      wake()
      return count
    },
    treatAsSent: (source, which) => treatAsSent(editor, source, which),
    visited: visits.visited,
    settle: (receipt) => settlePerson(editor, receipt),
    settleMass: (receipt) => settleMass(editor, receipt),
    start() {
      if (running) return
      running = true
      renewal = setInterval(() => void renew(), timing.lease / 3)
      renewal.unref()
      wake()
    },
    sweep,
    async close(graceMs = 20_000) {
      running = false
      clearTimeout(timer)
      clearInterval(renewal)
      await polling
      await Promise.all([...lanes.values()].map(({ lane }) => lane.close(graceMs)))
      lanes.clear()
      await Promise.all(closing)
      evidence.close()
    },
  }
}

import { randomUUID } from 'node:crypto'
import { messageOf } from '../../core/errors.js'
import type { ResolvedMessage } from '../../core/message.js'
import { channelRules } from '../channel-rules.js'
import { retryDelay } from '../retry.js'
import type { Flush } from './flush.js'
import type { Feed, LaneState, Member } from './lane-state.js'
import { type MassEnd, massOutcome, readMembers, writeMassEnd } from './mass-batch.js'
import { bulkRows } from './rows.js'
import { end, messageFor, type Work } from './work.js'

/** The platform takes no list of one. */
const LEAST_PEOPLE = 2

/**
 * Mass sends: people of one source and variant are gathered over its chunks, up to the platform's most, and sent to
 * with one call. Who is in a send is stored and marked before the call, and the call carries its key, so that a process
 * that takes over repeats exactly the same one.
 */
export function createMass(lane: LaneState, flusher: Flush) {
  const { deps } = lane
  const resuming = new Map<string, Promise<MassEnd>>()
  const seen = new WeakSet<Work>()
  const most = channelRules.mass.people

  /** Sends what is complete, and takes up sends that another process began. */
  function look(feed: Feed): void {
    const now = performance.now()
    for (const work of feed.works) if (!seen.has(work)) takeUp(feed, work)
    for (const [variant, pool] of feed.pool) {
      if (lane.closing || pool.members.length === 0) continue
      const complete =
        feed.exhausted && !feed.claiming && !feed.works.some(undecided) && now - pool.since > deps.timing.massLinger
      if (pool.members.length < most && !complete) continue
      if (lane.gate('mass').wait(now) > 0 || now >= lane.validUntil) continue
      void send(variant, pool.members.splice(0, most))
    }
  }

  const undecided = (work: Work) => !work.stopped && (work.judging || work.toJudge.length > 0)

  async function send(variant: number, members: readonly Member[]): Promise<void> {
    const gate = lane.gate('mass')
    const began = performance.now()
    const number = gate.begin(began)
    const call = await prepare(variant, members).catch((error: unknown): MassEnd => {
      deps.log.warn(
        { account: lane.account, reason: messageOf(error) },
        'a mass send was not made, its people are left to the next',
      )
      return { state: 'void' }
    })
    if ('state' in call) finish(members, call)
    else finish(members, await make(call))
    const now = performance.now()
    gate.end(now, number, now - began, false)
  }

  /** Stores who is in a send and marks them; gives the call, or why there is none. */
  async function prepare(variant: number, members: readonly Member[]): Promise<Call | MassEnd> {
    const works = [...new Set(members.map((member) => member.work))]
    const [work] = works
    if (!work || members.length < LEAST_PEOPLE) {
      return { state: 'failed', reason: 'a mass send needs at least two people' }
    }
    const message = await messageFor(deps, work, variant, 'mass')
    const key = `${work.source}:${randomUUID()}`
    const parts = works.map((part) => ({
      chunk: part.key,
      indexes: packIndexes(members.filter((member) => member.work === part).map(({ index }) => index)),
    }))
    const about = { source: work.source, account: lane.account, variant, parts, size: members.length }
    const createdAt = deps.clock.now()
    await bulkRows(deps.connection).batches.insertOne({ _id: key, ...about, state: 'made', createdAt })
    for (const { work: part, index } of members) {
      const { attempts } = part.ledger.standing(index)
      const note = { channel: 'mass' as const, batch: key }
      part.ledger.set(index, 'sending', { note, at: deps.leaseClock.now(), attempts: attempts + 1 })
      part.dirty = true
    }
    const written = flusher.written()
    lane.flush()
    await written
    if (works.some((part) => part.stopped !== undefined)) {
      return writeMassEnd(deps, key, { state: 'void', reason: 'the source was held back' })
    }
    return { message, to: members.map(({ to }) => to), key }
  }

  async function make(call: Call): Promise<MassEnd> {
    lane.calls.set('mass', (lane.calls.get('mass') ?? 0) + 1)
    const ended = await massOutcome(lane.sender, call)
    return writeMassEnd(deps, call.key, ended).catch((error: unknown) => {
      deps.log.warn({ account: lane.account, reason: messageOf(error) }, 'the end of a mass send could not be stored')
      return ended
    })
  }

  /** Writes how a send ended to those of its members that are in hand. */
  function finish(members: readonly Member[], ended: MassEnd): void {
    const batch = ended.batch === undefined ? {} : { batch: ended.batch }
    const now = deps.clock.now()
    for (const { work, index } of members) {
      work.marked--
      if (work.over) continue
      const note = { channel: 'mass' as const, ...batch, ...reasonOf(ended) }
      const { attempts } = work.ledger.standing(index)
      const waitMs = ended.state === 'retry' ? retryDelay(attempts, ended.afterMs) : undefined
      if (ended.state === 'void') {
        work.ledger.set(index, 'waiting', { attempts: Math.max(0, attempts - 1) })
        work.toJudge.push(index)
      } else if (waitMs !== undefined) {
        const at = new Date(now.getTime() + waitMs)
        const { batch: _, ...about } = note
        work.ledger.set(index, 'retry', { note: about, at })
        work.again.push({ index, at: at.getTime() })
      } else {
        const state = ended.state === 'retry' ? 'failed' : ended.state
        end(work, index, state, { note, at: now })
        if (state === 'failed') work.unbook.push(index)
        if (state === 'uncertain') work.unsure.push(index)
      }
      work.dirty = true
    }
  }

  /** Members of a send that another process began are waited for until it is known how the send ended. */
  function takeUp(feed: Feed, work: Work): void {
    seen.add(work)
    const byBatch = new Map<string, Member[]>()
    for (const index of work.ledger.in('sending')) {
      const { batch } = work.ledger.standing(index).note
      if (batch === undefined) continue
      const members = byBatch.get(batch) ?? []
      members.push({ work, index, to: work.audience.to(index) })
      byBatch.set(batch, members)
      work.marked++
    }
    for (const [batch, members] of byBatch) void resume(feed, batch, members)
  }

  async function resume(feed: Feed, batch: string, members: readonly Member[]): Promise<void> {
    try {
      const known = resuming.get(batch) ?? repeat(feed, batch)
      resuming.set(batch, known)
      finish(members, await known)
    } catch (error) {
      deps.log.warn({ source: feed.source, reason: messageOf(error) }, 'a mass send could not be taken up, tried again')
      resuming.delete(batch)
      setTimeout(() => void resume(feed, batch, members), 5_000).unref()
    }
  }

  /** Makes the call of a stored send again, with its key and the same people; or tells how it ended. */
  async function repeat(feed: Feed, batch: string): Promise<MassEnd> {
    const found = await readMembers(deps.connection, batch)
    if ('ended' in found) return found.ended
    if (!found.marked) return writeMassEnd(deps, batch, { state: 'void', reason: 'the call was never made' })
    const work = feed.works[0]
    if (!work) throw new Error('no chunk of the source is in hand')
    const message = await messageFor(deps, work, found.variant, 'mass')
    return make({ message, to: found.to, key: batch })
  }

  return { look }
}

interface Call {
  message: ResolvedMessage
  to: readonly string[]
  key: string
}

function packIndexes(indexes: readonly number[]): Buffer {
  const bytes = Buffer.alloc(indexes.length * 2)
  for (const [at, index] of indexes.entries()) bytes.writeUInt16LE(index, at * 2)
  return bytes
}

const reasonOf = ({ reason, code }: MassEnd) => ({
  ...(reason !== undefined && { reason }),
  ...(code !== undefined && { code }),
})

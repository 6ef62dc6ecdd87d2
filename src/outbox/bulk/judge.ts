import { messageOf } from '../../core/errors.js'
import type { ResolvedMessage } from '../../core/message.js'
import { insertRaw, updateRaw } from '../../store/raw-commands.js'
import type { Channel } from '../channel.js'
import { channelRules } from '../channel-rules.js'
import { type Judged, mainReason, type ReachFacts } from '../reach/reach.js'
import type { BulkDeps } from './ports.js'
import { BULK_PEOPLE, type PersonRow, personId } from './rows.js'
import { end, type Item, messageFor, putOff, type Work } from './work.js'

/** What a look at some people of a chunk decided; everything else of it is in the ledger already. */
export interface Cleared {
  /** Booked and ready to be marked. */
  items: Item[]
  /** The ways that are still to be tried find their people in a mass send. */
  mass: { index: number; variant: number; to: string }[]
}

interface Way {
  message?: ResolvedMessage
  problem?: string
}

/**
 * Looks at people of a chunk: who can be reached how, right now. Books what will be sent before anything of it may
 * leave. Skips get their reason, people whom nothing prevents but the hour wait, and who can only be reached when they
 * come by is written down for that. Rejects when the books cannot be read or written: then nothing has changed.
 */
export async function judge(deps: BulkDeps, work: Work, indexes: readonly number[]): Promise<Cleared> {
  const cleared: Cleared = { items: [], mass: [] }
  const byQuestion = new Map<string, { indexes: number[]; variant: number; channels: Channel[] }>()
  for (const index of indexes) {
    const variant = work.audience.variant(index)
    const refused = work.refusedBy.get(index) ?? []
    const channels = work.about.channels.filter((channel) => !refused.includes(channel))
    const key = `${variant} ${channels.join()}`
    const group = byQuestion.get(key) ?? { indexes: [], variant, channels }
    group.indexes.push(index)
    byQuestion.set(key, group)
  }
  for (const group of byQuestion.values()) await judgeGroup(deps, work, group, cleared)
  return cleared
}

async function judgeGroup(
  deps: BulkDeps,
  work: Work,
  group: { indexes: readonly number[]; variant: number; channels: readonly Channel[] },
  cleared: Cleared,
): Promise<void> {
  const { indexes, variant } = group
  const { about, account, source } = work
  const now = deps.clock.now()
  const ways = await waysOf(deps, work, variant, group.channels)
  const channels = group.channels.filter((channel) => ways.get(channel)?.problem === undefined)
  if (channels.length === 0) {
    const reason = [...ways.values()].find((way) => way.problem)?.problem ?? 'no channel is left'
    for (const index of indexes) end(work, index, 'failed', { note: { reason }, at: now })
    return
  }
  const people = indexes.map((index) => ({ contact: work.audience.contact(index), to: work.audience.to(index) }))
  const question = { account, purpose: about.purpose, channels, now, source, templates: templatesOf(ways) }
  const judged = await deps.reach.judge(people, question)
  const chosen = new Map<Channel, { index: number; facts: ReachFacts }[]>()
  const visits: { index: number; facts: ReachFacts }[] = []
  for (const [at, index] of indexes.entries()) {
    const found: Judged | undefined = judged[at]
    if (found === undefined) throw new RangeError('the resolver answers one verdict for each person')
    const { facts, resolution } = found
    if ('channel' in resolution) {
      if (resolution.channel === 'next-visit') visits.push({ index, facts })
      else listOf(chosen, resolution.channel).push({ index, facts })
    } else if ('until' in resolution) {
      defer(work, index, resolution.until, resolution.reason)
    } else {
      end(work, index, 'skipped', { note: { reason: mainReason(resolution) ?? 'no channel' }, at: now })
    }
  }
  await waitForVisits(deps, work, visits, now)
  for (const [channel, found] of chosen) {
    await book(deps, work, { channel, found, variant, now, way: ways.get(channel) ?? {} }, cleared)
  }
}

async function book(
  deps: BulkDeps,
  work: Work,
  choice: { channel: Channel; found: { index: number; facts: ReachFacts }[]; variant: number; now: Date; way: Way },
  cleared: Cleared,
): Promise<void> {
  const { channel, found, variant, now, way } = choice
  const { account, source } = work
  const booking = { account, purpose: work.about.purpose, channel, source, now }
  const people = found.map(({ facts }) => facts)
  const barred = await deps.reach.book(people, booking)
  for (const [at, { index, facts }] of found.entries()) {
    const reason = barred[at]
    if (reason !== undefined) {
      end(work, index, 'skipped', { note: { reason }, at: now })
      continue
    }
    const elsewhere = channelRules[channel].identity === 'mini-program' ? facts.miniProgram : undefined
    const to = elsewhere ?? work.audience.to(index)
    if (channel === 'mass') cleared.mass.push({ index, variant, to })
    else if (way.message)
      cleared.items.push({ work, index, channel, to, message: way.message, begunAt: 0, call: 0, own: 0 })
  }
}

function defer(work: Work, index: number, until: Date, reason: string): void {
  putOff(work, index, until.getTime())
  work.ledger.set(index, work.ledger.state(index) === 'waiting-visit' ? 'waiting-visit' : 'waiting', {
    note: { reason },
  })
  work.dirty = true
}

/** The rows by which a visit finds them are stored before the ledger says that they wait for one. */
async function waitForVisits(
  deps: BulkDeps,
  work: Work,
  visits: readonly { index: number; facts: ReachFacts }[],
  now: Date,
): Promise<void> {
  if (visits.length === 0) return
  const rows = visits.map(
    ({ index }): PersonRow => ({
      _id: personId(work.key, index),
      kind: 'visit',
      source: work.source,
      chunk: work.key,
      index,
      account: work.account,
      contact: work.audience.contact(index),
      to: work.audience.to(index),
      at: now,
      expiresAt: work.expiresAt,
    }),
  )
  const faults = await insertRaw(deps.connection, BULK_PEOPLE, rows)
  const known = faults.map((fault) => rows[fault.index]?._id ?? '')
  if (known.length > 0) {
    const statement = { q: { _id: { $in: known } }, u: { $unset: { due: '' } }, multi: true }
    await updateRaw(deps.connection, BULK_PEOPLE, [statement])
  }
  for (const { index } of visits) {
    work.visitors.delete(index)
    work.ledger.set(index, 'waiting-visit', { note: { channel: 'next-visit' }, at: now })
  }
  work.dirty = true
}

async function waysOf(
  deps: BulkDeps,
  work: Work,
  variant: number,
  channels: readonly Channel[],
): Promise<Map<Channel, Way>> {
  const ways = new Map<Channel, Way>()
  for (const channel of channels) {
    if (channel === 'next-visit') ways.set(channel, {})
    else {
      const found = messageFor(deps, work, variant, channel)
      ways.set(channel, await found.then((message) => ({ message })).catch((error) => ({ problem: messageOf(error) })))
    }
  }
  return ways
}

function listOf<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const known = lists.get(key)
  if (known) return known
  const made: V[] = []
  lists.set(key, made)
  return made
}

function templatesOf(ways: ReadonlyMap<Channel, Way>): Partial<Record<Channel, string>> {
  const templates: Partial<Record<Channel, string>> = {}
  for (const [channel, { message }] of ways) {
    if (message?.kind === 'filled-notice') templates[channel] = message.template
  }
  return templates
}

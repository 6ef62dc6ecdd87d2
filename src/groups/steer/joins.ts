import type { Clock } from '../../core/clock.js'
import { type EventRow, eventRows } from '../../events/model.js'
import type { Connection } from '../../store/connect.js'
import { type WayRow, wayRows } from '../ways/model.js'
import { type CountDeps, countFact } from './counts.js'
import { cursorRows } from './model.js'
import type { Offers } from './offers.js'

/** Matches joins and leaves of customer groups with the ways and offers that led there. */
export interface Joins {
  /** Reads what is new since the last time, and again what came within `overlapMs` before: facts may come late. */
  read(overlapMs?: number): Promise<number>
}

export interface JoinsPorts extends CountDeps {
  connection: Connection
  clock: Clock
  offers: Pick<Offers, 'open' | 'joined'>
  /** A contact with those that were merged into it. */
  idsOf(contact: string): Promise<readonly string[]>
  /** Whether the platform makes groups for the way, so that an unknown group whose members carry its state is its own. */
  overflows(slug: string): Promise<boolean>
}

const TYPES = ['chat.joined', 'chat.left']
const OVERLAP_MS = 600_000
const CURSOR = 'joins'
const BATCH = 500
const MOST_SEEN = 20_000

/** A reader of the facts of the roster. */
export function createJoins(ports: JoinsPorts): Joins {
  const { connection, events, clock, offers, idsOf, overflows } = ports
  const cursors = () => cursorRows(connection)
  const ways = () => wayRows(connection)
  /** Facts this process has looked at: the overlap costs no second look. */
  let seen = new Set<string>()

  async function read(overlapMs = OVERLAP_MS): Promise<number> {
    const now = clock.now()
    const from = (await cursors().findOne({ _id: CURSOR }))?.at ?? now
    const since = new Date(from.getTime() - overlapMs)
    const found = eventRows(connection)
      .find({ type: { $in: TYPES }, occurredAt: { $gte: since } })
      .sort({ occurredAt: 1, _id: 1 })
    let taken = 0
    let batch: EventRow[] = []
    const flush = async () => {
      const fresh = overlapMs > OVERLAP_MS ? batch : batch.filter(({ _id }) => !seen.has(_id))
      batch = []
      for (const fact of await unmatched(fresh)) {
        taken += (await take(fact)) ? 1 : 0
        seen.add(fact._id)
      }
    }
    for await (const fact of found) if (batch.push(fact) >= BATCH) await flush()
    await flush()
    if (seen.size > MOST_SEEN) seen = new Set()
    await cursors().updateOne({ _id: CURSOR }, { $max: { at: now } }, { upsert: true })
    return taken
  }

  /** Those of which nothing has been made yet. */
  async function unmatched(facts: readonly EventRow[]): Promise<readonly EventRow[]> {
    if (facts.length === 0) return facts
    const ids = new Map(facts.map((fact) => [`steer:${idOf(fact)}`, fact._id]))
    const known = await eventRows(connection)
      .find({ _id: { $in: [...ids.keys()] } }, { projection: { _id: 1 } })
      .toArray()
    const done = new Set(known.map(({ _id }) => ids.get(_id)))
    return facts.filter(({ _id }) => !done.has(_id))
  }

  function take(fact: EventRow): Promise<boolean> {
    return fact.type === 'chat.joined' ? joined(fact) : left(fact)
  }

  async function joined(fact: EventRow): Promise<boolean> {
    const { corp, group, state } = wordsOf(fact)
    const byState = state === undefined ? undefined : await ways().findOne({ account: corp, states: state })
    const offer = await offerFor(fact, byState, group)
    const way = byState?.slug ?? offer?.way
    if (way === undefined) return false
    if (byState) await adopt(byState, group)
    if (offer) await offers.joined(offer._id, fact.occurredAt, group)
    const about = { ...(offer && { offer: offer._id, set: offer.set, opened: offer.openedAt !== undefined }) }
    const props = { corp, group, way, ...(state !== undefined && { state }), ...about }
    return countFact({ connection, events }, { ...base(fact), type: 'steer.joined', props })
  }

  /** By the way's state, or where the platform tells none, by the group that an offered way leads to. */
  async function offerFor(fact: EventRow, way: WayRow | undefined | null, group: string) {
    if (fact.contact === undefined) return undefined
    const open = await offers.open(await idsOf(fact.contact), fact.occurredAt)
    if (way) return open.find((offer) => offer.way === way.slug && offer.corp === way.account)
    if (open.length === 0) return undefined
    const ids = open.map(({ corp, way: slug }) => `${corp}:${slug}`)
    const leading = await ways()
      .find({ _id: { $in: ids }, $or: [{ led: group }, { found: group }] }, { projection: { _id: 1 } })
      .toArray()
    return open.find(({ corp, way: slug }) => leading.some(({ _id }) => _id === `${corp}:${slug}`))
  }

  /** A group that people joined by the way, although we never led it there, was made by the platform. */
  async function adopt({ _id, slug, led = [], found }: WayRow, group: string): Promise<void> {
    if (led.includes(group) || found.includes(group) || !(await overflows(slug))) return
    await ways().updateOne({ _id }, { $addToSet: { found: group } })
  }

  async function left(fact: EventRow): Promise<boolean> {
    const { corp, group, state } = wordsOf(fact)
    const byState = state === undefined ? undefined : await ways().findOne({ account: corp, states: state })
    const way = byState?.slug ?? (await cameBy(fact, group))
    if (way === undefined) return false
    const props = { corp, group, way, ...(state !== undefined && { state }) }
    return countFact({ connection, events }, { ...base(fact), type: 'steer.left', props })
  }

  /** The way by which somebody came who now leaves, where the platform told no state. */
  async function cameBy({ contact, occurredAt }: EventRow, group: string): Promise<string | undefined> {
    if (contact === undefined) return undefined
    const last = await eventRows(connection).findOne(
      {
        contact: { $in: [...(await idsOf(contact))] },
        type: 'steer.joined',
        'props.group': group,
        occurredAt: { $lte: occurredAt },
      },
      { sort: { occurredAt: -1 } },
    )
    return typeof last?.props['way'] === 'string' ? last.props['way'] : undefined
  }

  return { read }
}

const idOf = ({ _id, type }: Pick<EventRow, '_id' | 'type'>) => `${type === 'chat.joined' ? 'joined' : 'left'}:${_id}`

function base(fact: EventRow) {
  const { contact, account, occurredAt } = fact
  return {
    id: idOf(fact),
    occurredAt,
    ...(contact !== undefined && { contact }),
    ...(account !== undefined && { account }),
  }
}

function wordsOf({ account, props }: EventRow) {
  const word = (name: string) => (typeof props[name] === 'string' ? props[name] : '')
  const state = word('state')
  return {
    corp: word('corp') || (account ?? ''),
    group: word('group'),
    state: state === '' ? undefined : state,
  }
}

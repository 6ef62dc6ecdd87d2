import type { Binding } from '../../contacts/bind.js'
import { identityKey } from '../../contacts/identity.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Events } from '../../events/events.js'
import type { Fact } from '../../events/fact.js'
import type { Connection } from '../../store/connect.js'
import { DUPLICATE_KEY } from '../../store/duplicate.js'
import { insertRaw } from '../../store/raw-commands.js'
import type { BoughtFacts } from '../bought.js'
import { DERIVED_FROM } from '../derive.js'
import { checkItem, type ItemProblem, type ItemResult, nameOf } from '../item.js'
import { QUARANTINE, type QuarantineRow } from '../model.js'
import { NO_ACCOUNT } from '../orders/checks.js'
import { AccountMissing, claimOf } from '../person.js'
import type { EventTypes } from '../types/registry.js'
import { eventSchema, type ShopEvent } from './event.js'
import { factOf } from './fact-of.js'

/** Whose events they are. */
export interface EventSender {
  shop: string
  /** The account of openids that name none. */
  account?: string
}

/** Takes events in. */
export interface Ingest {
  /**
   * Accepted means durable. The same id of the same shop is taken once, and so is what happens to an order once (it is
   * paid), whatever its ids. Events of unknown types are kept apart, not lost.
   */
  take(sender: EventSender, events: readonly unknown[]): Promise<ItemResult[]>
}

export interface IngestPorts {
  connection: Connection
  clock: Clock
  events: Pick<Events, 'append'>
  binding: Pick<Binding, 'locate'>
  bought: Pick<BoughtFacts, 'refresh'>
  types: Pick<EventTypes, 'find'>
  pepper(): Promise<Buffer>
  /** Told of order facts that are durable, perhaps twice, before the sender is. */
  onFacts(facts: readonly Fact[]): Promise<void>
}

/** How long ago something may have happened, and how far a sender's clock may be ahead. */
const LATE_MS = 30 * 86_400_000
const AHEAD_MS = 300_000
const QUARANTINE_MS = 30 * 86_400_000

/** Event ingest on a connection; call `shopModels` and `ensureIndexes` before. */
export function createIngest(ports: IngestPorts): Ingest {
  const { connection, clock, events, binding, bought, types } = ports

  async function judge(sender: EventSender, event: ShopEvent, pepper: Buffer): Promise<Judged> {
    const now = clock.now().getTime()
    if (event.at.getTime() > now + AHEAD_MS) {
      return refused({ field: 'at', message: 'lies in the future', fix: 'set the sender’s clock' })
    }
    if (event.at.getTime() < now - LATE_MS) {
      const fix = 'events are taken for 30 days; bring past orders in with POST /orders or `weloop import orders`'
      return refused({ field: 'at', message: 'is more than 30 days ago', fix })
    }
    const claim = event.person && claimOf(event.person, { ...sender, pepper }, event.at)
    const type = await types.find(event.type)
    if (!type) {
      const { people = [], unionid } = claim ?? {}
      const row: QuarantineRow = {
        _id: `${sender.shop}:${event.id}`,
        shop: sender.shop,
        eventId: event.id,
        type: event.type,
        at: event.at,
        ...(sender.account !== undefined && { account: sender.account }),
        people: [...people],
        keys: people.map(identityKey),
        ...(unionid !== undefined && { unionid }),
        props: event.props,
        receivedAt: new Date(now),
        expiresAt: new Date(now + QUARANTINE_MS),
      }
      if (Buffer.byteLength(JSON.stringify(event.props)) > 8192) return refused(TOO_LARGE)
      return { quarantine: row }
    }
    const made = factOf(type, {
      ...sender,
      eventId: event.id,
      at: event.at,
      props: event.props,
      named: claim !== undefined,
    })
    if ('problems' in made) return made
    const contact = claim && (await binding.locate(claim))
    const account = event.person?.account ?? sender.account
    const { fact } = made
    return {
      fact: { ...fact, ...(contact !== undefined && { contact }), ...(account !== undefined && { account }) },
    }
  }

  /** Gives those that were there already. */
  async function keepApart(rows: QuarantineRow[]): Promise<Set<QuarantineRow | undefined>> {
    const known = new Set<QuarantineRow | undefined>()
    if (rows.length === 0) return known
    for (const { index, code, message } of await insertRaw(connection, QUARANTINE, rows)) {
      if (code !== DUPLICATE_KEY) throw new AppError('store.refused', `an event could not be stored: ${message}`)
      known.add(rows[index])
    }
    return known
  }

  return {
    async take(sender, given) {
      const pepper = await ports.pepper()
      const judged = await Promise.all(
        given.map(async (one): Promise<Judged> => {
          const checked = checkItem(eventSchema, one)
          if ('problems' in checked) return checked
          try {
            return await judge(sender, checked.value, pepper)
          } catch (error) {
            if (error instanceof AccountMissing) return refused(NO_ACCOUNT)
            throw error
          }
        }),
      )
      const facts = judged.flatMap((one) => ('fact' in one ? [one.fact] : []))
      const appended = facts.length === 0 ? [] : await events.append(facts)
      const fresh = new Map(facts.map((fact, index) => [fact, appended[index] === 'new']))
      const known = await keepApart(judged.flatMap((one) => ('quarantine' in one ? [one.quarantine] : [])))
      const derived = facts.filter(({ type }) => DERIVED_FROM.some((one) => one === type))
      await bought.refresh([...new Set(derived.flatMap(({ contact }) => contact ?? []))])
      const ofOrders = facts.filter(({ type }) => type.startsWith('order.'))
      if (ofOrders.length > 0) await ports.onFacts(ofOrders)
      return judged.map((one, index): ItemResult => {
        const item = { index, id: nameOf(given[index], 'id') }
        if ('problems' in one) return { ...item, result: 'rejected', problems: one.problems }
        if ('quarantine' in one) return { ...item, result: known.has(one.quarantine) ? 'duplicate' : 'quarantined' }
        const { contact } = one.fact
        const result = fresh.get(one.fact) ? 'accepted' : 'duplicate'
        return { ...item, result, ...(contact !== undefined && { contact }) }
      })
    },
  }
}

type Judged = { fact: Fact } | { quarantine: QuarantineRow } | { problems: ItemProblem[] }

const refused = (problem: ItemProblem): Judged => ({ problems: [problem] })

const TOO_LARGE: ItemProblem = {
  field: 'props',
  message: 'take more than 8 KiB',
  fix: 'keep large things in the shop and send their ids',
}

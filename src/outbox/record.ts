import { createHash } from 'node:crypto'
import type { Person } from '../contacts/identity.js'
import type { DeliveryState } from '../core/outcome.js'
import type { PlatformName } from '../core/update.js'
import type { Events } from '../events/events.js'
import type { Fact } from '../events/fact.js'
import type { DeliveryEnd, DeliveryRow } from './delivery.js'
import { pickDefined } from './ending.js'

/** What an operator did to a delivery, or the platform reported about one that had ended. */
export interface Act {
  /** `resent`, `treated-as-sent`, `cancelled-by-hand`, `confirmed`, `refused-late`. */
  act: string
  row: Pick<DeliveryRow, '_id' | 'account' | 'to' | 'source' | 'purpose'>
  at: Date
  /** The operator, or the platform. */
  by: string
  /** Tells acts of one kind on one delivery apart; each is recorded once. */
  id?: string
  props?: Record<string, unknown>
}

/** Where ends and acts become facts. */
export interface Records {
  record(ends: readonly DeliveryEnd[]): Promise<void>
  audit(acts: readonly Act[]): Promise<void>
}

/** What recording needs. */
export interface RecordPorts {
  events: Pick<Events, 'append'>
  platform(account: string): PlatformName | undefined
  /** Our id of a person. */
  find(person: Person): Promise<string | undefined>
}

const SOURCE = 'outbox'
const LONGEST_ID = 360
const MOST_REASONS = 10

/** Ends and acts as facts `delivery.<state or act>` of the source `outbox`, each once. */
export function createRecords({ events, platform, find }: RecordPorts): Records {
  async function about({ account, to }: { account: string; to: string }): Promise<Pick<Fact, 'account' | 'contact'>> {
    const name = platform(account)
    const contact = name && to !== '' ? await find({ platform: name, account, externalId: to }) : undefined
    return { account, ...pickDefined({ contact }) }
  }

  async function factOfEnd(end: DeliveryEnd): Promise<Fact> {
    const { key, account, to, state, at: occurredAt, contact: _, reasons, ...props } = end
    const refused = reasons
      ?.slice(-MOST_REASONS)
      .map(({ channel, reason, code }) => pickDefined({ channel, reason, code }))
    return {
      source: SOURCE,
      id: idOf(key, state),
      type: `delivery.${state}`,
      ...(await about({ account, to })),
      occurredAt,
      props: { key, ...props, ...(refused && { refused }) },
    }
  }

  async function factOfAct({ act, row, at, by, id, props = {} }: Act): Promise<Fact> {
    const { _id: key, source, purpose } = row
    return {
      source: SOURCE,
      id: idOf(key, id === undefined ? act : `${act}:${id}`),
      type: `delivery.${act}`,
      ...(await about(row)),
      occurredAt: at,
      props: { key, source, purpose, by, ...props },
    }
  }

  return {
    async record(ends) {
      await events.append(await Promise.all(ends.map(factOfEnd)))
    },
    async audit(acts) {
      await events.append(await Promise.all(acts.map(factOfAct)))
    },
  }
}

/** Within the 400 characters a fact's id may have. */
function idOf(key: string, what: DeliveryState | string): string {
  const name = key.length <= LONGEST_ID ? key : `sha256-${createHash('sha256').update(key).digest('hex')}`
  return `${name}:${what}`
}

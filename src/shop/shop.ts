import type { Contacts } from '../contacts/contacts.js'
import { creditRows } from '../contacts/credits/model.js'
import { identityKey } from '../contacts/identity.js'
import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Message } from '../core/message.js'
import type { Events } from '../events/events.js'
import type { Fact } from '../events/fact.js'
import type { Connection } from '../store/connect.js'
import { type Answers, createAnswers } from './access/answers.js'
import { createKeys, type Keys } from './access/keys.js'
import { accessModels } from './access/model.js'
import { createNonces, type Nonces } from './access/nonces.js'
import { ownSecret } from './access/own-secret.js'
import { openVault } from './access/vault.js'
import { type BoughtFacts, createBoughtFacts } from './bought.js'
import { createIdentify, type Identify } from './identify.js'
import { createIngest, type Ingest } from './ingest/ingest.js'
import { createQuarantine, type Quarantine } from './ingest/quarantine.js'
import { createLookup, type Lookup } from './lookup.js'
import { createMessages, type Messages, type PutDelivery } from './messages.js'
import { shopModels } from './model.js'
import { createOrders, type Orders } from './orders/orders.js'
import { createEventTypes, type EventTypes } from './types/registry.js'

/** What the shop's side of the product is connected to. */
export interface ShopPorts {
  connection: Connection
  clock: Clock
  /** The database's clock. */
  leaseClock: Clock
  log: Logger
  contacts: Contacts
  events: Events
  /** WELOOP_MASTER_KEY, or empty for a key file in `dataDir`. */
  masterKey: string
  dataDir: string
  production: boolean
  /** What API keys may be given. */
  scopes: readonly string[]
  /** The accounts that can send messages. */
  accounts: readonly string[]
  put(delivery: PutDelivery): Promise<readonly ('new' | 'known')[]>
  /** Looks content up; throws AppError or gives `missing` when it cannot be made. */
  resolve(message: Message, account: string): object
  /**
   * Told of order facts once they are durable and before the shop is; perhaps twice. Rejecting keeps the order open: it
   * is told again. Not told of imported orders.
   */
  onOrderFacts?(facts: readonly Fact[]): Promise<void>
}

/** Everything that shops tell and ask. */
export interface Shop {
  readonly keys: Keys
  readonly nonces: Nonces
  readonly answers: Answers
  readonly types: EventTypes
  readonly ingest: Ingest
  readonly quarantine: Quarantine
  readonly orders: Orders
  readonly identify: Identify
  readonly messages: Messages
  readonly lookup: Lookup
  readonly bought: BoughtFacts
  /** The subscription templates of which a contact may still be sent messages, and how many. */
  credits(contact: {
    identities: readonly { platform: string; account: string; externalId: string }[]
  }): Promise<{ template: string; credits: number; platform: string; account: string }[]>
  /** Finishes what crashes and merges left open; every half minute. */
  sweep(): Promise<{ orders: number; contacts: number }>
  /** Reckons every contact anew and tells how many were wrong (none); every night. */
  reconcile(): Promise<{ contacts: number; corrected: number }>
}

/** Puts it together; make it before `ensureIndexes`. Rejects with AppError `vault.key` for a bad master key. */
export async function createShop(ports: ShopPorts): Promise<Shop> {
  const { connection, clock, leaseClock, log, contacts, events, production, scopes } = ports
  accessModels(connection)
  shopModels(connection)
  const vault = await openVault({ material: ports.masterKey, dir: ports.dataDir })
  let secret: Promise<Buffer> | undefined
  const pepper = () => {
    secret ??= ownSecret({ connection, vault }, 'phone-pepper').catch((error: unknown) => {
      secret = undefined
      throw error
    })
    return secret
  }
  const { binding } = contacts
  const bought = createBoughtFacts({ connection })
  const types = createEventTypes({ connection, clock })
  const onFacts = async (facts: readonly Fact[]) => {
    if (facts.length > 0) await ports.onOrderFacts?.(facts)
  }
  const shared = { connection, clock, events, binding, bought, types, pepper, onFacts }
  const orders = createOrders(shared)
  const lookup = createLookup({ connection, clock, contacts, pepper })
  const { accounts, put, resolve } = ports

  return {
    keys: createKeys({ connection, vault, clock, scopes, production }),
    nonces: createNonces({ connection }),
    answers: createAnswers({ connection, leaseClock }),
    types,
    ingest: createIngest(shared),
    quarantine: createQuarantine(shared),
    orders,
    identify: createIdentify(shared),
    messages: createMessages({ clock, lookup, accounts, put, resolve }),
    lookup,
    bought,
    async credits({ identities }) {
      const byKey = new Map(identities.map((one) => [identityKey(one), one]))
      const rows = await creditRows(connection)
        .find({ key: { $in: [...byKey.keys()] }, credits: { $gt: 0 } })
        .toArray()
      return rows.flatMap(({ key, template, credits }) => {
        const one = byKey.get(key)
        return one ? [{ template, credits, platform: one.platform, account: one.account }] : []
      })
    },
    async sweep() {
      const swept = { orders: await orders.sweep(), contacts: await bought.refreshStale() }
      if (swept.orders > 0) log.warn({ ...swept }, 'orders finished that were cut short')
      return swept
    },
    async reconcile() {
      const done = await bought.reconcile()
      if (done.corrected > 0) log.warn({ ...done }, 'what contacts bought was reckoned anew and differed')
      return done
    },
  }
}

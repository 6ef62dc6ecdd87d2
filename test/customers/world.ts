import { contactRows } from '../../src/contacts/model.js'
import type { PersonalData } from '../../src/contacts/privacy.js'
import { silentLogger } from '../../src/core/log.js'
import { type Customers, createCustomers } from '../../src/customers/customers.js'
import { customerKey } from '../../src/customers/people.js'
import { relationPersonalData } from '../../src/customers/relations/personal-data.js'
import type { Connection } from '../../src/store/connect.js'
import { openPeople, type People } from '../contacts/people.js'
import { FakeCorp } from './fake-corp.js'

/** Customers over a store, with a corporation made for each test. */
export interface CustomerWorld {
  people: People
  /** A corporation of its own, and the product's side of it. */
  corp(): { corp: FakeCorp; customers: Customers }
  /** A second process on the same corporation. */
  another(corp: FakeCorp): Customers
  contactOf(account: string, customer: string): ReturnType<typeof find>
  now(): Date
  pass(ms: number): void
  close(): Promise<void>
}

const START = new Date('2026-03-04T18:10:00Z')

/** Opens the store once for a file. */
export async function openCustomerWorld(): Promise<CustomerWorld> {
  let at = START.getTime()
  let count = 0
  const now = () => new Date(at)
  const data = lateData()
  const people = await openPeople(now, [data.part])
  data.use(people.store.connection)
  const made: Customers[] = []
  const make = (corp: FakeCorp) => {
    const { contacts, events, store } = people
    const ports = { contacts, events, connection: store.connection, clock: { now }, log: silentLogger }
    const customers = createCustomers({ ...ports, corps: [corp], timeZone: 'Asia/Shanghai' })
    made.push(customers)
    return customers
  }
  make(new FakeCorp('none', now))
  await people.store.ensureIndexes()
  return {
    people,
    now,
    pass(ms) {
      at += ms
    },
    corp() {
      const corp = new FakeCorp(`corp${++count}`, now)
      return { corp, customers: make(corp) }
    },
    another: make,
    contactOf: (account, customer) => find(people, account, customer),
    async close() {
      for (const one of made) await one.close()
      await people.close()
    },
  }
}

const find = (people: People, account: string, customer: string) =>
  contactRows(people.store.connection).findOne({ 'identities.key': customerKey(account, customer) })

/** The parts are wanted before there is a connection. */
function lateData(): { part: PersonalData; use(connection: Connection): void } {
  let real: PersonalData | undefined
  return {
    part: {
      name: 'customers',
      export: async (...about) => real?.export(...about),
      erase: async (...about) => real?.erase(...about),
    },
    use(connection) {
      real = relationPersonalData(connection)
    },
  }
}

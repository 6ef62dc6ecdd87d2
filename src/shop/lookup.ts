import type { Person } from '../contacts/identity.js'
import { type ContactRow, contactRows } from '../contacts/model.js'
import type { Clock } from '../core/clock.js'
import type { Connection } from '../store/connect.js'
import { claimOf, type ShopPerson } from './person.js'

/** Finds people by what a shop calls them; nobody is made. */
export interface Lookup {
  /** The contact of the first identity that is known. Throws AccountMissing. */
  find(sender: { shop: string; account?: string }, person: ShopPerson): Promise<string | undefined>
  /** A contact's row, also by the id of one that was merged into it; undefined for erased ones too. */
  read(contact: string): Promise<ContactRow | undefined>
}

export interface LookupPorts {
  connection: Connection
  clock: Clock
  contacts: { find(person: Person): Promise<string | undefined>; get(contact: string): Promise<ContactRow | undefined> }
  pepper(): Promise<Buffer>
}

const HOPS = 8

/** Looking up on a connection. */
export function createLookup({ connection, clock, contacts, pepper }: LookupPorts): Lookup {
  return {
    async find(sender, person) {
      const claim = claimOf(person, { ...sender, pepper: await pepper() }, clock.now())
      for (const one of claim.people) {
        const found = await contacts.find(one)
        if (found !== undefined) return found
      }
      if (claim.unionid === undefined) return undefined
      return (await contactRows(connection).findOne({ unionid: claim.unionid }, { projection: { _id: 1 } }))?._id
    },
    async read(contact) {
      let row = await contacts.get(contact)
      for (let hop = 0; row?.merge && hop < HOPS; hop++) row = await contacts.get(row.merge.into)
      return row?.status === 'active' ? row : undefined
    },
  }
}

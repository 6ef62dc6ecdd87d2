import type { Contacts } from '../../contacts/contacts.js'
import { contactRows } from '../../contacts/model.js'
import type { Connection } from '../../store/connect.js'
import { customerKey, customerOf } from '../people.js'
import { relationRows } from './model.js'

/**
 * Makes contacts follow the corporation as long as one member is connected with them, and not any longer. The newest
 * sign of a relation counts as the moment. Gives how many were put right.
 */
export async function settleFollow(
  ports: { connection: Connection; contacts: Pick<Contacts, 'correctFollow'> },
  account: string,
  customers: readonly string[],
): Promise<number> {
  const { connection, contacts } = ports
  if (customers.length === 0) return 0
  const wanted = await standing(connection, account, customers)
  const keys = [...wanted.keys()].map((customer) => customerKey(account, customer))
  const rows = await contactRows(connection)
    .find({ 'identities.key': { $in: keys } }, { projection: { identities: 1 } })
    .toArray()
  const follows = new Map(rows.flatMap(({ identities }) => identities.map(({ key, follow }) => [key, follow] as const)))
  let corrected = 0
  for (const [customer, { live, at }] of wanted) {
    const follow = follows.get(customerKey(account, customer))
    if (follow === undefined || follow.following === live) continue
    const moment = follow.at > at ? follow.at : at
    if (await contacts.correctFollow(customerOf(account, customer), { following: live, at: moment })) corrected += 1
  }
  return corrected
}

interface Standing {
  live: boolean
  at: Date
}

async function standing(connection: Connection, account: string, customers: readonly string[]) {
  const wanted = new Map<string, Standing>()
  const cursor = relationRows(connection).find(
    { account, customer: { $in: [...new Set(customers)] } },
    { projection: { customer: 1, live: 1, addedAt: 1, ended: 1 } },
  )
  for await (const { customer, live, addedAt, ended } of cursor) {
    const before = wanted.get(customer)
    const at = newest([addedAt, live ? undefined : ended?.at, before?.at])
    wanted.set(customer, { live: live || before?.live === true, at })
  }
  return wanted
}

function newest(dates: readonly (Date | undefined)[]): Date {
  return new Date(Math.max(0, ...dates.map((date) => date?.getTime() ?? 0)))
}

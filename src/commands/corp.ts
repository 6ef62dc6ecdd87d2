import { systemClock } from '../core/clock.js'
import { customerCorps, rosterCorps } from '../corp-parts.js'
import { type Customers, createCustomers } from '../customers/customers.js'
import { createGroups, type Groups } from '../groups/groups.js'
import type { Tools } from './tools.js'

/** The customers over the store of a command. */
export function connectCustomers(tools: Tools): Customers {
  const { config, accounts, contacts } = tools
  return createCustomers({ ...base(tools), contacts, corps: customerCorps(config, accounts) })
}

/** The roster of groups over the store of a command. */
export function connectGroups(tools: Tools): Groups {
  const { config, accounts } = tools
  const { people } = connectCustomers(tools)
  return createGroups({
    ...base(tools),
    learn: (batch) => people.learn(batch),
    sizes: config.groups,
    corps: rosterCorps(config, accounts),
  })
}

function base({ store, log, events, config }: Tools) {
  return { connection: store.connection, clock: systemClock, log, events, timeZone: config.timeZone }
}

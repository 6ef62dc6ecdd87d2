import type { Contacts } from '../../contacts/contacts.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import type { Met, People } from '../people.js'
import type { Corp, Outsider, Pair } from '../ports.js'
import { settleFollow } from '../relations/follow.js'
import type { SignOf } from '../relations/sign.js'
import { type Changed, writeSigns } from '../relations/write.js'
import type { Mirroring } from '../tags/mirror.js'

/** What storing what the platform told needs. */
export interface PageDeps {
  connection: Connection
  events: Pick<Events, 'append'>
  contacts: Pick<Contacts, 'correctFollow'>
  people: Pick<People, 'learn'>
  mirroring: Pick<Mirroring, 'settle'>
}

/** What the platform told at one moment. */
export interface ToldPage {
  items: readonly { customer: Outsider; relation: Pair }[]
  readAt: Date
  /** The sync's mark. */
  seenAt?: Date
  /** Names the page in facts about tags. */
  cause: string
}

/** What a page changed. */
export interface PageResult {
  changed: readonly Changed[]
  tags: { here: number; there: number; refused: number }
}

/**
 * Stores a page: people become contacts, pairs relations, tags are settled. Every step may be repeated; cut short, the
 * same page is stored again and nothing is doubled.
 */
export async function takePage(deps: PageDeps, corp: Corp, page: ToldPage): Promise<PageResult> {
  const { account } = corp
  const { items, readAt, seenAt, cause } = page
  const ids = await deps.people.learn(items.map(({ customer, relation }) => metOf(account, customer, relation)))
  const signs = items.map(({ customer, relation }): SignOf => {
    const contact = ids.get(customer.id)
    return {
      account,
      staff: relation.staff,
      customer: customer.id,
      ...(contact !== undefined && { contact }),
      sign: { kind: 'listed', pair: relation, readAt, ...(seenAt && { seenAt }) },
    }
  })
  const changed = await writeSigns(deps, signs)
  const customers = items.map(({ customer }) => customer.id)
  await settleFollow(deps, account, customers)
  const tags = await deps.mirroring.settle(corp, customers, cause)
  return { changed, tags }
}

function metOf(account: string, { id, name, unionid }: Outsider, { addedAt }: Pair): Met {
  return {
    account,
    externalId: id,
    at: addedAt,
    follows: addedAt,
    ...(name !== '' && { name }),
    ...(unionid !== undefined && { unionid }),
  }
}

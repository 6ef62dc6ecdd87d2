import type { ContactRow } from '../contacts/model.js'
import { AppError } from '../core/errors.js'
import type { ConversationLike, GroupLike, Pair, SidebarPorts } from './ports.js'
import type { Visitor } from './sessions.js'

/** A customer that the visitor may see. */
export interface SeenCustomer {
  customer: string
  /** All pairs of the customer in the visitor's corporation. */
  pairs: readonly Pair[]
  /** The visitor's own, when they are connected. */
  mine?: Pair
  person?: ContactRow
  /** Our ids of the person, those that became part of it included. */
  contacts: readonly string[]
}

/** What a visitor may see. What they may not see is refused in the same words as what is not there. */
export interface Access {
  /**
   * A customer of the visitor's own corporation: connected with the visitor, or served by them at the desk; for a
   * supervisor, and with `customers: all`, anybody of the corporation. Throws AppError `not-found.customer`.
   */
  customer(visitor: Visitor, customer: string): Promise<SeenCustomer>
  /** A group that the visitor is in or owns; any for a supervisor. Throws AppError `not-found.group`. */
  group(visitor: Visitor, chatId: string): Promise<GroupLike>
  /** A conversation of a customer who may be seen. Throws AppError `not-found.conversation`. */
  conversation(visitor: Visitor, customer: string, id: string): Promise<ConversationLike>
}

type Ports = Pick<SidebarPorts, 'clock' | 'config' | 'contacts' | 'corps' | 'customers' | 'desk' | 'groups'>

const HOPS = 8
const LATELY_MS = 48 * 3_600_000

/** The checks over the product's parts. */
export function createAccess(ports: Ports): Access {
  const { clock, config, contacts, corps, customers, desk, groups } = ports

  async function contactOf(account: string, customer: string): Promise<string | undefined> {
    const more = corps.find((corp) => corp.account === account)?.deskAccounts ?? []
    for (const one of [account, ...more]) {
      const found = await contacts.find({ platform: 'wecom', account: one, externalId: customer })
      if (found !== undefined) return found
    }
    return undefined
  }

  async function personOf(contact: string | undefined): Promise<ContactRow | undefined> {
    let row = contact === undefined ? undefined : await contacts.get(contact)
    for (let hop = 0; row?.merge && hop < HOPS; hop++) row = await contacts.get(row.merge.into)
    return row?.status === 'active' ? row : undefined
  }

  async function serves(staff: string, ids: readonly string[]): Promise<boolean> {
    for (const contact of ids) {
      const found = (await desk?.list({ contact, limit: 20 })) ?? []
      if (found.some((one) => isTheirs(one, staff, clock.now()))) return true
    }
    return false
  }

  const access: Access = {
    async customer({ account, staff, role }, customer) {
      const pairs = await customers.relations.of(account, customer)
      const person = await personOf(
        pairs.find(({ contact }) => contact !== undefined)?.contact ?? (await contactOf(account, customer)),
      )
      const ids = person ? [person._id, ...(person.mergedFrom ?? [])] : []
      const mine = pairs.find((pair) => pair.live && pair.staff === staff)
      const known = pairs.length > 0 || person !== undefined
      const any = role === 'supervisor' || config.customers === 'all'
      if (!known || !(any || mine || (await serves(staff, ids)))) throw unknownCustomer()
      return { customer, pairs, contacts: ids, ...(mine && { mine }), ...(person && { person }) }
    },
    async group({ account, staff, role }, chatId) {
      const group = await groups?.get(account, chatId)
      const allowed =
        group !== undefined &&
        (role === 'supervisor' || group.owner === staff || (await groups?.isMember(account, chatId, staff)))
      if (!group || !allowed) {
        throw new AppError('not-found.group', '没有找到这个群，或者您不在群里', {
          fix: '刚建的群要几秒后才读到；仍然没有，请管理员同步客户群',
        })
      }
      return group
    },
    async conversation(visitor, customer, id) {
      const { contacts: ids } = await access.customer(visitor, customer)
      const found = await desk?.find(id)
      if (!found || !ids.includes(found.contact)) throw new AppError('not-found.conversation', '没有这个会话')
      return found
    },
  }
  return access
}

function isTheirs(one: ConversationLike, staff: string, now: Date): boolean {
  if (one.state === 'closed') {
    return one.staff === staff && one.closedAt !== undefined && +now - +one.closedAt < LATELY_MS
  }
  return one.staff === staff || one.state === 'queued' || (one.channel === 'kf' && one.staff === undefined)
}

function unknownCustomer(): AppError {
  return new AppError('not-found.customer', '没有找到这位客户，或者不在您名下', {
    fix: '刚添加的客户要几秒后才读到；仍然没有，请管理员同步客户',
  })
}

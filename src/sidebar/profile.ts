import { type ContactRow, contactRows } from '../contacts/model.js'
import { AppError, messageOf } from '../core/errors.js'
import type { SeenCustomer } from './access.js'
import type { SidebarPorts } from './ports.js'
import type { Visitor } from './sessions.js'
import { wayWord } from './words.js'

/** A customer as the page shows them. */
export interface ProfileView {
  customer: string
  name: string
  remark?: string
  description?: string
  /** When the visitor and the customer were connected, and how. */
  addedAt?: Date
  way?: string
  state?: string
  standing: 'mine' | 'half' | 'other' | 'none'
  /** The other members who are connected with the customer. */
  others: string[]
  /** Ours, on the person. */
  tags: string[]
  /** The corporation's on the visitor's pair that are not ours. */
  corpTags: string[]
  /** Ours that the platform did not take. */
  tagsRefused?: { tags: readonly string[]; reason: string }
  identities: { where: string; account: string; following: boolean; since: Date }[]
  firstSeenAt?: Date
  lastSeenAt?: Date
  bought?: { orders: number; paidFen: number; refundedFen: number; lastOrderAt?: Date }
}

type Ports = Pick<SidebarPorts, 'connection' | 'clock' | 'log' | 'customers' | 'events' | 'accountName'>

/** The profile and what staff change in it. */
export interface Profiles {
  show(visitor: Visitor, seen: SeenCustomer): Promise<ProfileView>
  /**
   * Puts our tags on the person or takes them off, here at once and, mirrored ones, on the platform's pairs. What the
   * platform does not take now is said in `later`. Throws AppError `conflict.person` when we do not know the person.
   */
  tag(
    visitor: Visitor,
    seen: SeenCustomer,
    change: { add: readonly string[]; remove: readonly string[] },
  ): Promise<{ tags: string[]; later?: string }>
}

/** Most tags of one person that may be put by hand. */
const MOST_TAGS = 100

/** Profiles over the product's parts. */
export function createProfiles(ports: Ports): Profiles {
  const { connection, clock, log, customers, events, accountName } = ports
  return {
    async show({ account }, { customer, pairs, mine, person }) {
      const names = new Map((await customers.catalogue.list(account)).map(({ tag, name }) => [tag, name]))
      const pair = mine ?? pairs.find(({ live }) => live)
      const tags = (person?.tags ?? []).toSorted()
      const corpTags = (pair?.tags ?? []).flatMap((id) => names.get(id) ?? []).filter((name) => !tags.includes(name))
      const standing = mine ? (mine.half ? 'half' : 'mine') : pair ? 'other' : 'none'
      return {
        customer,
        name: nameOf(person) ?? pair?.remark ?? '未知昵称',
        ...(mine?.remark && { remark: mine.remark }),
        ...(mine?.description && { description: mine.description }),
        ...(pair?.addedAt && { addedAt: pair.addedAt }),
        ...(pair?.way !== undefined && { way: wayWord(pair.way) }),
        ...(pair?.state && { state: pair.state }),
        standing,
        others: pairs.flatMap((one) => (one.live && one !== mine ? [one.staff] : [])),
        tags,
        corpTags,
        ...(mine?.tagRefusal && { tagsRefused: { tags: mine.tagRefusal.tags, reason: mine.tagRefusal.reason } }),
        identities: (person?.identities ?? []).map(({ platform, account: of, follow }) => {
          return {
            where: platform,
            account: accountName?.(of) ?? of,
            following: follow.following,
            since: follow.at,
          }
        }),
        ...(person && { firstSeenAt: person.firstSeenAt, lastSeenAt: person.lastSeenAt }),
        ...(person?.shop && {
          bought: {
            orders: person.shop.orderCount,
            paidFen: person.shop.paidFen,
            refundedFen: person.shop.refundedFen,
            ...(person.shop.lastOrderAt && { lastOrderAt: person.shop.lastOrderAt }),
          },
        }),
      }
    },
    async tag({ account, staff }, { customer, pairs, person }, change) {
      if (!person) throw new AppError('conflict.person', '还不认识这位客户，稍后再试')
      const had = new Set(person.tags)
      const removed = change.remove.filter((tag) => had.has(tag))
      const added = change.add.filter((tag) => !had.has(tag) && !removed.includes(tag))
      if (had.size - removed.length + added.length > MOST_TAGS) {
        throw new AppError('invalid.tags', `一位客户最多 ${MOST_TAGS} 个标签`, { fix: '先去掉几个不用的' })
      }
      const row = { _id: person._id, status: 'active' as const }
      if (added.length > 0) await contactRows(connection).updateOne(row, { $addToSet: { tags: { $each: added } } })
      if (removed.length > 0) await contactRows(connection).updateOne(row, { $pull: { tags: { $in: removed } } })
      if (added.length + removed.length > 0) {
        const occurredAt = clock.now()
        const props = { corp: account, staff, customer, added, removed }
        const about = { contact: person._id, account, occurredAt, props }
        const id = `tagged:${staff}:${customer}:${occurredAt.getTime()}`
        await events.append([{ source: 'sidebar', id, type: 'customer.tagged', ...about }])
      }
      const tags = [...had, ...added].filter((tag) => !removed.includes(tag)).toSorted()
      if (!pairs.some(({ live }) => live)) return { tags }
      try {
        await customers.settleTags(account, customer)
      } catch (error) {
        log.warn({ account, reason: messageOf(error) }, 'tags were not brought into step with the platform')
        return { tags, later: '这里已经改好；企业微信暂时没有收下，稍后自动再同步' }
      }
      const after = (await customers.relations.of(account, customer)).find(({ tagRefusal }) => tagRefusal)
      return { tags, ...(after?.tagRefusal && { later: `企业微信没有收下：${after.tagRefusal.reason}` }) }
    },
  }
}

/** How a person calls themselves, where it is known. */
export function nameOf(person: ContactRow | undefined): string | undefined {
  const name = person?.profile?.['nickname']
  return typeof name === 'string' && name !== '' ? name : undefined
}

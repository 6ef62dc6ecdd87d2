import type { Contacts } from '../../contacts/contacts.js'
import type { CorpUpdate } from '../../core/corp-update.js'
import type { Update } from '../../core/update.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import type { People } from '../people.js'
import { settleFollow } from './follow.js'
import { relationRows } from './model.js'
import type { Sign, SignOf } from './sign.js'
import { writeSigns } from './write.js'

type Came = Extract<CorpUpdate, { kind: `event.customer.${string}` }>

/** What news of customers needs. */
export interface ApplyPorts {
  connection: Connection
  contacts: Pick<Contacts, 'correctFollow'>
  events: Pick<Events, 'append'>
  people: Pick<People, 'learn'>
  /** Pairs are due to be read again. */
  due(): void
  /** How many groups a member owns; absent where nobody knows. */
  groupsOf?: ((account: string, staff: string) => Promise<number>) | undefined
}

/** What an update says about a pair, if it is about one. */
function signOf(update: Came): { sign: Sign; refetch: boolean } | undefined {
  switch (update.kind) {
    case 'event.customer.added': {
      const { at, half, state } = update
      return { sign: { kind: 'added', at, half, ...(state !== undefined && { state }) }, refetch: !half }
    }
    case 'event.customer.removed':
      return { sign: { kind: 'ended', at: update.at, by: update.by }, refetch: false }
    case 'event.customer.edited':
    case 'event.customer.transfer-failed':
      return { sign: { kind: 'stale' }, refetch: update.kind === 'event.customer.edited' }
    case 'event.customer.archive-agreed':
      return undefined
  }
}

/**
 * Keeps relations true to an event; whatever the order of events, and however often they come, the result is the same.
 * What an event leaves out (remark, tags, unionid) is read from the platform soon after.
 */
export async function applyCustomer(ports: ApplyPorts, update: Came): Promise<void> {
  const found = signOf(update)
  if (found === undefined) return
  const { account, from: externalId, at, staff } = update
  const added = update.kind === 'event.customer.added'
  const ids = await ports.people.learn([{ account, externalId, at, ...(added && { follows: at }) }])
  const contact = ids.get(externalId)
  const sign: SignOf = {
    account,
    staff,
    customer: externalId,
    ...(contact !== undefined && { contact }),
    sign: found.sign,
    ...(found.refetch && { refetchAt: at }),
  }
  await writeSigns(ports, [sign])
  if (found.sign.kind !== 'stale') await settleFollow(ports, account, [externalId])
  if (found.refetch) ports.due()
}

/** True for news about customers. */
export const isCustomerNews = (update: Update): update is Came => update.kind.startsWith('event.customer.')

/**
 * A member has left the corporation, or the app's range: the customers wait for another member, and somebody has to
 * hand them over. Tells it as a fact with the counts, once a day: the platform sends two events for one leaving.
 */
export async function applyStaffLeft(ports: ApplyPorts, update: Update, staff: string): Promise<void> {
  const { account, at: occurredAt } = update
  const rows = relationRows(ports.connection)
  const mine = { account, staff, live: true }
  const before = { ...mine, absentAt: { $exists: false }, addedAt: { $not: { $gt: occurredAt } } }
  await rows.updateMany(before, { $set: { absentAt: occurredAt }, $inc: { rev: 1 } })
  const customers = await rows.countDocuments(mine)
  const groups = await ports.groupsOf?.(account, staff)
  const props = { corp: account, staff, customers, ...(groups !== undefined && { groups }) }
  const day = new Date(occurredAt.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
  const id = `left:${account}:${staff}:${day}`
  await ports.events.append([{ source: 'customers', id, type: 'staff.left', account, occurredAt, props }])
}

/** The member who has left, if an update says so. */
export function leaverOf(update: Update): string | undefined {
  if (update.kind === 'event.corp.directory') return update.change === 'delete_user' ? update.user : undefined
  if (update.kind === 'staff.event' && update.event === 'left') return update.from
  return undefined
}

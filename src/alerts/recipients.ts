import type { AlertDefinition } from './definition.js'
import type { Recipient } from './model.js'
import type { AlertPorts } from './ports.js'

/** What finding recipients asks. */
export type RecipientPorts = Pick<AlertPorts, 'corps' | 'staffOf' | 'settings'>

/** What is known of the fact an alert is about. */
export interface About {
  data: Record<string, unknown>
  contact?: string | undefined
}

/** Whom an alert goes to. `missing` tells what a rule names that is not there. */
export interface Addressed {
  recipients: Recipient[]
  missing: string[]
}

const MOST_STAFF = 200

/** Finds whom a rule's alert goes to: those it names, and the staff of the fact or of its customer. */
export async function recipientsOf(
  { to, account }: Pick<AlertDefinition, 'to' | 'account'>,
  about: readonly About[],
  { corps, staffOf, settings }: RecipientPorts,
): Promise<Addressed> {
  const missing: string[] = []
  const corpOf = (data: Record<string, unknown> = {}) => {
    const named =
      account ?? [data['corp'], data['account']].find((one) => typeof one === 'string' && corps.includes(one))
    return typeof named === 'string' ? named : corps.length === 1 ? corps[0] : undefined
  }
  const staff = new Map<string, Recipient>()
  const add = (corp: string | undefined, userid: string) => {
    if (corp === undefined) missing.push('account')
    else if (staff.size < MOST_STAFF) staff.set(`${corp}:${userid}`, { kind: 'staff', account: corp, staff: userid })
  }
  const first = about[0]?.data
  for (const userid of to.staff ?? []) add(corpOf(first), userid)
  if (to.customerStaff) {
    const before = staff.size
    for (const { data, contact } of about) {
      const named = [data['staff'], data['owner']].find((one) => typeof one === 'string' && one !== '')
      if (typeof named === 'string') add(corpOf(data), named)
      else if (contact !== undefined) for (const one of await staffOf(contact)) add(one.account, one.staff)
    }
    if (staff.size === before) for (const userid of to.otherwise ?? []) add(corpOf(first), userid)
  }
  const recipients: Recipient[] = [...staff.values()]
  if (to.chat !== undefined) {
    if (settings.chats[to.chat]) recipients.push({ kind: 'chat', chat: to.chat })
    else missing.push(`chat ${to.chat}`)
  }
  if (to.robot !== undefined) {
    if (settings.robots[to.robot]) recipients.push({ kind: 'robot', robot: to.robot })
    else missing.push(`robot ${to.robot}`)
  }
  if (to.groupSend !== undefined) recipients.push({ kind: 'group-send', name: to.groupSend })
  return { recipients, missing: [...new Set(missing)] }
}

/** A recipient in a few letters, for keys and lists. */
export function nameOfRecipient(to: Recipient): string {
  switch (to.kind) {
    case 'staff':
      return `staff:${to.account}:${to.staff}`
    case 'chat':
      return `chat:${to.chat}`
    case 'robot':
      return `robot:${to.robot}`
    case 'group-send':
      return `group-send:${to.name}`
  }
}

import type { WecomApi } from './api.js'
import { filled } from './check.js'
import { fieldsOf, idsOf } from './read.js'

/** What a customer of the desk is shown a card of: a member to add, or a group to join. */
export type DeskUpgrade = { member: string; wording?: string } | { group: string; wording?: string }

/** Whom and which groups the desk may offer, as set up in the console. */
export interface DeskUpgradeRange {
  staff: string[]
  departments: string[]
  groups: string[]
}

/** Cards by which a customer of the desk becomes a personal contact or joins a group (升级服务). */
export interface DeskUpgrades {
  range(): Promise<DeskUpgradeRange>
  /** Shows the card above the conversation until it is taken or withdrawn. */
  offer(account: string, customer: string, upgrade: DeskUpgrade): Promise<void>
  withdraw(account: string, customer: string): Promise<void>
}

const OFFER = '/cgi-bin/kf/customer/upgrade_service'
const MEMBER = 1
const GROUP = 2

/** The group's methods on an API. */
export function deskUpgrades(api: WecomApi): DeskUpgrades {
  return {
    range: async () => {
      const answer = await api.call('/cgi-bin/kf/customer/get_upgrade_service_config')
      const members = fieldsOf(answer['member_range'])
      return {
        staff: idsOf(members['userid_list']),
        departments: idsOf(members['department_id_list']),
        groups: idsOf(fieldsOf(answer['groupchat_range'])['chat_id_list']),
      }
    },
    offer: async (account, customer, upgrade) => {
      const { wording = '' } = upgrade
      const words = wording === '' ? {} : { wording }
      if ('member' in upgrade) filled(OFFER, 'member', upgrade.member)
      else filled(OFFER, 'group', upgrade.group)
      const card =
        'member' in upgrade
          ? { type: MEMBER, member: { userid: upgrade.member, ...words } }
          : { type: GROUP, groupchat: { chat_id: upgrade.group, ...words } }
      await api.call(OFFER, { json: { open_kfid: account, external_userid: customer, ...card } })
    },
    withdraw: async (account, customer) => {
      const json = { open_kfid: account, external_userid: customer }
      await api.call('/cgi-bin/kf/customer/cancel_upgrade_service', { json })
    },
  }
}

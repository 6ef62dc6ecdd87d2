import { talksOn } from '../contacts/identity.js'
import { contactKey } from '../core/update.js'
import type { SeenCustomer } from './access.js'
import type { SidebarPorts } from './ports.js'
import { triggerWord } from './words.js'

/** One way to reach a customer, and how much is left in it. */
export interface MeterRow {
  channel: 'staff' | 'official-account' | 'kf' | 'mini-program'
  /** Our words for the account. */
  account: string
  open: boolean
  /** How many messages may still be sent; absent: the platform sets no number. */
  left?: number
  /** When the last of what is open ends. */
  until?: Date
  /** Why it is so. */
  words: string
}

type Ports = Pick<SidebarPorts, 'windows' | 'clock' | 'corps' | 'accountName'>

/**
 * The window meter: by which channels the customer can be written to now. What a member writes by hand in the chat is
 * not counted by the platform; the bot's messages are, by the rules of each channel.
 */
export function createMeter({ windows, clock, corps, accountName }: Ports) {
  return async (account: string, { mine, person }: SeenCustomer): Promise<MeterRow[]> => {
    const now = clock.now()
    const desks = corps.find((corp) => corp.account === account)?.deskAccounts ?? []
    const rows: MeterRow[] = []
    if (mine) {
      const words = mine.half ? '客户还没有通过确认，暂时发不出去' : '您在聊天里手动发送，不限条数'
      rows.push({ channel: 'staff', account: '单聊', open: !mine.half, words })
    }
    for (const identity of person?.identities ?? []) {
      const channel = channelOf(identity.platform, desks.includes(identity.account))
      if (channel === undefined) continue
      const name = accountName?.(identity.account) ?? identity.account
      if (channel === 'official-account' && !identity.follow.following) {
        rows.push({ channel, account: name, open: false, left: 0, words: '没有关注，或已经取消关注' })
        continue
      }
      const key = contactKey({ account: talksOn(identity), from: identity.externalId })
      const { open, lastActAt, unexpired } = await windows.of(key, now)
      const left = open.reduce((sum, { remaining }) => sum + remaining, 0)
      const last = open.reduce<Date | undefined>((at, { until }) => (at && at > until ? at : until), undefined)
      rows.push({ channel, account: name, open: left > 0, left, ...(last && { until: last }), words: why() })

      function why(): string {
        if (left > 0) return open.map((one) => `${triggerWord(one.trigger)}，还能发 ${one.remaining} 条`).join('；')
        if (unexpired) return '条数已用完；客户再发一条消息就会重新打开'
        return lastActAt ? '已经过时；客户再发一条消息就会重新打开' : '客户近来没有互动；要等客户先发消息'
      }
    }
    return rows
  }
}

function channelOf(platform: string, isDesk: boolean): MeterRow['channel'] | undefined {
  if (platform === 'official-account' || platform === 'mini-program') return platform
  return platform === 'wecom' && isDesk ? 'kf' : undefined
}

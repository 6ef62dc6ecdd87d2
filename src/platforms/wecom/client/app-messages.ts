import { limits } from '../../../../rules/wecom/limits.js'
import type { Clock } from '../../../core/clock.js'
import { paced, refusedBefore, WecomApiError } from '../errors.js'
import type { WecomApi } from './api.js'
import { type AppMessage, wireAppMessage } from './app-message.js'
import { atMost, filled, whole } from './check.js'
import { createPace } from './pace.js'
import { type Fields, optional, splitIds, textOf } from './read.js'
import type { TemplateCard } from './template-card.js'
import { wireCard } from './template-card-wire.js'

/** Who of the staff gets a message: everybody who can see the app, or members, departments and tags. */
export type StaffReceivers =
  | 'everybody'
  | { staff?: readonly string[]; departments?: readonly number[]; tags?: readonly number[] }

/** What became of a message. Those named did not get it; the others did. */
export interface AppMessageSent {
  /** For `recall`; absent for kinds without. */
  id?: string
  invalidStaff: string[]
  invalidDepartments: string[]
  invalidTags: string[]
  unlicensedStaff: string[]
  /** Lets the card of everybody be updated, once, within 72 h. */
  responseCode?: string
}

/** How a message goes. */
export interface AppSendOptions {
  /** Not to be passed on; with a watermark. */
  confidential?: boolean
  /** The platform drops an equal message to the same people inside so many seconds, at most 14,400. */
  duplicateSeconds?: number
  signal?: AbortSignal
}

/**
 * App messages: 30 a minute and 1000 an hour to each member. The platform drops more without a word, so a call beyond
 * rejects before it leaves with `quota` and `retryAfterMs`; counted in the memory of this process, for members named.
 */
export interface AppMessages {
  send(to: StaffReceivers, message: AppMessage, options?: AppSendOptions): Promise<AppMessageSent>
  /** Changes the card everybody of `to` sees; the code is good once. `label`: its buttons give way to this text. */
  updateCard(
    to: StaffReceivers,
    responseCode: string,
    change: { label: string } | { card: TemplateCard; label?: string },
  ): Promise<{ invalidStaff: string[] }>
  /** Takes a message back within 24 h, in the WeCom client only. */
  recall(id: string): Promise<void>
}

const SEND = '/cgi-bin/message/send'
const UPDATE = '/cgi-bin/message/update_template_card'

/** The group's methods on an API. */
export function appMessages(api: WecomApi, agentId: number, clock: Clock): AppMessages {
  const pace = createPace(clock, [
    { most: limits.appPerMemberMinute.value, spanMs: 60_000 },
    { most: limits.appPerMemberHour.value, spanMs: 3_600_000 },
  ])
  const take = (staff: readonly string[]): void => {
    const full = pace.take(staff)
    if (!full) return
    const { value, source } = limits.appPerMemberMinute
    const reason = {
      en: `to: ${full.full.length} of ${staff.length} members have had ${value} a minute or ${limits.appPerMemberHour.value} an hour, more would be dropped (${source})`,
      zh: `接收人：${full.full.length}/${staff.length} 名成员已达每分钟 ${value} 条或每小时 ${limits.appPerMemberHour.value} 条，多发会被丢弃（依据 ${source}）`,
    }
    throw paced(SEND, reason, full.waitMs)
  }
  return {
    send: async (to, message, { confidential, duplicateSeconds, signal } = {}) => {
      const receivers = wireReceivers(SEND, to)
      const content = wireAppMessage(SEND, message)
      if (duplicateSeconds !== undefined) whole(SEND, 'duplicateSeconds', duplicateSeconds, 1, limits.duplicateSeconds)
      const json = {
        ...receivers,
        ...(message.type !== 'mini-program-notice' && { agentid: agentId }),
        ...content,
        ...(confidential === true && { safe: 1 }),
        ...(duplicateSeconds !== undefined && {
          enable_duplicate_check: 1,
          duplicate_check_interval: duplicateSeconds,
        }),
      }
      const staff = to === 'everybody' ? [] : (to.staff ?? [])
      take(staff)
      try {
        return sentOf(await api.call(SEND, { json, ...(signal && { signal }) }), staff)
      } catch (error) {
        if (!(error instanceof WecomApiError) || error.class !== 'uncertain') pace.giveBack(staff)
        throw error
      }
    },
    updateCard: async (to, responseCode, change) => {
      filled(UPDATE, 'responseCode', responseCode)
      const label = change.label === undefined ? {} : { replace_text: change.label }
      const content =
        'card' in change
          ? { template_card: { ...wireCard(UPDATE, change.card), ...label } }
          : { button: { replace_name: change.label } }
      const json = { ...updateReceivers(to), agentid: agentId, response_code: responseCode, ...content }
      const answer = await api.call(UPDATE, { json })
      return { invalidStaff: asSent(splitIds(answer['invaliduser']), to === 'everybody' ? [] : (to.staff ?? [])) }
    },
    recall: async (id) => {
      filled('/cgi-bin/message/recall', 'id', id)
      await api.call('/cgi-bin/message/recall', { json: { msgid: id } })
    },
  }
}

function checkReceivers(endpoint: string, to: StaffReceivers): void {
  if (to === 'everybody') return
  const { staff = [], departments = [], tags = [] } = to
  if (staff.length + departments.length + tags.length === 0) {
    throw refusedBefore(endpoint, 'to', 'nobody is named', '未指定接收人')
  }
  atMost(endpoint, 'to.staff', staff.length, limits.appReceivers)
  atMost(endpoint, 'to.departments', departments.length, limits.appDepartments)
  atMost(endpoint, 'to.tags', tags.length, limits.appTags)
  for (const one of staff) {
    filled(endpoint, 'to.staff', one)
    if (one.includes('|') || one === '@all') {
      throw refusedBefore(endpoint, 'to.staff', 'must be ids of single members', '须为单个成员的 userid')
    }
  }
}

function wireReceivers(endpoint: string, to: StaffReceivers): object {
  checkReceivers(endpoint, to)
  if (to === 'everybody') return { touser: '@all' }
  const { staff = [], departments = [], tags = [] } = to
  return {
    ...(staff.length > 0 && { touser: staff.join('|') }),
    ...(departments.length > 0 && { toparty: departments.join('|') }),
    ...(tags.length > 0 && { totag: tags.join('|') }),
  }
}

function updateReceivers(to: StaffReceivers): object {
  checkReceivers(UPDATE, to)
  if (to === 'everybody') return { atall: 1 }
  const { staff = [], departments = [], tags = [] } = to
  return { userids: staff, partyids: departments, tagids: tags, atall: 0 }
}

function sentOf(answer: Fields, staff: readonly string[]): AppMessageSent {
  const id = textOf(answer, 'msgid')
  return {
    ...(id !== '' && { id }),
    invalidStaff: asSent(splitIds(answer['invaliduser']), staff),
    invalidDepartments: splitIds(answer['invalidparty']),
    invalidTags: splitIds(answer['invalidtag']),
    unlicensedStaff: asSent(splitIds(answer['unlicenseduser']), staff),
    ...optional('responseCode', answer['response_code']),
  }
}

/** The platform answers ids in small letters; these are spelled as they were sent. */
function asSent(ids: readonly string[], staff: readonly string[]): string[] {
  const spelled = new Map(staff.map((id) => [id.toLowerCase(), id]))
  return ids.map((id) => spelled.get(id.toLowerCase()) ?? id)
}

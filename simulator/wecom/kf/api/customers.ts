import { limits } from '../../../../rules/wecom/limits.js'
import { type JsonRecord, number, record } from '../../../json.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needText,
  Refusal,
  textIn,
  textsIn,
} from '../../api/answer.js'
import type { CorpContent } from '../../content.js'
import { findStaff } from '../../people.js'
import { membersIn } from '../../scan.js'
import { today } from '../desk.js'
import { newId } from '../log.js'
import { showAgain, showMessage } from '../show.js'
import type { Talk } from '../state.js'
import { accountOf, talkIn } from './answer.js'

const feature = 'desk'
const WINDOW_MS = limits.deskHours.value * 3_600_000

/** Customers of the desk, and passing them on to a member or a group. */
export const deskCustomerEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/kf/customer/batchget': { method: 'POST', feature, run: batchGet },
  '/cgi-bin/kf/customer/get_upgrade_service_config': { method: 'GET', feature, run: upgradeConfig },
  '/cgi-bin/kf/customer/upgrade_service': { method: 'POST', feature, run: upgrade },
  '/cgi-bin/kf/customer/cancel_upgrade_service': { method: 'POST', feature, run: cancel },
  '/cgi-bin/kf/get_corp_qualification': {
    method: 'GET',
    feature,
    run: ({ corp }) => corpOk({ wechat_channels_binding: corp.desk.settings.customers === null }),
  },
}

const activeAt = (talk: Talk) => Math.max(talk.enteredAt, talk.lastCustomerAt)

/** Who was active in the last 48 h at any account. */
function batchGet(call: CorpCall): Answer {
  const { corp, now } = call
  const body = bodyOf(call)
  const ids = textsIn(body, 'external_userid_list')
  if (ids.length === 0) throw new Refusal(40063, 'external_userid_list')
  if (ids.length > limits.deskCustomers.value) throw new Refusal(40058, 'external_userid_list')
  const withContext = number(body, 'need_enter_session_context') === 1
  const found: JsonRecord[] = []
  const invalid: string[] = []
  for (const id of new Set(ids)) {
    const customer = corp.customers.get(id)
    const talks = [...corp.desk.accounts.values()].flatMap((account) => account.talks.get(id) ?? [])
    const talk = talks.toSorted((a, b) => activeAt(b) - activeAt(a))[0]
    if (!customer || !talk || now - activeAt(talk) > WINDOW_MS) {
      invalid.push(id)
      continue
    }
    const known = corp.settings.boundAccount !== null && customer.unionid !== ''
    found.push({
      external_userid: id,
      nickname: customer.name,
      avatar: '',
      gender: 0,
      ...(known && { unionid: customer.unionid }),
      ...(withContext && {
        enter_session_context: {
          scene: talk.scene,
          ...(talk.sceneParam !== '' && { scene_param: talk.sceneParam }),
        },
      }),
    })
  }
  return corpOk({ customer_list: found, invalid_external_userid: invalid })
}

function groupsInRange({ corp }: CorpCall): string[] {
  const { groups } = corp.desk.settings.upgrade
  return groups === 'all' ? [...corp.groups.values()].filter((one) => !one.dismissed).map(({ id }) => id) : groups
}

function upgradeConfig(call: CorpCall): Answer {
  const { staff, departments } = call.corp.desk.settings.upgrade
  return corpOk({
    member_range: { userid_list: staff, department_id_list: departments },
    groupchat_range: { chat_id_list: groupsInRange(call) },
  })
}

const MEMBER = 1
const GROUP = 2

/** A card in her conversation: a member or a group, of the ranges set in the console (40058). */
function upgrade(call: CorpCall): Answer {
  const body = bodyOf(call)
  const account = accountOf(call, needText(body, 'open_kfid'))
  const talk = talkIn(call, account, needText(body, 'external_userid'))
  const type = number(body, 'type')
  if (type !== MEMBER && type !== GROUP) throw new Refusal(40058, 'type')
  const inner = record(body, type === MEMBER ? 'member' : 'groupchat')
  if (!inner) throw new Refusal(40063, type === MEMBER ? 'member' : 'groupchat')
  const content = type === MEMBER ? memberCard(call, inner) : groupCard(call, inner)
  withdraw(call, talk)
  today(call, account).upgrades.add(talk.customer)
  showMessage(call.scene, talk, { from: 'app', by: account.id, via: 'app', content, msgid: newId() })
  return corpOk()
}

function memberCard(call: CorpCall, inner: JsonRecord): CorpContent {
  const { corp } = call
  const { staff, departments } = corp.desk.settings.upgrade
  const member = findStaff(corp, needText(inner, 'userid'))
  if (!member?.active) throw new Refusal(60111, 'userid')
  const inside = departments.flatMap((id) => membersIn(corp, id)).some(({ id }) => id === member.id)
  if (!inside && !staff.includes(member.id)) throw new Refusal(40058, 'userid is not in member_range')
  const wording = textIn(inner, 'wording')
  return { kind: 'upgrade', to: 'member', id: member.id, name: member.name, wording, state: 'open' }
}

function groupCard(call: CorpCall, inner: JsonRecord): CorpContent {
  const id = needText(inner, 'chat_id')
  const group = call.corp.groups.get(id)
  if (!group || group.dismissed) throw new Refusal(90501, id)
  if (!groupsInRange(call).includes(id)) throw new Refusal(40058, 'chat_id is not in groupchat_range')
  return { kind: 'upgrade', to: 'group', id, name: group.name, wording: textIn(inner, 'wording'), state: 'open' }
}

function cancel(call: CorpCall): Answer {
  const body = bodyOf(call)
  const account = accountOf(call, needText(body, 'open_kfid'))
  withdraw(call, talkIn(call, account, needText(body, 'external_userid')))
  return corpOk()
}

/** An offer that waits is taken back. */
function withdraw(call: CorpCall, talk: Talk): void {
  for (const entry of talk.thread.ring.list()) {
    const { content } = entry
    if (content.kind !== 'upgrade' || content.state !== 'open') continue
    entry.content = { ...content, state: 'cancelled' }
    showAgain(call.scene, talk, entry)
  }
}

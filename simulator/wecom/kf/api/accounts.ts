import { limits } from '../../../../rules/wecom/limits.js'
import { randomText } from '../../../ids.js'
import {
  type Answer,
  bodyOf,
  type CorpCall,
  type CorpEndpoint,
  corpOk,
  needQuery,
  needText,
  numbersIn,
  Refusal,
  shortText,
  subject,
  textIn,
  textsIn,
  wholeIn,
} from '../../api/answer.js'
import { mediaAddress, mediaOf } from '../../api/message.js'
import { findStaff } from '../../people.js'
import { addAccount, dutyOf, servicersOf } from '../desk.js'
import { tellAccount } from '../show.js'
import type { DeskAccount } from '../state.js'
import { linkAddress } from '../views.js'
import { accountOf } from './answer.js'

const feature = 'desk'

/** Accounts, links and servicers of the desk. */
export const deskAccountEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/kf/account/add': { method: 'POST', feature, run: add },
  '/cgi-bin/kf/account/update': { method: 'POST', feature, run: update },
  '/cgi-bin/kf/account/del': { method: 'POST', feature, run: remove },
  '/cgi-bin/kf/account/list': { method: 'POST', feature, run: list },
  '/cgi-bin/kf/add_contact_way': { method: 'POST', feature, run: link },
  '/cgi-bin/kf/servicer/add': { method: 'POST', feature, run: (call) => change(call, 'add') },
  '/cgi-bin/kf/servicer/del': { method: 'POST', feature, run: (call) => change(call, 'del') },
  '/cgi-bin/kf/servicer/list': { method: 'GET', feature, run: servicers },
}

const alive = (call: CorpCall): DeskAccount[] =>
  [...call.corp.desk.accounts.values()].filter((account) => !account.deleted)

const picture = (call: CorpCall, id: string): string => mediaAddress(call, mediaOf(call, id, 'image'))

function add(call: CorpCall): Answer {
  const body = bodyOf(call)
  needText(body, 'name')
  const name = shortText(body, 'name', limits.deskName.value)
  const shown = picture(call, needText(body, 'media_id'))
  if (alive(call).length >= limits.deskAccounts.value) throw new Refusal(95005)
  const account = addAccount(call.corp.desk, { name, picture: shown })
  tellAccount(call.scene, account)
  return corpOk({ open_kfid: account.id })
}

function update(call: CorpCall): Answer {
  const body = bodyOf(call)
  const account = accountOf(call, subject(call, needText(body, 'open_kfid')))
  const name = shortText(body, 'name', limits.deskName.value)
  const media = textIn(body, 'media_id')
  const shown = media === '' ? account.picture : picture(call, media)
  Object.assign(account, { name: name === '' ? account.name : name, picture: shown })
  tellAccount(call.scene, account)
  return corpOk()
}

function remove(call: CorpCall): Answer {
  const account = accountOf(call, subject(call, needText(bodyOf(call), 'open_kfid')))
  account.deleted = true
  tellAccount(call.scene, account)
  return corpOk()
}

function list(call: CorpCall): Answer {
  const body = bodyOf(call)
  const offset = wholeIn(body, 'offset', 0, 0, limits.deskAccounts.value)
  const limit = wholeIn(body, 'limit', limits.deskPage.value, 1, limits.deskPage.value)
  const rows = alive(call).slice(offset, offset + limit)
  return corpOk({
    account_list: rows.map(({ id, name, picture: avatar, managed }) => ({
      open_kfid: id,
      name,
      avatar,
      manage_privilege: managed,
    })),
  })
}

function link(call: CorpCall): Answer {
  const { corp, platform } = call
  const body = bodyOf(call)
  const account = accountOf(call, subject(call, needText(body, 'open_kfid')))
  const scene = textIn(body, 'scene')
  if (!/^[0-9A-Za-z_-]*$/.test(scene) || scene.length > limits.deskSceneBytes.value) throw new Refusal(40058, 'scene')
  return corpOk({ url: linkAddress(platform.baseUrl, addLink(corp.desk, account, scene)) })
}

/** The link of an account for a scene; the same one for the same scene. */
export function addLink(desk: CorpCall['corp']['desk'], account: DeskAccount, scene: string) {
  for (const known of desk.links.values()) if (known.account === account.id && known.scene === scene) return known
  const made = { key: `kfc${randomText(17)}`, account: account.id, scene, entered: 0 }
  desk.links.set(made.key, made)
  return made
}

function servicers(call: CorpCall): Answer {
  const { corp } = call
  const account = accountOf(call, subject(call, needQuery(call, 'open_kfid')))
  const people = servicersOf(corp, account)
    .filter((id) => account.staff.has(id))
    .map((userid) => {
      const duty = dutyOf(account, userid)
      if (duty === 'serving') return { userid, status: 0 }
      return { userid, status: 1, stop_type: duty === 'paused' ? 1 : 0 }
    })
  const departments = [...account.departments].map((department_id) => ({ department_id }))
  return corpOk({ servicer_list: [...people, ...departments] })
}

/** Adds or removes servicers: each with its own errcode; what is so already is ignored. */
function change(call: CorpCall, verb: 'add' | 'del'): Answer {
  const { corp } = call
  const body = bodyOf(call)
  const account = accountOf(call, subject(call, needText(body, 'open_kfid')))
  const [users, departments] = [textsIn(body, 'userid_list'), numbersIn(body, 'department_id_list')]
  const most = verb === 'add' ? limits.deskDepartmentsAdded.value : limits.deskDepartmentsRemoved.value
  if (users.length + departments.length === 0) throw new Refusal(40063, 'userid_list and department_id_list')
  if (users.length > limits.deskServicers.value) throw new Refusal(40058, 'userid_list')
  if (departments.length > most) throw new Refusal(40058, 'department_id_list')
  const ended = (done: boolean) => ({ errcode: 0, errmsg: done ? 'success' : 'ignored' })
  const people = users.map((userid) => {
    const staff = findStaff(corp, userid)
    if (!staff?.active) return { userid, errcode: 60111, errmsg: 'userid not found' }
    const done = verb === 'add' ? !account.staff.has(staff.id) : account.staff.has(staff.id)
    if (verb === 'add') account.staff.add(staff.id)
    else account.staff.delete(staff.id)
    return { userid, ...ended(done) }
  })
  const parts = departments.map((department_id) => {
    if (!corp.departments.some(({ id }) => id === department_id)) {
      return { department_id, errcode: 60123, errmsg: 'invalid party id' }
    }
    const done = verb === 'add' ? !account.departments.has(department_id) : account.departments.has(department_id)
    if (verb === 'add') account.departments.add(department_id)
    else account.departments.delete(department_id)
    return { department_id, ...ended(done) }
  })
  tellAccount(call.scene, account)
  return corpOk({ result_list: [...people, ...parts] })
}

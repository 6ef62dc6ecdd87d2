import { button, h } from '../../dom.js'
import { personFace } from '../faces.js'
import { ask, cell, writeBar } from '../parts.js'
import { showThread } from '../staff/chats.js'
import { corp } from '../store.js'
import { toolRow } from '../tool-bar/panel.js'
import { w } from '../words.js'

/** Does something as this servicer; the answer, or undefined when it was refused (the page says why). */
const act = (phone, verb, body) => corp('POST', `/kf/staff/${phone.id()}/${verb}`, body).catch(phone.complain)

/** The desk's conversations that a servicer sees: hers, those that wait, and those she had. */
export function staffDeskTalks(phone) {
  const { mine, queue, ended } = phone.store.kfStaff(phone.id())
  return [...mine, ...queue, ...ended].map((chat) => ({
    id: `${chat.kf}/${chat.person}`,
    name: [chat.name, h('span', { class: 'at-wechat' }, `@${chat.kfName}`)],
    avatar: () => personFace(chat.name),
    open: () => openDeskTalk(phone, chat),
    always: chat.state !== 4,
  }))
}

/** A conversation at the desk, as a servicer has it in WeCom. */
export function openDeskTalk(phone, { kf, person, name, kfName }) {
  const { store } = phone
  const find = () => {
    const { mine, queue, ended } = store.kfStaff(phone.id())
    return [...mine, ...queue, ...ended].find((chat) => chat.kf === kf && chat.person === person)
  }
  const state = h('div', { class: 'desk-state', testid: 'kf-state' })
  const foot = h('div', { class: 'desk-foot' })
  const where = { kf, person }
  const write = writeBar((text) => act(phone, 'say', { ...where, text }), {
    label: w('deskWrite'),
    testid: 'kf-answer',
  })
  let drawn
  showThread(phone, 'kf', `${kf}/${person}`, {
    testid: 'staff-kf-chat',
    title: () => [name, h('span', { class: 'at-wechat' }, w('atWechat'))],
    sub: () => kfName,
    head: state,
    foot: [toolRow(phone, { kf, person, name }), foot],
    mine: (entry) => entry.from !== 'customer',
    markOf: (entry) => (entry.from === 'app' ? 'desk' : undefined),
    refresh: () => {
      const chat = find()
      const now = chat?.state ?? 0
      if (drawn === now) return
      drawn = now
      state.replaceChildren(w(`deskState${now}`))
      state.dataset.state = String(now)
      foot.replaceChildren(...actions(phone, where, now, write))
    },
  })
}

function actions(phone, where, state, write) {
  const does = (words, verb, testid) => button(w(words), () => act(phone, verb, where), { class: 'chip', testid })
  if (state === 2) return [row(does('deskTake', 'take', 'kf-take'))]
  if (state === 4) return [row(does('deskReopen', 'reopen', 'kf-reopen'))]
  if (state !== 3) return []
  const pass = button(w('deskPass'), () => choose(phone, where), { class: 'chip', testid: 'kf-pass' })
  return [row(does('deskEnd', 'end', 'kf-end'), pass, does('deskQueueBack', 'queue', 'kf-queue')), write]
}

const row = (...buttons) => h('div', { class: 'desk-acts', role: 'group' }, buttons)

async function choose(phone, where) {
  const account = await corp('GET', `/kf/accounts/${where.kf}`).catch(phone.complain)
  if (!account) return
  const others = account.servicers.filter((one) => one.serving && one.staff !== phone.id())
  const select = h(
    'select',
    { class: 'ask-field', 'aria-label': w('deskPassTo'), testid: 'kf-pass-to' },
    others.map((one) => h('option', { value: one.staff }, one.name)),
  )
  ask(phone.device.display, {
    title: w('deskPassTo'),
    body: others.length > 0 ? select : w('deskNoOther'),
    yes: w('deskPass'),
    testid: 'kf-pass-ask',
    run: () => others.length > 0 && act(phone, 'pass', { ...where, to: select.value }),
  })
}

/** 我: whether she takes conversations of each account she serves. */
export function dutyCells(phone) {
  const { accounts } = phone.store.kfStaff(phone.id())
  if (accounts.length === 0) return undefined
  return h(
    'div',
    { class: 'cells' },
    accounts.map(({ id, name, serving }) =>
      cell({
        label: w('deskDuty', name),
        value: w(serving ? 'deskServing' : 'deskStopped'),
        open: () => act(phone, 'duty', { kf: id, on: !serving }),
        testid: 'kf-duty',
        id,
      }),
    ),
  )
}

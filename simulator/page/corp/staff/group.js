import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { fullTime } from '../clock.js'
import { personFace } from '../faces.js'
import { sign } from '../icons.js'
import { ask, badge, cell, nothing, refill, topBar, writeBar } from '../parts.js'
import { toolRow } from '../tool-bar/panel.js'
import { w } from '../words.js'
import { showThread } from './chats.js'
import { chooseOther, confirmLeaving, editText } from './group-acts.js'

const SHOWN = 300

/** A customer group: what was seen in it, and its notice. */
export function openGroup(phone, id) {
  const { store } = phone
  const find = () => store.groups().find((group) => group.id === id)
  const notice = h('p', { class: 'group-notice', hidden: true, testid: 'group-notice' })
  const more = button(icon('more', 22), () => openDetails(phone, id), {
    class: 'tool',
    'aria-label': w('groupDetails'),
    testid: 'group-details',
  })
  showThread(phone, 'group', id, {
    testid: 'staff-group-chat',
    title: () => {
      const group = find()
      return [`${group?.name ?? id}(${group?.count ?? 0})`, badge(w('outside'), 'outside')]
    },
    tools: [more],
    head: notice,
    refresh: () => {
      const text = find()?.notice ?? ''
      notice.hidden = text === ''
      if (notice.textContent !== text) notice.replaceChildren(sign('notice', 16), text)
    },
    names: (entry) => [entry.name, entry.from === 'customer' && h('span', { class: 'at-wechat' }, w('atWechat'))],
    foot: [
      toolRow(phone, { group: id, name: find()?.name ?? id }),
      writeBar((text) => phone.act('say', { to: id, text }), { label: w('writeToGroup'), testid: 'talk' }),
    ],
  })
}

/** The group's settings and its roster. */
function openDetails(phone, id) {
  const body = h('div', { class: 'scroll' })
  phone.screens.push({
    element: h(
      'div',
      { class: 'screen', testid: 'group-card' },
      topBar({ title: w('groupDetails'), back: phone.back }),
      body,
    ),
    update() {
      const group = phone.store.group(id)
      refill(body, group ? details(phone, group) : nothing(w('loading')))
    },
  })
}

function details(phone, group) {
  const her = phone.id()
  const isOwner = group.owner === her
  const manages = isOwner || group.admins.includes(her)
  const act = (verb, body = {}) => phone.act(verb, { group: group.id, ...body })
  return [
    h(
      'div',
      { class: 'cells' },
      cell({
        label: w('groupName'),
        value: group.name,
        testid: 'group-name',
        open: manages && (() => editText(phone, w('groupName'), group.name, (name) => act('rename', { name }))),
      }),
      cell({
        label: w('groupNotice'),
        value: group.notice || w('none'),
        testid: 'group-notice-cell',
        open: manages && (() => editText(phone, w('groupNotice'), group.notice, (text) => act('notice', { text }))),
      }),
      cell({
        label: w('owner'),
        value: group.ownerName,
        testid: 'group-owner',
        open: isOwner && (() => chooseOther(phone, group, (to) => act('give-group', { to }))),
      }),
      cell({
        label: w('groupWelcome'),
        value: welcomeName(phone, group),
        testid: 'group-welcome',
        open: manages && (() => chooseWelcome(phone, group, (template) => act('group-welcome', { template }))),
      }),
      cell({ label: w('createdAt'), value: fullTime(group.createdAt) }),
      cell({ label: 'chat_id', value: group.id }),
    ),
    h('h3', { class: 'part-title', testid: 'member-count' }, `${w('members')} (${group.count})`),
    h(
      'ul',
      { class: 'member-list', testid: 'roster' },
      group.members.slice(0, SHOWN).map((member) => memberRow(phone, group, member, manages)),
    ),
    group.members.length > SHOWN && h('p', { class: 'part-title' }, w('andMore', group.members.length - SHOWN)),
    isOwner &&
      h(
        'div',
        { class: 'cells' },
        cell({ label: w('dismiss'), danger: true, testid: 'dismiss', open: () => dismiss(phone, act) }),
      ),
  ]
}

function memberRow(phone, group, member, manages) {
  const owner = member.id === group.owner
  const admin = group.admins.includes(member.id)
  return h(
    'li',
    { class: 'member', testid: 'member', data: { id: member.id, scene: member.scene, state: member.state ?? '' } },
    personFace(member.name, 40),
    h(
      'span',
      { class: 'member-words' },
      h(
        'span',
        {},
        member.name,
        member.type === 2 && h('span', { class: 'at-wechat' }, w('atWechat')),
        owner && badge(w('owner'), 'owner-mark'),
        admin && !owner && badge(w('admin'), 'admin'),
      ),
      h('small', {}, howJoined(group, member)),
    ),
    manages &&
      !owner &&
      button(w('takeOut'), () => confirmLeaving(phone, group, member), {
        class: 'take-out',
        testid: 'take-out',
        'aria-label': `${w('takeOut')} ${member.name}`,
        data: { id: member.id },
      }),
  )
}

function howJoined(group, member) {
  const by = member.invitor && (group.members.find((one) => one.id === member.invitor)?.name ?? member.invitor)
  const parts = [
    w(`scene_${member.scene}`),
    member.state && `${w('state')} ${member.state}`,
    by && member.invitor !== member.id && `${w('invitedBy')} ${by}`,
    fullTime(member.joinedAt),
  ]
  return parts.filter(Boolean).join(' · ')
}

function welcomeName(phone, group) {
  const set = phone.store.state().groupWelcomes.find((one) => one.id === group.welcome)
  return set ? (set.text?.content ?? set.text ?? set.id) : w('none')
}

/** The library is filled by the API; only the owner can say that a group uses a template. */
function chooseWelcome(phone, group, run) {
  const library = phone.store.state().groupWelcomes
  const radio = (id, words) => {
    const box = h('input', { type: 'radio', name: 'welcome', value: id, checked: (group.welcome ?? '') === id })
    return h('label', { testid: 'welcome-choice', data: { id } }, box, words)
  }
  const list = h(
    'div',
    { class: 'choices' },
    radio('', w('none')),
    library.map((one) => radio(one.id, one.text?.content ?? one.text ?? one.id)),
  )
  ask(phone.device.display, {
    title: w('groupWelcome'),
    body: [library.length === 0 && h('p', {}, w('noWelcomes')), list],
    yes: w('apply'),
    testid: 'welcome',
    run: () => run(list.querySelector('input:checked')?.value || null),
  })
}

function dismiss(phone, act) {
  ask(phone.device.display, {
    title: w('dismissAsk'),
    yes: w('dismiss'),
    danger: true,
    testid: 'dismiss-ask',
    run: async () => {
      await act('dismiss')
      phone.screens.home()
    },
  })
}

import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { personFace } from '../faces.js'
import { ask, cell, nothing, refill, topBar, writeBar } from '../parts.js'
import { w } from '../words.js'
import { showThread } from './friend.js'
import { atCorp } from './home.js'

const SHOWN = 50

/** A customer group as WeChat shows it. */
export function openMyGroup(phone, id) {
  const { store } = phone
  const find = () => store.groups().find((group) => group.id === id)
  const staff = (entry) => entry.from === 'staff' || entry.from === 'app'
  const more = button(icon('more', 22), () => openDetails(phone, id), {
    class: 'tool',
    'aria-label': w('groupDetails'),
    testid: 'my-group-details',
  })
  showThread(phone, 'group', id, {
    testid: 'person-group-chat',
    title: () => `${find()?.name ?? id}(${find()?.count ?? 0})`,
    sub: () => w('byWecom'),
    tools: [more],
    names: (entry) => [entry.name, staff(entry) && atCorp(phone)],
    foot: writeBar((text) => phone.act('say', { to: id, text }), { label: w('writeMessage'), testid: 'say' }),
  })
}

function openDetails(phone, id) {
  const body = h('div', { class: 'scroll' })
  phone.screens.push({
    element: h(
      'div',
      { class: 'screen', testid: 'my-group-card' },
      topBar({ title: w('chatInfo'), back: phone.back }),
      body,
    ),
    update() {
      const group = phone.store.group(id)
      refill(body, group ? details(phone, group) : nothing(w('loading')))
    },
  })
}

function details(phone, group) {
  const leave = () =>
    ask(phone.device.display, {
      title: w('leaveGroupAsk', group.name),
      yes: w('leaveGroup'),
      danger: true,
      testid: 'leave-group-ask',
      run: async () => {
        await phone.act('leave', { group: group.id })
        phone.screens.home()
      },
    })
  return [
    h(
      'ul',
      { class: 'roster' },
      group.members
        .slice(0, SHOWN)
        .map((member) => h('li', { class: 'roster-one' }, personFace(member.name, 48), h('span', {}, member.name))),
    ),
    h(
      'div',
      { class: 'cells' },
      cell({ label: w('groupName'), value: group.name }),
      cell({ label: w('groupNotice'), value: group.notice || w('none') }),
      cell({ label: w('owner'), value: group.ownerName }),
      cell({ label: w('members'), value: String(group.count) }),
    ),
    h('div', { class: 'cells' }, cell({ label: w('leaveGroup'), danger: true, open: leave, testid: 'leave-group' })),
  ]
}

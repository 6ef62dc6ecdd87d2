import { h } from '../../dom.js'
import { ask } from '../parts.js'
import { w } from '../words.js'
import { openGroup } from './group.js'

/** 发起客户群: only a member can do this, never a server. */
export async function openNewGroup(phone) {
  const { store } = phone
  const her = phone.id()
  const name = h('input', { class: 'ask-field', maxlength: 40, 'aria-label': w('groupName'), testid: 'new-group-name' })
  const boxes = new Map()
  const choice = (id, words) => {
    const box = h('input', { type: 'checkbox', testid: 'new-group-member', data: { id } })
    boxes.set(id, box)
    return h('label', {}, box, words)
  }
  const colleagues = store.state().staff.filter((one) => one.id !== her && !one.left)
  const customers = store.relations(her).relations.filter((one) => !one.half)
  ask(phone.device.display, {
    title: w('newGroup'),
    body: [
      h('p', {}, w('newGroupNote')),
      name,
      h(
        'div',
        { class: 'choices' },
        customers.map((one) => choice(one.customer, [one.remark || one.name, ` ${w('atWechat')}`])),
        colleagues.map((one) => choice(one.id, one.name)),
      ),
    ],
    yes: w('create'),
    testid: 'new-group',
    run: async () => {
      const members = [...boxes].filter(([, box]) => box.checked).map(([id]) => id)
      const made = await phone.act('create-group', { name: name.value.trim() || w('newGroupName'), members })
      if (made?.group) openGroup(phone, made.group)
    },
  })
}

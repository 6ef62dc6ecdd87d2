import { h } from '../../dom.js'
import { ask } from '../parts.js'
import { w } from '../words.js'

/** Asks for a text of one line and gives it to `run`. */
export function editText(phone, title, value, run) {
  const field = h('input', { class: 'ask-field', maxlength: 200, 'aria-label': title, testid: 'edit-input' })
  field.value = value
  ask(phone.device.display, { title, body: field, yes: w('save'), testid: 'edit', run: () => run(field.value.trim()) })
}

/** Asks who shall own the group. */
export function chooseOther(phone, group, run) {
  const others = group.members.filter((member) => member.type === 1 && member.id !== group.owner)
  const list = h(
    'div',
    { class: 'choices' },
    others.map((member, n) =>
      h('label', {}, h('input', { type: 'radio', name: 'owner', value: member.id, checked: n === 0 }), member.name),
    ),
  )
  ask(phone.device.display, {
    title: w('giveGroup'),
    body: others.length > 0 ? list : w('nobodyElse'),
    yes: w('sure'),
    testid: 'give-group',
    run: () => {
      const to = list.querySelector('input:checked')?.value
      if (to) run(to)
    },
  })
}

/** Asks before a member is taken out of the group. */
export function confirmLeaving(phone, group, member) {
  ask(phone.device.display, {
    title: w('takeOutAsk', member.name),
    yes: w('takeOut'),
    danger: true,
    testid: 'take-out-ask',
    run: () => phone.act('kick', { group: group.id, members: [member.id] }),
  })
}

import { h } from '../../dom.js'
import { personFace } from '../faces.js'
import { dutyCells } from '../kf/staff.js'
import { ask, cell } from '../parts.js'
import { w } from '../words.js'

/** 我: who she is, and leaving the corp. */
export function me(phone) {
  const her = phone.store.staff(phone.id())
  if (!her) return undefined
  const state = phone.store.state()
  const departments = state.departments.filter((one) => her.departments.includes(one.id)).map((one) => one.name)
  return [
    h(
      'div',
      { class: 'wc-me' },
      personFace(her.name, 60),
      h('div', {}, h('h2', {}, her.name), h('p', {}, `${state.name} · ${departments.join('、')}`)),
    ),
    h(
      'div',
      { class: 'cells' },
      cell({ label: 'userid', value: her.id }),
      cell({ label: w('customers'), value: String(her.customers) }),
      cell({ label: w('ownGroups'), value: String(her.groups) }),
      cell({ label: w('inRange'), value: w(her.inRange ? 'yes' : 'no') }),
      cell({ label: w('seesCustomers'), value: w(her.seesCustomers ? 'yes' : 'no') }),
    ),
    dutyCells(phone),
    her.left
      ? h('p', { class: 'nothing', testid: 'staff-left' }, w('hasLeft'))
      : h(
          'div',
          { class: 'cells' },
          cell({ label: w('leaveCorp'), danger: true, testid: 'leave-corp', open: () => leave(phone, her) }),
        ),
  ]
}

function leave(phone, her) {
  ask(phone.device.display, {
    title: w('leaveAsk'),
    body: w('leaveNote', her.customers),
    yes: w('leaveCorp'),
    danger: true,
    testid: 'leave-ask',
    run: () => phone.act('leave'),
  })
}

import { button, h, picture } from '../../dom.js'
import { icon } from '../../icons.js'
import { enterDesk } from '../kf/chat.js'
import { isDeskLink } from '../kf/door.js'
import { refill } from '../parts.js'
import { w } from '../words.js'
import { openArrival, wayOf } from './arrive.js'

/** 扫一扫: the posters there are (codes the product made), or an address that was pasted. */
export function openScanner(phone) {
  const field = h('input', {
    type: 'text',
    class: 'field',
    maxlength: 500,
    placeholder: w('codeAddress'),
    'aria-label': w('codeAddress'),
    testid: 'corp-scan-address',
  })
  const problem = h('p', { class: 'scan-problem', role: 'alert', hidden: true, testid: 'scan-problem' })
  const form = h(
    'form',
    { class: 'scan-form' },
    field,
    h('button', { type: 'submit', class: 'primary', testid: 'corp-scan-go' }, w('scanNow')),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (isDeskLink(field.value)) return void enterDesk(phone, { link: field.value.trim() })
    const way = wayOf(phone.store.state(), field.value.trim())
    problem.hidden = way !== undefined
    problem.textContent = w('noSuchCode')
    if (way) openArrival(phone, way)
  })
  const posters = h('ul', { class: 'codes posters' })
  phone.screens.push({
    element: h(
      'div',
      { class: 'screen scanner', testid: 'corp-scanner' },
      h(
        'div',
        { class: 'bar clear' },
        button(icon('close', 22), phone.back, { class: 'tool', 'aria-label': w('close'), testid: 'corp-back' }),
        h('div', { class: 'bar-title' }, w('scan')),
        h('span', { class: 'tool' }),
      ),
      h('p', { class: 'scan-hint' }, w('scanHint')),
      form,
      problem,
      posters,
    ),
    update() {
      const state = phone.store.state()
      const all = [
        ...state.contactWays.map((way) => ({ ...way, kind: 'contact' })),
        ...state.joinWays.map((way) => ({ ...way, kind: 'group' })),
      ]
      refill(
        posters,
        all.map((way) => poster(phone, way)),
        all.length === 0 && h('li', { class: 'none', testid: 'no-posters' }, w('noPosters')),
      )
    },
  })
}

function poster(phone, way) {
  const name = way.remark || way.state || way.id
  return h(
    'li',
    {},
    button(
      [
        way.scene === 2 ? picture(way.qr, 'qr', '') : h('span', { class: 'qr button-way' }, icon('mini', 40)),
        h('span', {}, name),
        h('small', {}, [w(way.kind === 'group' ? 'joinCode' : 'wayCode'), way.state && ` · ${way.state}`]),
      ],
      () => openArrival(phone, way),
      { class: 'code', testid: 'poster', data: { id: way.id, kind: way.kind, state: way.state } },
    ),
  )
}

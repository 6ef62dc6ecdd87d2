import { h, picture } from '../../dom.js'
import { icon } from '../../icons.js'
import { nothing, refill, topBar } from '../parts.js'
import { w } from '../words.js'

/** The codes that lead to her and to her groups, as the product made them. */
export function openCodes(phone) {
  const body = h('div', { class: 'scroll' })
  phone.screens.push({
    element: h('div', { class: 'screen', testid: 'code-list' }, topBar({ title: w('codes'), back: phone.back }), body),
    update() {
      const state = phone.store.state()
      const her = phone.id()
      const departments = phone.store.staff(her)?.departments ?? []
      const leadsTo = (way) => way.staff.includes(her) || way.departments.some((id) => departments.includes(id))
      const own = new Set(state.groups.filter((group) => group.owner === her).map((group) => group.id))
      const ways = state.contactWays.filter(leadsTo).map((way) => ({ ...way, name: 'wayCode' }))
      const joins = state.joinWays
        .filter((way) => way.groups.some((id) => own.has(id)))
        .map((way) => ({ ...way, name: 'joinCode' }))
      const all = [...ways, ...joins]
      refill(body, all.length > 0 ? all.map(drawn) : nothing(w('noCodes'), 'no-codes'))
    },
  })
}

function drawn(way) {
  return h(
    'article',
    { class: 'task code-card', testid: 'staff-code', data: { id: way.id } },
    way.scene === 2
      ? picture(way.qr, 'code-qr', way.state || way.id)
      : h('span', { class: 'code-qr button-way' }, icon('mini', 40)),
    h(
      'div',
      {},
      h('b', {}, way.remark || w(way.name)),
      h('p', {}, `${w(way.name)} · ${w('state')} ${way.state || w('none')}`),
      h('p', {}, w('scans', way.scans)),
    ),
  )
}

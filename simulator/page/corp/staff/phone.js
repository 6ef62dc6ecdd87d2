import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { createDevice } from '../device.js'
import { personFace } from '../faces.js'
import { sign } from '../icons.js'
import { refill } from '../parts.js'
import { corp } from '../store.js'
import { w } from '../words.js'
import { bench } from './bench.js'
import { contacts } from './contacts.js'
import { me } from './me.js'
import { conversations, messages } from './messages.js'

const TABS = [
  ['messages', 'chats', messages],
  ['contacts', 'contacts', contacts],
  ['bench', 'bench', bench],
  ['me', 'me', me],
]

/**
 * The phone of a member of staff, as WeCom looks. `page` gives store, now(), complain(error), chosen() (her userid),
 * choose(userid) and language-bound words; the page calls update() after every change.
 */
export function createStaffPhone(page) {
  const { store } = page
  const picker = h('select', {
    'aria-label': w('pickStaff'),
    testid: 'staff-picker',
    on: { change: (event) => page.choose(event.target.value) },
  })
  const device = createDevice({
    kind: 'staff',
    label: w('staffPhone'),
    owner: [h('span', { class: 'owner-kind' }, w('staffPhone')), picker],
    now: page.now,
  })
  const phone = {
    ...page,
    id: page.chosen,
    device,
    screens: device.screens,
    back: device.screens.back,
    /** Does something as this member; the answer, or undefined when it was refused (the page says why). */
    act: (verb, body = {}) => corp('POST', `/staff/${page.chosen()}/${verb}`, body).catch(page.complain),
    world: (entry) => ({
      ...device.opener,
      nameOf: store.staffName,
      press: ({ key, selected }) => phone.act('press', { n: entry.n, key, selected }),
    }),
  }

  const body = h('div', { class: 'wc-body', testid: 'staff-body' })
  const tabs = h('div', { class: 'wc-tabs', role: 'tablist' })
  const head = h('div', {})
  let open = 'messages'
  const shell = {
    element: h('div', { class: 'screen wc-home', testid: 'staff-home' }, head, body, tabs),
    update() {
      refill(head, header())
      refill(tabs, ...TABS.map(tab))
      refill(body, TABS.find(([name]) => name === open)[2](phone))
    },
  }
  function header() {
    const her = store.staff(phone.id())
    return h(
      'div',
      { class: 'wc-head' },
      personFace(her?.name ?? '', 32),
      h('span', { class: 'corp-name' }, open === 'messages' ? store.state().name : w(`tab_${open}`)),
      sign('search', 22),
      icon('plus', 23),
    )
  }
  function tab([name, mark]) {
    const her = store.staff(phone.id())
    const waits =
      name === 'messages'
        ? conversations(phone).reduce((sum, one) => sum + one.unread, 0)
        : name === 'bench'
          ? (her?.waiting ?? 0)
          : name === 'contacts'
            ? (her?.requests ?? 0)
            : 0
    return button(
      [sign(mark, 24), w(`tab_${name}`), waits > 0 && h('i', { class: 'unread' }, String(Math.min(waits, 99)))],
      () => {
        open = name
        shell.update()
        tabs.querySelector(`[data-id="${name}"]`)?.focus({ preventScroll: true })
      },
      { role: 'tab', 'aria-selected': String(open === name), testid: 'staff-tab', data: { id: name } },
    )
  }

  function list() {
    const chosen = page.chosen()
    const options = store
      .state()
      .staff.map((one) =>
        h(
          'option',
          { value: one.id, selected: one.id === chosen },
          one.left ? `${one.name}（${w('left')}）` : one.name,
        ),
      )
    if (picker.childElementCount === options.length && picker.value === chosen && picker.dataset.said === said()) return
    picker.replaceChildren(...options)
    picker.value = chosen
    picker.dataset.said = said()
  }
  const said = () =>
    store
      .state()
      .staff.map((one) => `${one.name}${one.left}`)
      .join()

  device.screens.root(shell)
  return {
    element: device.element,
    tick: device.tick,
    /** Another member took the phone. */
    changed() {
      device.close()
      device.screens.home()
    },
    update() {
      list()
      device.screens.update()
    },
  }
}

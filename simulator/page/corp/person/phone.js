import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { imageViewer } from '../../viewer.js'
import { codeIn } from '../code-in.js'
import { createDevice } from '../device.js'
import { sign } from '../icons.js'
import { enterDesk } from '../kf/chat.js'
import { isDeskLink } from '../kf/door.js'
import { refill } from '../parts.js'
import { corp } from '../store.js'
import { w } from '../words.js'
import { openArrival, wayOf } from './arrive.js'
import { chats, conversations } from './home.js'
import { openScanner } from './scan.js'
import { discover, friends, myself } from './tabs.js'

const TABS = [
  ['wechat', 'chats', chats],
  ['friends', 'contacts', friends],
  ['discover', 'discover', discover],
  ['myself', 'me', myself],
]

/**
 * The phone of somebody in WeChat, who may become a customer. `page` gives store, now(), complain(error), person() ({id,
 * name, external}), people(), choosePerson(id), addPerson() and said(words).
 */
export function createPersonPhone(page) {
  const picker = h('select', {
    'aria-label': w('pickPerson'),
    testid: 'person-picker',
    on: { change: (event) => page.choosePerson(event.target.value) },
  })
  const device = createDevice({
    kind: 'person',
    label: w('personPhone'),
    owner: [
      h('span', { class: 'owner-kind' }, w('personPhone')),
      picker,
      button(icon('add', 16), page.addPerson, { class: 'plus', 'aria-label': w('addPerson'), testid: 'add-person' }),
    ],
    now: page.now,
  })
  const phone = {
    ...page,
    device,
    screens: device.screens,
    back: device.screens.back,
    id: () => page.person().id,
    openScan: () => openScanner(phone),
    /** Does something as this person; the answer, or undefined when it was refused (the page says why). */
    act: (verb, body = {}) =>
      corp('POST', `/people/${encodeURIComponent(page.person().id)}/${verb}`, body).catch(page.complain),
    /** What a code led to takes the place of the screens that led there. */
    arrived: device.screens.home,
    /** Opens an address: a code of the corp leads to its own screen, anything else to a web page. */
    openUrl: (url, title) => {
      if (isDeskLink(url)) return void enterDesk(phone, { link: url })
      const way = wayOf(page.store.state(), url)
      if (way) openArrival(phone, way)
      else device.opener.openUrl(url, title)
    },
    openImage: (url) => device.overlay(imageViewer(url, device.close, () => readImage(url))),
    world: () => ({
      ...device.opener,
      openUrl: phone.openUrl,
      openImage: phone.openImage,
      nameOf: page.store.staffName,
      press: () => {},
    }),
  }
  /** A QR code in a picture she was sent. */
  async function readImage(url) {
    const text = await codeIn(url)
    const way = wayOf(page.store.state(), text)
    if (!way) return page.complain(new Error(w(text === undefined ? 'noCode' : 'unknownCode')))
    device.close()
    openArrival(phone, way)
  }

  const body = h('div', { class: 'wc-body' })
  const tabs = h('div', { class: 'wc-tabs wx-tabs', role: 'tablist' })
  const title = h('div', { class: 'bar-title' })
  let open = 'wechat'
  const shell = {
    element: h(
      'div',
      { class: 'screen home', testid: 'person-home' },
      h('div', { class: 'bar' }, h('span'), title, h('span')),
      body,
      tabs,
    ),
    update() {
      title.textContent = w(`tab_${open}`)
      refill(tabs, TABS.map(tab))
      refill(body, TABS.find(([name]) => name === open)[2](phone))
    },
  }
  function tab([name, mark]) {
    const waits = name === 'wechat' ? conversations(phone).reduce((sum, one) => sum + one.unread, 0) : 0
    return button(
      [sign(mark, 24), w(`tab_${name}`), waits > 0 && h('i', { class: 'unread' }, String(Math.min(waits, 99)))],
      () => {
        open = name
        shell.update()
        tabs.querySelector(`[data-id="${name}"]`)?.focus({ preventScroll: true })
      },
      { role: 'tab', 'aria-selected': String(open === name), testid: 'person-tab', data: { id: name } },
    )
  }
  function list() {
    const people = page.people()
    const print = people.map((one) => `${one.id} ${one.name}`).join()
    if (picker.dataset.said !== print) {
      picker.replaceChildren(...people.map((one) => h('option', { value: one.id }, one.name)))
      picker.dataset.said = print
    }
    picker.value = page.person().id
  }

  device.screens.root(shell)
  return {
    element: device.element,
    tick: device.tick,
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

import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { sign } from '../icons.js'
import { writeBar } from '../parts.js'
import { talk } from '../talk.js'
import { toolRow } from '../tool-bar/panel.js'
import { w } from '../words.js'
import { openCustomerCard } from './customer.js'

// add_way of a customer whom the administrator gave to somebody
const BY_ADMIN = 202

/** Shows a conversation and keeps it marked as read while it is open. */
export function showThread(phone, kind, id, parts) {
  const { store } = phone
  const her = phone.id()
  const view = talk({
    back: phone.back,
    mine: (entry) => entry.by === her && entry.from === 'staff',
    world: phone.world,
    captions: true,
    ...parts,
  })
  phone.screens.push({
    element: view.element,
    update() {
      const known = store.thread(kind, id)
      store.read(her, known)
      parts.refresh?.()
      view.update(known.entries, phone.now())
    },
  })
}

/** The chat with the app: what it sent, cards to press, and what she writes to it. */
export function openApp(phone) {
  const enter = button(w('openApp'), () => phone.act('open-app'), { class: 'text-link', testid: 'open-app' })
  showThread(phone, 'app', phone.id(), {
    testid: 'app-chat',
    title: () => w('appName'),
    sub: () => w('appSub'),
    tools: [enter],
    markOf: (entry) => (entry.from === 'app' ? 'app' : undefined),
    foot: writeBar((text) => phone.act('write', { text }), { label: w('writeToApp'), testid: 'app' }),
  })
}

/** The chat with a customer. */
export function openCustomer(phone, customer) {
  const { store } = phone
  const find = () => store.relations(phone.id()).relations.find((one) => one.customer === customer)
  const known = find()
  const lost = h('p', { class: 'chat-note', hidden: true, testid: 'lost-note' }, w('lostNote'))
  const more = button(icon('more', 22), () => openCustomerCard(phone, customer), {
    class: 'tool',
    'aria-label': w('customerCard'),
    testid: 'customer-details',
  })
  showThread(phone, 'chat', `${phone.id()}/${customer}`, {
    testid: 'customer-chat',
    title: () => [find()?.remark || known?.name || customer, h('span', { class: 'at-wechat' }, w('atWechat'))],
    tools: [more],
    head: lost,
    intro: known && w(known.way === BY_ADMIN ? 'handedOver' : 'nowFriends', known.name),
    refresh: () => {
      lost.hidden = !find()?.lost
    },
    foot: [
      toolRow(phone, { person: customer, name: known?.name ?? customer }),
      writeBar((text) => phone.act('say', { to: customer, text }), { label: w('writeToCustomer'), testid: 'talk' }),
    ],
  })
}

/** An internal group that the app made; nobody's words there reach the app. */
export function openInternal(phone, id) {
  const chat = () => phone.store.state().internalChats.find((one) => one.id === id)
  showThread(phone, 'internal', id, {
    testid: 'internal-chat',
    title: () => `${chat()?.name ?? id}(${chat()?.members.length ?? 0})`,
    sub: () => w('internalGroup'),
    names: (entry) => entry.name,
    markOf: (entry) => (entry.from === 'app' ? 'app' : entry.from === 'robot' ? 'robot' : undefined),
    foot: h('p', { class: 'foot read-only' }, w('internalNote')),
  })
}

/** What a robot posted. */
export function openRobot(phone, key) {
  const robot = () => phone.store.state().robots.find((one) => one.key === key)
  showThread(phone, 'robot', key, {
    testid: 'robot-chat',
    title: () => robot()?.name ?? key,
    sub: () => (robot()?.active === false ? w('robotOff') : w('robot')),
    markOf: () => 'robot',
    foot: h('p', { class: 'foot read-only' }, sign('robot', 15), w('robotNote')),
  })
}

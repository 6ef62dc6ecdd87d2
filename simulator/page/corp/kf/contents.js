import { button, h, safeUrl } from '../../dom.js'
import { personFace } from '../faces.js'
import { sign } from '../icons.js'
import { inline } from '../markdown.js'
import { w } from '../words.js'

/** What only the desk's chats carry, as elements; `world` gives tap(item) and accept() beside the usual. */
export const deskContents = { menu, 'business-card': businessCard, upgrade }

function menu(made, world) {
  return h(
    'div',
    { class: 'bubble text desk-menu' },
    made.head && h('div', { class: 'desk-menu-words' }, inline(made.head, world)),
    made.items.map((item, place) => choice(item, place, world)),
    made.tail && h('div', { class: 'desk-menu-words' }, inline(made.tail, world)),
  )
}

function choice(item, place, world) {
  const leads = item.id ?? item.url ?? item.appid
  if (leads === undefined) return h('div', { class: 'desk-menu-words' }, item.text)
  const open = () => {
    if (item.url !== undefined) world.openUrl(safeUrl(item.url), item.text)
    else if (item.appid !== undefined) world.openMini({ appid: item.appid, appName: w('mini'), path: item.path ?? '' })
    else world.tap?.(item)
  }
  return button(item.text, open, {
    class: 'text-link desk-choice',
    testid: 'kf-choice',
    data: { id: item.id ?? String(place) },
  })
}

function businessCard(made) {
  return h(
    'div',
    { class: 'bubble desk-card', testid: 'kf-business-card' },
    h('span', { class: 'desk-card-who' }, personFace(made.name, 40), h('b', {}, made.name)),
    h('span', { class: 'card-foot' }, w('deskMember')),
  )
}

function upgrade(made, world) {
  const group = made.to === 'group'
  const foot =
    made.state === 'open'
      ? world.accept
        ? button(w(group ? 'deskJoin' : 'deskAccept'), world.accept, { class: 'desk-accept', testid: 'kf-accept' })
        : undefined
      : h('span', { class: 'card-foot' }, w(made.state === 'accepted' ? 'deskAccepted' : 'deskCancelled'))
  return h(
    'div',
    { class: 'bubble desk-card', testid: 'kf-upgrade', data: { state: made.state } },
    h('small', {}, w(group ? 'deskOfferGroup' : 'deskOfferMember')),
    h('span', { class: 'desk-card-who' }, group ? sign('group', 34) : personFace(made.name, 40), h('b', {}, made.name)),
    made.wording && h('p', {}, made.wording),
    foot,
  )
}

/** The same in a few words, as a list of chats shows it; undefined for what others carry too. */
export function deskGist(made) {
  if (made.kind === 'menu') return made.head || made.items[0]?.text || made.tail
  if (made.kind === 'business-card') return `[${w('deskMember')}] ${made.name}`
  if (made.kind === 'upgrade') return made.wording || w(made.to === 'group' ? 'deskOfferGroup' : 'deskOfferMember')
  return undefined
}

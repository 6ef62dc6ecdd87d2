import { face } from '../../avatar.js'
import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { groupFace, personFace } from '../faces.js'
import { nothing } from '../parts.js'
import { w } from '../words.js'
import { openFriend } from './friend.js'
import { openMyGroup } from './group.js'

/** The contact way or join way behind an address, the text of a code or a config_id; undefined for anything else. */
export function wayOf(state, text) {
  if (!text) return undefined
  const id = /\/wwqr\/([\w-]+)/.exec(text)?.[1] ?? text
  const contact = state.contactWays.find((way) => way.id === id)
  if (contact) return { ...contact, kind: 'contact' }
  const join = state.joinWays.find((way) => way.id === id)
  return join && { ...join, kind: 'group' }
}

/** The group a join way leads to now: one she is in, else the first that is not full; undefined when all are. */
function groupOf(state, way, mine) {
  const groups = [...way.groups, ...way.rooms].flatMap((id) => state.groups.find((group) => group.id === id) ?? [])
  const open = groups.filter((group) => !group.dismissed)
  return open.find((group) => mine.has(group.id)) ?? open.find((group) => group.count < state.settings.joinFull)
}

/** What a scanned code opens on a person's phone. */
export function openArrival(phone, way) {
  const body = h('div', { class: 'arrive-body' })
  let outcome
  const go = async () => {
    const answer = await phone.act('scan', { code: way.id })
    if (!answer) return
    phone.met(answer.customer)
    if (answer.pending) {
      outcome = answer
      phone.screens.update()
      return
    }
    phone.arrived()
    if (answer.kind === 'contact') openFriend(phone, answer.staff)
    else openMyGroup(phone, answer.group)
  }
  phone.screens.push({
    element: h(
      'div',
      { class: 'screen arrive', testid: way.kind === 'group' ? 'join-screen' : 'contact-screen' },
      h(
        'div',
        { class: 'bar' },
        button(icon('close', 22), phone.back, { class: 'tool', 'aria-label': w('close'), testid: 'corp-back' }),
        h('div', { class: 'bar-title' }, way.kind === 'group' ? w('joinTitle') : w('addTitle')),
        h('span', { class: 'tool' }),
      ),
      body,
    ),
    update() {
      const made = outcome ? waits(phone, outcome) : way.kind === 'group' ? join(phone, way, go) : add(phone, way, go)
      body.replaceChildren(...made.flat().filter(Boolean))
    },
  })
}

function add(phone, way, go) {
  const { store } = phone
  const [only] = way.staff
  const several = way.staff.length !== 1
  const name = several ? store.state().name : store.staffName(only)
  return [
    several ? face('account', name, 78) : personFace(name, 78),
    h('h2', {}, name),
    h('p', { class: 'at-corp' }, `@${store.state().name}`),
    h('p', { class: 'arrive-note' }, several ? w('oneOfStaff') : w('wecomUser')),
    h('dl', { class: 'arrive-facts' }, h('dt', {}, w('company')), h('dd', {}, store.state().name)),
    !way.skipVerify && h('p', { class: 'arrive-note' }, w('needsVerify')),
    button(w('addContact'), go, { class: 'primary arrive-go', testid: 'add-contact' }),
  ]
}

function waits(phone, outcome) {
  const name = phone.store.staffName(outcome.staff)
  return [
    personFace(name, 78),
    h('h2', {}, name),
    nothing(w('pendingNote'), 'pending-note'),
    button(w('done'), phone.screens.home, { class: 'primary arrive-go', testid: 'pending-done' }),
  ]
}

function join(phone, way, go) {
  const { store } = phone
  const state = store.state()
  const mine = new Set(store.people(phone.person().id).groups.map((one) => one.id))
  const group = groupOf(state, way, mine)
  const already = group && mine.has(group.id)
  const members = group ? (store.group(group.id)?.members ?? []) : []
  const name = group?.name ?? `${way.roomName}${way.roomNext}`
  if (!group && !way.auto) return [groupFace([], 78), nothing(w('groupsFull'), 'join-full')]
  return [
    groupFace(
      members.map((member) => member.name),
      78,
    ),
    h('h2', { testid: 'join-name' }, name),
    h('p', { class: 'arrive-note', testid: 'join-count' }, group ? w('people', group.count) : w('newRoom')),
    h('p', { class: 'arrive-note' }, w('groupOf', state.name)),
    group?.notice && h('p', { class: 'arrive-notice' }, group.notice),
    already && h('p', { class: 'arrive-note' }, w('alreadyIn')),
    button(w(already ? 'enterGroup' : 'joinGroup'), go, { class: 'primary arrive-go', testid: 'join-go' }),
    h('p', { class: 'arrive-small' }, w('joinNote')),
  ]
}

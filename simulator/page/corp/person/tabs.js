import { h } from '../../dom.js'
import { icon } from '../../icons.js'
import { personFace } from '../faces.js'
import { sign } from '../icons.js'
import { enterDesk } from '../kf/chat.js'
import { cell, nothing } from '../parts.js'
import { w } from '../words.js'
import { openFriend } from './friend.js'
import { openMyGroup } from './group.js'
import { atCorp } from './home.js'

/** 通讯录: her contacts at the corp, and its groups. */
export function friends(phone) {
  const { id, external } = phone.person()
  const { wecom, groups } = external ? phone.store.people(id) : { wecom: [], groups: [] }
  if (wecom.length + groups.length === 0) return nothing(w('personEmpty'))
  return [
    wecom.length > 0 && h('h3', { class: 'part-title' }, w('wecomContacts')),
    wecom.map((friend) =>
      cell({
        mark: personFace(friend.name, 38),
        label: [friend.name, atCorp(phone)],
        value: friend.half ? w('waitsForThem') : '',
        open: () => openFriend(phone, friend.staff),
        testid: 'friend',
        id: friend.staff,
      }),
    ),
    groups.length > 0 && h('h3', { class: 'part-title' }, w('groups')),
    groups.map((group) =>
      cell({
        mark: sign('group', 26),
        label: `${group.name}(${group.count})`,
        open: () => openMyGroup(phone, group.id),
      }),
    ),
  ]
}

/** 发现: where WeChat has its scanner, and the desk's accounts without a link. */
export function discover(phone) {
  const desks = phone.store.kf().accounts.filter((account) => !account.deleted)
  return [
    h(
      'div',
      { class: 'cells' },
      cell({ mark: icon('scan', 24), label: w('scan'), open: phone.openScan, testid: 'open-scan' }),
    ),
    h(
      'div',
      { class: 'cells' },
      desks.map(({ id, name }) =>
        cell({
          mark: sign('desk', 24),
          label: w('deskOf', name),
          open: () => enterDesk(phone, { kf: id }),
          testid: 'enter-kf',
          id,
        }),
      ),
    ),
  ]
}

/** 我: by which ids the platform knows her. */
export function myself(phone) {
  const person = phone.person()
  const customer = person.external ? phone.store.customer(person.external) : undefined
  return [
    h('div', { class: 'wc-me' }, personFace(person.name, 60), h('div', {}, h('h2', {}, person.name))),
    h(
      'div',
      { class: 'cells' },
      cell({ label: 'openid', value: person.openid ?? w('none') }),
      cell({ label: 'unionid', value: customer?.unionid || w('none') }),
      cell({ label: 'external_userid', value: person.external ?? w('notMet') }),
    ),
  ]
}

import { button, h } from '../../dom.js'
import { sign } from '../icons.js'
import { w } from '../words.js'
import { openApp } from './chats.js'
import { openCodes } from './codes.js'
import { openCustomers, openGroups } from './contacts.js'
import { openMoments } from './moments.js'
import { openNewGroup } from './new-group.js'
import { openTasks } from './tasks.js'

/** 工作台: the tools of customer contact, and the corp's own app. */
export function bench(phone) {
  const her = phone.store.staff(phone.id())
  const moments = phone.store.moments(phone.id()).filter((moment) => !moment.published && !moment.cancelled).length
  const tile = (name, mark, colour, open, waits = 0) =>
    button(
      [
        h(
          'span',
          { class: `square-icon ${colour}` },
          sign(mark, 25),
          waits > 0 && h('i', { class: 'unread' }, String(waits)),
        ),
        w(name),
      ],
      open,
      { class: 'bench-tile', testid: `bench-${name}` },
    )
  return [
    h(
      'section',
      { class: 'bench-part' },
      h('h3', {}, w('customerContact')),
      h(
        'div',
        { class: 'bench-tiles' },
        tile('customers', 'people', 'blue', () => openCustomers(phone)),
        tile('groups', 'group', 'green', () => openGroups(phone)),
        tile('groupSend', 'send', 'orange', () => openTasks(phone), her?.waiting ?? 0),
        tile('moments', 'moments', 'violet', () => openMoments(phone), moments),
        tile('codes', 'qr', 'cyan', () => openCodes(phone)),
        tile('newGroup', 'addPerson', 'green', () => openNewGroup(phone)),
      ),
    ),
    h(
      'section',
      { class: 'bench-part' },
      h('h3', {}, w('apps')),
      h(
        'div',
        { class: 'bench-tiles' },
        tile('appName', 'app', 'blue', () => openApp(phone)),
      ),
    ),
  ]
}

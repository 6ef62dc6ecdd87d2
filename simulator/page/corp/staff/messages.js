import { h } from '../../dom.js'
import { stampText } from '../../time.js'
import { gist } from '../contents.js'
import { groupFace, markFace, personFace } from '../faces.js'
import { staffDeskTalks } from '../kf/staff.js'
import { badge, listRow, nothing } from '../parts.js'
import { w } from '../words.js'
import { openApp, openCustomer, openInternal, openRobot } from './chats.js'
import { openGroup } from './group.js'

const MOST = 30

/** The conversations of a member, newest first: {name, avatar, known, unread, open, kind, id}. */
export function conversations(phone) {
  const { store } = phone
  const her = phone.id()
  const state = store.state()
  const made = [
    conversation(phone, 'app', her, {
      name: w('appName'),
      avatar: () => markFace('app'),
      open: () => openApp(phone),
      always: true,
    }),
    ...staffDeskTalks(phone).map((desk) => conversation(phone, 'kf', desk.id, { ...desk, testid: 'staff-kf' })),
    ...store
      .relations(her)
      .relations.filter((relation) => relation.entries > 0 || !relation.half)
      .slice(0, MOST)
      .map((relation) =>
        conversation(phone, 'chat', `${her}/${relation.customer}`, {
          name: [relation.remark || relation.name, h('span', { class: 'at-wechat' }, w('atWechat'))],
          avatar: () => personFace(relation.name),
          open: () => openCustomer(phone, relation.customer),
          id: relation.customer,
          testid: 'staff-chat',
        }),
      ),
    ...groupsOf(phone)
      .slice(0, MOST)
      .map((group) =>
        conversation(phone, 'group', group.id, {
          name: [`${group.name}(${group.count})`, badge(w('outside'), 'outside')],
          avatar: () => groupFace((store.group(group.id)?.members ?? []).map((member) => member.name)),
          open: () => openGroup(phone, group.id),
          id: group.id,
          testid: 'staff-group',
          always: true,
        }),
      ),
    ...state.internalChats
      .filter((chat) => chat.members.includes(her))
      .map((chat) =>
        conversation(phone, 'internal', chat.id, {
          name: `${chat.name}(${chat.members.length})`,
          avatar: () => groupFace(chat.members.map(store.staffName)),
          open: () => openInternal(phone, chat.id),
          id: chat.id,
          testid: 'staff-internal',
          always: true,
        }),
      ),
    ...state.robots
      .filter((robot) => !robot.chat || state.internalChats.some((c) => c.id === robot.chat && c.members.includes(her)))
      .map((robot) =>
        conversation(phone, 'robot', robot.key, {
          name: [robot.name, badge(w('robot'))],
          avatar: () => markFace('robot'),
          open: () => openRobot(phone, robot.key),
          id: robot.key,
          testid: 'staff-robot',
          always: true,
        }),
      ),
  ]
  return made.filter((one) => one.always || one.last).toSorted((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0))
}

/** The customer groups she is in: those she owns or manages, and those whose members are known to hold her. */
export function groupsOf(phone) {
  const her = phone.id()
  return phone.store
    .groups()
    .filter((group) => !group.dismissed)
    .filter((group, index) => {
      if (group.owner === her || group.admins.includes(her)) return true
      if (index >= MOST) return false
      return phone.store.group(group.id)?.members.some((member) => member.id === her) ?? false
    })
}

function conversation(phone, kind, id, given) {
  const known = phone.store.thread(kind, id)
  return { ...given, known, last: known.entries.at(-1), unread: phone.store.unread(phone.id(), known) }
}

/** 消息: the list of conversations. */
export function messages(phone) {
  const her = phone.store.staff(phone.id())
  if (!her || her.left) return nothing(w('hasLeft'), 'staff-left')
  const rows = conversations(phone)
  return h(
    'div',
    { class: 'white' },
    rows.map((one) =>
      listRow({
        ...one,
        avatar: one.avatar(),
        words: one.last ? `${sayer(one, phone)}${gist(one.last.content)}` : w('noMessagesYet'),
        at: one.last && stampText(one.last.at, phone.now()),
        testid: one.testid ?? 'staff-app',
        id: one.id ?? 'app',
      }),
    ),
    rows.length <= 1 && nothing(w('noChats'), 'staff-no-chats'),
  )
}

function sayer(one, phone) {
  const { last, testid } = one
  if (last.from === 'system' || last.by === phone.id()) return ''
  return testid === 'staff-group' || testid === 'staff-internal' ? `${last.name}: ` : ''
}

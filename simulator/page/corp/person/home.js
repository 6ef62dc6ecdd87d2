import { button, h } from '../../dom.js'
import { stampText } from '../../time.js'
import { gist } from '../contents.js'
import { groupFace, markFace, personFace } from '../faces.js'
import { deskTalks, openDesk } from '../kf/chat.js'
import { listRow, nothing } from '../parts.js'
import { w } from '../words.js'
import { openFriend } from './friend.js'
import { openMyGroup } from './group.js'

/** `@微环小店` behind the name of a member of staff, as WeChat marks who writes from WeCom. */
export const atCorp = (phone) => h('span', { class: 'at-corp' }, `@${phone.store.state().name}`)

/** Her conversations with the corp's people and in its groups, newest first. */
export function conversations(phone) {
  const { store } = phone
  const { id, external } = phone.person()
  if (!external) return []
  const { wecom, groups } = store.people(id)
  const made = [
    ...deskTalks(phone).map(({ kf, ...desk }) => ({
      ...desk,
      avatar: () => markFace('desk'),
      open: () => openDesk(phone, kf),
      id: kf,
      testid: 'person-kf',
      said: () => '',
    })),
    ...wecom.map((friend) => {
      const known = store.thread('chat', `${friend.staff}/${external}`)
      return {
        known,
        name: [friend.name, atCorp(phone)],
        avatar: () => personFace(friend.name),
        open: () => openFriend(phone, friend.staff),
        id: friend.staff,
        testid: 'person-chat',
        said: () => '',
      }
    }),
    ...groups.map((group) => {
      const known = store.thread('group', group.id)
      return {
        known,
        name: `${group.name}(${group.count})`,
        avatar: () => groupFace((store.group(group.id)?.members ?? []).map((member) => member.name)),
        open: () => openMyGroup(phone, group.id),
        id: group.id,
        testid: 'person-group',
        said: (last) => (last.from === 'system' || last.by === external ? '' : `${last.name}: `),
      }
    }),
  ]
  return made
    .map((one) => ({ ...one, last: one.known.entries.at(-1), unread: store.unread(external, one.known) }))
    .toSorted((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0))
}

/** 微信: the list of conversations, and a hand-over that waits for her word. */
export function chats(phone) {
  const { store } = phone
  const { id, external } = phone.person()
  const rows = conversations(phone)
  const transfers = external ? store.people(id).transfers : []
  return h(
    'div',
    { class: 'white' },
    transfers.map((transfer) => handOver(phone, transfer)),
    rows.map((one) =>
      listRow({
        ...one,
        avatar: one.avatar(),
        words: one.last ? `${one.said(one.last)}${gist(one.last.content)}` : '',
        at: one.last && stampText(one.last.at, phone.now()),
      }),
    ),
    rows.length === 0 && [
      nothing(w('personEmpty'), 'person-empty'),
      button(w('scan'), phone.openScan, { class: 'primary scan-now', testid: 'scan-now' }),
    ],
  )
}

function handOver(phone, transfer) {
  const { store } = phone
  return h(
    'div',
    { class: 'transfer', role: 'group', testid: 'transfer', data: { id: transfer.to } },
    h(
      'p',
      {},
      w('transferAsk').replace('{from}', store.staffName(transfer.from)).replace('{to}', store.staffName(transfer.to)),
    ),
    h(
      'div',
      { class: 'transfer-buttons' },
      button(w('refuse'), () => phone.act('refuse-transfer', { to: transfer.to }), { testid: 'transfer-refuse' }),
      button(w('accept'), () => phone.act('accept-transfer', { to: transfer.to }), {
        class: 'go',
        testid: 'transfer-accept',
      }),
    ),
  )
}

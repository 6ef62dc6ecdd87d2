import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { personFace } from '../faces.js'
import { ask, cell, topBar, writeBar } from '../parts.js'
import { talk } from '../talk.js'
import { w } from '../words.js'
import { atCorp } from './home.js'

/** Shows one of her conversations and keeps it marked as read while it is open. */
export function showThread(phone, kind, id, parts) {
  const { store } = phone
  const her = phone.person().external
  const view = talk({
    back: phone.back,
    mine: (entry) => entry.by === her,
    world: phone.world,
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

/** Her chat with a member of staff. */
export function openFriend(phone, staff) {
  const { store } = phone
  const more = button(icon('more', 22), () => openFriendCard(phone, staff), {
    class: 'tool',
    'aria-label': w('friendCard'),
    testid: 'friend-details',
  })
  showThread(phone, 'chat', `${staff}/${phone.person().external}`, {
    testid: 'friend-chat',
    title: () => [store.staffName(staff), atCorp(phone)],
    tools: [more],
    intro: w('nowFriends', store.staffName(staff)),
    foot: writeBar((text) => phone.act('say', { to: staff, text }), { label: w('writeMessage'), testid: 'say' }),
  })
}

/** The card of a member of staff, as WeChat shows a WeCom contact; she may be deleted there. */
function openFriendCard(phone, staff) {
  const { store } = phone
  const name = store.staffName(staff)
  const remove = () =>
    ask(phone.device.display, {
      title: w('deleteFriendAsk', name),
      body: w('deleteFriendNote'),
      yes: w('delete'),
      danger: true,
      testid: 'delete-friend-ask',
      run: async () => {
        await phone.act('delete', { staff })
        phone.screens.home()
      },
    })
  phone.screens.push({
    element: h(
      'div',
      { class: 'screen', testid: 'friend-card' },
      topBar({ title: '', back: phone.back }),
      h(
        'div',
        { class: 'scroll' },
        h(
          'div',
          { class: 'wc-profile' },
          personFace(name, 62),
          h('div', {}, h('h2', {}, name), h('p', {}, atCorp(phone)), h('p', {}, w('wecomUser'))),
        ),
        h(
          'div',
          { class: 'cells' },
          cell({ label: w('company'), value: store.state().name }),
          cell({ label: w('realName'), value: name }),
        ),
        h(
          'div',
          { class: 'cells' },
          cell({ label: w('deleteFriend'), danger: true, open: remove, testid: 'delete-friend' }),
        ),
      ),
    ),
  })
}

import { control } from '../../api.js'
import { button, h, safeUrl } from '../../dom.js'
import { icon } from '../../icons.js'
import { sign } from '../icons.js'
import { nothing } from '../parts.js'
import { corp } from '../store.js'
import { w } from '../words.js'
import { createBridge } from './bridge.js'

/**
 * The chat tool bar (聊天工具栏) beside a chat of this member: the product's page in a frame, whose JS-SDK is answered by
 * the simulator. `chat` is {person} | {group} | {kf, person}, with `name` of who it is.
 */
export async function openToolBar(phone, { name, ...chat }) {
  const known = await corp('GET', '/tools').catch(phone.complain)
  if (!known) return
  const address = safeUrl(known.url && withLogin(known.url))
  if (!address) return phone.device.overlay(panel(phone, name, nothing(w('toolBarNone'), 'tool-bar-none')))
  // the login pages let in whose phone it is
  await control('POST', '/corp/login', { staff: phone.id() }).catch(phone.complain)
  const told = h('p', { class: 'tool-bar-told', role: 'status', testid: 'tool-bar-told' })
  const frame = h('iframe', {
    class: 'frame',
    src: address,
    title: w('toolBar'),
    testid: 'tool-bar-frame',
    sandbox:
      new URL(address).origin === location.origin
        ? 'allow-scripts'
        : 'allow-scripts allow-same-origin allow-forms allow-popups allow-downloads',
  })
  const hear = createBridge(frame, {
    staff: phone.id(),
    chat,
    close: phone.device.close,
    told: (words) => {
      told.textContent = words
    },
  })
  const made = panel(phone, name, frame, told, () => {
    frame.src = address
  })
  addEventListener('message', hear)
  phone.device.overlay(made)
  whenGone(made, () => removeEventListener('message', hear))
}

/** The row above a chat's input with the door to the tool bar. */
export const toolRow = (phone, chat) =>
  h(
    'div',
    { class: 'chat-tools', role: 'group', 'aria-label': w('toolBar') },
    button([sign('tools', 16), w('toolBar')], () => openToolBar(phone, chat), { class: 'chip', testid: 'tool-bar' }),
  )

function withLogin(url) {
  const made = new URL(url)
  made.searchParams.set('login', '1')
  return made.href
}

function panel(phone, name, inside, told, again) {
  return h(
    'div',
    {
      class: 'screen viewer tool-bar',
      role: 'dialog',
      'aria-modal': 'true',
      'aria-label': w('toolBar'),
      testid: 'tool-bar-panel',
    },
    h(
      'div',
      { class: 'bar' },
      button(icon('close', 20), phone.device.close, {
        class: 'tool',
        'aria-label': w('close'),
        testid: 'corp-close',
      }),
      h('div', { class: 'bar-title' }, w('toolBar'), h('small', {}, name)),
      again
        ? button(sign('swap', 18), again, {
            class: 'tool',
            'aria-label': w('toolBarReload'),
            title: w('toolBarReload'),
            testid: 'tool-bar-reload',
          })
        : h('span', { class: 'tool' }),
    ),
    inside,
    told,
  )
}

/** Runs when an element has left the document. */
function whenGone(element, run) {
  const watch = new MutationObserver(() => {
    if (element.isConnected) return
    watch.disconnect()
    run()
  })
  watch.observe(document.body, { childList: true, subtree: true })
}

import { h } from '../dom.js'
import { codeIn } from './code-in.js'
import { createDeskRows, isDesk, isDeskLink, throughDesk } from './kf/door.js'
import { openArrival, wayOf } from './person/arrive.js'
import { createScreens } from './screens.js'
import { corp, createStore } from './store.js'
import { w } from './words.js'

const isCode = (text) => /\/wwqr\/[\w-]+/.test(text ?? '') || isDeskLink(text)

/**
 * The way from the Official Account to the corp on a follower's phone (`follower` is her openid): links and pictures of
 * live codes open the corp's own screens over the phone. `overlay(element)` puts something over it, `close()` takes it away.
 */
export function createDoors({ follower, shared, overlay, close, opener, changed }) {
  let door
  const refuse = (why) => shared.complain(new Error(w(why)))
  const doors = {
    /** Whether this address is that of a live code. */
    takes: (url) => shared.hasCorp() && isCode(url),
    async open(text) {
      const made = await openDoor(text, { ...shared, follower, close, opener }).catch(shared.complain)
      if (!made) return
      overlay(made.element)
      made.element.querySelector('[data-testid="corp-back"]')?.focus({ preventScroll: true })
      door = made
    },
    /** Reads the QR code in a picture and goes where it leads. */
    async read(url) {
      const text = await codeIn(url)
      if (isCode(text)) await doors.open(text)
      else refuse(text === undefined ? 'noCode' : 'unknownCode')
    },
    /** The desk's conversations for the list of chats. */
    rows: () => desk.rows(),
    happened(happening) {
      desk.happened(happening)
      if (door?.element.isConnected) door.happened(happening)
    },
  }
  const desk = createDeskRows({ follower, shared, open: doors.open, changed })
  return doors
}

/** What a live code leads to, and the chat after that. Throws when the code is nobody's. */
async function openDoor(text, { follower, now, complain, close, opener }) {
  const element = h('div', {
    class: 'screen viewer corp-door corp-page person',
    role: 'dialog',
    'aria-modal': 'true',
    'aria-label': w(isDesk(text) ? 'desk' : 'joinGroup'),
    testid: 'corp-door',
  })
  const screens = createScreens(element, close)
  const store = createStore({ changed: screens.update, complain, now })
  await store.load()
  const way = isDesk(text) ? undefined : wayOf(store.state(), text)
  if (!way && !isDesk(text)) throw new Error(w('unknownCode'))
  let external
  const phone = {
    store,
    now,
    complain,
    screens,
    device: { display: element },
    back: screens.back,
    person: () => ({ id: follower, name: '', openid: follower, external }),
    met: (id) => {
      external = id
    },
    arrived: screens.clear,
    openUrl: opener.openUrl,
    world: () => ({ ...opener, nameOf: store.staffName, press: () => {} }),
    act: (verb, body = {}) => corp('POST', `/people/${encodeURIComponent(follower)}/${verb}`, body).catch(complain),
  }
  if (way) openArrival(phone, way)
  else await throughDesk(phone, text)
  if (!element.firstChild) return undefined
  return { element, happened: store.happened }
}

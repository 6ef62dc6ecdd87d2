import { logInAgain, start } from './api.js'
import { customerView } from './customer.js'
import { button, fill, h } from './dom.js'
import { groupView } from './group.js'
import { notice } from './say.js'
import { startSdk, whereAmI } from './sdk.js'
import { trouble } from './trouble.js'

const app = document.getElementById('app')
const AGAIN = 'weloop-logged-in-at'
let me
let shown
let looking = false
let again = false

/** Logs in again by itself, once: a session of yesterday is nothing that staff have to know of. */
function passOver(error) {
  if (error?.status !== 401 || Date.now() - Number(sessionStorage.getItem(AGAIN) ?? 0) < 30_000) return false
  sessionStorage.setItem(AGAIN, String(Date.now()))
  logInAgain()
  return true
}

async function boot() {
  fill(app, h('p', { class: 'loading' }, '正在打开…'))
  try {
    me = await start()
    await startSdk(me)
    await look(true)
  } catch (error) {
    if (!passOver(error)) fill(app, trouble(error, boot))
  }
}

/**
 * Looks which chat is open now; the client keeps the page while staff go from one chat to another. Who goes on while a
 * customer is still being shown is followed after that.
 */
async function look(first = false) {
  again = looking
  if (looking) return
  looking = true
  try {
    const here = await whereAmI()
    const same = shown?.kind === here.kind && shown?.id === here.id
    if (same && !first) return
    shown = here
    if (here.kind === 'customer') await customerView(app, me, here)
    else if (here.kind === 'group') await groupView(app, me, here)
    else fill(app, elsewhere(here.entry))
  } catch (error) {
    shown = undefined
    if (!passOver(error))
      fill(
        app,
        trouble(error, () => look(true)),
      )
  } finally {
    looking = false
    if (again) void look()
  }
}

function elsewhere(entry) {
  const words = '请从客户聊天、微信客服会话或客户群的工具栏打开，这里才知道对面是谁。'
  const about = h('p', { class: 'soft' }, `${me.name}，现在的入口是 ${entry ?? '未知'}。`)
  return notice(
    words,
    about,
    button('再看一次', () => look(true), { class: 'primary', testid: 'again' }),
  )
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && me && shown) void look()
})
window.addEventListener('focus', () => {
  if (me && shown) void look()
})
window.addEventListener('keydown', (event) => {
  const typing = /^(?:INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '')
  if (event.key === '/' && !typing) {
    const search = document.querySelector('[data-search]')
    if (search) {
      event.preventDefault()
      search.focus()
    }
  }
  if (event.key === 'Escape' && typing) document.activeElement.blur()
})
void boot()

import { act, control } from './api.js'
import { face } from './avatar.js'
import { chat } from './chat.js'
import { createDoors } from './corp/door.js'
import { button, h } from './dom.js'
import { gist, home } from './home.js'
import { icon } from './icons.js'
import { inputBar } from './input-bar.js'
import { menuBar } from './menu-bar.js'
import { miniApp } from './mini/app.js'
import { createNotices } from './notices.js'
import { profile } from './profile.js'
import { scanner } from './scan.js'
import { clockText } from './time.js'
import { imageViewer, miniViewer, webViewer } from './viewer.js'
import { t } from './words.js'

const QUICK = ['你好', '退货', '新品', '人工']
const TYPING_MS = 15_000

/**
 * A phone: one follower in front of one account. `shared` gives now(), account() and complain(error). The page calls
 * entry, typing, follower and menu when something happened.
 */
export function createPhone(initial, shared) {
  let follower = initial
  let screen
  let talk
  // entries that arrive while the chat is being loaded
  let late
  let keyboard = false
  let typingTimer
  let atHome = false
  let unread = 0
  let lastEntry
  const id = follower.id
  const clock = h('span', {}, clockText(shared.now()))
  const display = h('div', { class: 'display' })
  const name = h('span', { class: 'owner-name' }, follower.name)
  const quick = h('div', { class: 'quick', role: 'group', 'aria-label': t('quick') })
  for (const words of QUICK) quick.append(button(words, () => say(words), { class: 'chip', testid: `quick-${words}` }))
  quick.append(
    button([icon('photo', 15), t('photo')], () => send('say', { kind: 'image' }), {
      class: 'chip',
      testid: 'quick-image',
    }),
  )
  const shopChip = button([icon('shop', 15), t('enterShop')], () => openShop(), { class: 'chip', testid: 'quick-shop' })
  if (shared.shop.info) quick.append(shopChip)
  const element = h(
    'section',
    { class: 'phone', 'aria-label': follower.name, testid: 'phone', data: { follower: id } },
    h('header', { class: 'owner' }, face('follower', follower.name, 26), name),
    h(
      'div',
      { class: 'device' },
      h(
        'div',
        { class: 'status', 'aria-hidden': 'true' },
        clock,
        h('span', { class: 'island' }),
        h('span', { class: 'battery' }),
      ),
      display,
    ),
    quick,
  )

  const run = (work) => Promise.resolve(work).catch(shared.complain)
  const send = (verb, body) => run(act(id, verb, body))
  const say = (text, menuItem) => send('say', { text, ...(menuItem === undefined ? {} : { menuItem }) })

  const avatar = (of, size) => face(of, of === 'follower' ? follower.name : shared.account().name, size)

  const opener = {
    avatar: (from) => avatar(from === 'follower' ? 'follower' : 'account'),
    openUrl: (url, title) => (doors.takes(url) ? doors.open(url) : overlay(webViewer(url, title, closeOverlay))),
    openMini: (card) => {
      const { info } = shared.shop
      if (card.appid !== info?.appid) return overlay(miniViewer(card, closeOverlay))
      const made = miniApp(card, {
        follower: id,
        shop: shared.shop,
        phone: opener,
        close: closeOverlay,
        complain: shared.complain,
      })
      overlay(made.element)
      running = made
    },
    openImage: (url) => overlay(imageViewer(url, closeOverlay, shared.hasCorp() && (() => doors.read(url)))),
    tapChoice: (item) => say(item.text, item.id),
  }

  const changed = () => atHome && showHome()
  const doors = createDoors({ follower: id, shared, overlay, close: () => closeOverlay(), opener, changed })
  let opened
  let running
  let before
  function overlay(element) {
    if (!element) return
    closeOverlay()
    before = document.activeElement
    opened = element
    display.append(element)
    element.querySelector('[data-testid="viewer-back"]')?.focus({ preventScroll: true })
  }
  function closeOverlay() {
    opened?.remove()
    opened = undefined
    running = undefined
    before?.focus?.({ preventScroll: true })
  }
  display.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && opened) closeOverlay()
  })

  function openShop() {
    const { info } = shared.shop
    const appName =
      shared.account().miniPrograms.find((item) => item.appid === info.appid)?.name ?? shared.account().name
    opener.openMini({ appid: info.appid, appName, path: 'pages/index' })
  }

  function place(next) {
    screen?.remove()
    screen = next
    atHome = false
    notices.left()
    display.prepend(next)
  }
  function showHome() {
    talk = undefined
    late = undefined
    const { name: accountName } = shared.account()
    const newest = notices.newest()
    const rows = [
      {
        name: accountName,
        words: gist(lastEntry?.content),
        at: lastEntry?.at,
        unread,
        avatar: avatar('account', 46),
        open: () => (follower.following ? run(showChat()) : showProfile()),
        testid: 'home-account',
      },
      {
        name: t('serviceNotices'),
        words: newest ? gist(newest.content) : t('noNotices'),
        at: newest?.at,
        unread: notices.unread(),
        avatar: h('span', { class: 'avatar bell', 'aria-hidden': 'true' }, icon('bell', 26)),
        open: notices.open,
        testid: 'home-service',
      },
      ...doors.rows(),
    ]
    place(
      home(
        rows.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0)),
        shared.now(),
      ),
    )
    atHome = true
  }
  function enableQuick() {
    for (const chip of quick.children) chip.disabled = chip !== shopChip && !follower.following
  }
  function showProfile() {
    place(
      profile(shared.account(), follower, {
        chat: showChat,
        follow: () => send('follow'),
        unfollow: () => send('unfollow'),
        scan: showScanner,
      }),
    )
  }
  function showScanner() {
    const choose = (code) => {
      closeOverlay()
      send('scan', code)
    }
    overlay(scanner(shared.account(), { choose, back: closeOverlay }))
  }
  async function showChat() {
    unread = 0
    const mine = chat(shared.account(), {
      details: showProfile,
      back: showHome,
      endStaff: () => run(control('DELETE', `/followers/${id}/staff`)),
    })
    talk = mine
    const arrived = []
    late = arrived
    place(mine.element)
    showFoot()
    mine.staff(follower.withStaff)
    const { entries } = await control('GET', `/followers/${id}/thread`)
    for (const entry of [...entries, ...arrived]) mine.show(entry, opener, shared.now())
    lastEntry = entries.at(-1) ?? lastEntry
    if (late === arrived) late = undefined
  }
  function showFoot() {
    const { menu } = shared.account()
    const useMenu = menu && !keyboard
    const bar = useMenu
      ? menuBar(menu, { press, toKeyboard: () => swap(true) })
      : inputBar({
          say: (text) => say(text),
          image: sendImage,
          voice: () => send('say', { kind: 'voice', seconds: 6 }),
          video: () => send('say', { kind: 'video' }),
          place: () => send('say', { kind: 'location', lat: 23.137466, lon: 113.352425, label: '广州市海珠区客村' }),
          link: () =>
            send('say', {
              kind: 'link',
              title: '微环小店',
              description: '朋友推荐的小店',
              url: 'https://shop.example.cn/',
            }),
          scan: showScanner,
          toMenu: menu && (() => swap(false)),
        })
    talk?.foot.replaceChildren(bar)
  }
  function swap(toKeyboard) {
    keyboard = toKeyboard
    showFoot()
    talk?.foot.querySelector('input, button')?.focus({ preventScroll: true })
  }
  async function press(path) {
    const pressed = await send('press', { path })
    if (pressed?.open?.url) opener.openUrl(pressed.open.url, pressed.open.url)
    if (pressed?.open?.appid) {
      const linked = shared.account().miniPrograms.find((item) => item.appid === pressed.open.appid)
      opener.openMini({ ...pressed.open, appName: linked?.name ?? `${shared.account().name}小程序` })
    }
  }
  function sendImage(file) {
    const reader = new FileReader()
    reader.addEventListener('load', () => send('say', { kind: 'image', file: String(reader.result).split(',')[1] }))
    reader.readAsDataURL(file)
  }

  const notices = createNotices(id, {
    display,
    opener,
    now: shared.now,
    back: showHome,
    place: (screen) => {
      talk = undefined
      closeOverlay()
      place(screen)
    },
    changed,
    away: () => !atHome && element.querySelector('.mini-service') === null,
  })

  enableQuick()
  if (follower.following) run(showChat())
  else showProfile()
  run(notices.load())
  return {
    element,
    id,
    entry: (entry) => {
      clearTimeout(typingTimer)
      talk?.typing(false)
      lastEntry = entry
      if (late) late.push(entry)
      else if (talk) talk.show(entry, opener, shared.now())
      else {
        unread += 1
        if (atHome) showHome()
      }
    },
    service: notices.add,
    order: (order) => running?.order(order),
    corp: doors.happened,
    typing: (on) => {
      clearTimeout(typingTimer)
      talk?.typing(on)
      if (on) typingTimer = setTimeout(() => talk?.typing(false), TYPING_MS)
    },
    follower: (state) => {
      const was = follower.following
      follower = state
      name.textContent = state.name
      talk?.staff(state.withStaff)
      enableQuick()
      if (was === state.following) return
      if (state.following) run(showChat())
      else showProfile()
    },
    menu: () => talk && showFoot(),
    tick: () => {
      clock.textContent = clockText(shared.now())
    },
  }
}

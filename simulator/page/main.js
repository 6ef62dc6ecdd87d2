import { control, listen } from './api.js'
import { createCorpPage } from './corp/corp.js'
import { button, h } from './dom.js'
import { icon } from './icons.js'
import { createLog } from './log.js'
import { createOffice } from './office.js'
import { createPhone } from './phone.js'
import { chooseLanguage, currentLanguage, t } from './words.js'

const MAX_PHONES = 4
const app = document.getElementById('app')

let accounts = []
let accountId
let clockOffset = 0
let phones = new Map()
let names = new Map()
let log
let office
let shelf
let notice
let shopInfo
// the corps of WeCom that are served, and their page while it is shown
let corps = []
let corpPage
const orders = new Map()

const shared = {
  now: () => Date.now() + clockOffset,
  account: () => accounts.find((account) => account.id === accountId) ?? accounts[0],
  /** The sample shop: what it sells, and its orders, newest first. */
  shop: {
    get info() {
      return shopInfo?.account === accountId ? shopInfo : undefined
    },
    orders: () => [...orders.values()].toSorted((a, b) => b.placedAt - a.placedAt),
  },
  hasCorp: () => corps.length > 0,
  complain: (error) => say(t('failed') + error.message, 4000),
}

function say(words, ms) {
  notice.textContent = words
  notice.hidden = words === ''
  if (ms) setTimeout(() => notice.textContent === words && say(''), ms)
}

const wantsCorp = () => corps.length > 0 && location.hash.startsWith('#corp')

function createNotice() {
  notice = h('p', { class: 'toast', role: 'status', hidden: true, testid: 'toast' })
}

function topBar(...tools) {
  return h(
    'header',
    { class: 'top-bar' },
    h('img', { src: '/page/icon.svg', alt: '', class: 'brand-mark' }),
    h('div', { class: 'titles' }, h('h1', {}, t('title')), h('p', {}, t('subtitle'))),
    corps.length > 0 && sides(),
    tools,
    button(t('language'), toggleLanguage, { class: 'ghost', testid: 'language' }),
  )
}

/** 微信 or 企业微信. */
function sides() {
  const link = (hash, words, here) =>
    h('a', { href: hash, 'aria-current': here && 'page', testid: `side-of-${hash.slice(1)}` }, words)
  return h(
    'nav',
    { class: 'sides', 'aria-label': t('sides') },
    link('#wechat', t('wechat'), !wantsCorp()),
    link('#corp', t('corpSide'), wantsCorp()),
  )
}

function frame() {
  createNotice()
  shelf = h('div', { class: 'shelf' })
  log = createLog((id) => names.get(id) ?? '')
  office = shared.shop.info && createOffice(shared.shop.info, shared)
  const side = h('aside', { class: 'side' }, sideTabs(), log.element, office?.element)
  const choice = h(
    'select',
    { 'aria-label': t('service'), on: { change: (event) => open(event.target.value) } },
    accounts.map((account) => h('option', { value: account.id, selected: account.id === accountId }, account.name)),
  )
  app.classList.remove('corp-page')
  app.replaceChildren(
    topBar(
      accounts.length > 1 && choice,
      button([icon('add', 16), t('addPhone')], addPhone, { class: 'ghost', testid: 'add-phone' }),
    ),
    h('main', {}, shelf, side),
    notice,
  )
}

/** The two views beside the phones: what was said between the parties, and the shop's office. */
function sideTabs() {
  if (!office) return undefined
  const made = [
    ['log', log.element],
    ['office', office.element],
  ].map(([name, panel]) => {
    const tab = button(t(name), () => choose(name), { role: 'tab', testid: `side-${name}` })
    return { name, panel, tab }
  })
  function choose(wanted) {
    for (const { name, panel, tab } of made) {
      panel.hidden = name !== wanted
      tab.setAttribute('aria-selected', String(name === wanted))
    }
  }
  choose('log')
  return h(
    'div',
    { class: 'side-tabs', role: 'tablist' },
    made.map(({ tab }) => tab),
  )
}

function toggleLanguage() {
  chooseLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')
  load().catch(shared.complain)
}

function addPhone() {
  control('POST', '/followers', { account: accountId })
    .then((follower) => {
      showPhone(follower)
      shelf.lastElementChild?.scrollIntoView({ inline: 'end', block: 'nearest' })
    })
    .catch(shared.complain)
}

function showPhone(follower) {
  names.set(follower.id, follower.name)
  if (phones.has(follower.id)) return
  const phone = createPhone(follower, shared)
  phones.set(follower.id, phone)
  shelf.append(phone.element)
}

async function open(id) {
  accountId = id
  await load()
}

let loading = 0
// what happens while everything is being loaded, to be gone through afterwards
let meanwhile
async function load() {
  const turn = ++loading
  meanwhile = []
  const state = await control('GET', '/state')
  accounts = state.accounts
  corps = state.corps ?? []
  accountId = shared.account().id
  clockOffset = state.now - Date.now()
  corpPage = undefined
  if (wantsCorp()) return loadCorp(turn)
  const wanted = encodeURIComponent(accountId)
  const [{ followers }, { exchanges }, { calls }] = await Promise.all([
    control('GET', `/followers?account=${wanted}&limit=${MAX_PHONES}`),
    control('GET', '/exchanges'),
    control('GET', '/calls'),
  ])
  await loadShop()
  const people = followers.length > 0 ? followers : [await control('POST', '/followers', { account: accountId })]
  if (turn !== loading) return
  document.title = t('title')
  phones = new Map()
  names = new Map(people.map((follower) => [follower.id, follower.name]))
  frame()
  for (const follower of people) showPhone(follower)
  for (const call of calls) log.call(call)
  for (const exchange of exchanges.filter((item) => isOurs(item.account))) log.exchange(exchange)
  for (const message of shared.shop.info?.messages ?? []) log.told(message)
  catchUp()
}

async function loadCorp(turn) {
  const made = await createCorpPage(shared)
  if (turn !== loading) return
  document.title = `${t('title')} · ${t('corpSide')}`
  corpPage = made
  phones = new Map()
  createNotice()
  app.classList.add('corp-page')
  app.replaceChildren(topBar(), made.element, notice)
  catchUp()
}

function catchUp() {
  const missed = meanwhile
  meanwhile = undefined
  for (const happening of missed) happened(happening)
}

async function loadShop() {
  orders.clear()
  const info = await control('GET', '/shop')
  shopInfo = info.appid === null ? undefined : info
  if (!shopInfo) return
  const [{ orders: known }, { messages }] = await Promise.all([
    control('GET', '/shop/orders'),
    control('GET', '/shop/outbox'),
  ])
  for (const order of known) orders.set(order.no, order)
  shopInfo.messages = messages
}

/** The account's own, or one of its mini programs. */
const isOurs = (account) => account === accountId || account.startsWith(`${accountId}:`)

function happened(happening) {
  if (happening.type === 'reset') return load().catch(shared.complain)
  if (happening.type === 'clock') {
    clockOffset = happening.now - Date.now()
    for (const phone of phones.values()) phone.tick()
    corpPage?.tick()
    return
  }
  if (corpPage) return corpPage.happened(happening)
  if (happening.type === 'corp') {
    for (const phone of phones.values()) phone.corp(happening)
    return
  }
  const spoken = happening.type === 'exchange' || happening.type === 'call'
  if (spoken ? !isOurs(happening.account) : happening.account !== accountId) return
  const phone = phones.get(happening.follower)
  switch (happening.type) {
    case 'thread':
      return phone?.entry(happening.entry)
    case 'service':
      return phone?.service(happening.entry)
    case 'shop':
      orders.set(happening.order.no, happening.order)
      office?.order(happening.order)
      for (const each of phones.values()) each.order(happening.order)
      return
    case 'shop-call':
      log.told(happening.call)
      office?.told(happening.call)
      return
    case 'typing':
      return phone?.typing(happening.on)
    case 'follower':
      if (phone) return phone.follower(happening.state)
      if (phones.size < MAX_PHONES) showPhone(happening.state)
      return
    case 'exchange':
      return log.exchange(happening.exchange)
    case 'call':
      return log.call(happening.call)
    case 'menu':
      return refreshMenu()
  }
}

async function refreshMenu() {
  accounts = (await control('GET', '/state')).accounts
  for (const phone of phones.values()) phone.menu()
}

chooseLanguage(currentLanguage())
let lost = false
meanwhile = []
listen({
  onHappening: (happening) => {
    if (meanwhile && happening.type !== 'reset') meanwhile.push(happening)
    else if (log || corpPage) happened(happening)
  },
  onOpen: () => {
    if (lost || !(log || corpPage))
      load().catch((error) => (notice ? shared.complain(error) : app.replaceChildren(error.message)))
    lost = false
  },
  onLost: () => {
    lost = true
    if (notice) say(t('offline'))
  },
})
addEventListener('hashchange', () => {
  if (wantsCorp() && corpPage) corpPage.moved()
  else if (wantsCorp() || corpPage) load().catch(shared.complain)
})
setInterval(() => {
  for (const phone of phones.values()) phone.tick()
  corpPage?.tick()
}, 10_000)

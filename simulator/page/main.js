import { control, listen } from './api.js'
import { button, h } from './dom.js'
import { icon } from './icons.js'
import { createLog } from './log.js'
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
let shelf
let notice

const shared = {
  now: () => Date.now() + clockOffset,
  account: () => accounts.find((account) => account.id === accountId) ?? accounts[0],
  complain: (error) => say(t('failed') + error.message, 4000),
}

function say(words, ms) {
  notice.textContent = words
  notice.hidden = words === ''
  if (ms) setTimeout(() => notice.textContent === words && say(''), ms)
}

function frame() {
  notice = h('p', { class: 'toast', role: 'status', hidden: true, testid: 'toast' })
  shelf = h('div', { class: 'shelf' })
  log = createLog((id) => names.get(id) ?? '')
  const choice = h(
    'select',
    { 'aria-label': t('service'), on: { change: (event) => open(event.target.value) } },
    accounts.map((account) => h('option', { value: account.id, selected: account.id === accountId }, account.name)),
  )
  app.replaceChildren(
    h(
      'header',
      { class: 'top-bar' },
      h('img', { src: '/page/icon.svg', alt: '', class: 'brand-mark' }),
      h('div', { class: 'titles' }, h('h1', {}, t('title')), h('p', {}, t('subtitle'))),
      accounts.length > 1 && choice,
      button([icon('add', 16), t('addPhone')], addPhone, { class: 'ghost', testid: 'add-phone' }),
      button(t('language'), toggleLanguage, { class: 'ghost', testid: 'language' }),
    ),
    h('main', {}, shelf, log.element),
    notice,
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
  accountId = shared.account().id
  clockOffset = state.now - Date.now()
  const wanted = encodeURIComponent(accountId)
  const [{ followers }, { exchanges }, { calls }] = await Promise.all([
    control('GET', `/followers?account=${wanted}&limit=${MAX_PHONES}`),
    control('GET', '/exchanges'),
    control('GET', '/calls'),
  ])
  const people = followers.length > 0 ? followers : [await control('POST', '/followers', { account: accountId })]
  if (turn !== loading) return
  document.title = t('title')
  phones = new Map()
  names = new Map(people.map((follower) => [follower.id, follower.name]))
  frame()
  for (const follower of people) showPhone(follower)
  for (const call of calls) log.call(call)
  for (const exchange of exchanges.filter((item) => item.account === accountId)) log.exchange(exchange)
  const missed = meanwhile
  meanwhile = undefined
  for (const happening of missed) happened(happening)
}

function happened(happening) {
  if (happening.type === 'reset') return load().catch(shared.complain)
  if (happening.type === 'clock') {
    clockOffset = happening.now - Date.now()
    for (const phone of phones.values()) phone.tick()
    return
  }
  if (happening.account !== accountId) return
  const phone = phones.get(happening.follower)
  switch (happening.type) {
    case 'thread':
      return phone?.entry(happening.entry)
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
    else if (log) happened(happening)
  },
  onOpen: () => {
    if (lost || !log) load().catch((error) => (notice ? shared.complain(error) : app.replaceChildren(error.message)))
    lost = false
  },
  onLost: () => {
    lost = true
    if (notice) say(t('offline'))
  },
})
setInterval(() => {
  for (const phone of phones.values()) phone.tick()
}, 10_000)

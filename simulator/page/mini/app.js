import { control } from '../api.js'
import { button, h } from '../dom.js'
import { icon } from '../icons.js'
import { t } from '../words.js'
import { consentPopup } from './consent.js'
import { goodsList, goodsPage } from './goods.js'
import { orderList, orderPage } from './order.js'
import { confirmPage, paySheet } from './pay.js'
import { serviceTalk } from './service.js'

const HOME = 'pages/index'
const LIST = 'pages/orders/list'
const TABS = [
  [HOME, '首页', 'shop'],
  [LIST, '订单', 'orders'],
]

/**
 * The sample shop's mini program over the phone. `world` gives follower (id), shop ({info, orders()}), phone (opens things), close() and
 * complain(error); the phone calls order(order) when one changed.
 */
export function miniApp(card, world) {
  const { follower, shop, complain } = world
  const stack = [card.path || HOME]
  const title = h('span', { class: 'mini-title' })
  const backSlot = h('span', { class: 'mini-back' })
  const body = h('div', { class: 'mini-page', testid: 'mini-page' })
  const tabs = h('div', { class: 'mini-tabs', role: 'tablist' })
  const capsule = h(
    'div',
    { class: 'capsule' },
    h('span', { 'aria-hidden': 'true' }, icon('more', 18)),
    button(icon('close', 18), world.close, { 'aria-label': t('close'), testid: 'viewer-back' }),
  )
  const bar = h('div', { class: 'mini-bar' }, backSlot, title, capsule)
  const element = h(
    'div',
    {
      class: 'screen viewer mini mini-app',
      role: 'dialog',
      'aria-modal': 'true',
      'aria-label': card.appName,
      testid: 'viewer',
    },
    bar,
    body,
    tabs,
  )
  let sheet
  const say = (method, path, content) => control(method, `/shop${path}`, content)
  const mine = () => shop.orders().filter((order) => order.buyer.follower === follower)
  const go = (path) => {
    stack.push(path)
    draw()
  }
  const replace = (path) => {
    stack.splice(0, stack.length, ...(path === HOME ? [HOME] : [HOME, path]))
    draw()
  }
  function show(next) {
    sheet?.remove()
    sheet = next
    if (next) element.append(next)
  }

  const acts = {
    go,
    act: (order, verb, content = {}) => say('POST', `/orders/${order.no}/${verb}`, content).catch(complain),
    buy: (line) => go(`pages/orders/confirm?sku=${line.sku}&count=${line.count}`),
    submit: async (lines) => {
      const order = await say('POST', '/orders', { follower, lines, pay: false })
      replace(`pages/orders/detail?no=${order.no}`)
      askToPay(order)
    },
    pay: askToPay,
    subscribe: (order) => askForConsent(order),
    async contact(page) {
      await control('POST', `/followers/${encodeURIComponent(follower)}/miniprogram`, {
        page: page.path,
        session: true,
      }).catch(complain)
      const close = () => show(undefined)
      show(serviceTalk({ follower, card: page, phone: world.phone, close, complain }))
    },
  }
  function askToPay(order) {
    const paid = async () => {
      await say('POST', `/orders/${order.no}/pay`, {})
      show(undefined)
      if (shop.info.templates.length > 0) askForConsent(order)
    }
    show(paySheet(order, { appName: card.appName, pay: () => paid().catch(complain), close: () => show(undefined) }))
  }
  function askForConsent() {
    const answer = (answers) => {
      show(undefined)
      say('POST', '/consent', { follower, answers }).catch(complain)
    }
    show(consentPopup(card.appName, shop.info.templates.slice(0, 3), answer))
  }

  function page() {
    const [path, words = ''] = (stack.at(-1) ?? HOME).replace(/^\//, '').split('?')
    const query = new URLSearchParams(words)
    const no = query.get('no') ?? query.get('id') ?? query.get('merchant_trade_no')
    switch (path) {
      case '':
      case HOME:
      case 'pages/collection/index':
        return [card.appName, goodsList(shop.info.products, query.get('id'), acts), HOME]
      case 'pages/goods/detail':
        return ['商品详情', goodsPage(shop.info.products, query.get('id'), acts)]
      case 'pages/orders/confirm':
        return [
          '确认订单',
          confirmPage(shop.info.products, query, { submit: (lines) => acts.submit(lines).catch(complain) }),
        ]
      case LIST:
        if (no === null) return ['我的订单', orderList(mine(), acts), LIST]
        return [
          '订单详情',
          orderPage(
            mine().find((order) => order.no === no),
            no,
            acts,
          ),
        ]
      case 'pages/orders/detail':
        return [
          '订单详情',
          orderPage(
            mine().find((order) => order.no === no),
            no,
            acts,
          ),
        ]
      default:
        return [card.appName, elsewhere(path, words)]
    }
  }
  function elsewhere(path, words) {
    return h(
      'div',
      { class: 'mini-empty' },
      h('div', { class: 'mini-icon' }, icon('mini', 44)),
      h('p', {}, t('noSuchPage')),
      h('code', {}, words ? `${path}?${words}` : path),
      button(t('toShop'), () => replace(HOME), { class: 'mini-ghost', testid: 'mini-home' }),
    )
  }
  function draw() {
    const [name, content, tab] = page()
    const scrolled = body.dataset.page === stack.at(-1) ? body.scrollTop : 0
    body.dataset.page = stack.at(-1)
    title.textContent = name
    backSlot.replaceChildren(
      ...(stack.length > 1 ? [button(icon('back', 20), back, { 'aria-label': t('back'), testid: 'mini-back' })] : []),
    )
    body.replaceChildren(content)
    body.scrollTop = scrolled
    tabs.hidden = tab === undefined
    tabs.replaceChildren(
      ...TABS.map(([path, label, picture]) =>
        button([icon(picture, 23), label], () => replace(path), {
          role: 'tab',
          'aria-selected': String(path === tab),
          testid: path === HOME ? 'tab-home' : 'tab-orders',
        }),
      ),
    )
  }
  function back() {
    stack.pop()
    draw()
  }

  draw()
  say('POST', '/open', { follower, page: card.path || HOME }).catch(complain)
  return { element, order: (order) => order.buyer.follower === follower && draw() }
}

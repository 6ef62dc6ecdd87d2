import { button, h, picture } from '../dom.js'
import { icon } from '../icons.js'
import { t } from '../words.js'
import { money, pictureUrl } from './words.js'

/** The page before an order is placed; `submit(lines)` places it. */
export function confirmPage(products, query, { submit }) {
  const sku = query.get('sku')
  const count = Number(query.get('count') ?? 1)
  const product = products.find((item) => item.variants.some((variant) => variant.sku === sku))
  const variant = product?.variants.find((item) => item.sku === sku)
  if (!variant) return h('div', { class: 'mini-empty' }, h('p', {}, t('noGoods')))
  const total = variant.fen * count
  const place = button(t('submitOrder'), () => {
    place.disabled = true
    Promise.resolve(submit([{ sku, count }])).finally(() => {
      place.disabled = false
    })
  })
  place.className = 'mini-primary'
  place.dataset.testid = 'submit-order'
  return h(
    'div',
    { class: 'confirm' },
    h(
      'div',
      { class: 'sheet address' },
      icon('place', 20),
      h('span', {}, h('b', {}, t('address')), h('small', {}, t('addressNote'))),
    ),
    h(
      'div',
      { class: 'sheet' },
      line({ product: product.id, name: product.name, spec: variant.spec, fen: variant.fen, count }),
    ),
    h(
      'div',
      { class: 'sheet sums' },
      h('div', {}, h('span', {}, t('goodsSum')), h('span', {}, money(total))),
      h('div', {}, h('span', {}, t('freight')), h('span', {}, t('freeFreight'))),
    ),
    h('div', { class: 'mini-foot' }, h('span', { class: 'total' }, t('total'), h('b', {}, money(total))), place),
  )
}

/** One line of an order. */
export function line({ product, name, spec, fen, count }) {
  return h(
    'div',
    { class: 'order-line' },
    picture(pictureUrl(product), 'order-thumb', name),
    h('span', { class: 'order-words' }, h('b', {}, name), h('small', {}, spec)),
    h('span', { class: 'order-price' }, money(fen), h('small', {}, `×${count}`)),
  )
}

/** The sheet of 微信支付 for an order. */
export function paySheet(order, { appName, pay, close }) {
  return h(
    'div',
    { class: 'veil' },
    h(
      'div',
      { class: 'pay-sheet', role: 'dialog', 'aria-label': t('payment'), testid: 'pay-sheet' },
      button(icon('close', 18), close, { class: 'pay-close', 'aria-label': t('close') }),
      h('p', {}, appName),
      h('div', { class: 'pay-amount' }, money(order.amountFen)),
      h('div', { class: 'pay-way' }, h('span', {}, t('payWay')), h('span', {}, icon('check', 16), t('change'))),
      button(t('payNow'), pay, { class: 'pay-go', testid: 'pay-go' }),
    ),
  )
}

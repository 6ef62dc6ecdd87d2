import { button, h } from '../dom.js'
import { icon } from '../icons.js'
import { t } from '../words.js'
import { line } from './pay.js'
import { fullTime, money, shortTime, stateName } from './words.js'

/** Her orders, newest first. */
export function orderList(orders, acts) {
  if (orders.length === 0) return h('div', { class: 'mini-empty' }, icon('orders', 44), h('p', {}, t('noOrders')))
  return h(
    'div',
    { class: 'orders' },
    orders.map((order) =>
      h(
        'div',
        { class: 'sheet order-card', testid: 'order-card', data: { order: order.no, state: order.state } },
        h('div', { class: 'order-head' }, h('span', {}, order.no), h('b', {}, stateName(order))),
        order.lines.map(line),
        h(
          'div',
          { class: 'order-sum' },
          h('span', {}, t('paidSum'), h('b', {}, money(order.amountFen))),
          button(t('orderDetail'), () => acts.go(`pages/orders/detail?no=${order.no}`), {
            class: 'mini-small',
          }),
        ),
      ),
    ),
  )
}

/** One order with where its parcels are. */
export function orderPage(order, no, acts) {
  if (!order)
    return h('div', { class: 'mini-empty' }, icon('orders', 44), h('p', {}, t('noOrder')), h('code', {}, no ?? ''))
  return h(
    'div',
    { class: 'order-page', testid: 'order-page', data: { order: order.no, state: order.state } },
    h(
      'div',
      { class: `order-state ${order.state}` },
      h('b', { testid: 'order-state' }, stateName(order)),
      h('span', { class: 'order-next' }, t(`next_${order.state}`)),
    ),
    order.parcels.map((parcel) => logistics(parcel, order)),
    h(
      'div',
      { class: 'sheet address' },
      icon('place', 20),
      h(
        'span',
        {},
        h('b', {}, `${order.buyer.name} ${maskedPhone(order.buyer.phone)}`),
        h('small', {}, order.buyer.address),
      ),
    ),
    h('div', { class: 'sheet' }, order.lines.map(line), h('div', { class: 'sums' }, sumRows(order))),
    h('div', { class: 'sheet facts-list' }, facts(order)),
    h('div', { class: 'mini-foot' }, contact(order, acts), buttons(order, acts)),
  )
}

const maskedPhone = (phone) => `${phone.slice(0, 3)}****${phone.slice(-4)}`

function logistics(parcel, order) {
  const steps = [...parcel.trace, { at: order.paidAt, text: '订单已支付，商家准备中' }].toSorted((a, b) => b.at - a.at)
  return h(
    'div',
    { class: 'sheet logistics', testid: 'logistics' },
    h(
      'div',
      { class: 'carrier' },
      h('span', { class: 'carrier-logo', 'aria-hidden': 'true' }, icon('truck', 20)),
      h('span', {}, h('b', {}, parcel.carrierName), h('small', { testid: 'tracking' }, parcel.tracking)),
    ),
    h(
      'ol',
      { class: 'timeline' },
      steps.map((step) => h('li', {}, h('div', {}, step.text), h('time', {}, shortTime(step.at)))),
    ),
  )
}

function sumRows(order) {
  const row = (label, value, strong) =>
    h('div', { class: strong && 'strong' }, h('span', {}, label), h('span', {}, value))
  const rows = [row(t('goodsSum'), money(order.amountFen)), row(t('freight'), t('freeFreight'))]
  if (order.refundedFen > 0) rows.push(row(t('refundedSum'), `−${money(order.refundedFen)}`))
  return [...rows, row(order.paidAt ? t('paidSum') : t('toPay'), money(order.amountFen - order.refundedFen), true)]
}

function facts(order) {
  const fact = (label, value) => value && h('div', {}, h('span', {}, label), h('span', {}, value))
  return [
    fact(t('orderNo'), order.no),
    fact(t('placedAt'), fullTime(order.placedAt)),
    fact(t('paidAt'), order.paidAt && fullTime(order.paidAt)),
    fact(t('payNo'), order.transactionId),
    fact(t('deliveredAt'), order.deliveredAt && fullTime(order.deliveredAt)),
  ]
}

function contact(order, acts) {
  const page = { title: `订单 ${order.no}`, path: `pages/orders/detail?no=${order.no}` }
  return button(t('contactService'), () => acts.contact(page), { class: 'mini-ghost', testid: 'contact-service' })
}

function buttons(order, acts) {
  const ghost = (label, run, testid) => button(label, run, { class: 'mini-ghost', testid })
  const primary = (label, run, testid) => button(label, run, { class: 'mini-primary', testid })
  const ask = ghost(t('subscribeNotices'), () => acts.subscribe(order), 'subscribe')
  switch (order.state) {
    case 'placed':
      return [
        ghost(t('cancelOrder'), () => acts.act(order, 'cancel'), 'cancel'),
        primary(t('pay'), () => acts.pay(order), 'pay'),
      ]
    case 'paid':
      return [ask, ghost(t('askRefund'), () => acts.act(order, 'refund', { reason: '不想要了' }), 'ask-refund')]
    case 'shipped':
    case 'out-for-delivery':
      return [ask, primary(t('confirmReceipt'), () => acts.act(order, 'receive'), 'receive')]
    case 'delivered':
      return [
        ghost(t('askRefund'), () => acts.act(order, 'refund', {}), 'ask-refund'),
        primary(t('confirmReceipt'), () => acts.act(order, 'receive'), 'receive'),
      ]
    default:
      return [ghost(t('buyAgain'), () => acts.buy({ sku: order.lines[0].sku, count: 1 }), 'buy-again')]
  }
}

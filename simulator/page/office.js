import { control } from './api.js'
import { button, h } from './dom.js'
import { line } from './mini/pay.js'
import { money, shortTime, stateName } from './mini/words.js'
import { t } from './words.js'

/** The shop's office: its orders, and what may be done with them. `shared` gives complain(error). */
export function createOffice(info, shared) {
  const cards = new Map()
  const list = h('div', { class: 'office-list' })
  const empty = h('p', { class: 'log-empty' }, t('officeEmpty'))
  const link = h(
    'span',
    { class: `office-link ${info.connected ? 'on' : ''}` },
    t(info.connected ? 'officeConnected' : 'officeAlone'),
  )
  const waiting = h('span', { class: 'office-waiting', testid: 'office-waiting' })
  const hurry = button(t('hurry'), () => control('POST', '/shop/hurry', {}).catch(shared.complain), {
    class: 'office-hurry',
    testid: 'office-hurry',
  })
  const element = h(
    'section',
    { class: 'office', 'aria-label': t('office'), testid: 'office', hidden: true },
    h('div', { class: 'office-bar' }, link, waiting, hurry),
    empty,
    list,
  )
  const pending = new Set(info.messages.filter((message) => message.state === 'waiting').map(({ id }) => id))

  function drawWaiting() {
    waiting.textContent = pending.size > 0 ? t('officeWaiting', pending.size) : t('officeTold')
    hurry.hidden = pending.size === 0 || !info.connected
  }
  function act(order, verb, body = {}) {
    control('POST', `/shop/orders/${order.no}/${verb}`, body).catch(shared.complain)
  }
  function draw(order) {
    empty.hidden = true
    const card = officeCard(order, info.carriers, act)
    const old = cards.get(order.no)
    if (old) old.replaceWith(card)
    else list.prepend(card)
    cards.set(order.no, card)
  }

  for (const order of shared.shop.orders().toReversed()) draw(order)
  drawWaiting()
  return {
    element,
    order: draw,
    told(message) {
      if (message.state === 'waiting') pending.add(message.id)
      else pending.delete(message.id)
      drawWaiting()
    },
  }
}

function officeCard(order, carriers, act) {
  const form = h('div', { class: 'office-form', hidden: true })
  return h(
    'article',
    { class: 'office-card', testid: 'office-order', data: { order: order.no, state: order.state } },
    h(
      'header',
      {},
      h('b', {}, order.no),
      h('time', {}, shortTime(order.placedAt)),
      h('span', { class: `badge-state ${order.state}` }, stateName(order)),
    ),
    order.lines.map(line),
    order.parcels.map((parcel) =>
      h('p', { class: 'office-parcel' }, `${parcel.carrierName} `, h('code', {}, parcel.tracking)),
    ),
    h(
      'footer',
      {},
      h('span', {}, `${t('buyer')} ${order.buyer.name} · `, h('b', {}, money(order.amountFen - order.refundedFen))),
      h('span', { class: 'office-acts' }, actsOf(order, form, carriers, act)),
    ),
    form,
  )
}

function actsOf(order, form, carriers, act) {
  const small = (label, run, testid, strong) =>
    button(label, run, { class: strong ? 'office-act strong' : 'office-act', testid })
  const ship = (strong) =>
    small(
      t(strong ? 'ship' : 'shipAgain'),
      () => {
        form.hidden = !form.hidden
        if (!form.hidden) form.replaceChildren(...shippingForm(order, carriers, act))
      },
      'ship',
      strong,
    )
  const refund = small(t('refund'), () => act(order, 'refund'), 'refund')
  switch (order.state) {
    case 'placed':
      return [h('small', {}, t('unpaid'))]
    case 'paid':
      return [refund, ship(true)]
    case 'shipped':
      return [refund, ship(false), small(t('outForDelivery'), () => act(order, 'out'), 'out', true)]
    case 'out-for-delivery':
      return [refund, small(t('deliver'), () => act(order, 'deliver'), 'deliver', true)]
    case 'delivered':
    case 'received':
      return [refund]
    default:
      return []
  }
}

function shippingForm(order, carriers, act) {
  const carrier = h(
    'select',
    { 'aria-label': t('carrier'), testid: 'carrier' },
    carriers.map(({ code, name }) => h('option', { value: code }, name)),
  )
  const tracking = h('input', {
    'aria-label': t('tracking'),
    placeholder: t('trackingAuto'),
    testid: 'tracking-input',
  })
  const go = () => {
    const number = tracking.value.trim()
    act(order, 'ship', { carrier: carrier.value, ...(number === '' ? {} : { tracking: number }) })
  }
  return [carrier, tracking, button(t('shipGo'), go, { class: 'office-act strong', testid: 'ship-go' })]
}

import { get } from './api.js'
import { fill, h } from './dom.js'
import { notice, tell, when, yuan } from './say.js'

const BAD = new Set(['已取消', '已退款'])
const WAITING = new Set(['待付款', '待发货'])

/** 订单: the newest ones of all the customer's identities. */
export async function showOrders(panel, { path }) {
  const orders = await get(`${path}/orders`)
  if (orders.length === 0)
    return fill(panel, notice('没有订单。客户登录商城或小程序、与微信身份对上之后，这里会出现。'))
  return fill(panel, orders.map(orderCard))
}

function orderCard({ orderNo, state, createdAt, paidFen, refundedFen, items, more, parcels }) {
  const tone = BAD.has(state) ? 'bad' : WAITING.has(state) ? 'warn' : 'good'
  return h(
    'article',
    { class: 'card', data: { testid: 'order', id: orderNo } },
    h('div', { class: 'line' }, copyable(orderNo, '订单号'), h('b', { class: tone }, state)),
    h(
      'ul',
      { class: 'items' },
      items.map(({ name, qty }) =>
        h('li', {}, h('span', { class: 'grow' }, name), h('span', { class: 'soft' }, `×${qty}`)),
      ),
      more > 0 ? h('li', { class: 'soft' }, `还有 ${more} 种商品`) : null,
    ),
    parcels.map((parcel) =>
      h(
        'div',
        { class: 'line small' },
        h('span', {}, parcel.carrier, ' ', copyable(parcel.trackingNo, '运单号')),
        h('span', { class: 'soft' }, `${parcel.state} ${when(parcel.at)}`),
      ),
    ),
    h(
      'div',
      { class: 'line small soft' },
      h('span', {}, when(createdAt)),
      h('span', {}, paidFen === undefined ? '' : yuan(paidFen), refundedFen > 0 ? `，退 ${yuan(refundedFen)}` : ''),
    ),
  )
}

/** A number that a press copies. */
function copyable(text, what) {
  if (text === '') return ''
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      tell(`${what}已复制`)
    } catch {
      tell(`不能自动复制，请长按选中：${text}`, true)
    }
  }
  return h('button', { type: 'button', class: 'number', title: `复制${what}`, on: { click: copy } }, text)
}

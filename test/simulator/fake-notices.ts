import { carrierNamed } from '../../rules/mini-program/carriers.js'
import { demoAccount, demoMiniProgram } from '../../simulator/options.js'
import { api } from './api.js'
import type { ApiAnswerer, ApiRequest } from './fake-product.js'

interface Shipment {
  carrier: string
  trackingNo: string
  deliveredAt?: string
  outForDeliveryAt?: string
}
interface Order {
  orderNo: string
  person: { miniOpenid: string; unionid: string }
  paidAt?: string
  totalFen: number
  items: { name: string }[]
  shipments: Shipment[]
  refunds: { amountFen: number }[]
  payment?: { transactionId: string }
  receiver: { phone: string }
  page: string
}

/**
 * What a product makes of a shop's orders, in a few lines: a template message when an order is paid, delivered or
 * refunded, the shipping upload when it is shipped, a subscribe message when the parcel is out. It says each thing once.
 */
export function noticesOf(platform: string): ApiAnswerer {
  const said = new Set<string>()
  const once = (key: string, say: () => Promise<unknown>) => {
    if (said.has(key)) return
    said.add(key)
    void say()
  }
  const clientOf = async ({ appid, secret }: { appid: string; secret?: string }) => {
    const given = await api(platform)('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret })
    return (path: string, body: object) => api(platform)(`${path}?access_token=${String(given['access_token'])}`, body)
  }
  const account = clientOf(demoAccount)
  const mini = clientOf(demoMiniProgram)
  const follower = async (unionid: string) => {
    const list = (await fetch(`${platform}/control/followers`).then((answer) => answer.json())) as {
      followers: { id: string; unionid: string }[]
    }
    return list.followers.find((item) => item.unionid === unionid)?.id
  }
  const values = (fields: Record<string, string>) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }]))
  const template = async (order: Order, template_id: string, fields: Record<string, string>) => {
    const post = await account
    return post('/cgi-bin/message/template/send', {
      touser: await follower(order.person.unionid),
      template_id,
      data: values(fields),
      miniprogram: { appid: demoMiniProgram.appid, pagepath: order.page },
    })
  }
  const short = (words: string) => (words.length > 20 ? `${words.slice(0, 19)}…` : words)

  function tell(order: Order): void {
    const no = order.orderNo
    const goods = short(order.items[0]?.name ?? '')
    if (order.paidAt) {
      const fields = { thing1: goods, amount2: `¥${(order.totalFen / 100).toFixed(2)}`, time3: clock(order.paidAt) }
      once(`${no} paid`, () => template(order, 'TPL_ORDER_demo', fields))
    }
    for (const parcel of order.shipments) {
      once(`${no} ${parcel.trackingNo} shipped`, () => upload(order, parcel))
      const { outForDeliveryAt, deliveredAt } = parcel
      if (outForDeliveryAt) once(`${no} ${parcel.trackingNo} out`, () => out(order, parcel, outForDeliveryAt))
      if (deliveredAt) {
        const fields = { character_string1: no, thing2: goods, time3: clock(deliveredAt), thing4: '送达收货地址' }
        once(`${no} ${parcel.trackingNo} delivered`, () => template(order, 'TPL_SIGN_demo', fields))
      }
    }
    for (const [at, refund] of order.refunds.entries()) {
      const fields = {
        character_string1: no,
        amount2: `¥${(refund.amountFen / 100).toFixed(2)}`,
        time3: clock(new Date().toISOString()),
        thing4: '原路退回，一至三天到账',
      }
      once(`${no} refund ${at}`, () => template(order, 'TPL_REFUND_demo', fields))
    }
  }
  async function upload(order: Order, parcel: Shipment) {
    const post = await mini
    const contact = { receiver_contact: `${order.receiver.phone.slice(0, 3)}****${order.receiver.phone.slice(-4)}` }
    return post('/wxa/sec/order/upload_shipping_info', {
      order_key: { order_number_type: 2, transaction_id: order.payment?.transactionId },
      logistics_type: 1,
      delivery_mode: 1,
      shipping_list: [
        { tracking_no: parcel.trackingNo, express_company: parcel.carrier, item_desc: order.items[0]?.name, contact },
      ],
      upload_time: new Date().toISOString(),
      payer: { openid: order.person.miniOpenid },
    })
  }
  async function out(order: Order, parcel: Shipment, at: string) {
    const post = await mini
    return post('/cgi-bin/message/subscribe/send', {
      touser: order.person.miniOpenid,
      template_id: 'TPL_MINI_DELIVERING_demo',
      page: order.page,
      data: values({
        character_string1: order.orderNo,
        thing2: short(order.items[0]?.name ?? ''),
        thing3: carrierNamed(parcel.carrier)?.name ?? parcel.carrier,
        time4: clock(at),
      }),
    })
  }

  return (request: ApiRequest) => {
    if (request.path === '/orders') for (const order of request.body['orders'] as Order[]) tell(order)
    return undefined
  }
}

function clock(iso: string): string {
  const date = new Date(Date.parse(iso) + 8 * 3_600_000)
  return `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日 ${String(date.getUTCHours()).padStart(2, '0')}:${String(date.getUTCMinutes()).padStart(2, '0')}`
}

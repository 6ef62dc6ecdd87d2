/** A parcel company (快递公司) as the shipping and logistics APIs name it. */
export interface Carrier {
  /** `express_company` of upload_shipping_info and `delivery_id` of follow_waybill. */
  readonly code: string
  readonly name: string
  /** Other names and codes that shops write for the same company. */
  readonly aliases: readonly string[]
  /** False: the code is from the usual tables of carriers and was not seen in the platform's own list. */
  readonly verified: boolean
}

const row = (code: string, name: string, aliases: readonly string[] = [], verified = false): Carrier => ({
  code,
  name,
  aliases,
  verified,
})

/** The companies most shops ship with. The whole list is the answer of get_delivery_list, which wins where they differ. */
export const carriers: readonly Carrier[] = [
  row('SF', '顺丰速运', ['顺丰', '顺丰快递', 'SHUNFENG', 'SFEXPRESS'], true),
  row('ZTO', '中通快递', ['中通', 'ZHONGTONG'], true),
  row('YTO', '圆通速递', ['圆通', '圆通快递', 'YUANTONG'], true),
  row('YD', '韵达速递', ['韵达', '韵达快递', 'YUNDA'], true),
  row('STO', '申通快递', ['申通', 'SHENTONG']),
  row('JD', '京东快递', ['京东', '京东物流', 'JDL', 'JINGDONG']),
  row('JTSD', '极兔速递', ['极兔', '极兔快递', 'JT', 'JTEXPRESS']),
  row('EMS', 'EMS', ['邮政特快', '中国邮政速递物流']),
  row('YZPY', '邮政快递包裹', ['邮政', '中国邮政', '邮政包裹', 'CHINAPOST', 'YZBK']),
  row('DBL', '德邦快递', ['德邦', '德邦物流', 'DB', 'DEPPON']),
  row('DNWL', '丹鸟物流', ['丹鸟', '菜鸟速递', 'CAINIAO']),
  row('UC', '优速快递', ['优速', 'UCE']),
  row('HTKY', '百世快递', ['百世', '百世汇通', 'BEST']),
  row('KYSY', '跨越速运', ['跨越', 'KYE']),
]

/** The code of a company that is not in the table. */
export const OTHER_CARRIER = 'OTHERS'
/** The platform's company for trials. */
export const TEST_CARRIER = 'TEST'

const plain = (words: string) => words.replace(/[\s_-]/g, '').toUpperCase()
const byWord = new Map(carriers.flatMap((item) => [item.code, item.name, ...item.aliases].map((w) => [plain(w), item])))

/** The company that a shop means by a code or name such as `顺丰`, `sf` or `SF-Express`; undefined for an unknown one. */
export function carrierNamed(words: string): Carrier | undefined {
  return byWord.get(plain(words))
}

/** What the numbers of `waybill_info.status` mean. 5 and 6 are unverified. */
export const WAYBILL_STATES = {
  unknown: 0,
  pickedUp: 1,
  onTheWay: 2,
  delivering: 3,
  signed: 4,
  exception: 5,
  signedByAnother: 6,
} as const

/** `order_state` of get_order and get_order_list. 6 is unverified. */
export const ORDER_STATES = {
  toShip: 1,
  shipped: 2,
  received: 3,
  done: 4,
  refunded: 5,
  fundsWaiting: 6,
} as const

/** `logistics_type` of upload_shipping_info. */
export const LOGISTICS_TYPES = { express: 1, sameCity: 2, virtual: 3, pickUp: 4 } as const

/** Where the codes were read. */
export const carrierSource = 'developers.weixin.qq.com: 物流消息 get_delivery_list, 发货信息录入'

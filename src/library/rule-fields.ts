/** What a value is, as far as it is known beforehand. */
export type FieldKind = 'number' | 'date' | 'text' | 'any'

/** A field of a contact that the product keeps itself. Everything else is a field of the profile. */
export interface SystemField {
  kind: Exclude<FieldKind, 'any'>
  zh: string
  en: string
}

const field = (kind: SystemField['kind'], zh: string, en: string): SystemField => ({ kind, zh, en })

/** The fields that the product keeps, by the name that rules use. Money is fen. */
export const systemFields = {
  'seen.firstAt': field('date', '第一次来', 'first seen'),
  'seen.lastAt': field('date', '最近一次来', 'last seen'),
  'scene.first': field('text', '首次扫的渠道码', 'first scene'),
  'scene.last': field('text', '最近扫的渠道码', 'last scene'),
  'orders.count': field('number', '订单数', 'orders'),
  'orders.paidFen': field('number', '累计支付（分）', 'paid (fen)'),
  'orders.refundedFen': field('number', '累计退款（分）', 'refunded (fen)'),
  'orders.firstAt': field('date', '首单时间', 'first order'),
  'orders.lastAt': field('date', '最近一单时间', 'last order'),
  'runOut.product': field('text', '快用完的商品', 'product that runs out'),
  'runOut.at': field('date', '用完时间', 'run-out'),
} as const satisfies Record<string, SystemField>

export type SystemFieldName = keyof typeof systemFields

/** True for a name of the table above. */
export function isSystemField(name: string): name is SystemFieldName {
  return Object.hasOwn(systemFields, name)
}

/** First words that belong to the product: a profile field of the same name cannot be asked for. */
const RESERVED = new Set(Object.keys(systemFields).map((name) => name.split('.')[0] ?? ''))

const FIELD = /^[\p{L}_][\p{L}\p{N}_-]{0,63}(\.[\p{L}_][\p{L}\p{N}_-]{0,63}){0,4}$/u

/** True for the name of a field of a profile or of an event: up to five words joined by dots, none of digits only. */
export function isFieldName(name: string): boolean {
  return FIELD.test(name) && !name.split('.').includes('__proto__')
}

/** What is wrong with the name of a profile's field, and how to mend it. */
export function profileFieldFault(name: string): { message: string; fix: string } | undefined {
  if (isSystemField(name)) return undefined
  if (RESERVED.has(name.split('.')[0] ?? ''))
    return { message: `没有 ${name} 这个字段`, fix: `可用：${Object.keys(systemFields).join('、')}` }
  if (isFieldName(name)) return undefined
  return { message: '不是字段名', fix: '写资料里的字段，例如 city，或 orders.count 这样的系统字段' }
}

/** One kind of a template's fields; the kind is the field's name without its number (`thing2` is a `thing`). */
export interface FieldKind {
  /** The most characters a value may have. */
  readonly max: number
  /** What the whole value must look like, beyond its length. */
  readonly pattern?: RegExp
  readonly en: string
  readonly zh: string
  /** False: long known but not re-checked. */
  readonly verified: boolean
}

const kind = (max: number, en: string, zh: string, pattern?: RegExp, verified = false): FieldKind => ({
  max,
  en,
  zh,
  verified,
  ...(pattern && { pattern }),
})

const TIME =
  /^(?:\d{4}(?:年|-|\/|\.)\d{1,2}(?:月|-|\/|\.)\d{1,2}日?[ ]?)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?$|^\d{4}(?:年|-|\/|\.)\d{1,2}(?:月|-|\/|\.)\d{1,2}日?$/u
const DATE = TIME

/** Field kinds of category templates (类目模板) and subscription templates. A value that does not fit is refused with 47003. */
export const fieldKinds: Readonly<Record<string, FieldKind>> = {
  thing: kind(20, 'up to 20 characters of any kind', '20 个以内字符', undefined, true),
  number: kind(32, 'up to 32 digits', '32 位以内数字', /^-?\d+(?:\.\d+)?$/, true),
  letter: kind(32, 'up to 32 letters', '32 位以内字母', /^[A-Za-z]+$/),
  symbol: kind(5, 'up to 5 symbols', '5 位以内符号', /^[^\p{Script=Han}A-Za-z0-9]+$/u, true),
  character_string: kind(
    32,
    'up to 32 digits, letters and symbols',
    '32 位以内数字、字母或符号（不含汉字）',
    /^[^\p{Script=Han}]+$/u,
  ),
  time: kind(32, 'a time such as 15:01 or 2019年10月1日 15:01', '时间，如 15:01 或 2019年10月1日 15:01', TIME),
  date: kind(32, 'a date such as 2019年10月1日', '日期，如 2019年10月1日', DATE),
  amount: kind(
    13,
    'a currency sign and up to 10 digits, with 元 or not',
    '1 个币种符号 + 10 位以内数字，可带“元”',
    /^[¥￥$€£]?\d{1,10}(?:\.\d{1,2})?元?$/u,
  ),
  phone_number: kind(17, 'up to 17 digits and signs', '17 位以内电话号码', /^[0-9+\-()（） ]+$/u),
  car_number: kind(8, 'a number plate of up to 8 characters', '8 位以内车牌号'),
  name: kind(
    20,
    'up to 10 Chinese characters or 20 letters and signs',
    '10 个以内汉字，或 20 个以内字母、符号',
    /^(?:[^\p{Script=Han}]{1,20}|.{1,10})$/u,
  ),
  phrase: kind(5, 'up to 5 Chinese characters', '5 个以内汉字', /^\p{Script=Han}+$/u),
  enum: kind(20, 'one of the values the template lists', '只能上传枚举值范围内的字段值'),
  const: kind(20, 'one of the values the template lists', '只能上传固定的枚举值'),
}

/** A field of an older template (`keyword1`): the platform shows 20 characters on one line since 2023-05-04. */
export const otherField: FieldKind = kind(
  20,
  'up to 20 characters on one line',
  '20 个以内字符，不能换行',
  undefined,
  true,
)

/** Fields the platform no longer shows: the first and the last line, since 2023-05-04. */
export const droppedFields: readonly string[] = ['first', 'remark']

/** Where the kinds were read. */
export const fieldSource = 'developers.weixin.qq.com: 订阅消息参数值内容限制说明'

/** The kind of a field by its name, e.g. `thing2`. */
export function fieldKindOf(name: string): FieldKind {
  return fieldKinds[name.replace(/\d+$/, '')] ?? otherField
}

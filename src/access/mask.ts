/** What the eyes of a caller are spared. Telephone numbers are masked for everybody. */
export interface Sees {
  names: 'shown' | 'masked'
}

/**
 * An answer of the API as somebody may see it: telephone numbers, wherever they stand and in any text, as
 * `138****1234`; with `names: 'masked'` also what people are called, their pictures, mail and postal addresses. Gives a
 * copy; whole when there is nothing to mask.
 */
export function mask(answer: unknown, sees: Sees): unknown {
  return maskAt(answer, '', false, sees.names === 'masked')
}

/** A telephone number of mainland China in a text, with or without 86, spaces or dashes. */
const PHONE = /(?<!\d)(\+?86[ -]?)?(1[3-9]\d)([ -]?)\d{4}\3(\d{4})(?!\d)/g
/** Ids of platforms and rows are longer words than a number with its country; digits in them are none. */
const ID_LENGTH = 20

/** The telephone numbers of a text, masked. */
export function maskPhones(text: string): string {
  if (text.length < 11) return text
  return text.replace(PHONE, (found, country: string | undefined, head: string, _gap, tail: string, at: number) => {
    const before = /\w*$/.exec(text.slice(Math.max(0, at - ID_LENGTH), at))?.[0].length ?? 0
    const after = /^\w*/.exec(text.slice(at + found.length, at + found.length + ID_LENGTH))?.[0].length ?? 0
    if (before + found.length + after >= ID_LENGTH) return found
    return `${country ?? ''}${head}****${tail}`
  })
}

/** Fields that always hold a telephone number, however it is written. */
const PHONES = /^(phone|mobile|tel|telephone|phonenumber|mobilephone|remarkmobiles|cellphone|手机|手机号|电话)s?$/
/** Fields that tell who somebody is. */
const NAMES =
  /^(nickname|realname|remark|remarkname|receivername|consignee|customername|contactname|username|fullname|displayname|昵称|姓名|备注)$/
/** Fields that tell where somebody is found. */
const WHEREABOUTS = /^(email|mail|address|street|avatar|headimgurl|avatarurl|birthday|idcard|收货地址|地址|邮箱|生日)$/
/** An object with one of these is a person, so its `name` is hers. */
const PERSONAL =
  /^(externalid|openid|unionid|gender|avatar|headimgurl|phone|mobile|nickname|remark|identities|externaluserid)$/
/** What stands under these is a person; with `roles` it is a colleague at the console, who is named. */
const PEOPLE = /^(profile|receiver|customer|person|member|contact|friend|consignee|recipient)s?$/
/** Numbers of eleven digits that are none of telephones. */
const FIGURES = /(fen|at|ms|bytes|count|seq)$/

const plain = (key: string) => key.toLowerCase().replace(/[_-]/g, '')

function maskAt(value: unknown, key: string, person: boolean, names: boolean): unknown {
  if (typeof value === 'string') return maskText(value, key, person, names)
  if (typeof value === 'number') return isPhoneNumber(value, key) ? maskPhones(String(value)) : value
  if (Array.isArray(value)) return value.map((one) => maskAt(one, key, person, names))
  if (!isRecord(value)) return value
  const fields = Object.entries(value)
  const told = PEOPLE.test(key) || fields.some(([name]) => PERSONAL.test(plain(name)))
  const inner = told && !Object.hasOwn(value, 'roles')
  const hidden = names && (NAMES.test(key) || WHEREABOUTS.test(key))
  return Object.fromEntries(
    fields.map(([name, one]) => [maskPhones(name), maskAt(one, hidden ? key : plain(name), inner, names)]),
  )
}

function maskText(text: string, key: string, person: boolean, names: boolean): string {
  if (key === 'envelope') return maskEnvelope(text, names ? 'masked' : 'shown')
  if (PHONES.test(key)) return maskNumber(text)
  if (!names) return maskPhones(text)
  if (NAMES.test(key) || (key === 'name' && person)) return firstOf(text)
  if (WHEREABOUTS.test(key)) return text === '' ? '' : '****'
  return maskPhones(text)
}

/** Fields of raw pushes: who it is about, where they are, what they are called. */
const IN_PUSHES = {
  ids: 'FromUserName|OpenID|UnionId|ExternalUserID|FailExternalUserID|UserID|NewUserID|open_?id|union_?id|external_userid|from_userid|userid|operator_userid|FromUserId',
  phones: 'Mobile|Telephone|Phone|PhoneNumber',
  places:
    'Location_X|Location_Y|Label|Poiname|Latitude|Longitude|Precision|Address|address|latitude|longitude|Email|BizMail',
  names: 'NickName|Name|Alias|Remark|RealName|nickname|name|alias|remark',
} as const

/**
 * A push as a platform wrote it, XML or JSON: telephone numbers, ids of people and places in part for everybody; with
 * `masked` what people are called, too.
 */
export function maskEnvelope(raw: string, names: Sees['names']): string {
  let text = replaceIn(raw, IN_PUSHES.phones, maskNumber)
  text = replaceIn(text, IN_PUSHES.ids, partOf)
  text = replaceIn(text, IN_PUSHES.places, (value) => (value === '' ? '' : '****'))
  if (names === 'masked') text = replaceIn(text, IN_PUSHES.names, firstOf)
  return maskPhones(text)
}

function replaceIn(raw: string, fields: string, change: (value: string) => string): string {
  const xml = new RegExp(`(<(${fields})>(?:<!\\[CDATA\\[)?)([\\s\\S]{0,2000}?)((?:\\]\\]>)?</\\2>)`, 'g')
  const json = new RegExp(`("(?:${fields})"\\s*:\\s*")((?:[^"\\\\]|\\\\.)*)(")`, 'g')
  return raw
    .replace(xml, (_, open: string, __, value: string, close: string) => open + change(value) + close)
    .replace(json, (_, open: string, value: string, close: string) => open + change(value) + close)
}

/** Enough to tell two apart, too little to use: `oABC****yz`. */
const partOf = (id: string) => (id.length <= 4 ? '****' : `${id.slice(0, 4)}****${id.length > 8 ? id.slice(-2) : ''}`)

/** Also what is not a number of the mainland: a field of that name holds one. */
function maskNumber(text: string): string {
  const masked = maskPhones(text)
  if (masked !== text || text.replace(/\D/g, '').length < 5) return masked
  return /\*/.test(text) ? text : `${text.slice(0, 3)}****${text.length > 10 ? text.slice(-4) : ''}`
}

function firstOf(name: string): string {
  const [first] = name
  return first === undefined ? '' : `${first}**`
}

const isPhoneNumber = (value: number, key: string) =>
  Number.isInteger(value) && value >= 13_000_000_000 && value <= 19_999_999_999 && !FIGURES.test(key)

/** Dates and other objects with a class stay as they are. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

import { DateTime } from 'luxon'

/** How a value is written: `{order.amount|money}`. */
export const FORMATS = ['text', 'number', 'money', 'yuan', 'date', 'time', 'clock'] as const
export type Format = (typeof FORMATS)[number]

/** A place in a text that data fills: `{order.carrier|text?快递}`. */
export interface Placeholder {
  path: string[]
  format: Format
  /** Written when the data has no such value. */
  fallback?: string
}

/** A text with placeholders, read. */
export type Expression = readonly (string | Placeholder)[]

/** Why an expression cannot be read, or a value cannot be written; Chinese, for the author. */
export interface Fault {
  code: 'missing' | 'format'
  /** The placeholder as written, or its path. */
  at: string
  message: string
}

const PATH = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,5}$/

/** Reads `单号 {order.number}`; `{{` and `}}` are plain braces. */
export function parseExpression(text: string): Expression | Fault {
  const parts: (string | Placeholder)[] = []
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if ((sign === '{' || sign === '}') && text[at + 1] === sign) {
      plain += sign
      at++
    } else if (sign === '}') return { code: 'format', at: text, message: '多了一个 }' }
    else if (sign === '{') {
      const end = text.indexOf('}', at)
      if (end < 0) return { code: 'format', at: text, message: '少了一个 }' }
      const read = readPlaceholder(text.slice(at + 1, end))
      if ('message' in read) return read
      if (plain !== '') parts.push(plain)
      plain = ''
      parts.push(read)
      at = end
    } else plain += sign
  }
  if (plain !== '') parts.push(plain)
  return parts
}

function readPlaceholder(inner: string): Placeholder | Fault {
  const [head = '', ...rest] = inner.split('?')
  const fallback = rest.length === 0 ? undefined : rest.join('?')
  const [path = '', format = 'text', ...more] = head.split('|').map((part) => part.trim())
  const bad = (message: string): Fault => ({ code: 'format', at: `{${inner}}`, message })
  if (!PATH.test(path) || more.length > 0) return bad('应写成 {order.number} 或 {order.amount|money}')
  if (!isFormat(format)) return bad(`没有 ${format} 这种格式，可用：${FORMATS.join('、')}`)
  if (fallback !== undefined && fallback.trim() === '') return bad('? 之后要写没有值时用的文字')
  return { path: path.split('.'), format, ...(fallback === undefined ? {} : { fallback }) }
}

/** The text of an expression; `encode` is applied to what data or a fallback fills in. */
export function fillIn(
  expression: Expression,
  data: unknown,
  timeZone: string,
  encode: (value: string) => string = (value) => value,
): { text: string } | Fault {
  let text = ''
  for (const part of expression) {
    if (typeof part === 'string') text += part
    else {
      const value = valueAt(part, data, timeZone)
      if (typeof value !== 'string') return value
      text += encode(value)
    }
  }
  return { text }
}

/** Text as a field carries it: runs of blanks and line breaks are one blank, none at the ends, no control characters. */
export const oneLine = (value: string): string =>
  value
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\p{Cs}/gu, '\ufffd')
    .trim()

function valueAt({ path, format, fallback }: Placeholder, data: unknown, timeZone: string): string | Fault {
  let value = data
  for (const part of path)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined
  const at = path.join('.')
  if (value === undefined || value === null || (typeof value === 'string' && oneLine(value) === ''))
    return fallback ?? { code: 'missing', at, message: `没有 ${at}` }
  const written = write(value, format, timeZone)
  return written ?? { code: 'format', at, message: `${at} ${NEEDS[format]}` }
}

const NEEDS: Record<Format, string> = {
  text: '不是文字或数字',
  number: '不是数字',
  money: '不是以分为单位的整数',
  yuan: '不是以分为单位的整数',
  date: '不是日期时间',
  time: '不是日期时间',
  clock: '不是日期时间',
}

function write(value: unknown, format: Format, timeZone: string): string | undefined {
  switch (format) {
    case 'text':
      if (typeof value === 'string') return oneLine(value)
      return isNumber(value) ? String(value) : undefined
    case 'number':
      if (typeof value === 'string') return /^-?\d+(\.\d+)?$/.test(value) ? value : undefined
      return isNumber(value) ? String(value) : undefined
    case 'money':
    case 'yuan': {
      if (!Number.isSafeInteger(value) || Number(value) < 0) return undefined
      const fen = Number(value)
      const amount = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
      return format === 'money' ? `¥${amount}` : `${amount}元`
    }
    case 'date':
    case 'time':
    case 'clock':
      return timeOf(value, timeZone)?.toFormat(
        { date: 'yyyy年M月d日', time: 'yyyy年M月d日 HH:mm', clock: 'HH:mm' }[format],
      )
  }
}

const isNumber = (value: unknown) => (typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint'

/** A Date, an ISO text (without an offset it is of the zone), or milliseconds since 1970; seconds are refused. */
function timeOf(value: unknown, timeZone: string): DateTime<true> | undefined {
  let time: DateTime | undefined
  if (value instanceof Date) time = DateTime.fromJSDate(value, { zone: timeZone })
  else if (typeof value === 'number' && value >= 1e11) time = DateTime.fromMillis(value, { zone: timeZone })
  else if (typeof value === 'string')
    time = DateTime.fromISO(value.trim().replace(' ', 'T'), { zone: timeZone }).setZone(timeZone)
  return time?.isValid && time.year >= 1970 && time.year <= 9999 ? (time as DateTime<true>) : undefined
}

function isFormat(text: string): text is Format {
  return (FORMATS as readonly string[]).includes(text)
}

import { randomBytes } from 'node:crypto'

/** A request body with the header that tells what it is. */
export interface Body {
  headers: Record<string, string>
  bytes: string | Buffer
}

/**
 * JSON as the platform wants it: raw UTF-8 without a single \uXXXX escape (refused with 40033 or shown as written),
 * so lone surrogates become U+FFFD and control characters other than tab and line break are left out.
 */
export function jsonBody(value: unknown): Body {
  const plain = JSON.stringify(value)
  const bytes = plain.includes('\\u') || /\\[bf]/.test(plain) ? JSON.stringify(value, printable) : plain
  return { headers: JSON_HEADERS, bytes }
}

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' }

const printable = (_: string, value: unknown) =>
  typeof value === 'string' ? value.replace(/\p{Cs}/gu, '\ufffd').replace(/(?![\t\n\r])\p{Cc}/gu, '') : value

/**
 * One file as multipart/form-data with text fields beside it, whole in memory so that it can be sent twice (the
 * platforms' largest is 20 MB).
 */
export function fileBody(
  file: { bytes: Buffer; filename: string; contentType: string },
  fields: Readonly<Record<string, string>> = {},
): Body {
  const boundary = `weloop${randomBytes(16).toString('hex')}`
  const name = file.filename.replace(/[^A-Za-z0-9._-]/g, '_').slice(-100) || 'file'
  const texts = Object.entries(fields).map(
    ([field, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  )
  const head = `${texts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="media"; filename="${name}"\r\nContent-Type: ${file.contentType}\r\n\r\n`
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, accept: 'application/json' },
    bytes: Buffer.concat([Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}

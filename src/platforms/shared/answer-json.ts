/**
 * The JSON of API answers as it really is: parsed as it stands first, mended only when that fails.
 * Integers beyond 2^53 become strings (message ids), raw control characters inside strings are accepted,
 * a `__proto__` key is dropped. Throws SyntaxError when it is no JSON.
 */
export function parseAnswerJson(text: string): unknown {
  const clean = text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text
  try {
    return parseExact(clean)
  } catch (error) {
    const mended = clean.replace(STRING, (part) => part.replace(/\p{Cc}/gu, escapeControl))
    if (mended === clean) throw error
    return parseExact(mended)
  }
}

/** A field as a string id: the platforms write ids as numbers or strings. Undefined when it is neither. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}

/** An object with unknown fields, or undefined. */
export function recordOf(value: unknown): Record<string, unknown> | undefined {
  return isRecord(value) ? value : undefined
}

/** The fields of an answer's body, whatever its content type says; undefined when it is no JSON object. */
export function answerFields(body: Buffer): Record<string, unknown> | undefined {
  if (!looksLikeJson(body)) return undefined
  try {
    return recordOf(parseAnswerJson(body.toString('utf8')))
  } catch {
    return undefined
  }
}

/** `errcode` as a number, also when a gateway writes it as a string; undefined for 0 and none, which are success. */
export function errcodeIn(fields: Record<string, unknown>): number | undefined {
  const value = fields['errcode']
  const code = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  return typeof code === 'number' && code !== 0 ? code : undefined
}

/** The first byte after white space and a byte-order mark is `{`: no picture, voice or video begins so. */
function looksLikeJson(body: Buffer): boolean {
  let at = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at += 1
  return body[at] === 0x7b
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)

const STRING = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/g
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

const escapeControl = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

function parseExact(text: string): unknown {
  const exact = /\d{16}/.test(text) ? text.replace(STRING_OR_NUMBER, quoteWhenUnsafe) : text
  return /__proto__|\\u00[57]/i.test(exact) ? JSON.parse(exact, dropProto) : JSON.parse(exact)
}

const quoteWhenUnsafe = (part: string) =>
  /^-?\d{16,}$/.test(part) && !Number.isSafeInteger(Number(part)) ? `"${part}"` : part

const dropProto = (key: string, value: unknown) => (key === '__proto__' ? undefined : value)

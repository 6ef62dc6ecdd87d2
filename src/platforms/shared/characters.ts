import { isAscii, isUtf8 } from 'node:buffer'

const ILLEGAL = /[^\t\n\r\u0020-\ufffd]/
const PERHAPS_ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/
const ILLEGAL_OR_UNPAIRED = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

/** The text of UTF-8 bytes, or undefined when they are not UTF-8: nothing is ever replaced silently. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

/** True when well-formed text holds a character that XML 1.0 does not allow (control characters, U+FFFE, U+FFFF). */
export function hasIllegalCharacter(text: string): boolean {
  return ILLEGAL.test(text)
}

/** Text without what XML 1.0 cannot carry: control characters, unpaired surrogates, U+FFFE and U+FFFF. */
export function legalCharacters(text: string): string {
  return PERHAPS_ILLEGAL.test(text) ? text.replace(ILLEGAL_OR_UNPAIRED, '') : text
}

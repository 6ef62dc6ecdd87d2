import { createRequire } from 'node:module'

/** Its dictionaries take 5 MB, which only staff at a desk need: loaded with the first text. */
let dictionary: typeof import('pinyin-pro') | undefined

/**
 * The first letters of a text's pinyin, what is no Chinese character as it is: `退货地址` is `thdz`, `VIP 权益` is `vipqy`.
 * Lower case, without blanks and punctuation.
 */
export function initials(text: string): string {
  dictionary ??= createRequire(import.meta.url)('pinyin-pro') as typeof import('pinyin-pro')
  return dictionary
    .pinyin(text, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' })
    .join('')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

import { pinyin } from 'pinyin-pro'

/**
 * The first letters of a text's pinyin, what is no Chinese character as it is: `退货地址` is `thdz`, `VIP 权益` is `vipqy`.
 * Lower case, without blanks and punctuation.
 */
export function initials(text: string): string {
  return pinyin(text, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' })
    .join('')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

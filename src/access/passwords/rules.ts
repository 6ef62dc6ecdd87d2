import { isCommon } from './common.js'

/** What a password must be. Any characters; nothing is asked about kinds of them, and nothing ever expires. */
export const PASSWORD_RULES = { min: 12, max: 128 } as const

/** Why a password is refused. */
export type PasswordFault = 'too-short' | 'too-long' | 'common' | 'repeated' | 'sequence' | 'personal'

const WORDS: Record<PasswordFault, string> = {
  'too-short': 'is shorter than 12 characters',
  'too-long': 'is longer than 128 characters',
  common: 'is one of the passwords that everybody tries first',
  repeated: 'is little more than one thing repeated',
  sequence: 'is a row of keys or digits',
  personal: 'is little more than your name, this product’s or a date',
}

/** The fault in words: `is shorter than 12 characters`. */
export const describeFault = (fault: PasswordFault): string => WORDS[fault]

/** Words of ours and of the person that a guesser knows. */
const OURS = ['weloop', 'weixin', 'wechat', 'qiwei', 'wecom', 'console', 'admin', 'owner', 'password', 'mima', 'woaini']
const ROWS = ['abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '01234567890', '1qaz2wsx3edc4rfv5tgb']
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
}

/**
 * Why `password` is weak; undefined when it is not. Beside length: leaked and common ones, also with digits and signs
 * around them or letters swapped for digits; repetitions; rows of keys; and what is made of `about` (login and name),
 * our own words, a date or a telephone number with less than six characters more.
 */
export function passwordFault(password: string, about: readonly string[] = []): PasswordFault | undefined {
  const word = password.normalize('NFKC').toLowerCase()
  const length = [...word].length
  if (length < PASSWORD_RULES.min) return 'too-short'
  if (length > PASSWORD_RULES.max) return 'too-long'
  const stems = [word, trimmed(word), plain(trimmed(word)), trimmed(plain(word)), plain(word)]
  if (stems.some((stem) => stem.length >= 4 && isCommon(stem))) return 'common'
  if (new Set(word).size <= 4 || isRepeated(word)) return 'repeated'
  if (withoutRows(word).length < 4) return 'sequence'
  const known = [...OURS, ...about.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))]
  if (withoutKnown(word, known).length < 6) return 'personal'
  return undefined
}

const trimmed = (word: string) => word.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')

const plain = (word: string) => [...word].map((char) => LEET[char] ?? char).join('')

const isRepeated = (word: string) => /^(.{1,8}?)\1+.{0,2}$/u.test(word)

/** What stays when runs of four and more neighbours, either way, are taken out. */
function withoutRows(word: string): string {
  let left = word
  for (const row of [...ROWS, ...ROWS.map((one) => [...one].reverse().join(''))]) {
    for (let size = row.length; size >= 4; size -= 1) {
      for (let at = 0; at + size <= row.length; at += 1) left = left.replaceAll(row.slice(at, at + size), '')
    }
  }
  return left
}

function withoutKnown(word: string, known: readonly string[]): string {
  let left = word
  for (const one of known.toSorted((a, b) => b.length - a.length)) {
    if (one.length >= 3) left = left.replaceAll(one, '')
  }
  return left.replace(/(?:19|20)\d{2}[-./]?\d{1,2}[-./]?\d{1,2}|1[3-9]\d{9}|(?:19|20)\d{2}|520|1314/g, '')
}

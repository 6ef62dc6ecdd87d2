import type { Word } from './zh.js'

/** The console's languages. */
export const LOCALES = ['zh-CN', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/**
 * Texts that only one part of the console needs. Such a part keeps them in a `words.ts` of its own, adds their names here
 * (`declare module`) and stands inside of `<WithWords>`, so that the first page does not load them.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the parts add to it
export interface PartWords {}
/** A text of the console or of one of its parts. */
export type AnyWord = Word | keyof PartWords

/** All texts of one language: those of the console, and those of the part that one stands in. */
export type Dictionary = Readonly<Record<Word, string>> & Readonly<Record<string, string>>

/** Texts of a part, in both languages; every word stands in both. */
export interface OwnWords<W extends string = string> {
  readonly zh: Readonly<Record<W, string>>
  readonly en: Readonly<Record<W, string>>
}

type Values = Readonly<Record<string, string | number>>

/** The texts of a part: `export const words = ownWords({...}, {...})`. */
export const ownWords = <W extends string>(zh: Record<W, string>, en: Record<NoInfer<W>, string>): OwnWords<W> => ({
  zh,
  en,
})

/** Texts, numbers and times in the person's language. Times are those of the browser's zone. */
export interface Words {
  locale: Locale
  t(word: AnyWord, values?: Values): string
  /** A code of the API in words (`state`, `sent`); the code itself when nobody has put it into words. */
  label(kind: LabelKind, code: string): string
  /** A text that the API gives in both languages. */
  both(text: { zh: string; en: string }): string
  number(value: number): string
  /** Of 1. */
  percent(share: number): string
  /** Yuan from fen. */
  money(fen: number): string
  /** `3月4日 10:05`, with the year unless it is this one. */
  moment(at: string | Date): string
  /** `2026-03-04` in words, without a time. */
  day(at: string | Date): string
}

/** What kinds of codes there are. */
export type LabelKind =
  | 'state'
  | 'campaign'
  | 'run'
  | 'reason'
  | 'channel'
  | 'purpose'
  | 'platform'
  | 'connected'
  | 'trigger'
  | 'kind'
  | 'standing'
  | 'target'
  | 'task'
  | 'way'
  | 'alert'
  | 'role'
  | 'source'
  | 'topic'
  | 'problem'
  | 'unit'
  | 'method'

/** A text with `{name}` replaced; what is not given stays as it is. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Texts of one language. `now` tells which year need not be named. */
export function createWords(locale: Locale, dictionary: Dictionary, now: () => Date): Words {
  const number = new Intl.NumberFormat(locale)
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency: 'CNY' })
  const short = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const thisYear = new Intl.DateTimeFormat(locale, short)
  const otherYear = new Intl.DateTimeFormat(locale, { ...short, year: 'numeric' })
  const day = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', day: 'numeric' })
  return {
    locale,
    t: (word, values = {}) => fill(dictionary[word] ?? word, values),
    label: (kind, code) => dictionary[`${kind}.${code}`] ?? code,
    both: ({ zh, en }) => (locale === 'en' ? en : zh),
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    money: (fen) => money.format(fen / 100),
    moment(at) {
      const date = new Date(at)
      return (date.getFullYear() === now().getFullYear() ? thisYear : otherYear).format(date)
    },
    day: (at) => day.format(new Date(at)),
  }
}

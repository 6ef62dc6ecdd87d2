import type { Rule } from '../../../rules/rule.js'

/** Makes the error of a call that breaks a known limit and was not made. */
export type Refuse<E extends Error> = (endpoint: string, field: string, en: string, zh: string) => E

/** Checks of a call's values before it leaves; each throws an error that names the field, the limit and its source. */
export interface LimitChecks<E extends Error> {
  /** The error of a field that has more than the platform takes. */
  beyond(endpoint: string, field: string, amount: number, limit: Rule<number>): E
  /** Throws when there is more than the platform takes. */
  atMost(endpoint: string, field: string, amount: number, limit: Rule<number>): void
  /** Throws unless there are 1 to so many. */
  some(endpoint: string, field: string, amount: number, limit: Rule<number>): void
  /** Throws unless the number is whole and between the two. */
  whole(endpoint: string, field: string, value: number, least: number, limit: Rule<number>): void
  /** Throws when a text that must be there is empty. */
  filled(endpoint: string, field: string, text: string): void
  /** Throws unless the text is an http(s) address, or https only. */
  isLink(endpoint: string, field: string, text: string, schemes?: 'http' | 'https'): void
}

/** The platforms' way of counting: characters, not UTF-16 units. */
export const characters = (text: string): number => [...text].length

/** The checks of a platform, which throw its own errors. */
export function checksOf<E extends Error>(refuse: Refuse<E>): LimitChecks<E> {
  const beyond: LimitChecks<E>['beyond'] = (endpoint, field, amount, limit) =>
    refuse(
      endpoint,
      field,
      `${amount} given, the limit is ${limit.value} ${limit.unit} (${limit.source})`,
      `当前 ${amount}，上限 ${limit.value}（依据 ${limit.source}）`,
    )
  const atMost: LimitChecks<E>['atMost'] = (endpoint, field, amount, limit) => {
    if (amount > limit.value) throw beyond(endpoint, field, amount, limit)
  }
  return {
    beyond,
    atMost,
    some: (endpoint, field, amount, limit) => {
      if (amount < 1) throw refuse(endpoint, field, 'is empty', '不能为空')
      atMost(endpoint, field, amount, limit)
    },
    whole: (endpoint, field, value, least, limit) => {
      if (!Number.isInteger(value) || value < least) {
        throw refuse(endpoint, field, `must be a whole number from ${least}`, `须为不小于 ${least} 的整数`)
      }
      atMost(endpoint, field, value, limit)
    },
    filled: (endpoint, field, text) => {
      if (text.trim() === '') throw refuse(endpoint, field, 'is empty', '不能为空')
    },
    isLink: (endpoint, field, text, schemes = 'http') => {
      const url = URL.canParse(text) ? new URL(text) : undefined
      const good = url?.protocol === 'https:' || (schemes === 'http' && url?.protocol === 'http:')
      if (good) return
      const en = schemes === 'https' ? 'must be an https address' : 'must be an http(s) address'
      throw refuse(endpoint, field, en, schemes === 'https' ? '须为 https 地址' : '须为 http(s) 地址')
    },
  }
}

import type { Rule } from '../../../../rules/rule.js'
import { refusedBefore, type WeChatApiError } from '../errors.js'

/** The platform's way of counting: characters, not UTF-16 units. */
export const characters = (text: string): number => [...text].length

/** A refusal that names the field, what it has, the limit and where that was read. */
export function beyond(endpoint: string, field: string, amount: number, limit: Rule<number>): WeChatApiError {
  return refusedBefore(
    endpoint,
    field,
    `${amount} given, the limit is ${limit.value} ${limit.unit} (${limit.source})`,
    `当前 ${amount}，上限 ${limit.value}（依据 ${limit.source}）`,
  )
}

/** Throws when there is more than the platform takes. */
export function atMost(endpoint: string, field: string, amount: number, limit: Rule<number>): void {
  if (amount > limit.value) throw beyond(endpoint, field, amount, limit)
}

/** Throws unless there are 1 to so many. */
export function some(endpoint: string, field: string, amount: number, limit: Rule<number>): void {
  if (amount < 1) throw refusedBefore(endpoint, field, 'is empty', '不能为空')
  atMost(endpoint, field, amount, limit)
}

/** Throws unless the number is whole and between the two. */
export function whole(endpoint: string, field: string, value: number, least: number, limit: Rule<number>): void {
  if (!Number.isInteger(value) || value < least) {
    throw refusedBefore(endpoint, field, `must be a whole number from ${least}`, `须为不小于 ${least} 的整数`)
  }
  atMost(endpoint, field, value, limit)
}

/** Throws when a text that must be there is empty. */
export function filled(endpoint: string, field: string, text: string): void {
  if (text.trim() === '') throw refusedBefore(endpoint, field, 'is empty', '不能为空')
}

/** Throws unless the text is an http(s) address, or https only. */
export function isLink(endpoint: string, field: string, text: string, schemes: 'http' | 'https' = 'http'): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const good = url?.protocol === 'https:' || (schemes === 'http' && url?.protocol === 'http:')
  if (!good) {
    const en = schemes === 'https' ? 'must be an https address' : 'must be an http(s) address'
    throw refusedBefore(endpoint, field, en, schemes === 'https' ? '须为 https 地址' : '须为 http(s) 地址')
  }
}

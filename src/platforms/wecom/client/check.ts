import type { Rule } from '../../../../rules/rule.js'
import { checksOf, type LimitChecks } from '../../shared/limit-check.js'
import { refusedBefore, type WecomApiError } from '../errors.js'

export { characters } from '../../shared/limit-check.js'

const checks: LimitChecks<WecomApiError> = checksOf(refusedBefore)

/** The checks of WeCom: each throws `WecomApiError` of class `request`. */
export const { beyond, atMost, some, whole, filled, isLink } = checks

/** Throws when the UTF-8 text is longer than the platform takes. */
export function bytesAtMost(endpoint: string, field: string, text: string, limit: Rule<number>): void {
  atMost(endpoint, field, Buffer.byteLength(text), limit)
}

/** Throws unless the text is made of what the pattern allows. */
export function matches(endpoint: string, field: string, text: string, pattern: RegExp, allowed: string): void {
  if (!pattern.test(text)) throw refusedBefore(endpoint, field, `must be ${allowed}`, `格式须为 ${allowed}`)
}

/** Throws unless `to` is after `from`, and at most so many days after it. */
export function within(endpoint: string, from: Date, to: Date, limit?: Rule<number>): void {
  const days = (to.getTime() - from.getTime()) / 86_400_000
  if (!(days > 0)) throw refusedBefore(endpoint, 'to', 'must be after from', '结束时间须晚于开始时间')
  if (limit && days > limit.value) throw beyond(endpoint, 'to', Math.ceil(days), limit)
}

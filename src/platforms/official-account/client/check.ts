import { checksOf, type LimitChecks } from '../../shared/limit-check.js'
import { refusedBefore, type WeChatApiError } from '../errors.js'

export { characters } from '../../shared/limit-check.js'

const checks: LimitChecks<WeChatApiError> = checksOf(refusedBefore)

/** The checks of the Official Account platform: each throws `WeChatApiError` of class `request`. */
export const { beyond, atMost, some, whole, filled, isLink } = checks

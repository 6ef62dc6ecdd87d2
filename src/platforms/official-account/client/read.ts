import { type Fields, textOf } from '../../shared/answer-fields.js'
import { transportError } from '../errors.js'

export { dateOf, type Fields, fieldsOf, idsOf, numberOf, optional, rowsOf, textOf } from '../../shared/answer-fields.js'

/** An id the answer must hold. Throws WeChatApiError `uncertain` when it does not: the call was carried out. */
export function idIn(endpoint: string, fields: Fields, name: string): string {
  const id = textOf(fields, name)
  if (id === '') throw transportError(endpoint, 'uncertain', `the answer holds no ${name}`)
  return id
}

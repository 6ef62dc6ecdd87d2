import { type Fields, numberOf, textOf } from '../../shared/answer-fields.js'
import { transportError } from '../errors.js'

export { dateOf, type Fields, fieldsOf, idsOf, numberOf, optional, rowsOf, textOf } from '../../shared/answer-fields.js'

/** One page of a list. */
export interface Page<T> {
  items: T[]
  /** Where the next page begins; undefined at the end. */
  next?: string
}

/** A page of rows and where the next one begins; an empty cursor is the end. */
export function pageOf<T>(items: T[], answer: Fields): Page<T> {
  const next = textOf(answer, 'next_cursor')
  return { items, ...(next !== '' && { next }) }
}

/** An id the answer must hold. Throws WecomApiError `uncertain` when it does not: the call was carried out. */
export function idIn(endpoint: string, fields: Fields, name: string): string {
  const id = textOf(fields, name)
  if (id === '') throw transportError(endpoint, 'uncertain', `the answer holds no ${name}`)
  return id
}

/** A moment as the platform writes it. */
export const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1000)

/** A moment, or nothing where the platform writes 0 or leaves it out. */
export function momentOf<K extends string>(key: K, fields: Fields, name: string): { [P in K]?: Date } {
  const seconds = numberOf(fields, name)
  return seconds > 0 ? ({ [key]: new Date(seconds * 1000) } as { [P in K]: Date }) : {}
}

/** The ids of a list that the platform writes as `a|b`, or as an array. */
export function splitIds(value: unknown): string[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split('|') : []
  return list.filter((id) => typeof id === 'string' && id !== '')
}

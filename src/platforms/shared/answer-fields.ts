import { idOf, recordOf } from './answer-json.js'

/** Fields of an answer. */
export type Fields = Record<string, unknown>

/** An answer, or a field of one, as fields. */
export const fieldsOf = (answer: unknown): Fields => recordOf(answer) ?? {}

/** A list of objects; empty when the field is none. */
export const rowsOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : [])

/** A list of ids; numbers become text. */
export const idsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map((item) => idOf(item) ?? '') : [])

/** Text of a field; numbers become text, anything else is empty. */
export const textOf = (fields: Fields, name: string): string => idOf(fields[name]) ?? ''

/** Number of a field; 0 when it is none. */
export function numberOf(fields: Fields, name: string): number {
  const value = Number(fields[name] ?? 0)
  return Number.isFinite(value) ? value : 0
}

/** A moment written as seconds since 1970. */
export const dateOf = (fields: Fields, name: string): Date => new Date(numberOf(fields, name) * 1000)

/** The field under this name when it is a text that is not empty. */
export function optional<K extends string>(key: K, value: unknown): { [P in K]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [key]: value } as { [P in K]: string }) : {}
}

/**
 * A push as plain fields, whether it came as XML or JSON: text, nested fields and lists, on objects without a
 * prototype. Numbers stay the text they were, so that ids above 2^53 survive.
 */
export interface Fields {
  [name: string]: FieldValue
}
export type FieldValue = string | Fields | FieldValue[]

/** Names that mean something to JavaScript objects; no platform sends them, so a push that does is refused. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Empty fields without a prototype. */
export function noFields(): Fields {
  return Object.create(null) as Fields
}

/** The text of a field; empty when it is missing or not text. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

/** The text of the first of these fields that has any. Platforms spell one field in several ways (`OpenID`, `openid`). */
export function firstTextOf(fields: Fields, ...names: string[]): string {
  for (const name of names) {
    const text = textOf(fields, name)
    if (text !== '') return text
  }
  return ''
}

/** A field as a finite number, or undefined when it is missing or something else. */
export function numberOf(fields: Fields, name: string): number | undefined {
  const text = textOf(fields, name)
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined
}

/** A field as a whole number from 0 up; anything else counts as 0. */
export function countOf(fields: Fields, name: string): number {
  const text = textOf(fields, name)
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}

/** A field as a time in whole seconds since 1970, or undefined. */
export function secondsOf(fields: Fields, name: string): Date | undefined {
  const text = textOf(fields, name)
  return /^\d{1,11}$/.test(text) ? new Date(Number(text) * 1000) : undefined
}

/** Nested fields, or empty ones. */
export function fieldsOf(fields: Fields, name: string): Fields {
  const value = fields[name]
  return isFields(value) ? value : noFields()
}

/**
 * The members of a list field. XML repeats the element and JSON sends an array, but both send a lone member
 * bare: that is a list of one.
 */
export function listOf(fields: Fields, name: string): Fields[] {
  const value = fields[name]
  return (Array.isArray(value) ? value : [value]).filter(isFields)
}

/** True for nested fields (not text, not a list, not missing). */
export function isFields(value: FieldValue | undefined): value is Fields {
  return typeof value === 'object' && !Array.isArray(value)
}

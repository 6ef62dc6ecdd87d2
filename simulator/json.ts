import { randomUUID } from 'node:crypto'

/** A parsed JSON object whose fields are not yet known. */
export type JsonRecord = Record<string, unknown>

const MARK = `bigint ${randomUUID()} `
const MARKED = new RegExp(`"${MARK}(\\d+)"`, 'g')

/** Compact JSON, as WeChat answers; a bigint is written as bare digits (ids beyond 2^53). */
export function compactJson(value: unknown, indent?: number): string {
  const marked = JSON.stringify(value, bare, indent)
  return marked.includes(MARK) ? marked.replace(MARKED, '$1') : marked
}

function bare(_key: string, item: unknown): unknown {
  return typeof item === 'bigint' ? MARK + item : item
}

/** The value as an object, or undefined. */
export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined
}

/** Parses an object; undefined when it is not JSON or not an object. */
export function parseRecord(text: string): JsonRecord | undefined {
  try {
    return asRecord(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A text field, or undefined when it is absent or of another type. */
export function text(record: JsonRecord | undefined, name: string): string | undefined {
  const value = record?.[name]
  return typeof value === 'string' ? value : undefined
}

/** A finite number field, or undefined. */
export function number(record: JsonRecord | undefined, name: string): number | undefined {
  const value = record?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A list field, or undefined. */
export function list(record: JsonRecord | undefined, name: string): unknown[] | undefined {
  const value = record?.[name]
  return Array.isArray(value) ? value : undefined
}

/** An object field, or undefined. */
export function record(parent: JsonRecord | undefined, name: string): JsonRecord | undefined {
  return asRecord(parent?.[name])
}

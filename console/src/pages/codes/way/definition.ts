import { fieldsOf, listOf, textOf } from '../../content/shapes.js'

/** A contact way's definition while it is typed; what this form does not know stays in it. */
export type Definition = Readonly<Record<string, unknown>>

/** The definition that a text holds; undefined while it is no JSON object. */
export function readDefinition(text: string): Definition | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Definition) : undefined
  } catch {
    return undefined
  }
}

/** The definition as its text. */
export const written = (definition: Definition): string => JSON.stringify(definition, null, 2)

/** The same fields with another value in its place; what is emptied goes. */
export function withField(fields: Definition, name: string, next: unknown): Definition {
  const empty = next === undefined || next === '' || (Array.isArray(next) && next.length === 0)
  if (!empty) return { ...fields, [name]: next }
  const { [name]: _, ...others } = fields
  return others
}

/** The items of a list; one that stands alone is a list of it. */
export const itemsOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

/** Everybody whom a definition names as a receiver, in the order of the form. */
export function everyone(definition: Definition): string[] {
  const rows = [...itemsOf(definition['slots']), ...itemsOf(definition['holidays'])]
  const lists = [definition['staff'], ...rows.map((row) => fieldsOf(row)['staff']), definition['spare']]
  return [...new Set(lists.flatMap(listOf).filter((id) => id !== ''))]
}

/** What members are called to customers. */
export const calledOf = (definition: Definition): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fieldsOf(definition['called'])).map(([id, name]) => [id, textOf(name)]))

/** What stands at a path, `slots[0].when.hours[1]`; undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '')
  return steps.reduce<unknown>(
    (one, step) => (typeof one === 'object' && one !== null ? (one as Definition)[step] : undefined),
    value,
  )
}

/** True for two values that are written alike. */
export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** A definition as lines that people can compare, fields below what they belong to. */
export function asLines(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return `${indent}${String(value)}`
  const entries = Array.isArray(value) ? value.map((one, at) => [`${at + 1}.`, one] as const) : Object.entries(value)
  return entries
    .map(([name, one]) => {
      const label = Array.isArray(value) ? name : `${name}:`
      const nested = typeof one === 'object' && one !== null && Object.keys(one).length > 0
      return nested ? `${indent}${label}\n${asLines(one, `${indent}  `)}` : `${indent}${label} ${plain(one)}`
    })
    .join('\n')
}

const plain = (value: unknown): string => (typeof value === 'object' ? '—' : String(value))

import type { Fields } from '../shared/fields.js'

/** The texts of a repeated field; a lone one is a list of one. */
export function textsOf(fields: Fields, name: string): string[] {
  const value = fields[name]
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '') as string[]
}

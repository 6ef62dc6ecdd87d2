import { fieldName } from '../../library/fields.js'
import { splitReason } from '../../library/problem.js'
import { type WayDefinition, waySchema } from './definition.js'
import type { WayRow } from './model.js'

/** One thing wrong in a way that was sent, in the words of content authors. */
export interface WayFieldProblem {
  field: string
  message: string
  fix: string
}

/** Reads a way's definition; what is wrong with it otherwise. */
export function readDefinition(input: unknown): { value: WayDefinition } | { problems: WayFieldProblem[] } {
  const read = waySchema.safeParse(input)
  if (read.success) return { value: read.data }
  return {
    problems: read.error.issues.flatMap((issue) => {
      const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
      return paths.map((path) => ({ field: fieldName(path), ...splitReason(issue.message, '改正这个字段') }))
    }),
  }
}

const MOST_REMEMBERED = 5000
const remembered = new Map<string, WayDefinition>()

/** The definition of a stored way, read once for each text; undefined when an older product wrote what this one refuses. */
export function definitionOf({ definition }: Pick<WayRow, 'definition'>): WayDefinition | undefined {
  const known = remembered.get(definition)
  if (known) return known
  const read = readDefinition(JSON.parse(definition))
  if (!('value' in read)) return undefined
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(definition, read.value)
  return read.value
}

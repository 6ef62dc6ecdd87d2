import type { ZodError, ZodType } from 'zod'

/** What became of one item of a batch. */
export interface ItemResult {
  /** Its place in the batch, from 0. */
  index: number
  /** The sender's own name of it: an event's id, an order's number. */
  id: string
  result:
    | 'accepted'
    /** The same was told before; nothing changed. */
    | 'duplicate'
    /** A later revision is there; nothing changed. */
    | 'stale'
    /** Its type is not known yet; it is kept until it is. */
    | 'quarantined'
    | 'rejected'
  /** Our id of the person it is about. */
  contact?: string
  /** Why it was rejected, and what else the sender should know. */
  problems?: ItemProblem[]
}

/** What is wrong in which field, and how to mend it. */
export interface ItemProblem {
  field: string
  message: string
  fix?: string
}

/** Checks one item; its problems when it does not fit. */
export function checkItem<T>(schema: ZodType<T>, value: unknown): { value: T } | { problems: ItemProblem[] } {
  const parsed = schema.safeParse(value)
  return parsed.success ? { value: parsed.data } : { problems: problemsOf(parsed.error) }
}

/** The sender's name of an item that may be anything. */
export function nameOf(item: unknown, field: string): string {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, field)) return ''
  const value: unknown = Reflect.get(item, field)
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 128) : ''
}

/** At most 20 problems of an item, field by field: `items[0].qty`. */
export function problemsOf(error: ZodError): ItemProblem[] {
  return error.issues.slice(0, 20).map((issue) => {
    const field = issue.path.reduce<string>((path, key) => {
      if (typeof key === 'number') return `${path}[${key}]`
      return path === '' ? String(key) : `${path}.${String(key)}`
    }, '')
    if (issue.code !== 'unrecognized_keys') return { field, message: issue.message }
    const fix = 'remove it, put it under `extra`, or look up its spelling'
    return { field, message: `unknown: ${issue.keys.join(', ').slice(0, 200)}`, fix }
  })
}

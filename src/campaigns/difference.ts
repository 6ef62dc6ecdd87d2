/** One field that two versions of a definition do not share. */
export interface Difference {
  /** `schedule.cron`, `variants[1].card`. */
  field: string
  /** What is stored; undefined when it is not there. */
  stored: unknown
  /** What came in. */
  given: unknown
}

/** The fields in which two values differ, deepest first named; lists are compared place by place. */
export function differences(stored: unknown, given: unknown, field = ''): Difference[] {
  if (isPlain(stored) && isPlain(given)) {
    const keys = [...new Set([...Object.keys(stored), ...Object.keys(given)])].sort()
    return keys.flatMap((key) => differences(stored[key], given[key], field === '' ? key : `${field}.${key}`))
  }
  if (Array.isArray(stored) && Array.isArray(given)) {
    const length = Math.max(stored.length, given.length)
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      differences(stored[index], given[index], `${field}[${index}]`),
    )
  }
  return Object.is(stored, given) ? [] : [{ field: field === '' ? '(all)' : field, stored, given }]
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

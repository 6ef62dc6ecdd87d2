/**
 * The values under a path the way MongoDB sees them: on the way and at the end a list stands for its elements, one level
 * deep. Lists themselves are no values, nothing is no value.
 */
export function valuesAt(root: unknown, path: readonly string[]): unknown[] {
  const found: unknown[] = []
  walk(root, path, 0, found)
  return found
}

function walk(value: unknown, path: readonly string[], depth: number, found: unknown[]): void {
  const name = path[depth]
  if (name === undefined) {
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== undefined && each !== null && !Array.isArray(each)) found.push(each)
    return
  }
  for (const each of Array.isArray(value) ? value : [value])
    if (isDocument(each) && Object.hasOwn(each, name)) walk(each[name], path, depth + 1, found)
}

function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The order of texts in the store: by code point, not by UTF-16 unit (they differ where emoji meet full-width signs). */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x === y) continue
    const [high, other] = [isSurrogate(x), isSurrogate(y)]
    return high === other ? x - y : high ? 1 : -1
  }
  return a.length - b.length
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff

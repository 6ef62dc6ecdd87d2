import type { Route } from './route.js'

/** What a method and a path mean. */
export type Matched =
  | { route: Route; params: Record<string, string> }
  /** The path is known, with these methods. */
  | { allow: readonly string[] }
  | undefined

interface Compiled {
  route: Route
  segments: readonly string[]
}

/** Finds routes; a word goes before a parameter. Throws RangeError when two routes claim the same requests. */
export function createMatcher(routes: readonly Route[]): (method: string, path: string) => Matched {
  const seen = new Set<string>()
  for (const { method, path, id } of routes) {
    for (const claim of [`${method} ${path.replace(/:[^/]+/g, ':')}`, `id ${id}`]) {
      if (seen.has(claim)) throw new RangeError(`two routes claim ${claim}`)
      seen.add(claim)
    }
  }
  const compiled: Compiled[] = routes
    .map((route) => ({ route, segments: route.path.split('/').slice(1) }))
    .toSorted((a, b) => rank(a) - rank(b))

  return (method, path) => {
    const segments = path.split('/').slice(1)
    const fitting = compiled.filter((one) => fits(one.segments, segments))
    const best = fitting.find(({ route }) => route.method === method)
    if (!best) return fitting.length === 0 ? undefined : { allow: fitting.map(({ route }) => route.method) }
    const params: Record<string, string> = {}
    for (const [index, name] of best.segments.entries()) {
      if (!name.startsWith(':')) continue
      const value = decode(segments[index] ?? '')
      if (value === undefined) return undefined
      params[name.slice(1)] = value
    }
    return { route: best.route, params }
  }
}

const rank = ({ segments }: Compiled) => segments.filter((segment) => segment.startsWith(':')).length

function fits(wanted: readonly string[], given: readonly string[]): boolean {
  if (wanted.length !== given.length) return false
  return wanted.every((segment, index) => (segment.startsWith(':') ? given[index] !== '' : segment === given[index]))
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

const MAX_PARAMS = 32

/**
 * The parameters of a raw query string. Undefined when a name comes twice, an escape is broken or there are more than
 * 32: an array where a string is expected is how signatures get confused. A `+` stays a `+` (platforms escape spaces
 * as `%20`, and base64 holds plus signs).
 */
export function readQuery(query: string): ReadonlyMap<string, string> | undefined {
  const params = new Map<string, string>()
  if (query === '') return params
  const escaped = query.includes('%')
  for (let start = 0; start <= query.length; ) {
    const next = query.indexOf('&', start)
    const end = next < 0 ? query.length : next
    const found = query.indexOf('=', start)
    const equals = found < 0 || found > end ? end : found
    const rawName = query.slice(start, equals)
    const rawValue = query.slice(equals + 1, end)
    const name = escaped ? decode(rawName) : rawName
    const value = escaped ? decode(rawValue) : rawValue
    if (name === undefined || value === undefined || params.has(name) || params.size >= MAX_PARAMS) return undefined
    params.set(name, value)
    start = end + 1
  }
  return params
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

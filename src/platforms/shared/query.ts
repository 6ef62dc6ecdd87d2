const MAX_PARAMS = 32

/**
 * The parameters of a raw query string. Undefined when a name comes twice, an escape is broken or there are more than
 * 32: an array where a string is expected is how signatures get confused. A `+` stays a `+` (platforms escape spaces
 * as `%20`, and base64 holds plus signs).
 */
export function readQuery(query: string): ReadonlyMap<string, string> | undefined {
  const params = new Map<string, string>()
  if (query === '') return params
  for (const part of query.split('&')) {
    const equals = part.indexOf('=')
    const name = decode(equals < 0 ? part : part.slice(0, equals))
    const value = equals < 0 ? '' : decode(part.slice(equals + 1))
    if (name === undefined || value === undefined || params.has(name) || params.size >= MAX_PARAMS) return undefined
    params.set(name, value)
  }
  return params
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

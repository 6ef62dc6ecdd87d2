/** How deep arrays and objects may be nested. */
const MAX_DEPTH = 32

/** Reads a JSON body; a word about what is wrong with it otherwise. Refuses what could reach a prototype. */
export function parseJson(bytes: Buffer): { value: unknown } | { problem: string } {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: `is not JSON: ${error.message.slice(0, 200)}` }
    return { problem: 'is not UTF-8' }
  }
  const problem = judge(value)
  return problem === undefined ? { value } : { problem }
}

/** Walks without recursion: depth is the sender's to choose. */
function judge(root: unknown): string | undefined {
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`
    const below: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      if (Object.hasOwn(value, '__proto__')) return 'has a key __proto__'
      for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) below.push(inner)
    }
    level = below
  }
  return undefined
}

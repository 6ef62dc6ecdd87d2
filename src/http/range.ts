/**
 * The part of a file that a Range header asks for, both ends included. Undefined: send all of it (no range, several, or
 * not understood). WeChat's browser on iPhones plays sound and video only from servers that send parts.
 */
export function rangeOf(header: string, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim())
  if (!found) return undefined
  const [, first, last] = found
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start > end || start >= size ? 'unsatisfiable' : { start, end }
}

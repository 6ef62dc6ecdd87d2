const SIZES = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** `12.3 MB`. */
export function bytes(value: number | undefined): string {
  if (value === undefined) return '—'
  let size = value
  let unit = 0
  while (size >= 1000 && unit < SIZES.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${SIZES[unit]}`
}

/** `840 ms`, `2.5 s`, `3 min`, `2.1 h`, `4 d`. */
export function span(ms: number | undefined): string {
  if (ms === undefined) return '—'
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${trim(ms / 1000)} s`
  if (ms < 3_600_000) return `${trim(ms / 60_000)} min`
  if (ms < 172_800_000) return `${trim(ms / 3_600_000)} h`
  return `${trim(ms / 86_400_000)} d`
}

const trim = (value: number) => (value >= 10 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, ''))

/** From a moment until now. */
export const since = (at: string): string => span(Math.max(0, Date.now() - new Date(at).getTime()))

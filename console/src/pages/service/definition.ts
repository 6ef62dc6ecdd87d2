/** Settings of the desk as content/desk.yaml writes them; the server checks them. */
export interface Definition {
  corp?: string
  timeZone?: string
  shifts: Record<string, { days: string; hours: string[] }[]>
  holidays?: { name?: string; from: string; to?: string; hours?: string[] }[]
  workdays?: { date: string; as: string }[]
  skills?: { name: string; tags?: string[]; words?: string[] }[]
  staff: StaffLine[]
  routing?: { mode?: string; order?: string; offerTo?: number; offerFor?: string; keepLast?: boolean }
  times?: Record<string, string>
  texts?: Record<string, string | string[]>
}

/** A staff member. */
export interface StaffLine {
  userid: string
  name: string
  skills?: string[]
  shifts: string[]
  capacity?: number
  supervisor?: boolean
}

/** The days of the week as the settings write them, Monday first. */
export const DAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'] as const

/** `周一至周五`, `周六、周日`, `每天` as numbers from 0 (Monday); what cannot be read is none. */
export function daysOf(text: string): number[] {
  if (text === '每天') return [0, 1, 2, 3, 4, 5, 6]
  const number = (sign: string) => DAYS.findIndex((day) => day === `周${sign === '天' ? '日' : sign}`)
  const found = text.split(/[、,，\s]+/).flatMap((part) => {
    const [, first = '', last = first] = /^周([一二三四五六日天])(?:[至到-]周([一二三四五六日天]))?$/.exec(part) ?? []
    const [from, to] = [number(first), number(last)]
    return from < 0 || to < from ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
  return [...new Set(found)].toSorted((a, b) => a - b)
}

/** Numbers from 0 (Monday) as the settings write them, runs as `周一至周五`. */
export function daysText(days: readonly number[]): string {
  const sorted = [...new Set(days)].toSorted((a, b) => a - b)
  if (sorted.length === 7) return '每天'
  const runs: [number, number][] = []
  for (const day of sorted) {
    const run = runs.at(-1)
    if (run && run[1] === day - 1) run[1] = day
    else runs.push([day, day])
  }
  return runs
    .flatMap(([from, to]) =>
      to - from >= 2
        ? [`${DAYS[from]}至${DAYS[to]}`]
        : from === to
          ? [DAYS[from] ?? '']
          : [DAYS[from] ?? '', DAYS[to] ?? ''],
    )
    .join('、')
}

/** What a new desk may begin with: nine to six on workdays, one person. */
export const starter = (staff: StaffLine): Definition => ({
  shifts: { 全天: [{ days: '周一至周五', hours: ['09:00-12:00', '13:30-18:00'] }] },
  staff: [staff],
})

/** The hours in which somebody works on each weekday, Monday first. */
export function week({ shifts }: Definition, own: readonly string[]): string[][] {
  return DAYS.map((_, day) =>
    own.flatMap((shift) =>
      (shifts[shift] ?? []).filter(({ days }) => daysOf(days).includes(day)).flatMap(({ hours }) => hours),
    ),
  )
}

/** A duration in ms as the settings write it: `90s`, `2m`, `24h`. */
export function spanText(ms: number): string {
  if (ms > 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  return ms > 0 && ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`
}

/** A copy without fields that are empty: what is not written has its default. */
export function tidy(definition: Definition): Definition {
  const empty = (value: unknown) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  const kept = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(kept)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, one]) => !empty(one))
        .map(([name, one]) => [name, kept(one)]),
    )
  }
  return kept(definition) as Definition
}

/** A definition kept in a draft; undefined for anything else. */
export function readDefinition(text: string): Definition | undefined {
  try {
    const found = JSON.parse(text) as Definition
    return typeof found === 'object' && found !== null && Array.isArray(found.staff) ? found : undefined
  } catch {
    return undefined
  }
}

import { DateTime } from 'luxon'
import { limits } from '../../rules/official-account/limits.js'
import { type Collision, type Entry, nameOf, type QuotaLine } from './entry.js'
import type { Words } from './words.js'

/** The house's rules that pushes are held against. */
export interface HouseRules {
  caps: { day: number; week: number; month: number }
  /** Whether nobody is disturbed at that moment; the end of the quiet hours then. */
  quietUntil(at: Date): Date | undefined
  timeZone: string
}

/** The zone in which the platform counts months and days. */
const PLATFORM = 'Asia/Shanghai'
const HOUSE = 'config: reach.caps'

/**
 * What stands against each other. Who is in several audiences is not looked up (that would be a look at everybody): where
 * audiences differ it is a warning, where they are the same it is certain. `entries` also has the 31 days before the span.
 */
export function collisionsOf(entries: readonly Entry[], lines: readonly QuotaLine[], rules: HouseRules): Collision[] {
  const sends = entries.filter(({ kind }) => kind !== 'live')
  const days = [...new Set(sends.map(({ day }) => day))].toSorted()
  return days.flatMap((day) => {
    const today = sends.filter((one) => one.day === day)
    return [
      ...sameAudience(day, today),
      ...overCaps(day, today, sends, rules),
      ...overMass(day, today, sends),
      ...overQuota(day, lines, today),
      ...quiet(today, rules),
    ]
  })
}

function sameAudience(day: string, today: readonly Entry[]): Collision[] {
  const groups = new Map<string, Entry[]>()
  for (const one of today)
    if (one.audience !== undefined) groups.set(one.audience, [...(groups.get(one.audience) ?? []), one])
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const names = group.map(({ name }) => name)
      return of(day, 'same-audience', 'error', group, {
        zh: `“${names.join('”“')}”在同一天发给同一批人`,
        en: `“${names.join('”, “')}” go to the same people on one day`,
      })
    })
}

function overCaps(day: string, today: readonly Entry[], all: readonly Entry[], { caps }: HouseRules): Collision[] {
  const counted = (one: Entry) => one.kind === 'push'
  const within = (days: number) => {
    const first = DateTime.fromISO(day)
      .minus({ days: days - 1 })
      .toISODate()
    return all.filter((one) => counted(one) && first !== null && one.day >= first && one.day <= day)
  }
  const found: Collision[] = []
  const check = (kind: 'cap-day' | 'cap-week' | 'cap-month', days: number, cap: number, words: Words) => {
    const group = within(days)
    if (group.length <= cap || !today.some(counted)) return
    const same = new Set(group.map(({ audience }) => audience)).size === 1
    const text = {
      zh: `${words.zh} ${group.length} 个推送，每人最多 ${cap} 条：都在人群里的人，多出来的不会再收到`,
      en: `${group.length} pushes ${words.en}, a person gets ${cap} at most: whoever is in all of them misses the rest`,
    }
    found.push({ ...of(day, kind, same ? 'error' : 'warning', group, text), source: HOUSE })
  }
  check('cap-day', 1, caps.day, { zh: '当天有', en: 'on that day' })
  check('cap-week', 7, caps.week, { zh: '7 天内有', en: 'within 7 days' })
  check('cap-month', 30, caps.month, { zh: '30 天内有', en: 'within 30 days' })
  return found
}

function overMass(day: string, today: readonly Entry[], all: readonly Entry[]): Collision[] {
  const { value: most, source } = limits.massPerFollowerMonth
  const accounts = new Set(today.filter(byMass).map(({ account = '' }) => account))
  return [...accounts].flatMap((account) => {
    const month = massOfMonth(all, account, day)
    const group = today.filter((one) => byMass(one) && one.account === account)
    if (month.length <= most) return []
    const text = {
      zh: `本月第 ${month.length} 次群发，同一个关注者一个月最多收到 ${most} 次：收满的人收不到`,
      en: `mass send number ${month.length} of the month; a follower gets ${most} at most`,
    }
    return [{ ...of(day, 'mass-month', 'error', group, text), source }]
  })
}

function overQuota(day: string, lines: readonly QuotaLine[], today: readonly Entry[]): Collision[] {
  return lines
    .filter((line) => line.day === day)
    .flatMap(({ account, channels }) =>
      channels.flatMap(({ channel, people, perDay }) => {
        if (perDay === undefined || people <= perDay) return []
        const group = today.filter((one) => one.account === account && one.channels.includes(channel))
        const text = {
          zh: `要发 ${people} 人，当天额度只够 ${perDay} 人，其余的人第二天收到`,
          en: `${people} people, the day's quota is for ${perDay}; the others get it the day after`,
        }
        return [of(day, 'quota', 'error', group, text)]
      }),
    )
}

function quiet(today: readonly Entry[], { quietUntil, timeZone }: HouseRules): Collision[] {
  return today.flatMap((one) => {
    const until = one.kind === 'push' && one.planned ? quietUntil(one.at) : undefined
    if (until === undefined) return []
    const time = DateTime.fromJSDate(until, { zone: timeZone }).toFormat('MM-dd HH:mm')
    const text = {
      zh: `“${one.name}”排在免打扰时段，${time} 才会发出`,
      en: `“${one.name}” falls into quiet hours and leaves at ${time}`,
    }
    return [{ ...of(one.day, 'quiet-hours', 'warning', [one], text), source: 'config: reach.quietHours' }]
  })
}

/** Mass sends of an account in the calendar month of a day, up to and with that day. */
export function massOfMonth(all: readonly Entry[], account: string, day: string): Entry[] {
  return all.filter(
    (one) => byMass(one) && one.account === account && monthOf(one.at) === day.slice(0, 7) && one.day <= day,
  )
}

const monthOf = (at: Date) => DateTime.fromJSDate(at, { zone: PLATFORM }).toFormat('yyyy-MM')
const byMass = ({ kind, channels, state }: Entry) => kind === 'push' && channels.includes('mass') && state !== 'skipped'

function of(
  day: string,
  kind: Collision['kind'],
  level: Collision['level'],
  entries: readonly Entry[],
  text: Words,
): Collision {
  return { day, kind, level, entries: entries.map(nameOf), text }
}

import { AppError } from '../../src/core/errors.js'
import { addDays, type Days } from '../../src/statistics/days.js'
import type { StatisticsApi } from '../../src/statistics/metrics.js'

/** A platform with one row of everything for each day up to `ready`. */
export function fakeStatistics(ready: string) {
  const state = { ready, delayed: false }
  const calls: string[] = []
  const refusals = new Map<string, string>()
  const days = ({ from, to }: Days) => {
    const all: string[] = []
    for (let day = from; day <= to && day <= state.ready; day = addDays(day, 1)) all.push(day)
    return all
  }
  const rows = async <T>(name: string, asked: Days, of: (day: string) => T[]) => {
    calls.push(`${name} ${asked.from} ${asked.to}`)
    const code = refusals.get(name)
    if (code !== undefined) throw new AppError(code, `${code} for ${name}`)
    return days(asked).flatMap(of)
  }
  const api: StatisticsApi = {
    followerCounts: (asked) => rows('counts', asked, (day) => [{ day, followers: Number(day.slice(-2)) }]),
    followerChanges: (asked) =>
      rows('changes', asked, (day) => [0, 30].map((source) => ({ day, source, gained: 2, lost: 1 }))),
    reading: (asked) => rows('reading', asked, (day) => [{ day, readers: 5 }]),
    articleReaders: async (asked) => ({
      rows: await rows('readers', asked, (day) => [{ day, articleId: 'a_1', people: 3 }]),
      delayed: state.delayed,
    }),
    articleSharers: (asked) => rows('sharers', asked, (day) => [{ day, articleId: 'a_1', people: 1 }]),
    articleTotals: (asked) =>
      rows('totals', asked, (day) => [
        {
          day,
          articleId: `of-${day}`,
          title: '文章',
          url: '',
          notified: true,
          days: days({ from: day, to: addDays(day, 2) }).map((each) => ({ day: each, readers: 1 })),
        },
      ]),
    messages: (asked) => rows('messages', asked, (day) => [{ day, type: 1, people: 2, messages: 4 }]),
    messageDistribution: (asked) => rows('distribution', asked, (day) => [{ day, interval: 1, people: 2 }]),
    callbackCalls: (asked) => rows('callbacks', asked, (day) => [{ day, calls: 9 }]),
  }
  return {
    api,
    calls,
    state,
    refusals,
    /** The ranges a method was asked for. */
    asked: (name: string) =>
      calls.filter((each) => each.startsWith(`${name} `)).map((each) => each.slice(name.length + 1)),
  }
}

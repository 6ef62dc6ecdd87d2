import { type DatacubeName, datacubeFirstDay, datacubeSpans } from '../../../../rules/official-account/datacube.js'
import type { Clock } from '../../../core/clock.js'
import type { WeChatApi } from './api.js'
import { checkDays, type DayRange, split } from './days.js'
import { type Fields, rowsOf } from './read.js'
import {
  type AccountReading,
  type ArticleReaders,
  type ArticleTotal,
  type CallbackCalls,
  type FollowerChange,
  read,
  type Upstream,
  type UpstreamDistribution,
} from './statistics-rows.js'

/** Rows, and whether the platform says that they are not complete yet. */
export interface Delayed<T> {
  rows: T[]
  /** Ask again later. */
  delayed: boolean
}

/**
 * The platform's statistics. Days are in Asia/Shanghai; today is refused, its numbers come tomorrow from about 08:00.
 * A range longer than an endpoint takes becomes several calls, one after the other. Very low numbers have no row.
 */
export interface Statistics {
  followerChanges(days: DayRange): Promise<FollowerChange[]>
  followerCounts(days: DayRange): Promise<{ day: string; followers: number }[]>
  articleReaders(days: DayRange): Promise<Delayed<ArticleReaders>>
  articleSharers(days: DayRange): Promise<Delayed<{ day: string; articleId: string; people: number }>>
  /** All articles together. */
  reading(days: DayRange): Promise<Delayed<AccountReading>>
  /** Articles by their day of publication, each with up to 30 days. */
  articleTotals(days: DayRange): Promise<Delayed<ArticleTotal>>
  messages(days: DayRange): Promise<Upstream[]>
  messagesByHour(days: DayRange): Promise<Upstream[]>
  messagesByWeek(days: DayRange): Promise<Upstream[]>
  messagesByMonth(days: DayRange): Promise<Upstream[]>
  messageDistribution(days: DayRange): Promise<UpstreamDistribution[]>
  messageDistributionByWeek(days: DayRange): Promise<UpstreamDistribution[]>
  messageDistributionByMonth(days: DayRange): Promise<UpstreamDistribution[]>
  callbackCalls(days: DayRange): Promise<CallbackCalls[]>
  callbackCallsByHour(days: DayRange): Promise<CallbackCalls[]>
}

/** The group's methods on an API. */
export function statistics(api: WeChatApi, clock: Clock): Statistics {
  const ask = async (name: DatacubeName, days: DayRange): Promise<Delayed<Fields>> => {
    const path = `/datacube/${name}`
    checkDays(path, days, datacubeFirstDay, clock.now())
    const all: Delayed<Fields> = { rows: [], delayed: false }
    for (const { from, to } of split(days, datacubeSpans[name])) {
      const answer = await api.call(path, { json: { begin_date: from, end_date: to }, maxBytes: 8_388_608 })
      all.rows.push(...rowsOf(answer['list']))
      all.delayed ||= answer['is_delay'] === true
    }
    return all
  }
  const rows =
    <T>(name: DatacubeName, of: (row: Fields) => T) =>
    async (days: DayRange): Promise<T[]> =>
      (await ask(name, days)).rows.map(of)
  const delayed =
    <T>(name: DatacubeName, of: (row: Fields) => T) =>
    async (days: DayRange): Promise<Delayed<T>> => {
      const found = await ask(name, days)
      return { rows: found.rows.map(of), delayed: found.delayed }
    }
  return {
    followerChanges: rows('getusersummary', read.change),
    followerCounts: rows('getusercumulate', read.count),
    articleReaders: delayed('getarticleread', read.readers),
    articleSharers: delayed('getarticleshare', read.sharers),
    reading: delayed('getbizsummary', read.account),
    articleTotals: delayed('getarticletotaldetail', read.total),
    messages: rows('getupstreammsg', read.upstream),
    messagesByHour: rows('getupstreammsghour', read.upstream),
    messagesByWeek: rows('getupstreammsgweek', read.upstream),
    messagesByMonth: rows('getupstreammsgmonth', read.upstream),
    messageDistribution: rows('getupstreammsgdist', read.distribution),
    messageDistributionByWeek: rows('getupstreammsgdistweek', read.distribution),
    messageDistributionByMonth: rows('getupstreammsgdistmonth', read.distribution),
    callbackCalls: rows('getinterfacesummary', read.calls),
    callbackCallsByHour: rows('getinterfacesummaryhour', read.calls),
  }
}

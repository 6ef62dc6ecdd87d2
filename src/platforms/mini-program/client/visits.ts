import { type VisitName, visitSpans } from '../../../../rules/mini-program/limits.js'
import { datacubeFirstDay } from '../../../../rules/official-account/datacube.js'
import type { Clock } from '../../../core/clock.js'
import type { WeChatApi } from '../../official-account/client/api.js'
import { checkDays, type DayRange, dayAfter } from '../../official-account/client/days.js'
import { type Fields, fieldsOf, numberOf, rowsOf, textOf } from '../../official-account/client/read.js'
import { refusedBefore } from '../../official-account/errors.js'

/** All visits up to a day. */
export interface VisitSummary {
  day: string
  visitors: number
  shares: number
  sharers: number
}

/** Visits of a day, week or month. */
export interface VisitTrend {
  /** The first day. */
  day: string
  sessions: number
  views: number
  visitors: number
  newVisitors: number
  secondsPerVisitor: number
  secondsPerSession: number
  depth: number
}

/** Visits of one page. */
export interface PageVisits {
  page: string
  views: number
  visitors: number
  secondsPerView: number
  entries: number
  exits: number
  shares: number
  sharers: number
}

/** People who came back, by days (0 is the day itself). */
export interface Retention {
  day: string
  newVisitors: { after: number; people: number }[]
  visitors: { after: number; people: number }[]
}

/** How visits spread over sources, stays or depths. */
export interface VisitDistribution {
  index: string
  items: { key: number; value: number }[]
}

/** Visit statistics of the mini program; days are in Asia/Shanghai, today is refused. */
export interface Visits {
  summary(day: string): Promise<VisitSummary[]>
  byDay(day: string): Promise<VisitTrend[]>
  /** The week that begins on this Monday. */
  byWeek(monday: string): Promise<VisitTrend[]>
  /** The month that begins on this first. */
  byMonth(first: string): Promise<VisitTrend[]>
  /** The 200 most visited pages. */
  pages(day: string): Promise<PageVisits[]>
  retention(day: string): Promise<Retention>
  distribution(day: string): Promise<VisitDistribution[]>
}

/** The group's methods on an API. */
export function visits(api: WeChatApi, clock: Clock): Visits {
  const ask = async (name: VisitName, from: string): Promise<Fields> => {
    const path = `/datacube/${name}`
    const days = spanOf(path, name, from)
    checkDays(path, days, datacubeFirstDay, clock.now())
    const json = { begin_date: days.from.replaceAll('-', ''), end_date: days.to.replaceAll('-', '') }
    return api.call(path, { json, maxBytes: 4_194_304 })
  }
  const rows = async <T>(name: VisitName, from: string, of: (row: Fields) => T): Promise<T[]> =>
    rowsOf((await ask(name, from))['list']).map(of)
  return {
    summary: (day) =>
      rows('getweanalysisappiddailysummarytrend', day, (row) => ({
        day: dayIn(row),
        visitors: numberOf(row, 'visit_total'),
        shares: numberOf(row, 'share_pv'),
        sharers: numberOf(row, 'share_uv'),
      })),
    byDay: (day) => rows('getweanalysisappiddailyvisittrend', day, trendOf),
    byWeek: (monday) => rows('getweanalysisappidweeklyvisittrend', monday, trendOf),
    byMonth: (first) => rows('getweanalysisappidmonthlyvisittrend', first, trendOf),
    pages: (day) =>
      rows('getweanalysisappidvisitpage', day, (row) => ({
        page: textOf(row, 'page_path'),
        views: numberOf(row, 'page_visit_pv'),
        visitors: numberOf(row, 'page_visit_uv'),
        secondsPerView: numberOf(row, 'page_staytime_pv'),
        entries: numberOf(row, 'entrypage_pv'),
        exits: numberOf(row, 'exitpage_pv'),
        shares: numberOf(row, 'page_share_pv'),
        sharers: numberOf(row, 'page_share_uv'),
      })),
    retention: async (day) => {
      const answer = await ask('getweanalysisappiddailyretaininfo', day)
      return { day: dayIn(answer), newVisitors: keptOf(answer['visit_uv_new']), visitors: keptOf(answer['visit_uv']) }
    },
    distribution: (day) =>
      rows('getweanalysisappidvisitdistribution', day, (row) => ({
        index: textOf(row, 'index'),
        items: rowsOf(row['item_list']).map((item) => ({ key: numberOf(item, 'key'), value: numberOf(item, 'value') })),
      })),
  }
}

function spanOf(path: string, name: VisitName, from: string): DayRange {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(from) || Number.isNaN(Date.parse(from))) {
    throw refusedBefore(path, 'day', 'must be a day, YYYY-MM-DD', '须为 YYYY-MM-DD 日期')
  }
  const at = new Date(`${from}T00:00:00Z`)
  switch (visitSpans[name]) {
    case 'week':
      if (at.getUTCDay() !== 1) throw refusedBefore(path, 'monday', 'must be a Monday', '须为周一')
      return { from, to: dayAfter(from, 6) }
    case 'month': {
      if (at.getUTCDate() !== 1) throw refusedBefore(path, 'first', 'must be the first of a month', '须为每月 1 日')
      const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0))
      return { from, to: last.toISOString().slice(0, 10) }
    }
    default:
      return { from, to: from }
  }
}

/** `20260101`, `20260101-20260107` and `202601` as the first day. */
function dayIn(row: Fields): string {
  const [, year = '', month = '', day = '01'] = /^(\d{4})(\d{2})(\d{2})?/.exec(textOf(row, 'ref_date')) ?? []
  return `${year}-${month}-${day || '01'}`
}

const trendOf = (row: Fields): VisitTrend => ({
  day: dayIn(row),
  sessions: numberOf(row, 'session_cnt'),
  views: numberOf(row, 'visit_pv'),
  visitors: numberOf(row, 'visit_uv'),
  newVisitors: numberOf(row, 'visit_uv_new'),
  secondsPerVisitor: numberOf(row, 'stay_time_uv'),
  secondsPerSession: numberOf(row, 'stay_time_session'),
  depth: numberOf(row, 'visit_depth'),
})

const keptOf = (value: unknown) =>
  rowsOf(value).map((item) => ({ after: numberOf(fieldsOf(item), 'key'), people: numberOf(item, 'value') }))

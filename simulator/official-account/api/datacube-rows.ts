import type { DatacubeName } from '../../../rules/official-account/datacube.js'
import { shanghaiDay } from '../../clock.js'
import type { JsonRecord } from '../../json.js'
import type { HourCount } from '../days.js'
import { type ArticleRecord, recordsOf } from '../records.js'
import type { Call } from './answer.js'
import { articleUrl } from './articles.js'
import { dayText } from './day-text.js'

/** A row without its ref_date. */
export type DayRow = JsonRecord

type Rows = (call: Call, day: number) => DayRow[]

const hours = (call: Call, day: number): [number, HourCount][] => [...(recordsOf(call.account).days.get(day) ?? [])]

const changes: Rows = (call, day) => {
  const gained = new Map<number, number>()
  let lost = 0
  for (const [, hour] of hours(call, day)) {
    lost += hour.lost
    for (const [source, count] of hour.gained) gained.set(source, (gained.get(source) ?? 0) + count)
  }
  const rows = [...gained].map(([source, count]) => ({ user_source: source, new_user: count, cancel_user: 0 }))
  return lost > 0 ? [...rows, { user_source: 0, new_user: 0, cancel_user: lost }] : rows
}

const cumulated: Rows = (call, day) => {
  let count = [...call.account.followers.values()].filter((follower) => follower.following).length
  for (const [later, byHour] of recordsOf(call.account).days) {
    if (later <= day) continue
    for (const hour of byHour.values()) {
      count += hour.lost
      for (const gained of hour.gained.values()) count -= gained
    }
  }
  return [{ user_source: 0, cumulate_user: count }]
}

const articles = (call: Call): ArticleRecord[] => [...recordsOf(call.account).articles.values()]

const readersOn = (made: ArticleRecord, place: number, day: number) =>
  new Set(made.readers.filter((item) => item.place === place && item.day === day).map((item) => item.openid)).size

const perArticle =
  (row: (read: number) => JsonRecord): Rows =>
  (call, day) =>
    articles(call).flatMap((made) =>
      made.articles.flatMap((_, index) => {
        const read = readersOn(made, index + 1, day)
        return read === 0 ? [] : [{ msgid: `${made.msgDataId}_${index + 1}`, detail: row(read) }]
      }),
    )

const reading = (read: number): JsonRecord => ({
  read_user: read,
  read_user_source: [
    { user_count: read, scene_desc: '全部' },
    { user_count: read, scene_desc: '公众号消息' },
  ],
  share_user: 0,
  zaikan_user: 0,
  like_user: 0,
  comment_count: 0,
  collection_user: 0,
  redirect_ori_page_user: 0,
})

const summary: Rows = (call, day) => {
  const people = new Set(
    articles(call).flatMap((made) => made.readers.filter((item) => item.day === day).map((item) => item.openid)),
  )
  const pages = articles(call).filter((made) => shanghaiDay(made.publishedAt) === day)
  if (people.size === 0 && pages.length === 0) return []
  return [{ detail: { ...reading(people.size), send_page_count: sum(pages.map((made) => made.articles.length)) } }]
}

const totals: Rows = (call, day) =>
  articles(call)
    .filter((made) => shanghaiDay(made.publishedAt) === day)
    .flatMap((made) =>
      made.articles.map((article, index) => ({
        msgid: `${made.msgDataId}_${index + 1}`,
        publish_type: made.notified ? 0 : 1,
        title: article['title'],
        content_url: articleUrl(call, made.articleId, index + 1),
        detail_list: daysSince(call, day).map((stat) => ({
          stat_date: dayText(stat),
          ...reading(readersOn(made, index + 1, stat)),
          praise_money: 0,
          read_subscribe_user: 0,
          read_delivery_rate: 0,
          read_finish_rate: 0,
          read_avg_activetime: 0,
          read_jump_position: [],
        })),
      })),
    )

const TRACKED_DAYS = 30

const daysSince = (call: Call, day: number): number[] => {
  const last = Math.min(shanghaiDay(call.now) - 1, day + TRACKED_DAYS - 1)
  return Array.from({ length: Math.max(0, last - day + 1) }, (_, index) => day + index)
}

const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0)

const messageRows = (found: HourCount[]): DayRow[] => {
  const byType = new Map<number, Map<string, number>>()
  for (const { messages } of found) {
    for (const [type, senders] of messages) {
      const all = byType.get(type) ?? new Map<string, number>()
      for (const [openid, sent] of senders) all.set(openid, (all.get(openid) ?? 0) + sent)
      byType.set(type, all)
    }
  }
  return [...byType].map(([type, senders]) => ({
    msg_type: type,
    msg_user: senders.size,
    msg_count: sum(senders.values()),
  }))
}

const intervalRows = (found: HourCount[]): DayRow[] => {
  const sent = new Map<string, number>()
  for (const { messages } of found) {
    for (const senders of messages.values()) {
      for (const [openid, count] of senders) sent.set(openid, (sent.get(openid) ?? 0) + count)
    }
  }
  const intervals = new Map<number, number>()
  for (const count of sent.values()) {
    const interval = count <= 5 ? 1 : count <= 10 ? 2 : 3
    intervals.set(interval, (intervals.get(interval) ?? 0) + 1)
  }
  return [...intervals].map(([interval, people]) => ({ count_interval: interval, msg_user: people }))
}

const messagesByHour: Rows = (call, day) =>
  hours(call, day)
    .sort(([a], [b]) => a - b)
    .flatMap(([hour, count]) => messageRows([count]).map((row) => ({ ref_hour: hour * 100, ...row })))

const daily =
  (rows: (found: HourCount[]) => DayRow[]): Rows =>
  (call, day) =>
    rows(hours(call, day).map(([, count]) => count))

const calls =
  (byHour: boolean): Rows =>
  (call, day) => {
    const found = hours(call, day).filter(([, count]) => count.calls > 0)
    if (byHour) return found.map(([hour, count]) => ({ ref_hour: hour * 100, ...callRow([count]) }))
    return found.length === 0 ? [] : [callRow(found.map(([, count]) => count))]
  }

const callRow = (counts: HourCount[]) => ({
  callback_count: sum(counts.map((count) => count.calls)),
  fail_count: sum(counts.map((count) => count.failures)),
  total_time_cost: sum(counts.map((count) => count.totalMs)),
  max_time_cost: Math.max(...counts.map((count) => count.longestMs)),
})

const MONDAY = 4

/** A week or month that begins on this day; undefined when none does. */
type Span = (day: number) => number | undefined

const week: Span = (day) => (((day % 7) + 7) % 7 === MONDAY ? 7 : undefined)
const month: Span = (day) => {
  const [year = 0, number = 0, first = 0] = dayText(day).split('-').map(Number)
  return first === 1 ? new Date(Date.UTC(year, number, 0)).getUTCDate() : undefined
}

/** Rows of a whole week or month stand under its first day; people are counted once in it. */
const spanning =
  (span: Span, rows: (found: HourCount[]) => DayRow[]): Rows =>
  (call, day) => {
    const length = span(day) ?? 0
    const days = Array.from({ length }, (_, index) => day + index)
    return rows(days.flatMap((each) => hours(call, each).map(([, count]) => count)))
  }

/** What each endpoint tells of a day. */
export const datacubeRows: Record<DatacubeName, Rows> = {
  getusersummary: changes,
  getusercumulate: cumulated,
  getarticleread: perArticle((read) => ({ read_user: read, read_user_source: reading(read)['read_user_source'] })),
  getarticleshare: perArticle(() => ({ share_user: 0 })),
  getbizsummary: summary,
  getarticletotaldetail: totals,
  getupstreammsg: daily(messageRows),
  getupstreammsghour: messagesByHour,
  getupstreammsgweek: spanning(week, messageRows),
  getupstreammsgmonth: spanning(month, messageRows),
  getupstreammsgdist: daily(intervalRows),
  getupstreammsgdistweek: spanning(week, intervalRows),
  getupstreammsgdistmonth: spanning(month, intervalRows),
  getinterfacesummary: calls(false),
  getinterfacesummaryhour: calls(true),
}

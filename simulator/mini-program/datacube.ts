import { type VisitName, visitSpans } from '../../rules/mini-program/limits.js'
import { shanghaiDay } from '../clock.js'
import { type JsonRecord, text } from '../json.js'
import { type Answer, type Call, type Endpoint, fail } from '../official-account/api/answer.js'
import { dayNumber, dayText } from '../official-account/api/day-text.js'
import { posted } from '../official-account/api/posted.js'
import { miniRecordsOf } from './mini-program.js'

/** Visit statistics of what happened on this platform. */
export const visitEndpoints: Record<string, Endpoint> = Object.fromEntries(
  Object.keys(visitSpans).map((name) => [
    `/datacube/${name}`,
    { method: 'POST', run: posted((call, body) => answer(call, body, name as VisitName)) } satisfies Endpoint,
  ]),
)

const MONDAY = 4

function numberOf(day: string | undefined): number | undefined {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(day ?? '') ?? []
  return year === undefined ? undefined : dayNumber(`${year}-${month}-${date}`)
}

function answer(call: Call, body: JsonRecord, name: VisitName): Answer {
  const from = numberOf(text(body, 'begin_date'))
  const to = numberOf(text(body, 'end_date'))
  if (from === undefined || to === undefined || to >= shanghaiDay(call.now)) return fail(61500)
  if (!fits(name, from, to)) return fail(61501)
  const ref = text(body, 'begin_date') ?? ''
  switch (name) {
    case 'getweanalysisappiddailysummarytrend':
      return { list: [{ ref_date: ref, visit_total: visitors(call, 0, to).length, share_pv: 0, share_uv: 0 }] }
    case 'getweanalysisappiddailyretaininfo':
    case 'getweanalysisappidweeklyretaininfo':
    case 'getweanalysisappidmonthlyretaininfo':
      return retention(call, ref, from, to)
    case 'getweanalysisappidvisitpage':
      return { ref_date: ref, list: pages(call, from) }
    case 'getweanalysisappidvisitdistribution':
      return { ref_date: ref, list: [depths(call, from)] }
    case 'getweanalysisappiduserportrait':
      return { ref_date: ref, visit_uv_new: {}, visit_uv: {} }
    default:
      return { list: [trend(call, ref, from, to)] }
  }
}

function fits(name: VisitName, from: number, to: number): boolean {
  const span = to - from + 1
  switch (visitSpans[name]) {
    case 'day':
      return span === 1
    case 'week':
      return span === 7 && from % 7 === MONDAY
    case 'month': {
      const [year = 0, month = 0, first = 0] = dayText(from).split('-').map(Number)
      return first === 1 && span === new Date(Date.UTC(year, month, 0)).getUTCDate()
    }
    default:
      return [1, 7, 30].includes(span)
  }
}

function visitors(call: Call, from: number, to: number) {
  return [...miniRecordsOf(call.account).visits.values()].filter((item) =>
    [...item.days.keys()].some((day) => day >= from && day <= to),
  )
}

function trend(call: Call, ref: string, from: number, to: number): JsonRecord {
  const people = visitors(call, from, to)
  const views = people.flatMap((item) => [...item.days].filter(([day]) => day >= from && day <= to))
  const pv = views.reduce((sum, [, count]) => sum + count, 0)
  return {
    ref_date: from === to ? ref : `${ref}-${dayText(to).replaceAll('-', '')}`,
    session_cnt: pv,
    visit_pv: pv,
    visit_uv: people.length,
    visit_uv_new: people.filter((item) => shanghaiDay(item.first) >= from && shanghaiDay(item.first) <= to).length,
    stay_time_uv: 0,
    stay_time_session: 0,
    visit_depth: 1,
  }
}

function pages(call: Call, day: number): JsonRecord[] {
  const found = new Map<string, { views: number; people: number }>()
  for (const item of miniRecordsOf(call.account).visits.values()) {
    for (const [key, views] of item.pages) {
      const [at, page = ''] = key.split(' ')
      if (Number(at) !== day) continue
      const known = found.get(page) ?? { views: 0, people: 0 }
      found.set(page, { views: known.views + views, people: known.people + 1 })
    }
  }
  return [...found].map(([page_path, { views, people }]) => ({
    page_path,
    page_visit_pv: views,
    page_visit_uv: people,
    page_staytime_pv: 0,
    entrypage_pv: views,
    exitpage_pv: views,
    page_share_pv: 0,
    page_share_uv: 0,
  }))
}

function depths(call: Call, day: number): JsonRecord {
  return { index: 'access_depth_info', item_list: [{ key: 1, value: visitors(call, day, day).length }] }
}

function retention(call: Call, ref: string, from: number, to: number): Answer {
  const people = visitors(call, from, to)
  const fresh = people.filter((item) => shanghaiDay(item.first) >= from)
  return {
    ref_date: ref,
    visit_uv_new: [{ key: 0, value: fresh.length }],
    visit_uv: [{ key: 0, value: people.length }],
  }
}

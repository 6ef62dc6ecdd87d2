import { limits } from '../../../rules/wecom/limits.js'
import { seconds, shanghaiDay } from '../../clock.js'
import { type JsonRecord, number } from '../../json.js'
import type { Corp } from '../corp.js'
import type { Group } from '../state.js'
import { type Answer, bodyOf, type CorpCall, corpOk, Refusal, wholeIn } from './answer.js'
import { ownersIn } from './groups.js'

const DAY_MS = 86_400_000

/** Statistics by owner of some days; today is not there yet. */
export function statistic(call: CorpCall): Answer {
  const body = bodyOf(call)
  const owners = ownersIn(call, body)
  if (owners.length === 0) throw new Refusal(40063, 'owner_filter')
  const [from, to] = daysIn(call, body)
  const offset = wholeIn(body, 'offset', 0, 0, 1_000_000)
  const limit = wholeIn(body, 'limit', 500, 1, limits.statisticPage.value)
  const items = owners.map((owner) => ({ owner, data: countsOf(call.corp, [owner], from, to) }))
  const rows = items.slice(offset, offset + limit)
  return corpOk({ total: items.length, next_offset: offset + rows.length, items: rows })
}

/** Statistics by day of some owners together. */
export function byDay(call: CorpCall): Answer {
  const body = bodyOf(call)
  const owners = ownersIn(call, body)
  if (owners.length === 0) throw new Refusal(40063, 'owner_filter')
  const [from, to] = daysIn(call, body)
  const items: JsonRecord[] = []
  for (let day = from; day <= to; day++) {
    const stat_time = seconds(day * DAY_MS - 8 * 3_600_000)
    items.push({ stat_time, data: countsOf(call.corp, owners, day, day) })
  }
  return corpOk({ items })
}

/** First and last day (Shanghai): not today, at most 180 days back and 30 days long. */
function daysIn(call: CorpCall, body: JsonRecord): [number, number] {
  const begin = number(body, 'day_begin_time')
  if (begin === undefined) throw new Refusal(40063, 'day_begin_time')
  const first = shanghaiDay(begin * 1000)
  const last = shanghaiDay((number(body, 'day_end_time') ?? begin) * 1000)
  const today = shanghaiDay(call.now)
  const wrong =
    last < first ||
    last >= today ||
    first < today - limits.statisticBackDays.value ||
    last - first >= limits.statisticDays.value
  if (wrong) throw new Refusal(40058, 'day_begin_time and day_end_time')
  return [first, last]
}

function countsOf(corp: Corp, owners: readonly string[], from: number, to: number): JsonRecord {
  const inside = (at: number) => shanghaiDay(at) >= from && shanghaiDay(at) <= to
  const groups = [...corp.groups.values()].filter((group) => owners.includes(group.owner) && !group.dismissed)
  const there = groups.filter((group) => shanghaiDay(group.createdAt) <= to)
  const lines = there.map((group) => linesOf(group, inside))
  const members = there.flatMap((group) => [...group.members.values()].filter(({ at }) => shanghaiDay(at) <= to))
  return {
    new_chat_cnt: there.filter((group) => inside(group.createdAt)).length,
    chat_total: there.length,
    chat_has_msg: lines.filter((one) => one.length > 0).length,
    new_member_cnt: members.filter(({ at }) => inside(at)).length,
    member_total: members.length,
    member_has_msg: lines.reduce((sum, one) => sum + new Set(one).size, 0),
    msg_total: lines.reduce((sum, one) => sum + one.length, 0),
    migrate_trainee_chat_cnt: 0,
  }
}

/** Who wrote each line of the days, as far as the chat is kept. */
function linesOf(group: Group, inside: (at: number) => boolean): string[] {
  const entries = group.thread?.ring.list() ?? []
  return entries.filter(({ at, from }) => from !== 'system' && inside(at)).map(({ by }) => by)
}

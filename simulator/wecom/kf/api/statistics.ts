import { seconds, shanghaiDay } from '../../../clock.js'
import { type JsonRecord, number } from '../../../json.js'
import { type Answer, bodyOf, type CorpCall, type CorpEndpoint, corpOk, Refusal, textIn } from '../../api/answer.js'
import type { DayCount, DeskAccount, StaffCount } from '../state.js'
import { accountOf } from './answer.js'

const feature = 'desk'
const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000
const BACK_DAYS = 180
const SPAN_DAYS = 31

/** Figures of past days; what WeCom's own assistant does is always 0 here. */
export const deskStatisticEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/kf/get_corp_statistic': { method: 'POST', feature, run: ofCorp },
  '/cgi-bin/kf/get_servicer_statistic': { method: 'POST', feature, run: ofServicer },
}

function ofCorp(call: CorpCall): Answer {
  const accounts = accountsIn(call)
  return corpOk({
    statistic_list: days(call).map((day) => {
      const counts = accounts.flatMap((account) => account.days.get(day) ?? [])
      return { stat_time: timeOf(day), statistic: corpRow(counts) }
    }),
  })
}

function corpRow(counts: readonly DayCount[]): JsonRecord {
  const size = (of: (count: DayCount) => Set<string>) => new Set(counts.flatMap((count) => [...of(count)])).size
  return {
    session_cnt: sum(counts.map(({ sessions }) => sessions)),
    customer_cnt: size(({ customers }) => customers),
    customer_msg_cnt: sum(counts.map(({ messages }) => messages)),
    upgrade_service_customer_cnt: size(({ upgrades }) => upgrades),
    ai_session_reply_cnt: 0,
    ai_transfer_rate: 0,
    ai_knowledge_hit_rate: 0,
    msg_rejected_customer_cnt: size(({ refusing }) => refusing),
  }
}

function ofServicer(call: CorpCall): Answer {
  const body = bodyOf(call)
  const accounts = accountsIn(call)
  const staff = textIn(body, 'servicer_userid')
  return corpOk({
    statistic_list: days(call).map((day) => {
      const counts = accounts
        .flatMap((account) => account.days.get(day) ?? [])
        .flatMap(({ byStaff }) => (staff === '' ? [...byStaff.values()] : (byStaff.get(staff) ?? [])))
      return { stat_time: timeOf(day), statistic: staffRow(counts) }
    }),
  })
}

function staffRow(counts: readonly StaffCount[]): JsonRecord {
  const sessions = sum(counts.map((count) => count.sessions))
  const replies = counts.flatMap(({ firstReplySeconds }) => firstReplySeconds)
  const scores = counts.flatMap((count) => count.scores)
  const rate = (score: number) =>
    scores.length === 0 ? 0 : scores.filter((one) => one === score).length / scores.length
  return {
    session_cnt: sessions,
    customer_cnt: new Set(counts.flatMap(({ customers }) => [...customers])).size,
    customer_msg_cnt: sum(counts.map(({ messages }) => messages)),
    reply_rate: sessions === 0 ? 0 : sum(counts.map(({ answered }) => answered)) / sessions,
    first_reply_average_sec: replies.length === 0 ? 0 : sum(replies) / replies.length,
    satisfaction_investgate_cnt: scores.length,
    satisfaction_participation_rate: sessions === 0 ? 0 : scores.length / sessions,
    satisfied_rate: rate(1),
    middling_rate: rate(2),
    dissatisfied_rate: rate(3),
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const timeOf = (day: number): number => seconds(day * DAY_MS - SHANGHAI_MS)

/** One account, or all of them without open_kfid. */
function accountsIn(call: CorpCall): DeskAccount[] {
  const id = textIn(bodyOf(call), 'open_kfid')
  if (id !== '') return [accountOf(call, id)]
  return [...call.corp.desk.accounts.values()].filter((account) => !account.deleted)
}

/** The days asked for: yesterday at most, 180 days back. */
function days(call: CorpCall): number[] {
  const body = bodyOf(call)
  const [begin, end] = [number(body, 'start_time'), number(body, 'end_time')]
  if (begin === undefined || end === undefined) throw new Refusal(40063, 'start_time and end_time')
  const [from, to, now] = [shanghaiDay(begin * 1000), shanghaiDay(end * 1000), shanghaiDay(call.now)]
  if (to < from || to >= now || from < now - BACK_DAYS || to - from >= SPAN_DAYS) {
    throw new Refusal(40058, 'start_time and end_time')
  }
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

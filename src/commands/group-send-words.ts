import { DateTime } from 'luxon'
import type { Estimate } from '../group-sends/estimate.js'
import type { MemberState, PushState, RunState, SkipReason, TargetState } from '../group-sends/life.js'
import type { PushRow, RunRow } from '../group-sends/model.js'
import type { Table, TaskLine } from '../group-sends/table.js'

/** Pushes in words for a terminal: never more than what is proven. */

const PUSH: Record<PushState, string> = {
  draft: '草稿',
  estimated: '已预估',
  approved: '已批准',
  scheduled: '已排期',
  running: '进行中',
  done: '已结束',
  stopped: '已取消',
}
const RUN: Record<RunState, string> = {
  due: '等待开始',
  surveying: '正在确定名单',
  dividing: '正在分配任务',
  running: '进行中',
  cancelling: '正在取消',
  done: '已结束',
  cancelled: '已取消',
  skipped: '已跳过',
}
const MEMBER: Record<MemberState, string> = {
  waiting: '待确认',
  confirmed: '已确认',
  cannot: '无法发送',
  left: '已离职',
  expired: '过期未确认',
  cancelled: '已取消',
  unknown: '不可知',
}
const TARGET: Record<TargetState, string> = {
  planned: '待建任务',
  waiting: '待成员确认',
  sent: '已送达',
  'over-cap': '已达接收上限',
  'not-friend': '已不是好友',
  refused: '企业微信拒绝',
  expired: '过期未发',
  cancelled: '已取消',
  assumed: '视为已建',
  unknown: '结果不可知',
  skipped: '未列入',
}
const SKIP: Record<SkipReason, string> = {
  'over-cap': '已达接收上限',
  'staff-gone': '成员不可用',
  'no-staff': '没有成员认识',
  'group-dismissed': '群已解散',
  'unknown-group': '没有这个群',
  'unknown-customer': '没有这位客户',
  'not-allowed': '不该打扰',
}

/** What a server cannot do, for those who look for it. */
export const HONEST =
  '服务器不能往客户群或客户发消息，只能建群发任务，由成员在手机上确认后发出；发出后不能撤回，任务不能转给别人。'

/** One line of a list. */
export const pushLine = ({ _id, state, definition, next, updatedAt }: PushRow, zone: string): string => {
  const when = next ? `下次 ${time(next.at, zone)}` : `更新 ${time(updatedAt, zone)}`
  return `${_id.padEnd(28)}${PUSH[state].padEnd(6, '　')} ${when}  ${definition.name}`
}

/** A push with its runs. */
export function describePush(push: PushRow, runs: readonly RunRow[], zone: string): string {
  const { _id, definition, state, version, authors, approval, estimate, next, reason } = push
  return [
    `${_id}  ${definition.name}  [${PUSH[state]}]  第 ${version} 版，作者 ${authors.join('、')}`,
    ...(estimate ? [describeEstimate(estimate, zone)] : []),
    ...(approval ? [`  批准    ${approval.by} ${time(approval.at, zone)}`] : []),
    ...(next ? [`  下次    ${time(next.at, zone)}`] : []),
    ...(reason ? [`  原因    ${reason.text}`] : []),
    ...runs.map((run) => `  运行    ${run.occurrence}  ${RUN[run.state]}${run.reason ? `（${run.reason.text}）` : ''}`),
  ].join('\n')
}

/** What a run would do. */
export function describeEstimate(found: Estimate, zone: string): string {
  const { targets, planned, owners, tasks, skipped, notAllowed, largest } = found
  return [
    `  预估    ${time(found.asOf, zone)}：对象 ${targets}，列入 ${planned}，由 ${owners} 位成员确认，任务 ${tasks} 个`,
    ...(Object.keys(skipped).length > 0 ? [`  未列入  ${words(skipped, SKIP)}`] : []),
    ...(Object.keys(notAllowed).length > 0 ? [`  其中    ${words(notAllowed, {})}`] : []),
    ...largest.slice(0, 10).map(({ staff, targets: count }) => `  成员    ${staff.padEnd(24)}${count}`),
  ].join('\n')
}

/** The result table. */
export function describeTable({ run, tasks, totals, next }: Table, zone: string): string {
  return [
    `${run._id}  ${RUN[run.state]}`,
    ...tasks.map((line) => taskLines(line, zone)),
    ...(next === undefined ? [] : [`  …更多任务：--after '${tasks.at(-1)?.task ?? ''}'`]),
    `  合计    成员：${words(totals.members, MEMBER) || '无'}；对象：${words(totals.targets, TARGET) || '无'}`,
    ...(Object.keys(totals.skipped).length > 0 ? [`  未列入  ${words(totals.skipped, SKIP)}`] : []),
  ].join('\n')
}

function taskLines(line: TaskLine, zone: string): string {
  const reminded = line.reminders.filter(({ end }) => end !== 'refused').length
  const known = line.polledAt ? `，结果截至 ${time(line.polledAt, zone)}` : ''
  const told = reminded > 0 ? `，已提醒 ${reminded} 次` : ''
  const uncertain =
    line.state === 'uncertain'
      ? [
          ...line.evidence.map(({ at, text }) => `      依据 ${time(at, zone)} ${text}`),
          `      核实后选择：weloop group-send decide '${line.task}' --made again（再建）或 --made made（视为已建）`,
        ]
      : []
  return [
    `  ${line.task}  ${line.words}${told}${known}${line.reason === undefined ? '' : `（${line.reason}）`}`,
    ...line.members.map((one) => {
      const who = one.name === undefined ? one.staff : `${one.name}（${one.staff}）`
      return `      ${who}  ${MEMBER[one.state]}${one.why === undefined ? '' : `：${one.why}`}`
    }),
    ...(Object.keys(line.targets).length > 0 ? [`      ${words(line.targets, TARGET)}`] : []),
    ...uncertain,
  ].join('\n')
}

function words(counts: Partial<Record<string, number>>, names: Partial<Record<string, string>>): string {
  return Object.entries(counts)
    .map(([key, count]) => `${names[key] ?? key} ${count}`)
    .join('、')
}

const time = (at: Date, zone: string): string => DateTime.fromJSDate(at, { zone }).toFormat('MM-dd HH:mm')

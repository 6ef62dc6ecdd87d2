import { z } from 'zod'
import { durationMs } from '../core/clock.js'
import { characters, fields, listOf, words } from '../library/fields.js'
import { reason } from '../library/problem.js'
import type { Holiday, Interval, ShiftRule } from './hours.js'
import { type DeskSettings, TEXTS, type Texts, TIMES } from './settings.js'

/** How `content/desk.yaml` is written, and what is made of it. */

const DAY_NAMES = ['一', '二', '三', '四', '五', '六', '日'] as const
const HOURS = /^([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$/
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MOST_STAFF = 500

const name = (example: string) => words(example, 20)

const days = z
  .string({ error: reason('应为文字', '写成 days: 周一至周五，或 days: 周六、周日，或 days: 每天') })
  .refine((text) => daysOf(text) !== undefined, reason('不认识', '写成 周一至周五、周六、周日 或 每天'))

const hours = listOf(
  z
    .string({ error: reason('应为时段', '写成 hours: [09:00-12:00, 13:30-18:00]') })
    .refine((text) => intervalOf(text) !== undefined, reason('不是时段', '写成 09:00-12:00；过夜写成 20:00-02:00')),
)

const date = z
  .string({ error: reason('应为日期', '日期加引号，写成 "2026-10-01"') })
  .refine((text) => DATE.test(text) && !Number.isNaN(Date.parse(text)), reason('不是日期', '写成 "2026-10-01"'))

const span = (example: string, least: number, most: number) =>
  z
    .string({ error: reason('应为时长', `写成 ${example}`) })
    .refine(
      (text) => isSpan(text, least, most),
      reason('不是合适的时长', `写成 ${example} 这样的时长；单位有 s、m、h、d`),
    )
    .optional()

const capacity = z
  .int({ error: reason('应为整数', '写成 capacity: 5') })
  .min(1, reason('小于 1', '写成 capacity: 5；临时不接待请设为离线'))
  .max(50, reason('大于 50', '一个人同时最多接待 50 位'))

const userid = z
  .string({ error: reason('缺少员工的 userid', '写成 userid: lihua') })
  .regex(/^[\w.@-]{1,64}$/, reason('不是员工的 userid', '在企业微信管理后台“通讯录”里看账号，例如 lihua'))

const yes = z.boolean({ error: reason('应为 true 或 false', '写成 true 或 false') })

const said = z
  .string({ error: reason('应为文字', '加上引号') })
  .refine((text) => characters(text) <= 300, reason('超过 300 字', '改短一些'))

const shape = fields({
  corp: z
    .string({ error: reason('应为文字', '写成 corp: corp') })
    .regex(/^[a-z][a-z0-9-]{0,31}$/, reason('不是账号名', '写配置 accounts 里企业微信的账号名，例如 corp'))
    .optional(),
  timeZone: z.string().refine(isZone, reason('不是时区', '写成 timeZone: Asia/Shanghai')).optional(),
  shifts: z
    .record(
      name('早班'),
      z
        .array(fields({ days, hours }), { error: reason('应为列表', '每条写 - days: 周一至周五 和 hours: [...]') })
        .min(1, reason('没有时段', '写 - days: 周一至周五，hours: [09:00-18:00]')),
      { error: reason('缺少班次', '写成 shifts: 早班: - days: 周一至周五，hours: [09:00-12:00, 13:00-18:00]') },
    )
    .refine((all) => Object.keys(all).length > 0, reason('没有班次', '至少写一个班次')),
  holidays: z
    .array(fields({ name: name('国庆').optional(), from: date, to: date.optional(), hours: hours.optional() }), {
      error: reason('应为列表', '每条写 - from: "2026-10-01" 和 to: "2026-10-07"'),
    })
    .max(200)
    .optional(),
  workdays: z
    .array(fields({ date, as: days }), { error: reason('应为列表', '每条写 - date: "2026-10-10" 和 as: 周五') })
    .max(200)
    .optional(),
  skills: z
    .array(
      fields({
        name: name('售后'),
        tags: listOf(words('已下单', 80)).optional(),
        words: listOf(words('退货', 40)).optional(),
      }),
      { error: reason('应为列表', '每条写 - name: 售后') },
    )
    .max(50)
    .optional(),
  staff: z
    .array(
      fields({
        userid,
        name: name('李华'),
        skills: listOf(name('售后')).optional(),
        shifts: listOf(name('早班')),
        capacity: capacity.optional(),
        supervisor: yes.optional(),
      }),
      { error: reason('缺少客服人员', '每条写 - userid: lihua，name: 李华，shifts: 早班') },
    )
    .min(1, reason('没有客服人员', '至少写一位'))
    .max(MOST_STAFF),
  routing: fields({
    mode: z.enum(['offer', 'assign'], { error: reason('不认识', 'offer（抢单）或 assign（自动分配）') }).optional(),
    order: z
      .enum(['idle', 'round-robin'], { error: reason('不认识', 'idle（空闲优先）或 round-robin（轮流）') })
      .optional(),
    offerTo: z.int().min(1).max(20, reason('大于 20', '一次最多问 20 位')).optional(),
    offerFor: span('offerFor: 60s', 10_000, HOUR),
    keepLast: yes.optional(),
  }).optional(),
  times: fields({
    alertAfter: span('alertAfter: 2m', 10_000, 24 * HOUR),
    reassignAfter: span('reassignAfter: 5m', 10_000, 24 * HOUR),
    queueAlertAfter: span('queueAlertAfter: 3m', 10_000, 24 * HOUR),
    closeAfter: span('closeAfter: 30m', MINUTE, 48 * HOUR),
    botCloseAfter: span('botCloseAfter: 24h', MINUTE, 168 * HOUR),
    voteFor: span('voteFor: 24h', 0, 168 * HOUR),
    ticketWithin: span('ticketWithin: 2h', MINUTE, 168 * HOUR),
  }).optional(),
  texts: fields({
    ...Object.fromEntries(Object.keys(TEXTS).map((key) => [key, said.optional()])),
    voteChoices: z
      .array(words('满意', 20))
      .length(3, reason('要三个选项', '写成 voteChoices: [满意, 一般, 不满意]'))
      .optional(),
  }).optional(),
})

/** The schema of `content/desk.yaml`, with the checks between its fields. */
export const deskSchema = shape.superRefine((value, context) => {
  const issue = (path: (string | number)[], what: string, fix: string) =>
    context.addIssue({ code: 'custom', path, message: reason(what, fix) })
  const shifts = Object.keys(value.shifts)
  const skills = (value.skills ?? []).map((skill) => skill.name)
  for (const [at, { userid: id, name: own, shifts: their, skills: can = [] }] of value.staff.entries()) {
    for (const shift of their)
      if (!shifts.includes(shift))
        issue(['staff', at, 'shifts'], `没有班次“${shift}”`, `写 ${shifts.join('、')} 中的一个`)
    for (const skill of can)
      if (!skills.includes(skill)) issue(['staff', at, 'skills'], `没有技能“${skill}”`, '先写进 skills，或删去')
    if (value.staff.findIndex((one) => one.userid === id) !== at)
      issue(['staff', at, 'userid'], `${id} 写了两次`, '只保留一处')
    if (value.staff.findIndex((one) => one.name === own) !== at)
      issue(['staff', at, 'name'], `有两位“${own}”`, '转接时要靠名字区分，换一个名字')
  }
  for (const [at, { from, to = from }] of (value.holidays ?? []).entries())
    if (to < from) issue(['holidays', at, 'to'], '早于 from', '把两个日期换过来')
  for (const [at, { as }] of (value.workdays ?? []).entries())
    if ((daysOf(as) ?? []).length !== 1) issue(['workdays', at, 'as'], '要写一天', '写成 as: 周五')
  const times = { ...TIMES, ...spansOf(value.times) }
  if (times.reassignAfter <= times.alertAfter)
    issue(['times', 'reassignAfter'], '不长于 alertAfter', '先提醒、再转给别人：reassignAfter 要比 alertAfter 长')
  for (const key of ['queued', 'stillQueued'] as const) variables(issue, value.texts, key, ['place'])
  variables(issue, value.texts, 'taken', ['staff'])
  variables(issue, value.texts, 'ticket', ['opens', 'deadline'])
  variables(issue, value.texts, 'ticketNoted', ['number', 'deadline'])
})

function variables(
  issue: (path: (string | number)[], what: string, fix: string) => void,
  texts: Readonly<Record<string, unknown>> | undefined,
  key: string,
  known: readonly string[],
): void {
  const text = texts?.[key]
  if (typeof text !== 'string') return
  for (const [, variable = ''] of text.matchAll(/\{([^}]*)\}/g))
    if (!known.includes(variable))
      issue(['texts', key], `没有变量 {${variable}}`, `可用：${known.map((one) => `{${one}}`).join('、')}`)
}

/** `content/desk.yaml` as a person wrote it. */
export type DeskDefinition = z.output<typeof deskSchema>

/** The settings that a definition means. */
export function settingsOf(definition: DeskDefinition, timeZone: string): DeskSettings {
  const { corp, shifts, holidays = [], workdays = [], skills = [], staff, routing = {}, times, texts = {} } = definition
  const written = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined))
  return {
    corp,
    calendar: {
      timeZone: definition.timeZone ?? timeZone,
      shifts: Object.fromEntries(Object.entries(shifts).map(([key, rules]) => [key, rules.map(ruleOf)])),
      holidays: holidays.map(
        ({ from, to = from, hours: own }): Holiday => ({ from, to, ...(own && { hours: intervalsOf(own) }) }),
      ),
      workdays: workdays.map(({ date: day, as }) => ({ date: day, as: daysOf(as)?.[0] ?? 1 })),
    },
    staff: staff.map((one) => ({
      userid: one.userid,
      name: one.name,
      skills: one.skills ?? [],
      shifts: one.shifts,
      capacity: one.capacity ?? 5,
      supervisor: one.supervisor ?? false,
    })),
    skills: skills.map((skill) => ({ name: skill.name, tags: skill.tags ?? [], words: skill.words ?? [] })),
    routing: {
      mode: routing.mode ?? 'offer',
      order: routing.order ?? 'idle',
      offerTo: routing.offerTo ?? 3,
      offerFor: routing.offerFor === undefined ? MINUTE : durationMs(routing.offerFor),
      keepLast: routing.keepLast ?? true,
    },
    times: { ...TIMES, ...spansOf(times) },
    texts: { ...TEXTS, ...(written as Partial<Texts>) },
  }
}

function ruleOf({ days: on, hours: own }: { days: string; hours: string[] }): ShiftRule {
  return { days: daysOf(on) ?? [], hours: intervalsOf(own) }
}

function spansOf(times: Readonly<Record<string, string | undefined>> = {}): Partial<typeof TIMES> {
  return Object.fromEntries(
    Object.entries(times).flatMap(([key, text]) => (text === undefined ? [] : [[key, durationMs(text)]])),
  )
}

/** `每天`, `周一至周五`, `周六、周日`; 1 is Monday. */
export function daysOf(text: string): number[] | undefined {
  if (text === '每天') return [1, 2, 3, 4, 5, 6, 7]
  const found: number[] = []
  for (const part of text.split(/[、,，\s]+/)) {
    const range = /^周([一二三四五六日天])(?:[至到-]周([一二三四五六日天]))?$/.exec(part)
    if (!range) return undefined
    const from = dayNumber(range[1] ?? '')
    const to = range[2] === undefined ? from : dayNumber(range[2])
    if (to < from) return undefined
    for (let day = from; day <= to; day++) found.push(day)
  }
  return [...new Set(found)]
}

const dayNumber = (sign: string) => DAY_NAMES.findIndex((one) => one === (sign === '天' ? '日' : sign)) + 1

function intervalOf(text: string): Interval | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] = HOURS.exec(text.replace(/\s/g, '')) ?? []
  const from = Number(fromHour) * 60 + Number(fromMinute)
  const to = Number(toHour) * 60 + Number(toMinute)
  if (Number.isNaN(from + to) || from >= 1440 || to > 1440 || from === to) return undefined
  return { from, to: to > from ? to : to + 1440 }
}

const intervalsOf = (texts: readonly string[]): Interval[] => texts.flatMap((text) => intervalOf(text) ?? [])

function isSpan(text: string, least: number, most: number): boolean {
  try {
    const ms = durationMs(text)
    return ms >= least && ms <= most
  } catch {
    return false
  }
}

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

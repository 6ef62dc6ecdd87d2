import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { DateTime } from 'luxon'
import type { Alerts } from '../alerts/alerts.js'
import { triggers } from '../alerts/catalog.js'
import { textOf } from '../alerts/content.js'
import { variablesOf } from '../alerts/lint.js'
import type { Recipient } from '../alerts/model.js'
import type { TrialFact } from '../alerts/trial.js'
import { AppError } from '../core/errors.js'

/** What the commands work on: the alerts of the product's store. */
export interface AlertTools {
  alerts: Pick<Alerts, 'rules' | 'try' | 'history' | 'status' | 'resume'>
  timeZone: string
  close(): Promise<void>
}

/** What every `weloop alerts` command takes. */
export interface AlertOptions {
  open(): Promise<AlertTools>
  json?: boolean
  /** Where lines are written; standard the terminal. */
  say?: (line: string) => void
}

/** All rules, of files and store. */
export const listAlerts = (options: AlertOptions) =>
  withTools(options, async ({ alerts }, say) => {
    const rules = await alerts.rules.list()
    if (options.json) say(JSON.stringify(rules, null, 2))
    else if (rules.length === 0) say('还没有提醒：在 content/alerts 里写，或用 API')
    for (const { slug, definition, origin } of options.json ? [] : rules) {
      const { title, when, enabled } = definition
      const where = origin === 'file' ? '文件' : 'API'
      say(`${slug.padEnd(24)}${title}${enabled === false ? '（停用）' : ''}  ${when.join('、')}  ${where}`)
    }
  })

/** What a rule would say, and to whom; nothing is sent. */
export const testAlert = (slug: string, options: AlertOptions & { fact?: string; contact?: string }) =>
  withTools(options, async ({ alerts, timeZone }, say) => {
    const fact = options.fact === undefined ? {} : await readFact(options.fact)
    const trial = await alerts.try(slug, {
      ...fact,
      ...(options.contact !== undefined && { contact: options.contact }),
    })
    if (options.json) {
      say(JSON.stringify(trial, null, 2))
      return
    }
    const { matches, misses, text, recipients, missing, gaps, quiet } = trial
    say(matches ? '✔ 会提醒' : `✘ 不会提醒：${misses ?? ''}`)
    say(text === '' ? '（没有文字：只发起群发任务，员工确认后才会发出）' : text)
    say(`发给：${recipients.map(describe).join('、') || '没有人'}`)
    if (missing.length > 0) say(`缺少：${missing.join('、')}`)
    if (gaps.length > 0) say(`没有值的变量：${gaps.join('、')}`)
    if (quiet) say(`现在是免打扰时段，${quiet.mode === 'drop' ? '不会发' : `${clock(quiet.until, timeZone)} 再发`}`)
  })

/** What became of alerts, newest first. */
export const showHistory = (options: AlertOptions & { rule?: string; limit?: number }) =>
  withTools(options, async ({ alerts, timeZone }, say) => {
    const { alerts: found } = await alerts.history({ rule: options.rule, limit: options.limit })
    if (options.json) say(JSON.stringify(found, null, 2))
    else if (found.length === 0) say('还没有提醒过')
    for (const { at, rule, state, reason, others, content, ways } of options.json ? [] : found) {
      const told = others ? `，另有 ${others} 条` : ''
      say(`${clock(at, timeZone)}  ${rule}  ${STATES[state]}${told}${reason === undefined ? '' : `（${reason}）`}`)
      if (content && content.kind !== 'none') say(`    ${textOf(content).split('\n')[0] ?? ''}`)
      for (const way of ways) say(`    → ${describe(way.to)}  ${way.state}${way.reason ? `：${way.reason}` : ''}`)
    }
  })

/** How alerts are doing; exit code 1 when a robot or group is stopped. */
export const showStatus = (options: AlertOptions) =>
  withTools(options, async ({ alerts, timeZone }, say) => {
    const status = await alerts.status()
    const places = [
      ...status.robots.map((one) => ({ what: '机器人', ...one })),
      ...status.chats.map((one) => ({ what: '内部群', ...one })),
    ]
    if (places.some(({ stopped }) => stopped)) process.exitCode = 1
    if (options.json) {
      say(JSON.stringify(status, null, 2))
      return
    }
    const { followedTo, stale, posts } = status
    say(`看到 ${followedTo ? clock(followedTo, timeZone) : '（还没有开始）'} 的事件；因停机太久没有看的 ${stale} 个`)
    say(`机器人和内部群：等待 ${posts.queued}，失败 ${posts.failed}，结果不明（不会重发） ${posts.uncertain}`)
    for (const { what, name, stopped, restUntil } of places) {
      if (stopped) say(`✘ ${what} ${name} 已停用：${stopped.reason}。修好后：weloop alerts resume ${name}`)
      else
        say(`✔ ${what} ${name}${restUntil && restUntil > new Date() ? `，${clock(restUntil, timeZone)} 后再发` : ''}`)
    }
  })

/** Adds `weloop alerts list | test | history | status | facts | resume`. */
export function addAlertCommands(program: Command, context: Omit<AlertOptions, 'json'>): void {
  const alerts = program
    .command('alerts')
    .description('alerts to staff (员工提醒): what they are told, when, and how often')
  const command = (name: string, about: string) =>
    alerts.command(name).description(about).option('--json', 'machine-readable')
  command('list', 'all rules').action((given: object) => listAlerts({ ...context, ...given }))
  command('test', 'what a rule would say, and to whom; nothing is sent')
    .argument('<rule>')
    .option('--fact <file>', 'a fact as JSON: type, props, contact; the event’s sample without it')
    .option('--contact <id>', 'our id of a contact')
    .action((slug: string, given: object) => testAlert(slug, { ...context, ...given }))
  command('history', 'what became of alerts')
    .option('--rule <rule>')
    .option('--limit <n>', 'at most 200', Number)
    .action((given: object) => showHistory({ ...context, ...given }))
  command('status', 'what waits, and robots and groups that are stopped').action((given: object) =>
    showStatus({ ...context, ...given }),
  )
  command('facts', 'the events a rule can be about, with their variables').action((given: { json?: boolean }) => {
    const say = context.say ?? console.log
    if (given.json) say(JSON.stringify(triggers, null, 2))
    else
      for (const { name, title, sample } of triggers)
        say(`${name.padEnd(26)}${title}  ${variablesOf({ ...sample }).join(' ')}`)
  })
  command('resume', 'use a stopped robot or internal group again')
    .argument('<name>')
    .action((name: string, given: object) =>
      withTools({ ...context, ...given }, async (tools, say) => {
        const done = [
          await tools.alerts.resume({ kind: 'robot', name }),
          await tools.alerts.resume({ kind: 'chat', name }),
        ]
        if (!done.includes(true)) throw new AppError('alert.place', `'${name}' was never stopped`)
        say(`${name} 重新启用`)
      }),
    )
}

const STATES = {
  new: '待定',
  waiting: '等待',
  held: '重复，未单独提醒',
  capped: '并入汇总',
  dropped: '未提醒',
  written: '发送中',
  handed: '已交付',
  failed: '失败',
} as const

function describe(to: Recipient): string {
  switch (to.kind) {
    case 'staff':
      return `员工 ${to.staff}`
    case 'chat':
      return `内部群 ${to.chat}`
    case 'robot':
      return `机器人 ${to.robot}`
    case 'group-send':
      return `群发任务 ${to.name}（员工确认后发出）`
  }
}

const clock = (at: Date, zone: string) => DateTime.fromJSDate(at, { zone }).toFormat('MM-dd HH:mm')

async function readFact(file: string): Promise<TrialFact> {
  try {
    const { type, contact, account, props, occurredAt } = JSON.parse(await readFile(file, 'utf8')) as Record<
      string,
      unknown
    >
    return {
      ...(typeof type === 'string' && { type }),
      ...(typeof contact === 'string' && { contact }),
      ...(typeof account === 'string' && { account }),
      ...(typeof occurredAt === 'string' && { occurredAt: new Date(occurredAt) }),
      ...(typeof props === 'object' && props !== null && { props: props as Record<string, unknown> }),
    }
  } catch (cause) {
    throw new AppError('alert.fact', `the file '${file}' is no fact as JSON`, {
      fix: 'write for example { "type": "order.paid", "props": { "orderNo": "A1", "paidFen": 100 } }',
      cause,
    })
  }
}

async function withTools(
  { open, say = console.log }: AlertOptions,
  work: (tools: AlertTools, say: (line: string) => void) => Promise<void>,
): Promise<void> {
  const tools = await open()
  try {
    await work(tools, say)
  } finally {
    await tools.close()
  }
}

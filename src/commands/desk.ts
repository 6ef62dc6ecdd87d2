import type { Command } from 'commander'
import { DateTime } from 'luxon'
import { AppError } from '../core/errors.js'
import type { Desk } from '../desk/desk.js'
import { lineOf } from '../desk/entries.js'
import type { Figures, Spread } from '../desk/figures.js'
import type { ConversationRow } from '../desk/model.js'

/** What the commands work on: the desk of the product's store. */
export interface DeskTools {
  desk: Pick<
    Desk,
    | 'list'
    | 'find'
    | 'entries'
    | 'members'
    | 'setPresence'
    | 'tickets'
    | 'figures'
    | 'canned'
    | 'close'
    | 'toBot'
    | 'idle'
  >
  timeZone: string
  close(): Promise<void>
}

/** What every `weloop desk` command takes. */
export interface DeskOptions {
  open(): Promise<DeskTools>
  json?: boolean
  /** Where lines are written; standard the terminal. */
  say?: (line: string) => void
}

const PRESENCES = ['auto', 'online', 'offline'] as const

/** Who is on duty, and who waits for them. */
export const showDesk = (options: DeskOptions) =>
  withTools(options, async ({ desk, timeZone }, say) => {
    const [staff, queued] = [await desk.members(), await desk.list({ state: 'queued', limit: 200 })]
    if (options.json) return say(JSON.stringify({ staff, queued }, null, 2))
    if (staff.length === 0) return say('没有客服台：写 content/desk.yaml')
    for (const { userid, name, online, presence, load, capacity, skills } of staff) {
      const set = presence === 'auto' ? '' : '（手动）'
      say(`${online ? '●' : '○'} ${userid.padEnd(16)}${name}  ${load}/${capacity}  ${skills.join('、')}${set}`)
    }
    say(`排队 ${queued.length}`)
    for (const row of queued) say(`  ${row._id}  ${clock(row.queuedAt, timeZone)} 起  ${row.skill ?? ''}`)
  })

/** Conversations, newest first. */
export const listConversations = (options: DeskOptions & { state?: string; staff?: string; limit?: number }) =>
  withTools(options, async ({ desk, timeZone }, say) => {
    const { state, staff, limit } = options
    if (state !== undefined && !(state in STATES))
      throw new AppError('desk.state', `'${state}' is no state`, { fix: `use ${Object.keys(STATES).join(', ')}` })
    const found = await desk.list({ state: state as ConversationRow['state'] | undefined, staff, limit })
    if (options.json) return say(JSON.stringify(found, null, 2))
    if (found.length === 0) say('没有会话')
    for (const row of found) {
      const who = row.staff === undefined ? '' : `  ${row.staff}${row.number === undefined ? '' : ` #${row.number}`}`
      say(`${row._id}  ${STATES[row.state]}${who}  ${clock(row.lastInAt ?? row.createdAt, timeZone)}  ${row.channel}`)
    }
  })

/** What was said in one. */
export const showConversation = (id: string, options: DeskOptions & { limit?: number }) =>
  withTools(options, async ({ desk, timeZone }, say) => {
    const row = await desk.find(id)
    if (!row) throw new AppError('desk.unknown', `there is no conversation '${id}'`, { fix: 'see `weloop desk list`' })
    const entries = await desk.entries(id, { limit: options.limit ?? 50 })
    if (options.json) return say(JSON.stringify({ conversation: row, entries }, null, 2))
    say(`${STATES[row.state]}  ${row.staff ?? ''}  ${row.skill ?? ''}`)
    for (const { at, by, content, delivery } of entries) {
      const bad = delivery && !['sent', 'answered', 'queued', 'pending'].includes(delivery.state)
      const how = bad ? `  ✘ ${delivery.state}${delivery.reason === undefined ? '' : `：${delivery.reason}`}` : ''
      say(`${clock(at, timeZone)}  ${WHO[by] ?? by}：${lineOf(content)}${how}`)
    }
  })

/** Sets somebody online or offline, or their capacity. */
export const setPresence = (staff: string, state: string, options: DeskOptions & { capacity?: number }) =>
  withTools(options, async ({ desk }, say) => {
    const wanted = PRESENCES.find((one) => one === state)
    const { capacity } = options
    if (!wanted)
      throw new AppError('desk.presence', `'${state}' is no presence`, { fix: `use ${PRESENCES.join(', ')}` })
    if (capacity !== undefined && !(Number.isInteger(capacity) && capacity >= 1 && capacity <= 50))
      throw new AppError('desk.capacity', 'the capacity is no number from 1 to 50', { fix: 'for example --capacity 5' })
    const member = await desk.setPresence({ staff, state: wanted, ...(capacity !== undefined && { capacity }) })
    if (!member)
      throw new AppError('desk.no-staff', `'${staff}' is not in content/desk.yaml`, { fix: 'see `weloop desk status`' })
    if (options.json) return say(JSON.stringify(member, null, 2))
    say(`${member.name} ${member.online ? '在线' : '离线'}，接待上限 ${member.capacity}`)
  })

/** Questions that came out of hours; exit code 1 when one is overdue. */
export const listTickets = (options: DeskOptions & { limit?: number }) =>
  withTools(options, async ({ desk, timeZone }, say) => {
    const found = await desk.tickets.list({ limit: options.limit })
    const overdue = found.filter(({ state, deadline }) => ['open', 'queued'].includes(state) && deadline < new Date())
    if (overdue.length > 0) process.exitCode = 1
    if (options.json) return say(JSON.stringify(found, null, 2))
    if (found.length === 0) say('没有留言')
    for (const ticket of found) {
      const { number, state, deadline, question, contactWay } = ticket
      const late = overdue.includes(ticket) ? '  ✘ 已超时' : ''
      say(`${String(number).padEnd(6)}${TICKETS[state]}  ${clock(deadline, timeZone)} 前${late}  ${contactWay ?? ''}`)
      say(`      ${question.split('\n').join(' / ')}`)
    }
  })

/** Figures of some days; the last seven unless told. */
export const showFigures = (options: DeskOptions & { from?: string; to?: string }) =>
  withTools(options, async ({ desk, timeZone }, say) => {
    const today = DateTime.now().setZone(timeZone)
    const { to = today.toISODate() ?? '', from = today.minus({ days: 6 }).toISODate() ?? '' } = options
    for (const day of [from, to])
      if (!/^\d{4}-\d\d-\d\d$/.test(day) || !DateTime.fromISO(day).isValid)
        throw new AppError('desk.day', `'${day}' is no day`, { fix: 'write for example 2026-03-04' })
    const { total, days } = await desk.figures.read({ from, to })
    if (options.json) return say(JSON.stringify({ total, days }, null, 2))
    say(`${from} 至 ${to}：请求 ${total.requested}（夜间 ${total.night}），接待 ${total.taken}，流失 ${total.missed}`)
    say(`首次响应 ${average(total.firstReply)}，解决 ${average(total.resolution)}，评价 ${votesOf(total)}`)
    say(
      `留言 ${total.tickets}（超时 ${total.ticketsOverdue}），转接 ${total.transferred}，超时改派 ${total.reassigned}`,
    )
    for (const [staff, own] of Object.entries(total.staff))
      say(`  ${staff.padEnd(16)}接待 ${own.taken}  首次响应 ${average(own.firstReply)}  评价 ${votesOf(own)}`)
  })

/** Canned replies by words or first letters of pinyin. */
export const searchCanned = (query: string, options: DeskOptions) =>
  withTools(options, async ({ desk }, say) => {
    const found = await desk.canned.search(query)
    if (options.json) return say(JSON.stringify(found, null, 2))
    if (found.length === 0) say('没有找到常用语：写 content/canned/NAME.yaml')
    for (const { slug, group, title, text, article, card } of found)
      say(`${slug.padEnd(24)}${group} · ${title}  ${text ?? (article ? `[文章] ${article}` : `[卡片] ${card ?? ''}`)}`)
  })

/** Ends a conversation, or gives it back to the bot. */
export const endConversation = (id: string, options: DeskOptions & { bot?: boolean }) =>
  withTools(options, async ({ desk }, say) => {
    const done = options.bot
      ? await desk.toBot({ conversation: id })
      : await desk.close({ conversation: id, by: 'api' })
    await desk.idle()
    if (done.outcome === 'refused')
      throw new AppError(`desk.${done.reason}`, `the conversation '${id}' stays as it is: ${done.reason}`)
    say(options.bot ? '已转回机器人' : '已结束')
  })

/** Adds `weloop desk status | list | show | presence | tickets | figures | canned | close`. */
export function addDeskCommands(program: Command, context: Omit<DeskOptions, 'json'>): void {
  const desk = program.command('desk').description('the desk (客服台): conversations, staff, tickets, figures')
  const command = (name: string, about: string) =>
    desk.command(name).description(about).option('--json', 'machine-readable')
  const limited = (name: string, about: string) => command(name, about).option('--limit <n>', 'at most 200', Number)
  command('status', 'who is on duty, and who waits').action((given: object) => showDesk({ ...context, ...given }))
  limited('list', 'conversations, newest first')
    .option('--state <state>', Object.keys(STATES).join(', '))
    .option('--staff <userid>')
    .action((given: object) => listConversations({ ...context, ...given }))
  limited('show', 'what was said in a conversation')
    .argument('<id>')
    .action((id: string, given: object) => showConversation(id, { ...context, ...given }))
  command('presence', 'set a staff member auto, online or offline')
    .argument('<userid>')
    .argument('<state>')
    .option('--capacity <n>', 'conversations they can hold', Number)
    .action((staff: string, state: string, given: object) => setPresence(staff, state, { ...context, ...given }))
  limited('tickets', 'questions that came out of hours; exit 1 when one is overdue').action((given: object) =>
    listTickets({ ...context, ...given }),
  )
  command('figures', 'first response, resolution, votes; the last seven days unless told')
    .option('--from <day>', 'yyyy-mm-dd')
    .option('--to <day>', 'yyyy-mm-dd')
    .action((given: object) => showFigures({ ...context, ...given }))
  command('canned', 'canned replies by words or first letters of pinyin')
    .argument('[words]', '', '')
    .action((query: string, given: object) => searchCanned(query, { ...context, ...given }))
  command('close', 'end a conversation')
    .argument('<id>')
    .option('--bot', 'give it back to the bot instead')
    .action((id: string, given: object) => endConversation(id, { ...context, ...given }))
}

const STATES: Record<ConversationRow['state'], string> = {
  bot: '机器人',
  queued: '排队',
  staff: '待回复',
  waiting: '已回复',
  closed: '已结束',
}
const TICKETS = { open: '未接待', queued: '排队', answered: '已回复', done: '已完成', dropped: '已失效' } as const
const WHO: Readonly<Record<string, string>> = { customer: '客户', bot: '机器人', desk: '客服台' }

const clock = (at: Date | undefined, zone: string) =>
  at ? DateTime.fromJSDate(at, { zone }).toFormat('MM-dd HH:mm') : '—'

function average({ count, sum }: Spread): string {
  return count === 0 ? '—' : `${Math.round(sum / count)} 秒`
}

const votesOf = ({ votes }: Pick<Figures, 'votes'>) => votes.join('/')

async function withTools(
  { open, say = console.log }: DeskOptions,
  work: (tools: DeskTools, say: (line: string) => void) => Promise<void>,
): Promise<void> {
  const tools = await open()
  try {
    await work(tools, say)
  } finally {
    await tools.close()
  }
}

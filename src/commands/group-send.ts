import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { AppError, ProblemsError } from '../core/errors.js'
import { parseTemplate } from '../group-sends/content.js'
import { GroupSendError } from '../group-sends/group-send-error.js'
import type { GroupSends } from '../group-sends/group-sends.js'
import { describePush, describeTable, HONEST, pushLine } from './group-send-words.js'
import type { CommandContext } from './tools.js'

/** What the commands work on: the pushes of the product's store. */
export interface GroupSendTools {
  groupSends: GroupSends
  timeZone: string
  close(): Promise<void>
}

/** What every `weloop group-send` command takes. */
export interface GroupSendOptions extends CommandContext {
  open(context: CommandContext): Promise<GroupSendTools>
  json?: boolean
  /** Who does it, for the record; the user of the terminal unless given. */
  as?: string
  note?: string
}

/** All pushes, the last changed first. */
export const listPushes = (options: GroupSendOptions) =>
  withTools(options, async ({ groupSends, timeZone }, say) => {
    const rows = await groupSends.list()
    if (options.json) say(JSON.stringify(rows, null, 2))
    else if (rows.length === 0)
      say('还没有群发：weloop group-send plan NAME -f content/group-sends/thursday-deals.yaml')
    else for (const row of rows) say(pushLine(row, timeZone))
    return 0
  })

/** Makes a push of a file, or edits it, and shows what it would do: who is asked, who is left out and why. */
export const planPush = (id: string, options: GroupSendOptions & { file?: string }) =>
  withTools(options, async (tools, say) => {
    const { groupSends } = tools
    const by = whoOf(options)
    if (options.file !== undefined) {
      const definition = await definitionOf(options.file)
      const known = await groupSends.show(id).catch(unknownOnly)
      await (known === undefined
        ? groupSends.create({ id, definition, by })
        : groupSends.edit(id, { version: known.push.version, definition, by }))
    }
    await groupSends.estimate(id, { by })
    await tell(tools, id, options, say)
    if (!options.json) say(HONEST)
    return 0
  })

/** Approves what was estimated. */
export const approvePush = (id: string, options: GroupSendOptions) =>
  withTools(options, async (tools, say) => {
    await tools.groupSends.approve(id, { by: whoOf(options) })
    await tell(tools, id, options, say)
    return 0
  })

/** Makes its tasks, by the schedule or at once. */
export const startPush = (id: string, options: GroupSendOptions & { now?: boolean }) =>
  withTools(options, async (tools, say) => {
    await tools.groupSends.start(id, { by: whoOf(options), ...(options.now && { now: true }) })
    await tell(tools, id, options, say)
    return 0
  })

/** The result table of the newest run; with `follow` again and again until nothing is open. */
export const showPush = (
  id: string,
  options: GroupSendOptions & { follow?: boolean; run?: string; after?: string; everyMs?: number },
) =>
  withTools(options, async (tools, say) => {
    const { groupSends, timeZone } = tools
    let before = ''
    for (;;) {
      const { push, runs } = await groupSends.show(id)
      const occurrence = options.run ?? runs[0]?.occurrence
      const page = { size: 200, ...(options.after !== undefined && { after: options.after }) }
      const table = occurrence === undefined ? undefined : await groupSends.table(id, occurrence, page)
      const text = options.json
        ? JSON.stringify({ push, runs, table }, null, 2)
        : [describePush(push, runs, timeZone), ...(table ? [describeTable(table, timeZone)] : [])].join('\n')
      if (text !== before) say(text)
      before = text
      if (!options.follow || !runs.some(({ open }) => open)) return 0
      await groupSends.refresh(id)
      await wait(options.everyMs ?? 5000)
    }
  })

/** Asks for a reminder of everybody who has not confirmed. */
export const remindPush = (id: string, options: GroupSendOptions) =>
  withTools(options, async ({ groupSends }, say) => {
    const tasks = await groupSends.remind(id, { by: whoOf(options) })
    say(options.json ? JSON.stringify({ tasks }) : `将提醒 ${tasks} 个任务（24 小时内最多 3 次，夜里顺延到早上）`)
    return 0
  })

/** Calls back what nobody has confirmed. */
export const cancelPush = (id: string, options: GroupSendOptions) =>
  withTools(options, async (tools, say) => {
    const { note } = options
    await tools.groupSends.cancel(id, { by: whoOf(options), ...(note !== undefined && { note }) })
    await tell(tools, id, options, say)
    if (!options.json) say('已经发出的不能撤回；还没确认的会撤回。')
    return 0
  })

/** Decides about an uncertain task. */
export const decideTask = (task: string, options: GroupSendOptions & { made: string }) =>
  withTools(options, async ({ groupSends }, say) => {
    if (options.made !== 'again' && options.made !== 'made') {
      throw new AppError('group-send.decision', `'${options.made}' is no decision`, { fix: 'use again or made' })
    }
    const { note } = options
    const by = { by: whoOf(options), ...(note !== undefined && { note }) }
    const { _id, state } = await groupSends.decide(task, options.made, by)
    say(options.json ? JSON.stringify({ task: _id, state }) : `${_id}：${state}`)
    return 0
  })

async function tell(
  { groupSends, timeZone }: GroupSendTools,
  id: string,
  { json }: GroupSendOptions,
  say: (line: string) => void,
): Promise<void> {
  const { push, runs } = await groupSends.show(id)
  say(json ? JSON.stringify({ push, runs }, null, 2) : describePush(push, runs, timeZone))
}

function unknownOnly(error: unknown): undefined {
  if (error instanceof GroupSendError && error.code === 'group-send.unknown') return undefined
  throw error
}

async function definitionOf(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined)
    throw new AppError('group-send.file', `there is no file '${file}'`, { fix: 'name a YAML file' })
  const { value, problems } = parseTemplate(text, file)
  if (value !== undefined) return value
  throw new ProblemsError('group-send.invalid', problems)
}

const whoOf = ({ as }: GroupSendOptions): string => as ?? `cli:${userInfo().username}`

async function withTools(
  options: GroupSendOptions,
  work: (tools: GroupSendTools, say: (line: string) => void) => Promise<number>,
): Promise<number> {
  const tools = await options.open(options)
  const say = options.say ?? ((line: string) => console.log(line))
  const warn = options.warn ?? ((line: string) => console.error(line))
  try {
    return await work(tools, say)
  } catch (error) {
    if (!(error instanceof GroupSendError)) throw error
    warn(error.message)
    for (const { field, message, fix } of error.faults)
      warn(`  ${field}：${message}${fix === undefined ? '' : `。改法：${fix}`}`)
    if (error.fix !== undefined) warn(`Fix: ${error.fix}`)
    return 1
  } finally {
    await tools.close()
  }
}

/** Adds `weloop group-send list | plan | approve | start | show | remind | cancel | decide`. */
export function addGroupSendCommands(program: Command, context: Omit<GroupSendOptions, 'json' | 'as' | 'note'>): void {
  const group = program.command('group-send').description(`企业微信群发：客户群、客户、朋友圈。${HONEST}`)
  type Flags = { json?: boolean; as?: string; note?: string }
  const command = (name: string, about: string) =>
    group
      .command(name)
      .description(about)
      .option('--json', 'machine-readable')
      .option('--as <who>', 'who does it, for the record (default: cli:<user>)')
  const end = async (code: Promise<number>) => {
    process.exitCode = await code
  }
  command('list', 'all pushes, the last changed first').action((flags: Flags) =>
    end(listPushes({ ...context, ...flags })),
  )
  command('plan <id>', 'make or edit a push and see who would be asked to send what, and who is left out and why')
    .option('-f, --file <file>', 'YAML or JSON, e.g. content/group-sends/thursday-deals.yaml')
    .action((id: string, flags: Flags & { file?: string }) => end(planPush(id, { ...context, ...flags })))
  command('approve <id>', 'approve what was planned; large ones need another person than the authors').action(
    (id: string, flags: Flags) => end(approvePush(id, { ...context, ...flags })),
  )
  command('start <id>', 'make its tasks by its schedule; members still confirm each')
    .option('--now', 'now, whatever its schedule says')
    .action((id: string, flags: Flags & { now?: boolean }) => end(startPush(id, { ...context, ...flags })))
  command('show <id>', 'the result table of the newest run')
    .option('--follow', 'again and again until nothing is open')
    .option('--run <occurrence>', 'another run, e.g. 2026-09-24T1000')
    .option('--after <task>', 'the tasks after this one')
    .action((id: string, flags: Flags & { follow?: boolean; run?: string; after?: string }) =>
      end(showPush(id, { ...context, ...flags })),
    )
  command('remind <id>', 'remind all who have not confirmed; at most 3 times in 24 h, never at night').action(
    (id: string, flags: Flags) => end(remindPush(id, { ...context, ...flags })),
  )
  command('cancel <id>', 'run it no more and call back what is not confirmed; what is sent stays sent')
    .option('--note <words>', 'why, for the record')
    .action((id: string, flags: Flags) => end(cancelPush(id, { ...context, ...flags })))
  command('decide <task>', 'about an uncertain task, after a look into the admin console')
    .requiredOption('--made <again|made>', 'again: make it once more; made: take it as made')
    .option('--note <words>', 'why, for the record')
    .action((task: string, flags: Flags & { made: string }) => end(decideTask(task, { ...context, ...flags })))
}

import type { Command } from 'commander'
import { AppError } from '../core/errors.js'
import type { GroupDay } from '../groups/days.js'
import type { Groups } from '../groups/groups.js'
import type { GroupQuery, GroupView } from '../groups/read.js'
import { type CommandContext, openTools, type Tools } from './tools.js'

/** What every `weloop groups` command takes. */
export interface GroupOptions extends CommandContext {
  account?: string | undefined
  json?: boolean | undefined
  /** Puts the groups together over the store of the tools. */
  connect(tools: Tools): Groups
}

const CANNOT =
  '服务端不能建群、解散、在群内直接发言、读群消息、拉人、踢人、改群名或公告（企业微信没有接口）；' +
  '发消息用 weloop group-send（群主确认），加人用「加入群聊」二维码。'

/** Lists groups. */
export async function listGroups(options: GroupOptions & Omit<GroupQuery, 'account'>): Promise<number> {
  return withGroups(options, async (groups, account, say) => {
    const { owner, label, folder, name, nearlyFull, status } = options
    const query = {
      account,
      limit: 1000,
      ...(owner !== undefined && { owner }),
      ...(label !== undefined && { label }),
      ...(folder !== undefined && { folder }),
      ...(name !== undefined && { name }),
      ...(nearlyFull && { nearlyFull }),
      ...(status !== undefined && { status }),
    }
    let after: string | undefined
    let count = 0
    do {
      const page = await groups.list({ ...query, ...(after !== undefined && { after }) })
      for (const group of page.groups) say(options.json ? JSON.stringify(group) : lineOf(group))
      count += page.groups.length
      after = page.next
    } while (after !== undefined)
    if (!options.json)
      say(count === 0 ? `没有群；用 weloop groups sync 读取。${CANNOT}` : `共 ${count} 个群。${CANNOT}`)
    return 0
  })
}

/** Shows a group with its last days; exit code 1 when there is none. */
export async function showGroup(
  chatId: string,
  options: GroupOptions & { days?: number; csv?: boolean },
): Promise<number> {
  return withGroups(options, async (groups, account, say) => {
    const group = await groups.get(account, chatId)
    if (!group) throw unknown(chatId)
    const { since, days } = await groups.history(account, chatId, { days: options.days ?? 7 })
    if (options.json) {
      say(JSON.stringify({ ...group, since, days }, null, 2))
      return 0
    }
    if (options.csv) {
      for (const line of daysCsv(days)) say(line)
      return 0
    }
    for (const line of describe(group)) say(line)
    if (since) say(`  进退群记录自 ${since.toISOString()} 起完整`)
    for (const day of days) say(dayLine(day))
    say(`  ${CANNOT}`)
    return 0
  })
}

/** Reads all groups of a corporation now. */
export async function syncGroups(options: GroupOptions): Promise<number> {
  return withGroups(options, async (groups, account, say) => {
    const done = await groups.sync(account)
    if (options.json) say(JSON.stringify(done, null, 2))
    else {
      const { listed, read, added, changed, joined, left, dismissed, failed } = done.counts
      if (done.state === 'busy') say('另一个进程正在同步，以下是它的进度；如果它已被终止，一分钟后再运行即可')
      say(
        `列出 ${listed}，读取 ${read}，新群 ${added}，有差异 ${changed}（进 ${joined}，退 ${left}），已解散 ${dismissed}，未读成 ${failed}`,
      )
      for (const { kind, group, detail } of done.differences) say(`  ${kind.padEnd(10)}${group}  ${detail}`)
    }
    return 0
  })
}

/** Labels a group, puts it into a folder, sets where it is nearly full. */
export async function labelGroup(
  chatId: string,
  options: GroupOptions & { add?: string[]; remove?: string[]; folder?: string; noFolder?: boolean; full?: number },
): Promise<number> {
  return withGroups(options, async (groups, account, say) => {
    const { add, remove, folder, noFolder, full } = options
    const changed = await groups.edit(account, chatId, {
      ...(add && { addLabels: add }),
      ...(remove && { removeLabels: remove }),
      ...(folder !== undefined && { folder }),
      ...(noFolder && { folder: null }),
      ...(full !== undefined && { nearlyFullAt: full === 0 ? null : full }),
    })
    if (!changed) throw unknown(chatId)
    say(options.json ? JSON.stringify(changed, null, 2) : lineOf(changed))
    return 0
  })
}

/** Adds `weloop groups list | show | sync | label`. */
export function addGroupCommands(program: Command, context: CommandContext & Pick<GroupOptions, 'connect'>): void {
  const groups = program.command('groups').description(`customer groups (客户群): who is in which. ${CANNOT}`)
  const shared = (command: Command) =>
    command
      .option('--account <id>', 'the corporation (needed when there are several)')
      .option('--json', 'machine-readable')
  shared(groups.command('list').description('groups with size, owner, labels'))
    .option('--owner <userid>')
    .option('--label <label>')
    .option('--folder <folder>')
    .option('--name <part>', 'a part of the name')
    .option('--nearly-full', 'only those')
    .option('--status <status>', 'active | dismissed')
    .action(async (options) => {
      process.exitCode = await listGroups({ ...context, ...options })
    })
  shared(groups.command('show').description('a group and its last days'))
    .argument('<chatId>')
    .option('--days <n>', 'how many', Number)
    .option('--csv', 'the days as a table')
    .action(async (chatId: string, options) => {
      process.exitCode = await showGroup(chatId, { ...context, ...options })
    })
  shared(groups.command('sync').description('read all groups from the platform now')).action(async (options) => {
    process.exitCode = await syncGroups({ ...context, ...options })
  })
  const each = (word: string, all: string[] = []) => [...all, word]
  shared(groups.command('label').description('our own labels, folder and size of a group'))
    .argument('<chatId>')
    .option('--add <label>', 'may be repeated', each)
    .option('--remove <label>', 'may be repeated', each)
    .option('--folder <folder>')
    .option('--no-folder', 'takes it out of its folder')
    .option('--full <members>', 'nearly full at so many; 0: by the configuration', Number)
    .action(async (chatId: string, { folder, ...options }) => {
      const shelf = folder === false ? { noFolder: true } : typeof folder === 'string' ? { folder } : {}
      process.exitCode = await labelGroup(chatId, { ...context, ...options, ...shelf })
    })
}

async function withGroups(
  options: GroupOptions,
  work: (groups: Groups, account: string, say: (line: string) => void) => Promise<number>,
): Promise<number> {
  const tools = await openTools(options)
  try {
    const groups = options.connect(tools)
    await tools.store.ensureIndexes()
    return await work(groups, chooseCorp(tools, options.account), options.say ?? ((line) => console.log(line)))
  } finally {
    await tools.close()
  }
}

function chooseCorp({ config, accounts }: Tools, named: string | undefined): string {
  const all = Object.keys(config.accounts).filter((account) => accounts.corp(account) !== undefined)
  const chosen = named ?? (all.length === 1 ? all[0] : undefined)
  if (chosen !== undefined && all.includes(chosen)) return chosen
  throw new AppError('account.unknown', named === undefined ? 'which corporation?' : `'${named}' is no corporation`, {
    fix: all.length > 0 ? `name one with --account: ${all.join(', ')}` : 'configure an account with platform: wecom',
  })
}

function lineOf(group: GroupView): string {
  const { chatId, name, owner, count, capacity, nearlyFull, labels, folder, pending } = group
  const marks = [
    ...(nearlyFull ? ['将满'] : []),
    ...(pending ? ['读取中'] : []),
    ...(group.hold === 'normal' ? [] : [group.hold]),
    ...(group.status === 'dismissed' ? ['已解散'] : []),
    ...labels.map((label) => `#${label}`),
    ...(folder === undefined ? [] : [`[${folder}]`]),
  ]
  return `${chatId}  ${name || '（未读取）'}  ${count}/${capacity}  群主 ${owner || '?'}  ${marks.join(' ')}`.trimEnd()
}

function describe(group: GroupView): string[] {
  const { admins, notice, customers, nearlyFullAt, createdAt, readAt } = group
  return [
    lineOf(group),
    `  客户 ${customers}，将满线 ${nearlyFullAt}，管理员 ${admins.join('、') || '无'}`,
    `  建群 ${createdAt?.toISOString() ?? '?'}，最近读取 ${readAt?.toISOString() ?? '尚未'}`,
    ...(notice === '' ? [] : [`  公告 ${notice}`]),
  ]
}

function dayLine({ day, joined, left, members, byState, byLeave }: GroupDay): string {
  const parts = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join('，')
  const notes = [parts(byState), parts(byLeave)].filter((note) => note !== '').join('；')
  return `  ${day}  进 ${joined}  退 ${left}  共 ${members}${notes === '' ? '' : `  （${notes}）`}`
}

/** One line a day; what a join way is called never becomes a formula in a spreadsheet. */
function daysCsv(days: readonly GroupDay[]): string[] {
  const cell = (counts: Record<string, number>) => {
    const text = Object.entries(counts).map(([name, count]) => `${name}:${count}`)
    return `"${text
      .join(' ')
      .replaceAll('"', '""')
      .replace(/^(?=[=+@-])/, "'")}"`
  }
  return [
    'day,joined,left,members,byState,byWay,byLeave',
    ...days.map(({ day, joined, left, members, byState, byWay, byLeave }) =>
      [day, joined, left, members, cell(byState), cell(byWay), cell(byLeave)].join(','),
    ),
  ]
}

const unknown = (chatId: string) =>
  new AppError('group.unknown', `there is no group '${chatId}' in the roster`, {
    fix: 'read new ones: weloop groups sync',
  })

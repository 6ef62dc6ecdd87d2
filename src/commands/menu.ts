import type { Command } from 'commander'
import { loadConfig } from '../config/load.js'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { silentLogger } from '../core/log.js'
import { compareMenus, type MenuPlan, planMenus, pushMenu, readLive } from '../menus/compare.js'
import { createClient, type OfficialAccountClient } from '../platforms/official-account/client.js'
import { describeChange, type MenuChange } from '../platforms/official-account/menu-diff.js'
import { createHttpClient } from '../platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../platforms/shared/token-store.js'
import { type CommandContext, chooseAccount, openLibrary, terminalAsk } from './tools.js'

/** What `weloop menu` is asked to do. */
export interface MenuOptions extends CommandContext {
  account?: string | undefined
  /** One menu of content/menus; all of them unless given. */
  slug?: string | undefined
  yes?: boolean
  json?: boolean
}

/** How one menu of the content folder compares with the account's. */
export interface MenuReport {
  slug: string
  tag?: string
  /** Where the live one comes from: made by API, made in the platform's console, or none. */
  live: 'api' | 'console' | 'none'
  changes: MenuChange[]
  pushed: boolean
}

/** Shows how the content folder's menus differ from those that are live; exit code 1 when they do. */
export async function menuDiff(options: MenuOptions): Promise<number> {
  return withClient(options, async (_client, plans) => {
    tell(options, plans)
    return plans.some(({ changes }) => changes.length > 0) ? 1 : 0
  })
}

/**
 * Shows the difference, asks (unless `yes`), replaces what differs and reads it back. Exit code 1 when what is live
 * afterwards is not what was pushed, 2 when nobody could be asked or the answer was no.
 */
export async function menuPush(options: MenuOptions): Promise<number> {
  return withClient(options, async (client, plans) => {
    const wanted = plans.filter(({ changes }) => changes.length > 0)
    if (wanted.length === 0 || options.json !== true) tell(options, plans)
    if (wanted.length === 0) return 0
    if (options.yes !== true && !(await agreed(options, wanted))) return 2
    for (const plan of wanted) await pushMenu(client, plan)
    const after = compareMenus(await readLive(client), plans)
    const left = after.filter(({ changes }) => changes.length > 0)
    for (const plan of plans) plan.pushed = wanted.includes(plan)
    if (options.json === true) tell(options, plans)
    else for (const { slug } of wanted) say(options)(`已推送 ${slug}，手机上 5 分钟内更新（重新关注可立即看到）`)
    for (const { slug, changes } of left) {
      warn(options)(`${slug}: the menu that is live differs from what was pushed`)
      for (const change of changes) warn(options)(`  ${describeChange(change)}`)
    }
    return left.length === 0 ? 0 : 1
  })
}

/** Adds `weloop menu push` and `weloop menu diff`. */
export function addMenuCommands(program: Command, context: CommandContext): void {
  const menu = program.command('menu').description("the account's menu (content/menus)")
  const shared = (command: Command) =>
    command
      .argument('[slug]', 'one menu of content/menus; all of them unless given')
      .option('--account <id>', 'the account (needed when there are several)')
      .option('--json', 'machine-readable')
  shared(menu.command('diff').description('compare with the live menu; exit 1 when they differ')).action(
    async (slug: string | undefined, options: { account?: string; json?: boolean }) => {
      process.exitCode = await menuDiff({ ...context, ...options, slug })
    },
  )
  shared(menu.command('push').description('show the difference, ask, replace the live menu, read it back'))
    .option('--yes', 'do not ask')
    .action(async (slug: string | undefined, options: { account?: string; json?: boolean; yes?: boolean }) => {
      process.exitCode = await menuPush({ ask: terminalAsk(), ...context, ...options, slug })
    })
}

/** What is to be done about one menu, and whether it was. */
type Plan = MenuPlan & MenuReport

async function withClient(
  options: MenuOptions,
  work: (client: OfficialAccountClient, plans: Plan[]) => Promise<number>,
): Promise<number> {
  const config = loadConfig(options)
  const id = chooseAccount(config, options.account)
  const account = config.accounts[id]
  if (account?.platform !== 'official-account') return 1
  const library = openLibrary(config, options.root, silentLogger)
  const http = createHttpClient()
  const tokenStore = createMemoryTokenStore(systemClock)
  const client = createClient({ ...account, http, tokenStore, clock: systemClock, log: silentLogger })
  try {
    const problems = (await library.load()).filter(({ severity }) => severity === 'error')
    const broken = problems.filter(({ file }) => /\/menus\//.test(file))
    if (broken.length > 0) {
      throw new AppError('menu.broken', `${broken[0]?.file}: ${broken[0]?.message}`, {
        fix: 'run `weloop content check`',
      })
    }
    const menus = library.menus().filter(({ slug }) => options.slug === undefined || slug === options.slug)
    if (menus.length === 0) {
      throw new AppError('menu.unknown', `there is no menu '${options.slug ?? ''}' whose buttons all lead somewhere`, {
        fix: 'run `weloop content check`',
      })
    }
    const plans = withReports(await planMenus(client, menus))
    return await work(client, compareMenus(await readLive(client), plans))
  } finally {
    await library.close()
    await client.close()
    await http.close()
  }
}

const withReports = (plans: readonly MenuPlan[]): Plan[] => plans.map((one) => ({ ...one, pushed: false }))

async function agreed(options: MenuOptions, wanted: readonly Plan[]): Promise<boolean> {
  if (options.ask === undefined) {
    warn(options)('Nothing was pushed: this is no terminal to ask on. Look at the difference and add --yes.')
    return false
  }
  return options.ask(`推送 ${wanted.map(({ slug }) => slug).join('、')} 到公众号？`)
}

function tell(options: MenuOptions, plans: readonly Plan[]): void {
  const out = say(options)
  if (options.json === true) {
    const reports = plans.map(({ slug, tag, live, changes, pushed }): MenuReport => {
      return { slug, ...(tag !== undefined && { tag }), live, changes, pushed }
    })
    out(JSON.stringify(reports, null, 2))
    return
  }
  for (const { slug, tag, live, changes } of plans) {
    const whom = tag === undefined ? '所有人' : `标签“${tag}”`
    if (changes.length === 0) out(`${slug}（${whom}）：与线上一致`)
    else {
      out(`${slug}（${whom}）：${LIVE[live]}，${changes.length} 处不同`)
      for (const change of changes) out(`  ${describeChange(change)}`)
    }
  }
}

const LIVE = { api: '线上已有菜单', console: '线上是在公众平台手工做的菜单，会被替换', none: '线上没有菜单' } as const

const warn = ({ warn: line }: CommandContext) => line ?? ((text: string) => console.error(text))

const say = ({ say: line }: CommandContext) => line ?? ((text: string) => console.log(text))

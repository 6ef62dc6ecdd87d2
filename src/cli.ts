#!/usr/bin/env node
import { Command } from 'commander'
import { AppError, describeProblem, ProblemsError } from './core/errors.js'
import { findRoot } from './root.js'

const root = findRoot()
const env = process.env

const program = new Command('weloop').description('WeLoop 微环: bot middleware for WeChat Official Accounts and WeCom')

program
  .command('start')
  .description('web and worker in one process; with the simulator unless NODE_ENV=production or --no-simulator')
  .option('--no-simulator', 'do not start the simulator')
  .action(async (options: { simulator: boolean }) => {
    const { run } = await import('./main.js')
    await run('all', { root, env, simulator: options.simulator && env['NODE_ENV'] !== 'production' })
  })

for (const role of ['web', 'worker'] as const) {
  program
    .command(role)
    .description(role === 'web' ? 'the webhook and the pages' : 'deliveries and scheduled work')
    .action(async () => {
      const { run } = await import('./main.js')
      await run(role, { root, env, simulator: false })
    })
}

program
  .command('doctor')
  .description('check accounts, addresses, secrets, allow-list, clock and permissions; exit 1 when something fails')
  .argument('[account]', 'only this account')
  .option('--json', 'machine-readable')
  .option('--recheck', 'forget the permissions that the platform once refused, so that they are tried again')
  .action(async (account: string | undefined, options: { json?: boolean; recheck?: boolean }) => {
    const { json = false, recheck = false } = options
    const { doctor } = await import('./commands/doctor.js')
    process.exitCode = await doctor({ root, env, account, json, recheck })
  })

const content = program.command('content').description('articles, cards, replies and menus')
content
  .command('check')
  .description('find every mistake in content/; exit 1 on any')
  .option('--json', 'machine-readable')
  .action(async (options: { json?: boolean }) => {
    const { checkContent } = await import('./commands/content.js')
    process.exitCode = await checkContent({ root, env, json: options.json === true })
  })

const config = program.command('config').description('the configuration')
config
  .command('check')
  .description('read config/ and the environment and tell every problem; exit 1 on any')
  .action(async () => {
    const { loadConfig } = await import('./config/load.js')
    const loaded = loadConfig({ root, env })
    console.log(`config ok: ${Object.keys(loaded.accounts).length} account(s), ${loaded.publicUrl}`)
  })

program
  .command('replay')
  .description('send a recorded push (clear text XML or JSON) through handlers and content, without a network')
  .argument('<file...>', 'for example test/fixtures/official-account/message.text.xml')
  .option('--account <id>', 'the account that receives it (default: found by ToUserName)')
  .option('--json', 'machine-readable')
  .action(async (files: string[], options: { account?: string; json?: boolean }) => {
    const { replay } = await import('./commands/replay.js')
    process.exitCode = await replay({ root, env, files, account: options.account, json: options.json === true })
  })

program
  .command('simulate')
  .description('the simulated WeChat alone')
  .action(async () => {
    const { runSimulator } = await import('./commands/simulate.js')
    await runSimulator(env)
  })

const context = { root, env }

/** The corporation's parts, on the product's own store. */
const openCorp = async (at: typeof context) => (await import('./commands/open-app.js')).openCorp(at)

/** Command groups by name, loaded only when they are asked for (or the help is): the start of the product pays for none. */
const groups: Record<string, () => Promise<void>> = {
  article: async () => (await import('./commands/article.js')).addArticleCommands(program, context),
  notices: async () => (await import('./commands/notices.js')).addNoticeCommands(program, context),
  statistics: async () => (await import('./commands/statistics.js')).addStatisticsCommands(program, context),
  store: async () => (await import('./commands/store.js')).addStoreCommands(program, context),
  inbox: async () => (await import('./commands/inbox.js')).addInboxCommands(program, context),
  outbox: async () => (await import('./commands/outbox.js')).addOutboxCommands(program, context),
  sync: async () => (await import('./commands/sync.js')).addSyncCommands(program, context),
  menu: async () => (await import('./commands/menu.js')).addMenuCommands(program, context),
  scene: async () => (await import('./commands/scene.js')).addSceneCommands(program, context),
  segment: async () => (await import('./commands/segment.js')).addSegmentCommands(program, context),
  campaign: async () => {
    const { addCampaignCommands } = await import('./commands/campaign.js')
    const open = async (at: typeof context) => (await import('./commands/open-app.js')).openCampaigns(at)
    addCampaignCommands(program, { ...context, open })
  },
  why: async () => {
    const { addWhyCommand } = await import('./commands/why.js')
    addWhyCommand(program, { open: async () => (await import('./commands/open-app.js')).openWhy(context) })
  },
  customers: async () => {
    const { addCustomerCommands } = await import('./commands/customers.js')
    const { connectCustomers } = await import('./commands/corp.js')
    addCustomerCommands(program, { ...context, connect: connectCustomers })
  },
  way: async () => (await import('./commands/way.js')).addWayCommands(program, context),
  groups: async () => {
    const { addGroupCommands } = await import('./commands/groups.js')
    const { connectGroups } = await import('./commands/corp.js')
    addGroupCommands(program, { ...context, connect: connectGroups })
  },
  steer: async () => (await import('./commands/steer.js')).addSteerCommands(program, { ...context, open: openCorp }),
  'group-send': async () =>
    (await import('./commands/group-send.js')).addGroupSendCommands(program, { ...context, open: openCorp }),
  alerts: async () => {
    const { addAlertCommands } = await import('./commands/alerts.js')
    addAlertCommands(program, { ...context, open: () => openCorp(context) })
  },
  desk: async () => {
    const { addDeskCommands } = await import('./commands/desk.js')
    addDeskCommands(program, {
      ...context,
      open: async () => (await import('./commands/open-app.js')).openDesk(context),
    })
  },
  user: async () => (await import('./commands/user.js')).addUserCommands(program, context),
  audit: async () => (await import('./commands/audit.js')).addAuditCommands(program, context),
  key: async () => (await import('./commands/key.js')).addKeyCommands(program, context),
  import: async () => (await import('./commands/import.js')).addImportCommands(program, context),
}
const asked = process.argv[2] ?? ''
const loaded = groups[asked]
  ? [groups[asked]]
  : program.commands.some((one) => one.name() === asked)
    ? []
    : Object.values(groups)
for (const load of loaded) await load()

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof ProblemsError) {
    console.error(`${error.problems.length} problem(s):`)
    for (const problem of error.problems) console.error(`  ${describeProblem(problem)}`)
  } else if (error instanceof AppError) {
    console.error(error.message)
    if (error.fix) console.error(`Fix: ${error.fix}`)
  } else console.error(error)
  process.exitCode = 1
}

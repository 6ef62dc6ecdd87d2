#!/usr/bin/env node
import { Command } from 'commander'
import { addArticleCommands } from './commands/article.js'
import { checkContent } from './commands/content.js'
import { doctor } from './commands/doctor.js'
import { addInboxCommands } from './commands/inbox.js'
import { addMenuCommands } from './commands/menu.js'
import { addNoticeCommands } from './commands/notices.js'
import { replay } from './commands/replay.js'
import { addSceneCommands } from './commands/scene.js'
import { addStatisticsCommands } from './commands/statistics.js'
import { addStoreCommands } from './commands/store.js'
import { addSyncCommands } from './commands/sync.js'
import { loadConfig } from './config/load.js'
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
    process.exitCode = await doctor({ root, env, account, json, recheck })
  })

const content = program.command('content').description('articles, cards, replies and menus')
content
  .command('check')
  .description('find every mistake in content/; exit 1 on any')
  .option('--json', 'machine-readable')
  .action(async (options: { json?: boolean }) => {
    process.exitCode = await checkContent({ root, env, json: options.json === true })
  })

const config = program.command('config').description('the configuration')
config
  .command('check')
  .description('read config/ and the environment and tell every problem; exit 1 on any')
  .action(() => {
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
    process.exitCode = await replay({ root, env, files, account: options.account, json: options.json === true })
  })

program
  .command('simulate')
  .description('the simulated WeChat alone')
  .action(async () => {
    const { runSimulator } = await import('./commands/simulate.js')
    await runSimulator(env)
  })

addArticleCommands(program, { root, env })
addNoticeCommands(program, { root, env })
addStatisticsCommands(program, { root, env })
addStoreCommands(program, { root, env })
addInboxCommands(program, { root, env })
addSyncCommands(program, { root, env })
addMenuCommands(program, { root, env })
addSceneCommands(program, { root, env })

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

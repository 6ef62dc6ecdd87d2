import type { Command } from 'commander'
import handlers from '../../handlers/index.js'
import { createApp } from '../app.js'
import { loadConfig, secretsOf } from '../config/load.js'
import { AppError } from '../core/errors.js'
import type { InboxState } from '../inbox/model.js'
import { createLogger } from '../log.js'

const STATES: readonly string[] = ['received', 'done', 'failed', 'dead'] satisfies InboxState[]

/** `weloop inbox list | replay`: what was accepted, what failed and why, and another try for it. */
export function addInboxCommands(program: Command, options: { root: string; env: NodeJS.ProcessEnv }): void {
  const inbox = program.command('inbox').description('accepted updates; also while the product runs')

  inbox
    .command('list')
    .description('the newest updates')
    .option('--state <state>', 'received, done, failed (a handler threw) or dead (it never ended)')
    .option('--contact <key>', '<account>:<openid>')
    .option('--limit <n>', 'at most 200', '20')
    .option('--json', 'machine-readable')
    .action(async (given: { state?: string; contact?: string; limit: string; json?: boolean }) => {
      const { state, contact, json } = given
      if (state !== undefined && !STATES.includes(state)) {
        throw new AppError('inbox.state', `'${state}' is no state of an update`, {
          fix: `use one of ${STATES.join(', ')}`,
        })
      }
      await withApp(options, async (app) => {
        const { rows } = await app.operations.updates.list({
          limit: Math.min(Math.max(1, Number(given.limit) || 20), 200),
          ...(state === undefined ? {} : { state: state as InboxState }),
          ...(contact === undefined ? {} : { contact }),
        })
        if (json) return console.log(JSON.stringify(rows, null, 2))
        for (const row of rows) {
          const end = row.error === undefined ? '' : `  ${row.error}`
          console.log(`${row.receivedAt.toISOString()} ${row.state.padEnd(8)} ${row.kind.padEnd(22)} ${row._id}${end}`)
        }
        if (rows.length === 0) console.log('none')
      })
    })

  inbox
    .command('replay')
    .argument('[id...]', 'ids as of `inbox list`')
    .option('--failed', 'all that failed or are dead, those that failed first in front')
    .option('--account <id>', 'with --failed: only of this account')
    .option('--kind <kind>', 'with --failed: only of this kind, or of all that begin with it (`event.`)')
    .description('handle failed or dead updates again; replies go out by customer-service message, once')
    .action(async (ids: string[], given: { failed?: boolean; account?: string; kind?: string }) => {
      if ((ids.length === 0) !== (given.failed === true)) {
        throw new AppError('inbox.replay', 'name ids, or --failed', { fix: 'see `weloop inbox list --state failed`' })
      }
      await withApp(options, async (app) => {
        if (given.failed) {
          const { account, kind } = given
          const told = await app.operations.updates.replayFailures({ account, kind, limit: 200 })
          console.log(JSON.stringify(told))
          if (told.failed + told.dead > 0 || told.more) process.exitCode = 1
        }
        for (const id of ids) {
          const end = await app.inbox.replay(id)
          console.log(`${id}: ${end ?? 'neither failed nor dead, left alone'}`)
          if (end !== 'done') process.exitCode = 1
        }
      })
    })
}

/** The product on its own store, without its webhook and its deliveries: those stay the running product's. */
async function withApp(
  options: { root: string; env: NodeJS.ProcessEnv },
  work: (app: Awaited<ReturnType<typeof createApp>>) => Promise<void>,
): Promise<void> {
  const config = loadConfig({ ...options, overrides: { content: { watch: false } } })
  const log = createLogger({ level: 'error', secrets: secretsOf(config), sink: process.stderr })
  const app = await createApp(config, { root: options.root, handlers, log })
  try {
    await work(app)
  } finally {
    await app.stop()
  }
}

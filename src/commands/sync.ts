import { stderr } from 'node:process'
import type { Command } from 'commander'
import { createFollowerSync, type SyncProgress } from '../contacts/sync/followers.js'
import type { SyncSummary } from '../contacts/sync/run.js'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { syncAccounts } from '../follower-parts.js'
import { type CommandContext, chooseAccount, openTools } from './tools.js'

/** What `weloop sync followers` is asked to do. */
export interface SyncOptions extends CommandContext {
  /** All accounts unless given. */
  account?: string | undefined
  json?: boolean
  /** Where progress goes; the terminal's error output unless a test listens. */
  progress?: (progress: SyncProgress) => void
}

/**
 * Brings contacts in step with the platform's list of followers and tells what was different. Exit code 1 when a run
 * had to pause or another process is at it.
 */
export async function syncFollowers(options: SyncOptions): Promise<number> {
  const tools = await openTools(options)
  const { connection } = tools.store
  const { events, contacts, config, log } = tools
  try {
    const sync = createFollowerSync({ connection, clock: systemClock, log, events, contacts })
    await tools.store.ensureIndexes()
    const only = options.account === undefined ? undefined : chooseAccount(config, options.account)
    const accounts = syncAccounts(config, tools.accounts).filter(
      ({ account }) => only === undefined || account === only,
    )
    if (accounts.length === 0) {
      throw new AppError('sync.none', 'no such account may list its followers', {
        fix: 'only verified accounts may: check `kind` and `verified` in config/local.yaml',
      })
    }
    const summaries: SyncSummary[] = []
    for (const account of accounts) summaries.push(await sync.run(account, options.progress ?? showProgress(options)))
    const say = options.say ?? ((line: string) => console.log(line))
    if (options.json === true) say(JSON.stringify(summaries, null, 2))
    else for (const summary of summaries) say(describeSync(summary))
    return summaries.every(({ state }) => state === 'done') ? 0 : 1
  } finally {
    await tools.close()
  }
}

/** Adds `weloop sync followers`. */
export function addSyncCommands(program: Command, context: CommandContext): void {
  const sync = program.command('sync').description('bring our records in step with the platform')
  sync
    .command('followers')
    .description('follows, unfollows, unionids, first codes and mirrored tags; goes on where the last run stopped')
    .option('--account <id>', 'only this account')
    .option('--json', 'machine-readable')
    .action(async (options: { account?: string; json?: boolean }) => {
      process.exitCode = await syncFollowers({ ...context, ...options })
    })
}

/** A summary for a terminal. */
export function describeSync({ account, state, reason, total, counts, conflicts }: SyncSummary): string {
  if (state === 'busy') {
    return `${account}: another process is syncing; nothing was done here. If it was ended, run this again in a minute.`
  }
  const { seen, added, followed, unfollowed, merged, taggedHere, taggedThere } = counts
  const lines = [
    `${account}: ${state === 'done' ? 'in step' : `paused (${reason ?? ''}), the next run goes on from there`}`,
    `  followers        ${seen} of ${total} looked at`,
    `  new to us        ${added}`,
    `  missed follows   ${followed}`,
    `  missed leavings  ${unfollowed}`,
    `  merged contacts  ${merged}`,
    `  tags             ${taggedHere} changed here, ${taggedThere} there`,
    ...(counts.conflicts > 0 ? [`  not settled      ${counts.conflicts}`] : []),
    ...conflicts.slice(0, 20).map(({ kind, tag, contact, detail }) => {
      return `    ${kind}${tag === undefined ? '' : ` '${tag}'`}${contact === undefined ? '' : ` of ${contact}`}: ${detail}`
    }),
  ]
  return lines.join('\n')
}

/** One line that is written over, where a person watches; nothing in a log or with --json. */
function showProgress({ json }: SyncOptions): (progress: SyncProgress) => void {
  if (json === true || !stderr.isTTY) return () => {}
  return ({ account, phase, seen, total }) => {
    const share = total === 0 ? 100 : Math.min(100, Math.round((seen / total) * 100))
    const what = phase === 'followers' ? `${seen}/${total} followers (${share}%)` : 'looking for those who left'
    stderr.write(`\r${account}: ${what.padEnd(48)}${phase === 'missing' ? '\n' : ''}`)
  }
}

import type { Command } from 'commander'
import type { AccountImport, MetricImport } from '../statistics/statistics.js'
import { type CommandOptions, chooseAccount, officialIds, openParts } from './open.js'

/** Imports the platform's statistics: what is due, or the given days. Gives the exit code: 1 when something failed. */
export async function importStatistics(
  options: CommandOptions & {
    account?: string | undefined
    from?: string | undefined
    to?: string | undefined
    json?: boolean | undefined
  },
): Promise<number> {
  const { print = console.log, from, to } = options
  const parts = await openParts(options)
  try {
    const { config, statistics } = parts
    const ids = options.account === undefined ? officialIds(config) : [chooseAccount(config, options.account)]
    const days = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
    const results: AccountImport[] = []
    for (const id of ids) results.push(await statistics.import(id, days))
    if (options.json === true) print(JSON.stringify(results, null, 2))
    else for (const result of results) print(describe(result))
    return results.some(({ metrics }) => metrics.some((each) => each.state === 'failed')) ? 1 : 0
  } finally {
    await parts.close()
  }
}

/** Adds `statistics import` to the program. */
export function addStatisticsCommands(program: Command, base: CommandOptions): void {
  program
    .command('statistics')
    .description('the platform’s statistics')
    .command('import')
    .description('fetch what is due, or the days from --from to --to (Asia/Shanghai)')
    .option('--from <day>', 'the first day, e.g. 2026-01-01')
    .option('--to <day>', 'the last day (default: the last one with numbers)')
    .option('--account <id>', 'only this account')
    .option('--json', 'machine-readable')
    .action(async (flags: { from?: string; to?: string; account?: string; json?: boolean }) => {
      process.exitCode = await importStatistics({ ...base, ...flags })
    })
}

const STATES: Record<MetricImport['state'], string> = {
  current: '已是最新',
  imported: '已导入',
  waiting: '等微信出数据',
  paused: '暂停，下次继续',
  failed: '失败',
}

function describe({ account, metrics }: AccountImport): string {
  const lines = metrics.map(({ metric, state, through, added, calls, reason }) => {
    const until = through === undefined ? '' : `，到 ${through}`
    return `  ${metric.padEnd(22)} ${STATES[state]}${until}（新增 ${added}，调用 ${calls} 次）${reason === undefined ? '' : `\n    ${reason}`}`
  })
  return [account, ...lines].join('\n')
}

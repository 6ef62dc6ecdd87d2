import { stderr } from 'node:process'
import type { Command } from 'commander'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { type ImportProgress, type ImportSummary, importOrders } from '../shop/import/import.js'
import { openShopTools } from './shop.js'
import { type CommandContext, officialIds } from './tools.js'

/** What `weloop import orders` takes. */
export interface ImportCommandOptions extends CommandContext {
  shop: string
  account?: string | undefined
  encoding?: string | undefined
  restart?: boolean
  json?: boolean
  /** Where progress goes; the terminal's error output unless a test listens. */
  progress?: (progress: ImportProgress) => void
  /** Stops after the orders at hand; SIGINT does it. */
  signal?: AbortSignal
}

/** Brings a file of past orders in. Exit code 1 when lines were rejected, the run was paused, or another one is at it. */
export async function importOrderFile(file: string, options: ImportCommandOptions): Promise<number> {
  const encoding = encodingOf(options.encoding)
  const tools = await openShopTools(options)
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort()
  process.once('SIGINT', onSignal)
  try {
    const { config, store, shop } = tools
    const accounts = officialIds(config)
    const account = options.account ?? (accounts.length === 1 ? accounts[0] : undefined)
    if (account !== undefined && !accounts.includes(account)) {
      throw new AppError('import.account', `there is no account '${account}'`, {
        fix: `name one of ${accounts.join(', ')}`,
      })
    }
    const bar = options.progress ?? progressBar(options)
    const summary = await importOrders(
      { connection: store.connection, clock: systemClock, orders: shop.orders },
      {
        file,
        shop: options.shop,
        ...(account !== undefined && { account }),
        timeZone: config.timeZone,
        ...(encoding && { encoding }),
        ...(options.restart && { restart: true }),
        onProgress: bar,
        signal: options.signal ?? interrupt.signal,
      },
    )
    const say = options.say ?? ((line: string) => console.log(line))
    if (options.json) say(JSON.stringify(summary, null, 2))
    else say(describeImport(file, summary))
    return summary.state === 'done' && summary.counts.rejected === 0 ? 0 : 1
  } finally {
    process.off('SIGINT', onSignal)
    await tools.close()
  }
}

/** Adds `weloop import orders`. */
export function addImportCommands(program: Command, context: CommandContext): void {
  const parent = program.command('import').description('bring in what happened before')
  parent
    .command('orders')
    .description('past orders from a CSV file, one line of goods each; goes on where the last run stopped')
    .argument(
      '<file>',
      'headers in English or Chinese: order_no (订单号), created_at (下单时间), sku (商品编码), qty (数量) ...',
    )
    .requiredOption('--shop <shop>', 'whose orders they are, as of `weloop key list`')
    .option('--account <id>', 'the account that openids belong to')
    .option('--encoding <name>', 'utf-8 or gb18030 (also for GBK); found out by itself')
    .option('--restart', 'begin anew')
    .option('--json', 'machine-readable')
    .action(async (file: string, options: Omit<ImportCommandOptions, 'root' | 'env'>) => {
      process.exitCode = await importOrderFile(file, { ...context, ...options })
    })
}

/** A summary for a terminal. */
export function describeImport(file: string, summary: ImportSummary): string {
  const { state, counts, resumedAt, rejects, unknownColumns, done, bytes } = summary
  if (state === 'busy') return `${file}: another process is importing it; nothing was done here`
  const share = bytes === 0 ? 100 : Math.floor((done / bytes) * 100)
  return [
    `${file}: ${state === 'done' ? 'imported' : `paused at ${share}%, the same command goes on from there`}`,
    ...(resumedAt > 0 ? [`  went on at    byte ${resumedAt}`] : []),
    `  orders        ${counts.orders}`,
    `  new           ${counts.accepted}`,
    `  known before  ${counts.known}`,
    `  rejected      ${counts.rejected}${rejects === undefined ? '' : `, see ${rejects}`}`,
    ...(unknownColumns.length > 0 ? [`  not used      columns ${unknownColumns.join(', ')}`] : []),
  ].join('\n')
}

function encodingOf(name: string | undefined): 'utf-8' | 'gb18030' | undefined {
  const plain = name?.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (plain === undefined) return undefined
  if (plain === 'utf8') return 'utf-8'
  if (plain === 'gb18030' || plain === 'gbk' || plain === 'gb2312') return 'gb18030'
  throw new AppError('import.encoding', `'${String(name)}' is not an encoding`, { fix: 'use utf-8 or gb18030' })
}

/** One line that is written over, where a person watches; nothing in a log or with --json. */
function progressBar({ json }: ImportCommandOptions): (progress: ImportProgress) => void {
  if (json === true || !stderr.isTTY) return () => {}
  const began = performance.now()
  return ({ done, bytes, counts }) => {
    const share = bytes === 0 ? 1 : done / bytes
    const filled = Math.round(share * 24)
    const perSecond = Math.round(counts.orders / ((performance.now() - began) / 1000))
    const bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)}`
    const end = share >= 1 ? '\n' : ''
    stderr.write(
      `\r${bar} ${Math.floor(share * 100)}%  ${counts.orders} orders, ${perSecond}/s, ${counts.rejected} rejected ${end}`,
    )
  }
}

import { stderr } from 'node:process'
import type { Command } from 'commander'
import { AppError } from '../core/errors.js'
import type { Customers } from '../customers/customers.js'
import type { CustomerDetail, CustomerView } from '../customers/search.js'
import type { SyncSummary } from '../customers/sync/run.js'
import { addHandOverCommands } from './hand-over.js'
import { type CommandContext, openTools, type Tools } from './tools.js'

/** What every `weloop customers` command takes. */
export interface CustomerOptions extends CommandContext {
  account?: string | undefined
  json?: boolean | undefined
  /** Puts the customers together over the store of the tools. */
  connect(tools: Tools): Customers
}

/** Runs a command over the customers of the one account that is meant. */
export async function withCustomers(
  options: CustomerOptions,
  work: (customers: Customers, account: string, say: (line: string) => void) => Promise<number>,
): Promise<number> {
  const tools = await openTools(options)
  try {
    const customers = options.connect(tools)
    await tools.store.ensureIndexes()
    try {
      const say = options.say ?? ((line: string) => console.log(line))
      return await work(customers, chooseCorp(customers.accounts, options.account), say)
    } finally {
      await customers.close()
    }
  } finally {
    await tools.close()
  }
}

/** Reads all customers, or goes on where the last run stopped. Exit code 1 when it had to pause or another is at it. */
export async function syncCustomers(options: CustomerOptions & { believe?: boolean | undefined }): Promise<number> {
  return withCustomers(options, async (customers, account, say) => {
    const shown = options.json !== true && stderr.isTTY
    const summary = await customers.sync(account, {
      believe: options.believe === true,
      onProgress({ phase, seen, staffDone, staff }) {
        if (!shown) return
        const what = phase === 'pages' ? `${seen} customers, ${staffDone}/${staff} members` : 'looking for who is gone'
        stderr.write(`\r${account}: ${what.padEnd(48)}`)
      },
    })
    if (shown) stderr.write('\n')
    say(options.json ? JSON.stringify(summary, null, 2) : describeCustomerSync(summary))
    return summary.state === 'done' ? 0 : 1
  })
}

/** Brings mirrored tags in step for everybody. */
export async function syncCustomerTags(options: CustomerOptions): Promise<number> {
  return withCustomers(options, async (customers, account, say) => {
    const { here, there, refused, conflicts } = await customers.syncTags(account)
    if (options.json) say(JSON.stringify({ account, here, there, refused, conflicts }, null, 2))
    else {
      say(`${account}: tags ${here} changed here, ${there} there; ${refused} stay here only for now`)
      for (const { kind, tag, detail } of conflicts) say(`  ${kind} '${tag}': ${detail}`)
    }
    return 0
  })
}

/** Shows one customer; exit code 1 when there is none. */
export async function showCustomer(customer: string, options: CustomerOptions): Promise<number> {
  return withCustomers(options, async (customers, account, say) => {
    const found = await customers.search.show(account, customer)
    if (!found) throw new AppError('customer.unknown', `there is no customer '${customer}' of ${account}`)
    say(options.json ? JSON.stringify(found, null, 2) : describeCustomer(found))
    return 0
  })
}

/** Lists pairs. */
export async function listCustomers(options: CustomerOptions & Filters): Promise<number> {
  return withCustomers(options, async (customers, account, say) => {
    const { staff, tag, state, lost, waiting, json } = options
    let after: string | undefined
    let count = 0
    do {
      const page = await customers.search.list({
        account,
        limit: 1000,
        standing: lost ? 'lost' : waiting ? 'waiting' : 'live',
        ...(staff !== undefined && { staff }),
        ...(tag !== undefined && { tag }),
        ...(state !== undefined && { state }),
        ...(after !== undefined && { after }),
      })
      for (const one of page.customers) say(json ? JSON.stringify(one) : lineOf(one))
      count += page.customers.length
      after = page.next
    } while (after !== undefined)
    if (!json) say(count === 0 ? '没有客户；用 weloop customers sync 读取' : `共 ${count} 条客户关系`)
    return 0
  })
}

interface Filters {
  staff?: string
  tag?: string
  state?: string
  lost?: boolean
  waiting?: boolean
}

/** Adds `weloop customers sync | tags | list | show | hand-over`. */
export function addCustomerCommands(
  program: Command,
  context: CommandContext & Pick<CustomerOptions, 'connect'>,
): void {
  const customers = program.command('customers').description('customers of a corporation (企业微信客户)')
  const shared = (command: Command) =>
    command
      .option('--account <id>', 'the corporation (needed when there are several)')
      .option('--json', 'machine-readable')
  shared(customers.command('sync').description('reads all customers; goes on where the last run stopped'))
    .option('--believe', 'also end the customers of members whose lists became suspiciously short')
    .action(async (options: CustomerOptions & { believe?: boolean }) => {
      process.exitCode = await syncCustomers({ ...context, ...options })
    })
  const tags = customers.command('tags').description('mirrored tags (mirrorTags of the account)')
  shared(tags.command('sync').description('brings them in step on both sides')).action(
    async (options: CustomerOptions) => {
      process.exitCode = await syncCustomerTags({ ...context, ...options })
    },
  )
  shared(customers.command('list').description('who is whose customer'))
    .option('--staff <userid>', 'of this member')
    .option('--tag <name>', 'with this tag')
    .option('--state <state>', 'who came by this contact way')
    .option('--lost', 'who removed the member')
    .option('--waiting', 'whose member has left')
    .action(async (options: CustomerOptions & Filters) => {
      process.exitCode = await listCustomers({ ...context, ...options })
    })
  shared(customers.command('show').description('one customer with all members'))
    .argument('<customer>', 'the external_userid')
    .action(async (customer: string, options: CustomerOptions) => {
      process.exitCode = await showCustomer(customer, { ...context, ...options })
    })
  addHandOverCommands(customers, context)
}

function chooseCorp(accounts: readonly string[], named: string | undefined): string {
  const chosen = named ?? (accounts.length === 1 ? accounts[0] : undefined)
  if (chosen !== undefined && accounts.includes(chosen)) return chosen
  const none = named === undefined ? 'there are several corporations' : `'${named}' is no app of a corporation`
  throw new AppError('account.unknown', accounts.length === 0 ? 'no app of a corporation is configured' : none, {
    fix: accounts.length === 0 ? 'add an account with platform wecom, kind app' : `--account ${accounts.join(' | ')}`,
  })
}

/** A summary for a terminal. */
export function describeCustomerSync({ account, state, reason, staff, counts, conflicts }: SyncSummary): string {
  if (state === 'busy') {
    return `${account}: another process is syncing; nothing was done here. If it was ended, run this again in a minute.`
  }
  const lines = [
    `${account}: ${state === 'done' ? 'in step' : `paused (${reason ?? ''}), the next run goes on from there`}`,
    `  members          ${staff.done} of ${staff.total}`,
    `  customers        ${counts.seen} pairs looked at`,
    `  new to us        ${counts.added}`,
    `  missed additions ${counts.revived}`,
    `  missed endings   ${counts.ended}`,
    `  waiting          ${counts.waiting} whose member has left`,
    `  unionids         ${counts.withUnionid} known; without: ${counts.wecomUsers} WeCom users, ${counts.withoutUnionid} WeChat users`,
    `  tags             ${counts.taggedHere} changed here, ${counts.taggedThere} there, ${counts.tagsRefused} refused`,
    ...(counts.conflicts > 0 ? [`  not settled      ${counts.conflicts}`] : []),
    ...conflicts.slice(0, 20).map(({ kind, tag, staff: who, detail }) => {
      return `    ${kind}${tag === undefined ? '' : ` '${tag}'`}${who === undefined ? '' : ` of ${who}`}: ${detail}`
    }),
  ]
  return lines.join('\n')
}

function lineOf({ staff, customer, name = '', standing, state = '', tags }: CustomerView): string {
  return `${staff.padEnd(16)} ${customer.padEnd(32)} ${name.padEnd(6)} ${standing.padEnd(8)} ${state.padEnd(16)} ${tags.join(',')}`
}

function describeCustomer({ customer, contact, name, unionid, relations }: CustomerDetail): string {
  return [
    `${customer}  ${name ?? ''}`,
    `  contact    ${contact ?? '-'}${unionid ? '' : '  (no unionid: not joined with followers)'}`,
    `  tags       ${relations[0]?.tags.join(', ') || '-'}`,
    ...relations.flatMap((one) => [
      `  ${one.staff}  ${one.standing}  since ${one.addedAt?.toISOString() ?? '?'}${one.endedAt ? ` until ${one.endedAt.toISOString()}` : ''}`,
      `    remark ${one.remark || '-'}  state ${one.state ?? '-'}  corp tags ${one.corpTags.join(', ') || '-'}`,
      ...(one.tagsRefused ? [`    not there: ${one.tagsRefused.tags.join(', ')} (${one.tagsRefused.reason})`] : []),
    ]),
  ].join('\n')
}

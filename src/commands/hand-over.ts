import type { Command } from 'commander'
import { AppError } from '../core/errors.js'
import type { HandOverView } from '../customers/hand-over/hand-over.js'
import { type CustomerOptions, withCustomers } from './customers.js'
import type { CommandContext } from './tools.js'

/** What `weloop customers hand-over plan` is asked. */
export interface PlanOptions extends CustomerOptions {
  to: string[]
  customer?: string[]
  group?: string[]
  noCustomers?: boolean
  noGroups?: boolean
  resigned?: boolean
  message?: string
  start?: boolean
}

/** Plans a hand-over and shows it; with `start` the running product begins with it. */
export async function planHandOver(from: string, options: PlanOptions): Promise<number> {
  return withCustomers(options, async (customers, account, say) => {
    const { to, customer = [], group = [], noCustomers, noGroups, resigned, message, start, json } = options
    const named = customer.length + group.length > 0
    const part = (ids: string[], none: boolean | undefined) => (ids.length > 0 ? ids : none || named ? [] : 'all')
    const planned = await customers.handOvers.plan({
      account,
      from,
      to,
      customers: part(customer, noCustomers),
      groups: part(group, noGroups),
      by: 'command',
      ...(resigned !== undefined && { resigned }),
      ...(message !== undefined && { message }),
    })
    const shown = start ? ((await customers.handOvers.start(planned._id)) ?? planned) : planned
    say(json ? JSON.stringify(shown, null, 2) : describeHandOver(shown))
    return 0
  })
}

/** Starts, shows or drops a hand-over; exit code 1 when it is too late to drop it. */
export async function actOnHandOver(
  act: 'start' | 'show' | 'drop',
  id: string,
  options: CustomerOptions & { failed?: boolean },
): Promise<number> {
  return withCustomers(options, async ({ handOvers }, _account, say) => {
    if (act === 'drop') {
      const outcome = await handOvers.drop(id)
      if (outcome === 'unknown') throw unknown(id)
      say(outcome === 'dropped' ? `${id}: dropped` : `${id}: started already, the platform knows no way back`)
      return outcome === 'dropped' ? 0 : 1
    }
    const row = act === 'start' ? await handOvers.start(id) : await handOvers.find(id)
    if (!row) throw unknown(id)
    say(options.json ? JSON.stringify(row, null, 2) : describeHandOver(row))
    if (options.failed) {
      for (const state of ['failed', 'refused', 'taker-full'] as const) {
        for (const item of (await handOvers.items(id, { state, limit: 1000 })).rows) {
          say(`  ${item.kind} ${item.target} -> ${item.to}: ${state} ${item.reason ?? ''}`)
        }
      }
    }
    return 0
  })
}

/** Lists hand-overs, or the customers of members who have left. */
export async function listHandOvers(options: CustomerOptions & { unassigned?: boolean }): Promise<number> {
  return withCustomers(options, async ({ handOvers }, account, say) => {
    if (options.unassigned) {
      let cursor: string | undefined
      do {
        const page = await handOvers.unassigned(account, cursor)
        for (const { staff, customer, leftAt } of page.items) {
          say(
            options.json
              ? JSON.stringify({ staff, customer, leftAt })
              : `${staff}  ${customer}  ${leftAt.toISOString()}`,
          )
        }
        cursor = page.next
      } while (cursor !== undefined)
      return 0
    }
    for (const row of await handOvers.list({ account })) {
      say(options.json ? JSON.stringify(row) : `${row._id}  ${row.state.padEnd(8)} ${row.from} -> ${row.to.join(', ')}`)
    }
    return 0
  })
}

/** Adds `hand-over plan | start | show | drop | list` below `weloop customers`. */
export function addHandOverCommands(
  customers: Command,
  context: CommandContext & Pick<CustomerOptions, 'connect'>,
): void {
  const handOver = customers.command('hand-over').description('hands a member’s customers and groups to others (继承)')
  const shared = (command: Command) =>
    command.option('--account <id>', 'the corporation').option('--json', 'machine-readable')
  const collect = (id: string, all: string[]) => [...all, id]
  shared(handOver.command('plan').description('a durable plan; nothing is sent before it is started'))
    .argument('<from>', 'the member whose customers and groups go')
    .requiredOption('--to <userid>', 'who takes; may be repeated, then in turn', collect, [])
    .option('--customer <id>', 'only this customer; may be repeated', collect, [])
    .option('--group <id>', 'only this group; may be repeated', collect, [])
    .option('--no-customers', 'groups only')
    .option('--no-groups', 'customers only')
    .option('--resigned', 'the member has left (found out unless given)')
    .option('--message <text>', 'what customers are told afterwards; at most 200 characters')
    .option('--start', 'start it at once')
    .action(async (from: string, given: PlanOptions & { customers?: boolean; groups?: boolean }) => {
      const { customers: withThem, groups, ...options } = given
      const parts = { noCustomers: withThem === false, noGroups: groups === false }
      process.exitCode = await planHandOver(from, { ...context, ...options, ...parts })
    })
  for (const [act, words] of [
    ['start', 'the running product begins with it'],
    ['show', 'where it stands'],
    ['drop', 'drop it before it is started'],
  ] as const) {
    shared(handOver.command(act).description(words))
      .argument('<id>')
      .option('--failed', 'also list what failed, with reasons')
      .action(async (id: string, options: CustomerOptions & { failed?: boolean }) => {
        process.exitCode = await actOnHandOver(act, id, { ...context, ...options })
      })
  }
  shared(handOver.command('list').description('newest first'))
    .option('--unassigned', 'customers of members who have left, as the platform lists them')
    .action(async (options: CustomerOptions & { unassigned?: boolean }) => {
      process.exitCode = await listHandOvers({ ...context, ...options })
    })
}

/** A hand-over for a terminal. */
export function describeHandOver({ _id, from, to, resigned, state, held, items }: HandOverView): string {
  const counts = (of: object) =>
    Object.entries(of)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || '-'
  return [
    `${_id}  ${state}`,
    `  from       ${from}${resigned ? ' (has left)' : ''} to ${to.join(', ')}`,
    `  customers  ${counts(items.customer)}`,
    `  groups     ${counts(items.group)}`,
    ...(held === undefined ? [] : [`  waits      ${held}`]),
    ...(state === 'planned' ? [`  next       weloop customers hand-over start ${_id}`] : []),
  ].join('\n')
}

const unknown = (id: string) =>
  new AppError('hand-over.unknown', `there is no hand-over '${id}'`, { fix: 'see `weloop customers hand-over list`' })

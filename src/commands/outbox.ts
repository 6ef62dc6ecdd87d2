import type { Command } from 'commander'
import type { App } from '../app.js'
import { AppError } from '../core/errors.js'
import type { DeliveryState } from '../core/outcome.js'
import type { DeliveryRow } from '../outbox/delivery.js'
import type { ConnectOptions } from '../store/connect.js'

/** Where the command runs, and what a test puts in its place. */
export interface OutboxCommandOptions {
  root: string
  env: NodeJS.ProcessEnv
  store?: ConnectOptions
  say?: (line: string) => void
}

type Outbox = App['outbox']

const STATES: readonly string[] = [
  'queued',
  'claimed',
  'sending',
  'sent',
  'skipped',
  'retry',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
] satisfies DeliveryState[]
const BY = 'cli'

/** `weloop outbox list | show | resend | treat-as-sent | cancel`: what was sent, how it ended, and what to do about it. */
export function addOutboxCommands(program: Command, options: OutboxCommandOptions): void {
  const { say = console.log } = options
  const outbox = program.command('outbox').description('deliveries; also while the product runs')
  const json = (value: unknown) => say(JSON.stringify(value, null, 2))

  outbox
    .command('list')
    .description('the newest deliveries')
    .option('--state <state>', STATES.join(', '))
    .option('--attention', 'only those that failed or have an unclear end')
    .option('--contact <key>', '<account>:<openid>')
    .option('--source <source>', 'an order, a reply, an occurrence')
    .option('--limit <n>', 'at most 200', '20')
    .option('--json', 'machine-readable')
    .action(async (given: ListFlags) => {
      const { state, attention, contact, source } = given
      if (state !== undefined && !STATES.includes(state)) {
        throw new AppError('outbox.state', `'${state}' is no state of a delivery`, {
          fix: `use one of ${STATES.join(', ')}`,
        })
      }
      await withOutbox(options, async (deliveries) => {
        const rows = await deliveries.list({
          limit: Number(given.limit) || 20,
          ...(state !== undefined && { state: state as DeliveryState }),
          ...(attention !== undefined && { attention }),
          ...(contact !== undefined && { contact }),
          ...(source !== undefined && { source }),
        })
        if (given.json) return json(rows)
        for (const row of rows) say(line(row))
        if (rows.length === 0) say('none')
      })
    })

  outbox
    .command('show')
    .argument('<key>')
    .description('one delivery with its evidence')
    .option('--json', 'machine-readable')
    .action(async (key: string, given: { json?: boolean }) => {
      await withOutbox(options, async (deliveries) => {
        const row = await deliveries.find(key)
        if (row === undefined) throw new AppError('delivery.unknown', `there is no delivery '${key}'`)
        if (given.json) return json(row)
        for (const each of evidence(row)) say(each)
      })
    })

  outbox
    .command('resend')
    .argument('[key...]', 'keys as of `outbox list`')
    .option('--failed <source>', 'everything of a source that surely did not go')
    .option('--json', 'machine-readable')
    .description('send once more, as a new delivery; who got the first one gets it twice')
    .action(async (keys: string[], given: { failed?: string; json?: boolean }) => {
      if (keys.length === 0 && given.failed === undefined) {
        throw new AppError('outbox.resend', 'nothing is named', { fix: 'name keys, or --failed <source>' })
      }
      await withOutbox(options, async (deliveries) => {
        const resent = []
        for (const key of keys) resent.push(await deliveries.resend(key, BY))
        if (given.failed !== undefined) {
          for (let more = true; more; ) {
            const page = await deliveries.resendFailed(given.failed, BY)
            resent.push(...page.resent)
            more = page.more
          }
        }
        if (given.json) return json(resent)
        for (const { key, result } of resent) say(`${key}${result === 'known' ? '  (had been asked for before)' : ''}`)
        if (resent.length === 0) say('none failed')
      })
    })

  outbox
    .command('treat-as-sent')
    .argument('<key...>', 'deliveries with an unclear end')
    .description('they count as sent from now on')
    .option('--json', 'machine-readable')
    .action(async (keys: string[], given: { json?: boolean }) => {
      await withOutbox(options, async (deliveries) => {
        const results = []
        for (const key of keys) results.push({ key, changed: await deliveries.treatAsSent(key, BY) })
        if (given.json) return json(results)
        for (const { key, changed } of results) say(`${key}: ${changed ? 'counts as sent' : 'did so before'}`)
      })
    })

  outbox
    .command('cancel')
    .argument('[key...]', 'deliveries that wait')
    .option('--source <source>', 'everything of a source that has not started')
    .option('--json', 'machine-readable')
    .description('call deliveries back')
    .action(async (keys: string[], given: { source?: string; json?: boolean }) => {
      if (keys.length === 0 && given.source === undefined) {
        throw new AppError('outbox.cancel', 'nothing is named', { fix: 'name keys, or --source <source>' })
      }
      await withOutbox(options, async (deliveries) => {
        const results = []
        for (const key of keys) results.push({ key, cancelled: await deliveries.cancelOne(key, BY) })
        const more = given.source === undefined ? 0 : await deliveries.cancel(given.source)
        if (given.json) return json({ deliveries: results, ofSource: more })
        for (const { key, cancelled } of results) say(`${key}: ${cancelled ? 'called back' : 'too late'}`)
        if (given.source !== undefined) say(`${more} of ${given.source} called back`)
        if (results.some(({ cancelled }) => !cancelled)) process.exitCode = 1
      })
    })
}

interface ListFlags {
  state?: string
  attention?: boolean
  contact?: string
  source?: string
  limit: string
  json?: boolean
}

function line(row: DeliveryRow): string {
  const { createdAt, state, channel = '-', purpose, _id, reason, code } = row
  const why = reason === undefined ? '' : `  ${code === undefined ? '' : `${code} `}${reason}`
  return `${createdAt.toISOString()} ${state.padEnd(9)} ${channel.padEnd(16)} ${purpose.padEnd(9)} ${_id}${why}`
}

/** What is known of a delivery, line by line. */
export function evidence(row: DeliveryRow): string[] {
  const {
    _id,
    contact,
    source,
    state,
    receipt,
    confirmedAt,
    settled,
    resendOf,
    resentAs,
    reasons = [],
    tries = {},
  } = row
  const lines = [
    line(row),
    `key       ${_id}`,
    `to        ${contact}`,
    `source    ${source}`,
    ...(receipt === undefined
      ? []
      : [`receipt   ${receipt}${confirmedAt ? `, confirmed ${confirmedAt.toISOString()}` : ''}`]),
    ...(settled
      ? [
          `settled   by ${settled.by}${settled.who === undefined ? '' : ` (${settled.who})`} ${settled.at.toISOString()}`,
        ]
      : []),
    ...(resendOf === undefined ? [] : [`repeats   ${resendOf}`]),
    ...(resentAs === undefined ? [] : [`repeated  ${resentAs}`]),
  ]
  for (const { option, channel = '-', reason, code, at } of reasons) {
    lines.push(
      `passed    ${at.toISOString()} way ${option + 1} ${channel}: ${code === undefined ? '' : `${code} `}${reason}`,
    )
  }
  for (const [number, { at, option, channel = '-', owner, end }] of Object.entries(tries)) {
    const how = end
      ? `${end.state}${end.reason === undefined ? '' : `: ${end.reason}`}`
      : 'the process ended before it knew'
    lines.push(`attempt ${number} ${at.toISOString()} way ${option + 1} ${channel} by ${owner.slice(0, 8)}: ${how}`)
    if (end?.wrote) lines.push(`  wrote   ${JSON.stringify(end.wrote)}`)
  }
  if (state === 'uncertain') lines.push('', `weloop outbox resend ${_id}`, `weloop outbox treat-as-sent ${_id}`)
  return lines
}

async function withOutbox(options: OutboxCommandOptions, work: (outbox: Outbox) => Promise<void>): Promise<void> {
  const { openApp } = await import('./open-app.js')
  const { app } = await openApp(options)
  try {
    await work(app.outbox)
  } finally {
    await app.stop()
  }
}

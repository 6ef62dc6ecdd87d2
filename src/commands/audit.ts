import type { Command } from 'commander'
import { AppError } from '../core/errors.js'
import { sayer, withAccess } from './access-tools.js'
import type { CommandContext } from './tools.js'

interface Options extends CommandContext {
  json?: boolean
}

/** Goes through the whole chain; exit code 1 when it is broken. */
export async function verifyAudit(options: Options & { witness?: string }): Promise<number> {
  const witness = options.witness === undefined ? undefined : parseWitness(options.witness)
  return withAccess(options, async (access) => {
    const verdict = await access.audit.verify(witness)
    const say = sayer(options)
    if (options.json) say(JSON.stringify(verdict))
    else if (!verdict.ok) say(`broken at row ${verdict.problem.seq}: ${verdict.problem.what}`)
    else if (!verdict.head) say('nothing was written yet')
    else {
      say(`${verdict.rows} rows, whole and in order`)
      say(`note the last one elsewhere to prove it later: --witness ${verdict.head.seq}:${verdict.head.hash}`)
    }
    return verdict.ok ? 0 : 1
  })
}

/** The newest rows. */
export async function listAudit(
  options: Options & { actor?: string; action?: string; target?: string; limit: string },
): Promise<number> {
  const { actor, action, target } = options
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new AppError('invalid.limit', 'the number of rows is not between 1 and 10000')
  }
  return withAccess(options, async (access) => {
    const rows = await access.audit.list({ actor, action, target, limit })
    const say = sayer(options)
    if (options.json) say(JSON.stringify(rows, null, 2))
    else
      for (const row of rows) {
        const who = `${row.actor.kind} ${row.actor.name ?? row.actor.id}`
        const what = [row.action, row.target, row.outcome === 'done' ? undefined : `(${row.outcome})`, row.reason]
        say([row._id, row.at.toISOString(), who, ...what, row.address].filter((part) => part !== undefined).join('  '))
      }
    return 0
  })
}

/** Adds `weloop audit verify | list`. */
export function addAuditCommands(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('the log of what people did at the console')
  audit
    .command('verify')
    .description('whether every row is there and unchanged')
    .option('--witness <seq:hash>', 'a row that was noted elsewhere')
    .option('--json', 'machine-readable')
    .action(async (options: { witness?: string; json?: boolean }) => {
      process.exitCode = await verifyAudit({ ...context, ...options })
    })
  audit
    .command('list')
    .description('the newest rows')
    .option('--actor <id>', 'by whom')
    .option('--action <action>', 'such as session.began or eraseContact')
    .option('--target <target>', 'to what')
    .option('--limit <n>', 'how many', '50')
    .option('--json', 'machine-readable')
    .action(async (options: { actor?: string; action?: string; target?: string; limit: string; json?: boolean }) => {
      process.exitCode = await listAudit({ ...context, ...options })
    })
}

function parseWitness(text: string): { seq: number; hash: string } {
  const found = /^(\d{1,12}):([\w-]{43})$/.exec(text)
  if (found) return { seq: Number(found[1]), hash: found[2] ?? '' }
  throw new AppError('invalid.witness', 'the witness has another form', {
    fix: 'give it as verify printed it: 12:AbC…',
  })
}

import type { Command } from 'commander'
import { durationMs } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { SCOPES } from '../http/api/route.js'
import type { KeySecret, Keys, ShownKey } from '../shop/access/keys.js'
import { openShopTools, type ShopTools } from './shop.js'
import type { CommandContext } from './tools.js'

/** What `weloop key create` takes. */
export interface KeyCreateOptions extends CommandContext {
  name: string
  shop: string
  scope: string[]
  account?: string | undefined
  rate?: string | undefined
  address?: string[]
  lasts?: string | undefined
  json?: boolean
}

/** The scopes of a key that nobody named any for: what a shop's server needs. */
const SHOP_SCOPES = ['events:write', 'orders:write', 'contacts:read', 'contacts:write', 'messages:send'] as const

/** Makes a key and shows its secret, this once. */
export async function createKey(options: KeyCreateOptions): Promise<number> {
  return withKeys(options, async (keys, tools) => {
    const { name, shop, scope, account, rate, address = [], lasts } = options
    if (account !== undefined && !(account in tools.config.accounts)) {
      const known = Object.keys(tools.config.accounts).join(', ')
      throw new AppError('key.invalid', `there is no account '${account}'`, { fix: `name one of ${known}` })
    }
    const made = await keys.create({
      name,
      shop,
      scopes: scope.length > 0 ? scope : SHOP_SCOPES,
      ...(account !== undefined && { account }),
      ...(rate !== undefined && { perMinute: Number(rate) }),
      addresses: address,
      ...(lasts !== undefined && { expiresAt: new Date(Date.now() + millis(lasts)) }),
    })
    return show(made, options)
  })
}

/** Lists keys; secrets are never shown again. */
export async function listKeys(options: CommandContext & { json?: boolean }): Promise<number> {
  return withKeys(options, async (keys) => {
    const found = await keys.list()
    const say = sayer(options)
    if (options.json) say(JSON.stringify(found, null, 2))
    else if (found.length === 0) say('no keys yet; make one with `weloop key create`')
    else for (const key of found) say(describeKey(key))
    return 0
  })
}

/** A second secret beside the first, which ends after the overlap. */
export async function rotateKey(
  id: string,
  options: CommandContext & { overlap: string; json?: boolean },
): Promise<number> {
  return withKeys(options, async (keys) => show(await keys.rotate(id, millis(options.overlap)), options))
}

/** Ends a key. */
export async function revokeKey(id: string, options: CommandContext & { json?: boolean }): Promise<number> {
  return withKeys(options, async (keys) => {
    if (!(await keys.revoke(id)))
      throw new AppError('key.unknown', `there is no key '${id}'`, { fix: 'see `weloop key list`' })
    sayer(options)(
      options.json ? JSON.stringify({ id, revoked: true }) : `${id} is revoked; running processes know within 5 s`,
    )
    return 0
  })
}

/** Adds `weloop key create | list | rotate | revoke`. */
export function addKeyCommands(program: Command, context: CommandContext): void {
  const key = program.command('key').description('keys with which shops call the API; see /api/v1/docs')
  const gather = (value: string, all: string[]) => [...all, ...value.split(',').map((one) => one.trim())]
  key
    .command('create')
    .description('make a key; its secret is shown this once')
    .requiredOption('--name <name>', 'for people')
    .requiredOption('--shop <shop>', 'the shop it speaks for: lower-case letters, digits and -')
    .option('--scope <scope>', `one or several, joined by commas: ${SCOPES.join(', ')}`, gather, [])
    .option('--account <id>', 'the account whose openids the shop means')
    .option('--rate <n>', 'requests a minute (600)')
    .option('--address <ip>', 'only from these addresses or networks, joined by commas', gather, [])
    .option('--lasts <time>', 'ends by itself, e.g. 90d')
    .option('--json', 'machine-readable')
    .action(async (options: Omit<KeyCreateOptions, 'root' | 'env'>) => {
      process.exitCode = await createKey({ ...context, ...options })
    })
  key
    .command('list')
    .description('all keys, without secrets')
    .option('--json', 'machine-readable')
    .action(async (options: { json?: boolean }) => {
      process.exitCode = await listKeys({ ...context, ...options })
    })
  key
    .command('rotate')
    .description('a new secret; the present one is taken until the overlap ends')
    .argument('<id>')
    .option('--overlap <time>', '0 ends it at once', '7d')
    .option('--json', 'machine-readable')
    .action(async (id: string, options: { overlap: string; json?: boolean }) => {
      process.exitCode = await rotateKey(id, { ...context, ...options })
    })
  key
    .command('revoke')
    .description('end a key now')
    .argument('<id>')
    .option('--json', 'machine-readable')
    .action(async (id: string, options: { json?: boolean }) => {
      process.exitCode = await revokeKey(id, { ...context, ...options })
    })
}

/** A key for a terminal. */
export function describeKey(key: ShownKey): string {
  const { _id, name, shop, account, scopes, perMinute, addresses, revokedAt, expiresAt, rotatingUntil, demo } = key
  const state = revokedAt
    ? `revoked ${revokedAt.toISOString()}`
    : expiresAt
      ? `until ${expiresAt.toISOString()}`
      : 'active'
  return [
    `${_id}  ${name}${demo ? ' (sample shop)' : ''}`,
    `  shop      ${shop}${account === undefined ? '' : `, openids of ${account}`}`,
    `  state     ${state}${rotatingUntil ? `, two secrets until ${rotatingUntil.toISOString()}` : ''}`,
    `  may       ${scopes.join(', ')}; ${perMinute} requests a minute${addresses.length > 0 ? ` from ${addresses.join(', ')}` : ''}`,
  ].join('\n')
}

function show({ id, secret }: KeySecret, options: CommandContext & { json?: boolean }): number {
  const say = sayer(options)
  if (options.json) say(JSON.stringify({ id, secret }))
  else {
    say(`key id  ${id}`)
    say(`secret  ${secret}`)
    say('The secret is not shown again: put it into the shop’s secret store now.')
  }
  return 0
}

const sayer = ({ say }: CommandContext) => say ?? ((line: string) => console.log(line))

async function withKeys(
  context: CommandContext,
  work: (keys: Keys, tools: ShopTools) => Promise<number>,
): Promise<number> {
  const tools = await openShopTools(context)
  try {
    return await work(tools.shop.keys, tools)
  } finally {
    await tools.close()
  }
}

function millis(text: string): number {
  try {
    return text === '0' ? 0 : durationMs(text)
  } catch {
    throw new AppError('key.invalid', `'${text}' is no time`, { fix: 'write 0, 24h, 7d or 90d' })
  }
}

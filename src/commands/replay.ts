import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import handlers from '../../handlers/index.js'
import { type App, createApp } from '../app.js'
import type { AccountConfig } from '../config/accounts.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { AppError, messageOf } from '../core/errors.js'
import { contactKey, type Update } from '../core/update.js'

/** What one recorded push led to. */
export interface Replayed {
  file: string
  update: Update
  /** The response body, in clear. */
  answer: string
  /** What follows by API, in order. */
  sends: { key: string; message: unknown }[]
}

/**
 * Sends recorded pushes (clear text, XML or JSON) through decoding, inbox, handlers, content and outbox on a store of
 * its own, without a network: nothing is delivered. Several files share the store, so a conversation can be replayed.
 * Gives the exit code: 1 when one could not be read or its handlers failed.
 */
export async function replay(options: {
  root: string
  env: NodeJS.ProcessEnv
  files: string[]
  account?: string | undefined
  json: boolean
}): Promise<number> {
  const dir = mkdtempSync(path.join(tmpdir(), 'weloop-replay-'))
  const config = loadConfig({ ...options, overrides: { store: { uri: '', dir }, content: { watch: false } } })
  const app = await createApp(config, { root: options.root, handlers, store: { inProcess: true } })
  let failed = 0
  try {
    for (const file of options.files) {
      try {
        const result = await replayFile(app, config, file, options.account)
        console.log(options.json ? JSON.stringify(result) : describe(result))
      } catch (error) {
        failed++
        console.error(`${file}: ${messageOf(error)}`)
      }
    }
  } finally {
    await app.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  return failed === 0 ? 0 : 1
}

/** One push through the whole flow. Rejects with AppError when it cannot be read or its handler failed. */
export async function replayFile(app: App, config: Config, file: string, named?: string): Promise<Replayed> {
  const body = readFileSync(file, 'utf8').trim()
  const account = named ?? receiverOf(config, body)
  const platform = app.platform(account)
  const update = platform.decode(body)
  const answer = await app.inbox.accept(platform, update, {
    body,
    mode: 'plain',
    format: body.startsWith('{') ? 'json' : 'xml',
  })
  const stats = await app.inbox.stats()
  if (stats.failures > 0) throw new AppError('replay.failed', `the handler of ${update.kind} failed`)
  const rows = await app.outbox.history(contactKey(update), 50)
  const sends = rows
    .filter((row) => row._id.includes(update.id))
    .sort((a, b) => a.seq - b.seq)
    .map((row) => ({ key: row._id, message: row.message }))
  return { file, update, answer, sends }
}

/** The account a push is for, by the original id in it; a single account takes what names nobody. */
function receiverOf(config: Config, body: string): string {
  const accounts = Object.entries(config.accounts)
  const found =
    accounts.find(([, account]) => body.includes(addressOf(account))) ??
    (accounts.length === 1 ? accounts[0] : undefined)
  if (found) return found[0]
  throw new AppError('replay.account', 'no configured account has the ToUserName of this push', {
    fix: 'name one with --account',
  })
}

/** What a push to the account names as its receiver. */
function addressOf(account: AccountConfig): string {
  if (account.platform === 'official-account') return account.originalId
  if (account.kind === 'app') return account.corpid
  return account.kind === 'bot' ? account.botId : account.openKfId
}

function describe(result: Replayed): string {
  const { kind, id, platform: _, account, ...rest } = result.update
  return [
    `${result.file}`,
    `  update   ${kind} for ${account} (${id})`,
    `           ${JSON.stringify(rest)}`,
    `  answer   ${result.answer}`,
    ...(result.sends.length === 0
      ? ['  outbox   nothing']
      : result.sends.map((send) => `  outbox   ${JSON.stringify(send.message)}`)),
  ].join('\n')
}

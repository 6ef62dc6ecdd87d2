import path from 'node:path'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { connectContentParts } from '../content-parts.js'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { silentLogger } from '../core/log.js'
import { createEvents } from '../events/events.js'
import { createLibrary, type Library } from '../library/library.js'
import { type Accounts, connectAccounts } from '../platforms/accounts.js'
import type { Publishing } from '../publishing/publishing.js'
import type { Statistics } from '../statistics/statistics.js'
import { type ConnectOptions, connectStore } from '../store/connect.js'
import { createMediaStore, mediaModel } from '../store/media-store.js'
import { createTokenStore } from '../store/token-store.js'

/** Where a command runs; `store` is for tests. */
export interface CommandOptions {
  root: string
  env: NodeJS.ProcessEnv
  store?: ConnectOptions
  /** Where lines are written; standard the terminal. */
  print?: (line: string) => void
}

/** The parts of the product that content commands use, on the product's own store. */
export interface OpenParts {
  config: Config
  library: Library
  accounts: Accounts
  publishing: Publishing
  statistics: Statistics
  close(): Promise<void>
}

/** Opens store, content and accounts beside a product that may be running on the same store. Receives nothing. */
export async function openParts(options: CommandOptions): Promise<OpenParts> {
  const config = loadConfig(options)
  const log = silentLogger
  const clock = systemClock
  const dir = path.resolve(options.root, config.store.dir)
  const contentDir = path.resolve(options.root, config.content.dir)
  const store = await connectStore({ ...config.store, dir }, log, options.store)
  const { connection } = store
  mediaModel(connection)
  const { publicUrl, timeZone } = config
  const library = createLibrary({ dir: contentDir, log, clock, publicUrl, watch: false, timeZone })
  const accounts = connectAccounts(config, {
    clock,
    log,
    mediaDir: path.join(contentDir, 'media'),
    tokenStore: createTokenStore(connection),
    mediaStore: createMediaStore(connection),
  })
  const events = createEvents({ connection, clock })
  const parts = connectContentParts({ config, connection, library, accounts, events, clock, log })
  await store.ensureIndexes()
  await library.load()
  return {
    config,
    library,
    accounts,
    ...parts,
    async close() {
      await library.close()
      await accounts.close()
      await store.close()
    },
  }
}

/** The account a command means: the named one, or the only one. Throws AppError when that is not clear. */
export function chooseAccount(config: Pick<Config, 'accounts'>, named: string | undefined): string {
  const ids = Object.keys(config.accounts)
  const [only] = ids
  if (named !== undefined && ids.includes(named)) return named
  if (named === undefined && only !== undefined && ids.length === 1) return only
  throw new AppError(
    'account.unknown',
    named === undefined ? 'which account?' : `no account '${named}' is configured`,
    {
      fix: `name one with --account: ${ids.join(', ')}`,
    },
  )
}

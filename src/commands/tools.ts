import path from 'node:path'
import { stdin, stdout } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { officialAccounts } from '../config/accounts.js'
import { loadConfig, secretsOf } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { type Contacts, createContacts } from '../contacts/contacts.js'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { moveRelations } from '../customers/customers.js'
import { openConsoleContent } from '../editor-parts.js'
import { createEvents, type Events } from '../events/events.js'
import { steerPersonalData } from '../groups/steer/personal-data.js'
import { createScenes, type Scenes } from '../growth/scenes/scenes.js'
import type { Beside } from '../library/beside.js'
import { createLibrary, type Library } from '../library/library.js'
import { createLogger } from '../log.js'
import { personalDataOf } from '../personal-data.js'
import { type Accounts, connectAccounts } from '../platforms/accounts.js'
import type { OfficialAccountClient } from '../platforms/official-account/client.js'
import { type ConnectOptions, connectStore, type Store } from '../store/connect.js'
import { createMediaStore, mediaModel } from '../store/media-store.js'
import { createPermissionStore, permissionModel } from '../store/permission-store.js'
import { createTokenStore } from '../store/token-store.js'

/** Where a command runs, and what it says. */
export interface CommandContext {
  root: string
  env: NodeJS.ProcessEnv
  /** How the store is opened, for tests. */
  store?: ConnectOptions
  /** One line to the person (or the program) that called; standard output unless a test listens. */
  say?: (line: string) => void
  /** What went wrong; error output unless a test listens. */
  warn?: (line: string) => void
  /** Asks for a yes; undefined when nobody can be asked. */
  ask?: ((question: string) => Promise<boolean>) | undefined
}

/** The parts of the product that commands use, on the store of the running product where one runs. */
export interface Tools {
  config: Config
  log: Logger
  store: Store
  events: Events
  contacts: Contacts
  scenes: Scenes
  accounts: Accounts
  library: Library
  close(): Promise<void>
}

/** Opens what a command needs. The embedded store is shared with the product when it runs on this machine. */
export async function openTools({ root, env, store: connect }: CommandContext): Promise<Tools> {
  const config = loadConfig({ root, env, overrides: { log: { level: 'error' } } })
  const log = createLogger({ level: 'error', secrets: secretsOf(config), sink: process.stderr })
  const store = await connectStore({ ...config.store, dir: path.resolve(root, config.store.dir) }, log, {
    attempts: 3,
    ...connect,
  })
  const { connection } = store
  mediaModel(connection)
  permissionModel(connection)
  const events = createEvents({ connection })
  const clock = systemClock
  const parts = personalDataOf({ connection, config, clock, leaseClock: store.clock, events, log })
  async function merged(gone: string, into: string): Promise<void> {
    await moveRelations(connection, gone, into)
    await steerPersonalData(connection).merged(gone, into)
  }
  const contacts = createContacts({ connection, clock: systemClock, log, events, parts, merged })
  const scenes = createScenes({ connection, clock: systemClock, events })
  const contentDir = path.resolve(root, config.content.dir)
  const written = openConsoleContent({
    connection,
    dataDir: path.resolve(root, config.store.dir),
    clock: systemClock,
    log,
  })
  const accounts = connectAccounts(config, {
    clock: systemClock,
    log,
    mediaDir: [path.join(contentDir, 'media'), written.picturesDir],
    tokenStore: createTokenStore(connection),
    mediaStore: createMediaStore(connection),
    permissionStore: createPermissionStore(connection),
  })
  const library = openLibrary(config, root, log, written.beside)
  return {
    config,
    log,
    store,
    events,
    contacts,
    scenes,
    accounts,
    library,
    async close() {
      await contacts.close()
      await library.close()
      await accounts.close()
      await store.close()
    },
  }
}

/** The content folder, read once; with `beside` also what was written at the console. */
export function openLibrary(config: Config, root: string, log: Logger, beside?: () => Promise<Beside>): Library {
  const dir = path.resolve(root, config.content.dir)
  const { publicUrl, timeZone } = config
  const more = beside ? { beside } : {}
  return createLibrary({ dir, log, clock: systemClock, publicUrl, watch: false, timeZone, ...more })
}

/** The configured Official Accounts. */
export function officialIds(config: Pick<Config, 'accounts'>): string[] {
  return officialAccounts(config).map(([id]) => id)
}

/** The Official Account a command is about: the one named, or the only one. Throws AppError. */
export function chooseAccount(config: Pick<Config, 'accounts'>, named: string | undefined): string {
  const all = officialIds(config)
  const chosen = named ?? (all.length === 1 ? all[0] : undefined)
  if (chosen !== undefined && all.includes(chosen)) return chosen
  throw new AppError(
    'account.unknown',
    named === undefined ? 'there are several Official Accounts' : `no Official Account '${named}' is configured`,
    { fix: `name one with --account: ${all.join(', ')}` },
  )
}

/** The API client of an account; throws AppError when it has none. */
export function clientOf(tools: Pick<Tools, 'accounts'>, account: string): OfficialAccountClient {
  const client = tools.accounts.client(account)
  if (client) return client
  throw new AppError('account.client', `the account ${account} has no API of an Official Account`)
}

/** Asks on the terminal; undefined where there is none. */
export function terminalAsk(): CommandContext['ask'] {
  if (!stdin.isTTY || !stdout.isTTY) return undefined
  return async (question) => {
    const terminal = createInterface({ input: stdin, output: stdout })
    try {
      return /^(y|yes|是|好)$/i.test((await terminal.question(`${question} [y/N] `)).trim())
    } finally {
      terminal.close()
    }
  }
}

import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Config } from './config/schema.js'
import type { Clock } from './core/clock.js'
import type { Logger } from './core/log.js'
import { createFactBrowser } from './events/browse.js'
import { createUpdateBrowser } from './inbox/browse.js'
import type { Inbox } from './inbox/inbox.js'
import { createJobListing } from './jobs/listing.js'
import type { Library } from './library/library.js'
import { type AccountDesk, createAccountDesk } from './operations/account-desk.js'
import { codeInWords } from './operations/call-words.js'
import { type Callbacks, createCallbacks } from './operations/callbacks.js'
import { type CallCounter, createCallCounter } from './operations/calls.js'
import { type CallQuery, readCalls } from './operations/calls-read.js'
import { lookAtHealth } from './operations/health.js'
import { operationsModels } from './operations/model.js'
import { createProcesses } from './operations/processes.js'
import { type ReplayQuery, replayFailures } from './operations/replays.js'
import type { Outbox } from './outbox/outbox.js'
import type { Accounts } from './platforms/accounts.js'
import { examineAccount } from './platforms/examine.js'
import { createHttpClient } from './platforms/shared/http-client.js'
import type { Store } from './store/connect.js'
import { createPermissionStore } from './store/permission-store.js'
import { readTokenStandings } from './store/token-store.js'

/** What is noted while the product works: made before the accounts, which tell it. */
export interface Watching {
  calls: CallCounter
  callbacks: Callbacks
}

/** Opens the notes on a store; make them before `ensureIndexes`. */
export function openWatching(ports: { store: Pick<Store, 'connection'>; clock: Clock; log: Logger }): Watching {
  const { store, clock, log } = ports
  const { connection } = store
  operationsModels(connection)
  return {
    calls: createCallCounter({ connection, clock, log }),
    callbacks: createCallbacks({ connection, clock, log }),
  }
}

/** What operating the product is connected to. */
export interface OperationsPorts {
  root: string
  config: Config
  dataDir: string
  store: Store
  watching: Watching
  accounts: Accounts
  inbox: Inbox
  outbox: Pick<Outbox, 'stats'>
  library: Pick<Library, 'problems' | 'version'>
  clock: Clock
  log: Logger
}

export type OperationsParts = ReturnType<typeof connectOperations>

/** What people who keep the product running look at and do. */
export function connectOperations(ports: OperationsPorts) {
  const { config, store, watching, inbox, outbox, library, clock, log } = ports
  const { connection } = store
  const updates = createUpdateBrowser(connection)
  const processes = createProcesses({
    connection,
    log,
    version: versionOf(ports.root),
    clock: store.clock,
    startedAt: clock.now(),
    inbox: inbox.load,
  })
  const platformOf = (account: string) => config.accounts[account.replace(/:mini-program$/, '')]?.platform
  return {
    updates: {
      ...updates,
      replay: (id: string) => inbox.replay(id),
      replayFailures: (query: ReplayQuery) =>
        replayFailures({ failures: updates.failures, replay: (id) => inbox.replay(id), now: () => clock.now() }, query),
    },
    facts: createFactBrowser(connection),
    jobs: createJobListing(connection),
    accounts: connectAccountDesk(ports),
    calls: {
      async read(query: CallQuery) {
        await watching.calls.flush()
        return readCalls(connection, query)
      },
      words: (account: string, code: string) => codeInWords(platformOf(account) ?? 'official-account', code),
    },
    health: () =>
      lookAtHealth({
        connection,
        store,
        dataDir: ports.dataDir,
        spoolMostBytes: config.inbox.spoolBytes,
        now: () => clock.now(),
        ready: () => inbox.ready(),
        spoolBytes: () => inbox.load().spoolBytes,
        backlog: () => inbox.stats(),
        deliveries: () => outbox.stats(),
        content: () => ({ version: library.version(), problems: library.problems() }),
        processes,
      }),
    content: () => ({ version: library.version(), problems: library.problems() }),
    processes,
    /** Ends what was started, and writes what was noted. */
    async close() {
      await processes.stop()
      await watching.calls.close()
      await watching.callbacks.close()
    },
  }
}

function connectAccountDesk(ports: OperationsPorts): AccountDesk {
  const { config, store, watching, accounts, clock } = ports
  const permissions = createPermissionStore(store.connection)
  return createAccountDesk({
    accounts: config.accounts,
    publicUrl: config.publicUrl,
    clock,
    callbacks: () => watching.callbacks.read(),
    tokens: (keys) => readTokenStandings(store.connection, keys),
    denied: (name) => permissions.list(name),
    problem(account, of) {
      if (of === 'mini-program') return accounts.miniProgram(account)?.tokens.problem()
      return (accounts.client(account) ?? accounts.corp(account))?.tokens.problem()
    },
    ask(account) {
      const client = accounts.client(account)
      return client && ((endpoint) => client.servers.quota(endpoint))
    },
    async recheck(account) {
      await accounts.client(account)?.recheck()
      await accounts.miniProgram(account)?.recheck()
      const corp = accounts.corp(account)
      corp?.recheck()
    },
    async examine(account) {
      const http = createHttpClient({ connections: 8 })
      watching.callbacks.quiet(account, true)
      try {
        return await examineAccount(config, account, http)
      } finally {
        watching.callbacks.quiet(account, false)
        await http.close()
      }
    },
  })
}

/** The product's version, as its package says. */
function versionOf(root: string): string {
  try {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version?: string }
    return version ?? '?'
  } catch {
    return '?'
  }
}

import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import type { connectContentParts } from './content-parts.js'
import type { Logger } from './core/log.js'
import type { CorpParts } from './corp-parts.js'
import type { DeskParts } from './desk-parts.js'
import type { ConsoleContent } from './editor-parts.js'
import type { FollowerParts } from './follower-parts.js'
import type { Inbox } from './inbox/inbox.js'
import { campaignOccurrences, campaignTicks } from './jobs/campaign-ticks.js'
import { publishingTicks } from './jobs/publishing-ticks.js'
import { statisticsTicks } from './jobs/statistics-ticks.js'
import { standardTicks } from './jobs/ticks.js'
import type { Kf } from './kf/kf.js'
import type { Library } from './library/library.js'
import type { OperationsParts } from './operations-parts.js'
import type { Outbox } from './outbox/outbox.js'
import type { Accounts } from './platforms/accounts.js'
import type { PushParts } from './push-parts.js'
import type { Store } from './store/connect.js'
import type { Unionids } from './unionids.js'
import type { createWebParts } from './web-parts.js'

/** What a process does: answer the webhook, deliver and keep the clock, or both. */
export type Role = 'all' | 'web' | 'worker'

/** The start and the end of a process. */
export interface Life {
  /** Takes up the work of a role; resolves when it is taken up, with the port of the web roles. */
  start(role: Role): Promise<{ port?: number }>
  /** Ends in order: no new requests, no new deliveries, what is under way finishes, then the store closes. */
  stop(): Promise<void>
}

/** What is started and ended. */
export interface LifeParts {
  config: Pick<Config, 'http'>
  store: Store
  inbox: Inbox
  outbox: Outbox
  library: Library
  accounts: Accounts
  push: PushParts
  corp: CorpParts
  desk: DeskParts
  operations: OperationsParts
  contacts: Pick<Contacts, 'close'>
  written: ConsoleContent
  content: ReturnType<typeof connectContentParts>
  followers: Pick<FollowerParts, 'ticks'>
  kf: Kf
  unionids: Unionids
  server: ReturnType<typeof createWebParts>['server']
  log: Logger
}

/** The life of a process: what its role takes up, the clock of a worker, and the order in which everything ends. */
export function createLife(parts: LifeParts): Life {
  const { config, store, inbox, outbox, library, accounts, contacts, written, content, followers } = parts
  const { push, corp, kf, desk, unionids, operations, server, log } = parts

  const ticks = [
    ...followers.ticks,
    ...publishingTicks(content),
    ...statisticsTicks(content),
    ...campaignTicks(push),
    ...push.ticks,
    ...corp.ticks,
    ...(accounts.kf.length === 0 ? [] : kf.ticks),
    ...desk.ticks,
    ...standardTicks({
      inbox: {
        async sweep() {
          await store.clock.sync()
          return inbox.sweep()
        },
        drainSpool: () => inbox.drainSpool(),
      },
      outbox,
      refreshTokens: () => accounts.warm(),
    }),
  ]

  /** What `stop` ends, in this order; filled as parts are started. */
  const ends: (() => Promise<unknown>)[] = []

  return {
    async start(role) {
      ends.push(written.follow(library))
      if (role !== 'web') {
        const { createScheduler } = await import('./jobs/scheduler.js')
        const { connection } = store
        const scheduler = createScheduler({ connection, log, ticks, occurrences: campaignOccurrences(push) })
        await scheduler.start()
        outbox.start()
        push.bulk.start()
        ends.push(async () => {
          await push.campaigns.close()
          await scheduler.stop()
        })
      }
      await accounts.warm()
      await operations.processes.start(role)
      if (role === 'worker') return {}
      const port = await server.listen(config.http.port, config.http.host)
      ends.unshift(() => server.close())
      return { port }
    },
    async stop() {
      for (const end of ends.splice(0)) await end()
      await kf.close()
      await inbox.close()
      await desk.close()
      await unionids.close()
      await push.close()
      await corp.close()
      await outbox.close()
      await contacts.close()
      await library.close()
      await accounts.close()
      await operations.close()
      await store.close()
    },
  }
}

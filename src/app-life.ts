import type { App } from './app.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import type { connectContentParts } from './content-parts.js'
import type { Logger } from './core/log.js'
import type { ConsoleContent } from './editor-parts.js'
import type { FollowerParts } from './follower-parts.js'
import { campaignOccurrences, campaignTicks } from './jobs/campaign-ticks.js'
import { publishingTicks } from './jobs/publishing-ticks.js'
import { statisticsTicks } from './jobs/statistics-ticks.js'
import { standardTicks } from './jobs/ticks.js'
import type { Kf } from './kf/kf.js'
import type { Unionids } from './unionids.js'
import type { createWebParts } from './web-parts.js'

/** What a process does: answer the webhook, deliver and keep the clock, or both. */
export type Role = 'all' | 'web' | 'worker'

/** What is started and ended. */
export interface LifeParts
  extends Pick<App, 'store' | 'inbox' | 'outbox' | 'library' | 'accounts' | 'push' | 'corp' | 'desk' | 'operations'> {
  config: Pick<Config, 'http'>
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
export function createLife(parts: LifeParts): Pick<App, 'start' | 'stop'> {
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

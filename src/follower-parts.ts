import { type Config, officialAccounts } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import { personOf } from './contacts/identity.js'
import { createFollowerSync, type FollowerSync, type SyncAccount } from './contacts/sync/followers.js'
import { createWindows, type Windows } from './contacts/windows.js'
import type { Clock } from './core/clock.js'
import type { Plugin } from './core/composer.js'
import { messageOf } from './core/errors.js'
import type { Logger } from './core/log.js'
import type { Events } from './events/events.js'
import { scenesPlugin } from './growth/scenes/plugin.js'
import { createScenes, type Scenes } from './growth/scenes/scenes.js'
import { createActs } from './inbox/acts.js'
import { followerTicks } from './jobs/follower-ticks.js'
import type { Tick } from './jobs/scheduler.js'
import type { Guard } from './outbox/guard.js'
import { createGuards, type GuardDeps } from './outbox/guards/guards.js'
import { createSpends } from './outbox/spends.js'
import type { Accounts } from './platforms/accounts.js'
import type { Connection } from './store/connect.js'

/** What follower sync, channel codes, windows and guards are connected to. */
export interface FollowerPartsPorts {
  config: Pick<Config, 'accounts' | 'timeZone'>
  connection: Connection
  contacts: Contacts
  accounts: Pick<Accounts, 'find' | 'client'>
  events: Events
  clock: Clock
  log: Logger
  /** Which messages use up an acceptance of a subscription template. */
  subscriptionOf?: NonNullable<GuardDeps['subscriptionOf']>
}

/** The parts around followers. */
export interface FollowerParts {
  windows: Windows
  /** For the outbox. */
  guards: readonly Guard[]
  scenes: Scenes
  /** Install it before the operator's handlers. */
  channelCodes: Plugin
  sync: FollowerSync
  /** For the scheduler. */
  ticks: Tick[]
}

/** Connects them on the configured accounts. Make them before `ensureIndexes`. */
export function connectFollowerParts(ports: FollowerPartsPorts): FollowerParts {
  const { config, connection, contacts, accounts, events, clock, log, subscriptionOf } = ports
  const windows = createWindows({
    acts: createActs({ connection, platform: accounts.find }),
    spends: createSpends({ connection }),
    async credits(update, template) {
      const person = personOf(update)
      return person === undefined ? 0 : contacts.credits.of(person, template)
    },
  })
  const guards = createGuards({
    contacts,
    windows,
    platform: (account) => accounts.find(account)?.platform,
    credits: contacts.credits,
    ...(subscriptionOf && { subscriptionOf }),
  })
  const scenes = createScenes({ connection, clock, events })
  const sync = createFollowerSync({ connection, clock, log, events, contacts })

  /** One account's failure must not keep the others from being synced. */
  async function syncFollowers(): Promise<void> {
    for (const account of syncAccounts(config, accounts)) {
      try {
        await sync.run(account)
      } catch (error) {
        log.error({ account: account.account, reason: messageOf(error) }, 'followers not synced, tried again tomorrow')
      }
    }
  }

  return {
    windows,
    guards,
    scenes,
    channelCodes: scenesPlugin({ scenes, findContact: contacts.find }),
    sync,
    ticks: followerTicks({ syncFollowers, recountScenes: scenes.rebuild, timeZone: config.timeZone }),
  }
}

/** The accounts whose followers can be listed, as the sync takes them. */
export function syncAccounts(config: Pick<Config, 'accounts'>, accounts: Pick<Accounts, 'client'>): SyncAccount[] {
  return officialAccounts(config).flatMap(([account, { platform, mirrorTags = [] }]) => {
    const client = accounts.client(account)
    if (!client?.permissions.may('users')) return []
    return [{ account, platform, users: client.users, tags: client.tags, mirrorTags }]
  })
}

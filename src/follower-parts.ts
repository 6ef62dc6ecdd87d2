import { officialAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import { createFollowerSync, type FollowerSync, type SyncAccount } from './contacts/sync/followers.js'
import type { Windows } from './contacts/windows.js'
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
import { connectReach } from './outbox/reach/connect.js'
import type { Reach } from './outbox/reach/reach.js'
import { subscriptionOf } from './outbox/via.js'
import type { Accounts } from './platforms/accounts.js'
import type { Connection } from './store/connect.js'

/** What follower sync, channel codes, windows and guards are connected to. */
export interface FollowerPartsPorts {
  config: Pick<Config, 'accounts' | 'reach' | 'timeZone'>
  connection: Connection
  contacts: Contacts
  accounts: Pick<Accounts, 'find' | 'client' | 'miniProgram'>
  events: Events
  clock: Clock
  log: Logger
}

/** The parts around followers. */
export interface FollowerParts {
  /** How people can be reached: rules, books, quotas. */
  reach: Reach
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
  const { config, connection, contacts, accounts, events, clock, log } = ports
  const { reach, windows, guards } = connectReach({
    connection,
    clock,
    log,
    config: config.reach,
    timeZone: config.timeZone,
    contacts,
    platform: (account) => accounts.find(account)?.platform,
    may: (account, capability) => accounts.client(account)?.permissions.may(capability) ?? false,
    hasMiniProgram: (account) => accounts.miniProgram(account) !== undefined,
    acts: createActs({ connection, platform: accounts.find }),
    subscriptionOf: (message) => (message.kind === 'filled-notice' ? subscriptionOf(message) : undefined),
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
    reach,
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

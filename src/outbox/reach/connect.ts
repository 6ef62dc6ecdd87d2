import type { Capability } from '../../../rules/official-account/kinds.js'
import { type Person, personOf } from '../../contacts/identity.js'
import { type Act, createWindows, type Windows } from '../../contacts/windows.js'
import type { Clock } from '../../core/clock.js'
import type { ConsentPurpose } from '../../core/context.js'
import type { Logger } from '../../core/log.js'
import type { Message } from '../../core/message.js'
import type { PlatformName } from '../../core/update.js'
import type { Connection } from '../../store/connect.js'
import type { Channel } from '../channel.js'
import type { Guard } from '../guard.js'
import { createGuards, type GuardDeps } from '../guards/guards.js'
import { createSpends } from '../spends.js'
import { createReach } from './create.js'
import type { Caps, QuietMode, Reach, ReachPolicy } from './reach.js'

/** `config.reach`. */
export interface ReachConfig {
  caps: Caps
  quietHours: { hours: string; mode: QuietMode }
  requireConsent: readonly ConsentPurpose[]
  /** Calls a day by account and channel, where the platform grants other numbers than to a new account. */
  quotas: Readonly<Record<string, Partial<Record<Channel, number | undefined>>>>
}

/** What reaching people, windows and guards are connected to. */
export interface ReachPartsPorts {
  connection: Connection
  clock: Clock
  log: Logger
  config: ReachConfig
  /** Of business days and quiet hours. */
  timeZone: string
  contacts: GuardDeps['contacts'] & {
    find(person: Person): Promise<string | undefined>
    credits: { of(person: Person, template: string): Promise<number> }
  }
  /** The platform an account is on; undefined when it is not configured. */
  platform(account: string): PlatformName | undefined
  /** Whether the account's kind and permissions allow it. */
  may(account: string, capability: Capability): boolean
  /** A mini program is linked with the account. */
  hasMiniProgram(account: string): boolean
  /** What a person (as of `contactKey`) did that opens a window (`createActs`). */
  acts(contact: string, since: Date): Promise<readonly Act[]>
  /** Which messages use up an acceptance of a subscription template. */
  subscriptionOf?: (message: Message) => string | undefined
}

/** The parts around reaching people. */
export interface ReachParts {
  reach: Reach
  windows: Windows
  /** For the outbox. */
  guards: readonly Guard[]
}

/** Connects resolver, books, windows and guards. Make them before `ensureIndexes`. */
export function connectReach(ports: ReachPartsPorts): ReachParts {
  const { connection, clock, log, config, contacts, platform, acts, subscriptionOf } = ports
  const reach = createReach({
    connection,
    clock,
    log,
    policy: policyOf(config, ports.timeZone),
    setup(account) {
      const name = platform(account)
      if (name === undefined) return undefined
      const may = (capability: Capability) => ports.may(account, capability)
      return { platform: name, miniProgram: ports.hasMiniProgram(account), may }
    },
    granted: (account, channel) => config.quotas[account]?.[channel],
    acts,
  })
  const windows = createWindows({
    acts,
    spends: createSpends({ connection, campaigns: spendsOfCampaigns }),
    async credits(update, template) {
      const person = personOf(update)
      return person === undefined ? 0 : contacts.credits.of(person, template)
    },
  })
  const guards = createGuards({
    contacts,
    windows,
    platform,
    credits: contacts.credits,
    reach,
    ...(subscriptionOf && { subscriptionOf }),
  })

  /** Campaigns book by contact, windows ask by account and openid. */
  async function spendsOfCampaigns(key: string, since: Date) {
    const end = key.lastIndexOf(':')
    const account = key.slice(0, end)
    const name = platform(account)
    const contact = name && (await contacts.find({ platform: name, account, externalId: key.slice(end + 1) }))
    return contact === undefined ? [] : reach.spends(contact, account, since)
  }

  return { reach, windows, guards }
}

/** The house's rules from the configuration. */
export function policyOf({ caps, quietHours, requireConsent }: ReachConfig, timeZone: string): ReachPolicy {
  return { caps, quiet: { ...quietHours, timeZone }, requireConsent }
}

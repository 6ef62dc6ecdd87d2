import type { Contacts } from './contacts/contacts.js'
import type { Person } from './contacts/identity.js'
import { messageOf } from './core/errors.js'
import type { Logger } from './core/log.js'
import type { Update } from './core/update.js'
import type { Accounts } from './platforms/accounts.js'
import type { UserInfo } from './platforms/official-account/client/users.js'
import { createBatch } from './store/batch.js'

/** The most people one call asks about. */
const MOST = 100

/** Learns who new followers are over all accounts of their owner. */
export interface Unionids {
  /** Asks in the background for the unionid of somebody who just followed; never fails. */
  learn(update: Update): void
  /** Waits for what is asked. */
  close(): Promise<void>
}

/**
 * A follow event names no unionid, so it is asked for at once: an order from the mini program a minute later must find
 * the follower. People who follow together share a call; what is missed here the nightly sync finds.
 */
export function createUnionids(ports: {
  accounts: Pick<Accounts, 'client'>
  contacts: Pick<Contacts, 'join'>
  log: Logger
}): Unionids {
  const { accounts, contacts, log } = ports
  const askers = new Map<string, (openid: string) => Promise<UserInfo | undefined>>()
  const asked = new Set<Promise<void>>()

  function askerOf(account: string): ((openid: string) => Promise<UserInfo | undefined>) | undefined {
    const client = accounts.client(account)
    if (!client?.permissions.may('users')) return undefined
    const known = askers.get(account)
    if (known) return known
    const asker = createBatch<string, UserInfo | undefined>(async (openids) => {
      const found = new Map((await client.users.batchGet([...new Set(openids)])).map((info) => [info.openid, info]))
      return openids.map((openid) => found.get(openid))
    }, MOST)
    askers.set(account, asker)
    return asker
  }

  async function join(person: Person, at: Date, ask: (openid: string) => Promise<UserInfo | undefined>) {
    const info = await ask(person.externalId)
    if (info?.unionid !== undefined) await contacts.join(person, info.unionid, at)
  }

  return {
    learn({ kind, platform, account, from, at }) {
      const ask = kind === 'event.subscribe' && platform === 'official-account' ? askerOf(account) : undefined
      if (ask === undefined || from === '') return
      const one = join({ platform, account, externalId: from }, at, ask)
        .catch((error: unknown) => log.warn({ account, reason: messageOf(error) }, 'a unionid is left to the sync'))
        .finally(() => asked.delete(one))
      asked.add(one)
    },
    close: async () => void (await Promise.all(asked)),
  }
}

import { messageOf } from '../core/errors.js'
import type { Update } from '../core/update.js'
import { createBatch } from '../store/batch.js'
import type { KfAccount, KfMet, KfPorts } from './ports.js'

/** Learns who writes to the desk: the name, and by the unionid who that is over all accounts of the owner. */
export interface DeskPeople {
  /** Asks in the background about somebody who enters or writes, once a day and process; never fails. */
  learn(one: KfAccount, update: Update): void
  /** Waits for what is asked. */
  close(): Promise<void>
}

/** The most people one call asks about. */
const MOST = 100
const KNOWN_MS = 86_400_000
const MOST_REMEMBERED = 20_000

/** The people of the accounts. Those who come together share a call. */
export function createDeskPeople(ports: Pick<KfPorts, 'clock' | 'log' | 'learn'>): DeskPeople {
  const { clock, log } = ports
  const askers = new Map<string, (met: KfMet) => Promise<unknown>>()
  const known = new Map<string, number>()
  const asked = new Set<Promise<unknown>>()

  function askerOf(one: KfAccount): (met: KfMet) => Promise<unknown> {
    const before = askers.get(one.account)
    if (before) return before
    const asker = createBatch<KfMet, unknown>(async (met) => {
      const found = await one.people([...new Set(met.map(({ externalId }) => externalId))])
      const byId = new Map(found.map((person) => [person.id, person]))
      const batch = met.flatMap((somebody): KfMet[] => {
        const person = byId.get(somebody.externalId)
        if (person === undefined) return []
        const { nickname: name, unionid } = person
        return [{ ...somebody, ...(name !== '' && { name }), ...(unionid !== undefined && { unionid }) }]
      })
      if (batch.length > 0) await ports.learn(batch)
      return met
    }, MOST)
    askers.set(one.account, asker)
    return asker
  }

  return {
    learn(one, { kind, account, from, at }) {
      if (from === '' || !(kind === 'event.session.entered' || kind.startsWith('message.'))) return
      const key = `${account}:${from}`
      const now = clock.now().getTime()
      if (now - (known.get(key) ?? 0) < KNOWN_MS) return
      known.delete(key)
      known.set(key, now)
      const [oldest] = known.keys()
      if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest)
      const run = askerOf(one)({ account, externalId: from, at })
        .catch((error: unknown) => {
          known.delete(key)
          log.warn({ account, reason: messageOf(error) }, 'desk: who a customer is was not learnt')
        })
        .finally(() => asked.delete(run))
      asked.add(run)
    },
    close: async () => void (await Promise.all(asked)),
  }
}

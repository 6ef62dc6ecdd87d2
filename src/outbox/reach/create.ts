import type { Act } from '../../contacts/windows.js'
import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { Connection } from '../../store/connect.js'
import type { Reason } from '../channel.js'
import { type AccountSetup, mayUse } from '../channel-rules.js'
import { createDeliverySpends } from '../spends.js'
import { isBooked } from './ledger.js'
import { createLoad } from './load.js'
import { reachModels } from './model.js'
import { createQuotas, type QuotaPorts } from './quotas.js'
import type { Bookable, Booking, Judged, Question, Reach, Reachable, ReachPolicy } from './reach.js'
import { resolveChannel } from './resolve.js'
import { createTouches } from './touches.js'

/** What reaching people is connected to. */
export interface ReachPorts extends Pick<QuotaPorts, 'granted' | 'refreshMs' | 'flushMs'> {
  connection: Connection
  clock: Clock
  log: Logger
  policy: ReachPolicy
  /** How an account is set up; undefined when it is not configured. */
  setup(account: string): AccountSetup | undefined
  /** What a person (as of `contactKey`) did that opens a window, since when (`createActs`). */
  acts(contact: string, since: Date): Promise<readonly Act[]>
}

/** The books and the resolver on a connection; make them before `ensureIndexes`. */
export function createReach(ports: ReachPorts): Reach {
  const { connection, clock, policy, log, setup } = ports
  const { timeZone } = policy.quiet
  reachModels(connection)
  const touches = createTouches({
    connection,
    clock,
    timeZone,
    ...(ports.refreshMs !== undefined && { refreshMs: ports.refreshMs }),
  })
  const load = createLoad({
    connection,
    platform: (account) => setup(account)?.platform,
    acts: ports.acts,
    spends: createDeliverySpends({ connection }),
    touches,
  })
  const quotas = createQuotas({
    connection,
    log,
    mayUse(account, channel) {
      const found = setup(account)
      return found !== undefined && mayUse(found, channel)
    },
    ...(ports.granted && { granted: ports.granted }),
    ...(ports.refreshMs !== undefined && { refreshMs: ports.refreshMs }),
    ...(ports.flushMs !== undefined && { flushMs: ports.flushMs }),
  })

  async function judge(people: readonly Reachable[], question: Question): Promise<Judged[]> {
    const { account, purpose, channels, now, templates, policy: rules = policy } = question
    const [facts, quota] = await Promise.all([load(people, account, now, question), quotas.state(account, now)])
    return facts.map((one) => {
      const input = { purpose, channels, facts: one, policy: rules, quota, now, ...(templates && { templates }) }
      return { facts: one, resolution: resolveChannel(input) }
    })
  }

  async function book(people: readonly Bookable[], booking: Booking): Promise<(Reason | undefined)[]> {
    if (!isBooked(booking)) return people.map(() => undefined)
    const ids = people.map(({ contact, mergedInto }) => mergedInto ?? contact)
    return touches.book(ids, booking, booking.policy ?? policy)
  }

  async function check(people: readonly Bookable[], booking: Booking): Promise<(Reason | undefined)[]> {
    if (!isBooked(booking)) return people.map(() => undefined)
    const ids = people.map(({ contact, mergedInto }) => mergedInto ?? contact)
    return touches.check(ids, booking, booking.policy ?? policy)
  }

  return {
    policy,
    load,
    quota: quotas.state,
    judge,
    book,
    check,
    reserve: async (people, booking) => (await book(people, booking)).map((bar) => bar === undefined),
    release: (contacts, source) => touches.release([{ ids: contacts, source }]),
    block: (people, account, at) =>
      touches.block(
        people.map(({ contact }) => contact),
        account,
        at,
      ),
    join: touches.join,
    touchesOf: touches.of,
    spends: touches.spends,
    personalData: touches.personalData,
    count: quotas.count,
    park: quotas.park,
    unpark: quotas.unpark,
    flush: quotas.flush,
    close: quotas.close,
  }
}

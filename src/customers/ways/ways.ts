import type { CustomerAdded, CustomerRemoved } from '../../core/corp-update.js'
import { messageOf } from '../../core/errors.js'
import type { Update } from '../../core/update.js'
import type { Newcomer, WelcomeWords } from '../welcome/ports.js'
import { cameBy, countsOn, countTouch, touchId } from './counts.js'
import { createWayKeeping, type WayKeeping } from './keeping.js'
import type { WayPorts } from './ports.js'
import { definitionOf } from './read-definition.js'
import { dayOf, validityAt } from './slots.js'
import { createWayTasks } from './tasks.js'
import { speechOf, wordsOf } from './words.js'

/** The contact ways (联系我, channel codes) of all accounts. */
export interface Ways extends WayKeeping {
  /** What an update means for the ways: counts, tags and remarks to come. Undefined: nothing. */
  apply(update: Update): Promise<void> | undefined
  /** What a newcomer is welcomed with: the way's own words, then the account's. For the welcome lane. */
  words(newcomer: Newcomer): AsyncIterable<WelcomeWords>
  /** Tags and remarks that are due. */
  runTasks(): Promise<{ done: number; left: number }>
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** A process that runs no ticks reads the account's words again after this. */
const FRESH_MS = 60_000

/** The ways on a connection; make them before `ensureIndexes`. */
export function createWays(ports: WayPorts): Ways {
  const { connection, clock, log, events, accounts, timeZone } = ports
  const keeping = createWayKeeping(ports)
  const { book } = keeping
  const tasks = createWayTasks(ports)
  const running = new Set<Promise<unknown>>()

  /** In the background: nobody waits for it, and the next tick does it if it fails. */
  function soon(work: Promise<unknown>): void {
    const run = work
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'contact way left to the next round'))
      .finally(() => running.delete(run))
    running.add(run)
  }

  async function added(update: CustomerAdded, state: string): Promise<void> {
    const { account, staff, from: customer, at } = update
    const row = await book.byState(account, state)
    if (!row) return
    const contact = await ports.contact({ platform: 'wecom', account, externalId: customer }, at)
    const day = dayOf(at, timeZone)
    const touch = { account, way: row.slug, staff, customer, contact, day, how: 'added' as const, at }
    const { tags = [], remark, dailyCap, called = {} } = definitionOf(row) ?? {}
    if (tags.length > 0 || remark !== undefined) {
      const _id = touchId(touch)
      const written = remark?.replaceAll('{staff}', called[staff] ?? staff)
      const own = { account, staff, customer, way: row.slug, tags }
      await tasks.put({ _id, ...own, ...(written !== undefined && { remark: written }) })
      soon(tasks.one(_id))
    }
    const fresh = await countTouch({ connection, events }, touch)
    if (dailyCap === undefined || !fresh) return
    const counts = await countsOn(connection, row._id, day)
    if ((counts.get(staff) ?? 0) >= dailyCap) soon(keeping.sync(account, row.slug))
  }

  async function lost(update: CustomerRemoved): Promise<void> {
    const { account, staff, from: customer, at } = update
    const way = await cameBy(connection, { account, staff, customer })
    if (way === undefined) return
    const contact = await ports.contact({ platform: 'wecom', account, externalId: customer }, at)
    const touch = { account, way, staff, customer, contact, day: dayOf(at, timeZone), how: 'lost' as const, at }
    await countTouch({ connection, events }, touch)
  }

  async function common(account: string) {
    const known = keeping.defaults()
    if (known === undefined) await keeping.load()
    else if (clock.now().getTime() - known.readAt.getTime() > FRESH_MS) soon(keeping.load())
    const { byAccount } = keeping.defaults() ?? {}
    return byAccount?.get(account) ?? byAccount?.get('')
  }

  async function ownOf({ account, state }: Newcomer) {
    const row = state === undefined ? undefined : await book.byState(account, state)
    if (!row || row.removedAt) return undefined
    const definition = definitionOf(row)
    return definition && validityAt(definition, clock.now(), timeZone) !== 'over' ? definition : undefined
  }

  return {
    ...keeping,
    apply(update) {
      if (!accounts.includes(update.account)) return undefined
      if (update.kind === 'event.customer.added' && update.state !== undefined) return added(update, update.state)
      return update.kind === 'event.customer.removed' && update.by === 'customer' ? lost(update) : undefined
    },
    async *words(newcomer) {
      const [shared, own] = await Promise.all([common(newcomer.account), ownOf(newcomer)])
      if (own?.welcome) {
        const speech = { parts: own.welcome, called: { ...shared?.called, ...own.called } }
        yield await wordsOf(ports, 'way', speech, newcomer)
      }
      if (shared) yield await wordsOf(ports, 'default', speechOf(shared), newcomer)
    },
    runTasks: () => tasks.run(),
    async close() {
      await Promise.all(running)
    },
  }
}

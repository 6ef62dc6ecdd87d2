import type { Person } from '../contacts/identity.js'
import { type Answered, isPromise } from '../core/call.js'
import type { DeskAccountsChanged } from '../core/corp-update.js'
import { AppError } from '../core/errors.js'
import type { Reply } from '../core/message.js'
import type { Update } from '../core/update.js'
import { createCodes } from './codes.js'
import { createPlatformDesk, type PlatformDesk } from './desk.js'
import { createDeskFacts } from './facts.js'
import { type KfCursorRow, kfModels } from './model.js'
import { createDeskPeople } from './people.js'
import type { KfPorts } from './ports.js'
import { createPuller } from './puller.js'
import { createSessions } from './sessions.js'

/** An end of a delivery, as far as it says something about a conversation. */
export interface KfDeliveryEnd {
  account: string
  to: string
  code?: number
}

/** The customer-service accounts (微信客服): read, greeted, kept apart from what staff do in the WeCom client. */
export interface Kf {
  /**
   * What an update means here; after its durable insert and before the handlers. For the corporation's news that something
   * waits, and for everything that was read. Undefined: nothing to wait for.
   */
  apply(update: Update): Promise<unknown> | undefined
  /** True for a message while staff have the conversation in the WeCom client: the bot stays silent. */
  silent(update: Update): Promise<boolean> | undefined
  /**
   * Runs the handlers; what they reply to somebody's entering becomes the welcome, and a hand-over moves the conversation
   * to the servicer it names, else into the platform's queue. Rejects with AppError `kf.hand-over` when the platform does
   * not take it. A desk of our own goes inside: what it makes of a hand-over is no hand-over any more.
   */
  answered(update: Update, handle: () => Answered): Answered
  /** Ends of outbox deliveries: a refusal by state (95018) tells that staff have the conversation. */
  ended(ends: readonly KfDeliveryEnd[]): Promise<void>
  readonly desk: PlatformDesk
  /** Reads an account now. */
  pull(account: string): Promise<void>
  /** How far the accounts are read. */
  status(): Promise<{ account: string; row: KfCursorRow | undefined }[]>
  /** How many codes ended how since then. */
  counts: ReturnType<typeof createCodes>['counts']
  readonly ticks: { name: string; every: string; run(): Promise<unknown> }[]
  /** Ends readers after their page, and what is being said. Before the inbox closes. */
  close(): Promise<void>
}

/** The state of the conversation forbids sending. */
const WRONG_STATE = 95_018

/** Connects the accounts; make it before `ensureIndexes`. */
export function createKf(ports: KfPorts): Kf {
  kfModels(ports.connection)
  const puller = createPuller(ports)
  const sessions = createSessions(ports)
  const codes = createCodes(ports)
  const people = createDeskPeople(ports)
  const facts = createDeskFacts(ports)
  const desk = createPlatformDesk(ports, { sessions, codes })
  const accounts = new Map(ports.accounts.map((one) => [one.account, one]))

  /** Without an account nothing can be read or said; the operator hears of it. */
  async function changed({ account: corp, id, at, added, removed }: DeskAccountsChanged): Promise<void> {
    const facts = ports.accounts.flatMap(({ account, settings }) => {
      if (settings.corp !== corp) return []
      const given = added.includes(settings.openKfId)
      if (!given && !removed.includes(settings.openKfId)) return []
      if (!given) ports.log.error({ account }, 'desk: the account was taken from the app; run weloop doctor')
      const type = given ? 'kf.account-given' : 'kf.account-taken'
      return [{ source: 'kf', id: `${account}:${id}`.slice(0, 400), type, account, occurredAt: at }]
    })
    if (facts.length > 0) await ports.events.append(facts)
  }

  function handedOver(update: Update, reply: Reply): Answered {
    if (typeof reply !== 'object' || reply.kind !== 'hand-over') return reply
    const person: Person = { platform: 'wecom', account: update.account, externalId: update.from }
    const { staff } = reply
    const moving = staff === undefined ? desk.toQueue(person) : desk.toStaff(person, staff)
    return moving.then((moved) => {
      if (moved.outcome === 'done') return undefined
      throw new AppError('kf.hand-over', `the conversation was not handed over: ${moved.detail}`, {
        fix: 'see who is on duty with `weloop doctor`; the update can be replayed',
      })
    })
  }

  return {
    apply(update) {
      const pending = puller.apply(update)
      if (pending) return pending
      if (update.kind === 'event.kf.accounts') return changed(update)
      const one = accounts.get(update.account)
      if (one === undefined) return undefined
      people.learn(one, update)
      const work = [codes.apply(one, update), sessions.apply(update), facts.apply(update)].filter((part) => part)
      return work.length === 0 ? undefined : Promise.all(work)
    },
    silent(update) {
      const one = update.kind.startsWith('message.') ? accounts.get(update.account) : undefined
      return one && sessions.silent(one, update.from)
    },
    answered(update, handle) {
      const reply = codes.answered(update, handle)
      if (!accounts.has(update.account)) return reply
      return isPromise(reply) ? reply.then((value) => handedOver(update, value)) : handedOver(update, reply)
    },
    async ended(ends) {
      const refused = ends.filter(({ account, code }) => code === WRONG_STATE && accounts.has(account))
      for (const { account, to } of refused) await sessions.doubt(account, to)
    },
    desk,
    async pull(account) {
      const one = accounts.get(account)
      if (one) await puller.pull(one)
    },
    status: () =>
      Promise.all(ports.accounts.map(async (one) => ({ account: one.account, row: await puller.status(one) }))),
    counts: codes.counts,
    ticks: [
      { name: 'kf-read', every: '5 seconds', run: () => puller.tick() },
      { name: 'kf-codes', every: '5 seconds', run: () => codes.resume() },
    ],
    async close() {
      await puller.close()
      await codes.close()
      await people.close()
    },
  }
}

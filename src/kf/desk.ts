import type { Person } from '../contacts/identity.js'
import type { ResolvedMessage } from '../core/message.js'
import type { Codes } from './codes.js'
import type { KfAccount, KfCall, KfCodeKind, KfPorts, KfRefusal, KfState, KfUpgrade } from './ports.js'
import type { Sessions } from './sessions.js'

/** How a move ended. `said`: what became of the words that go with it; `not-due` when the platform gave no code. */
export type Moved =
  | { outcome: 'done'; said: 'sent' | 'not-due' | 'failed' }
  | { outcome: 'refused'; reason: KfRefusal; detail: string }
  /** Nothing has changed for all we know; repeating is safe. */
  | { outcome: 'later'; detail: string }

/** What our desk does with conversations of the platform's. Nothing rejects but for the store; moves are idempotent. */
export interface PlatformDesk {
  /** Into the platform's queue (待接入池): servicers take it in the WeCom client, the bot is silent. */
  toQueue(person: Person, say?: ResolvedMessage): Promise<Moved>
  /** To a servicer who is on duty, in the WeCom client. */
  toStaff(person: Person, staff: string, say?: ResolvedMessage): Promise<Moved>
  /** Ends it; `say` (text or choices, a vote) is shown within 20 s. */
  end(person: Person, say?: ResolvedMessage): Promise<Moved>
  /** A vote: for the unused code of an end while it is good (20 s, takes nothing of the 5), else as a delivery under `key`. */
  vote(person: Person, message: ResolvedMessage, key: string): Promise<'code' | 'outbox'>
  /** Shows a card of a member to add or a group to join: the sanctioned way for a bot to lead a customer there. */
  upgrade(person: Person, offer: KfUpgrade): Promise<Moved>
  /** Who has the conversation; the platform is asked. Undefined: no account of the desk, or nobody knows. */
  state(person: Person): Promise<{ state: KfState; staff?: string } | undefined>
}

/** The desk over the accounts. */
export function createPlatformDesk(ports: KfPorts, parts: { sessions: Sessions; codes: Codes }): PlatformDesk {
  const { clock, accounts, events, contacts, outbox } = ports
  const { sessions, codes } = parts
  const of = ({ platform, account }: Person) =>
    platform === 'wecom' ? accounts.find((one) => one.account === account) : undefined

  async function move(
    { person, say, staff }: { person: Person; say?: ResolvedMessage | undefined; staff?: string },
    to: Exclude<KfState, 'new' | 'assistant'>,
  ): Promise<Moved> {
    const one = of(person)
    if (one === undefined) return unknown(person)
    const { account, externalId: customer } = person
    const moved = await one.move(customer, to, staff)
    if (moved.end !== 'done') {
      const there = moved.end === 'refused' && (await already(one, customer, to, staff))
      return there ? { outcome: 'done', said: 'not-due' } : endOf(moved)
    }
    await sessions.note(account, customer, { state: to, ...(staff !== undefined && { staff }) })
    if (moved.code === undefined || moved.code === '') return { outcome: 'done', said: 'not-due' }
    const status = await codes.moved(one, {
      kind: KINDS[to],
      account,
      customer,
      code: moved.code,
      at: clock.now(),
      ...(staff !== undefined && { staff }),
      ...(say && { said: say, source: 'desk' as const }),
    })
    return { outcome: 'done', said: status === 'sent' ? 'sent' : status === 'none' ? 'not-due' : 'failed' }
  }

  /** A refused move may be one that was made before, by us or by somebody else. */
  async function already(one: KfAccount, customer: string, to: KfState, staff: string | undefined): Promise<boolean> {
    const now = await sessions.state(one, customer)
    return now?.state === to && (staff === undefined || now.staff === staff)
  }

  return {
    toQueue: (person, say) => move({ person, say }, 'waiting'),
    toStaff: (person, staff, say) => move({ person, say, staff }, 'staff'),
    end: (person, say) => move({ person, say }, 'ended'),
    async vote(person, message, key) {
      const one = of(person)
      const { account, externalId: to } = person
      const said = one && (await codes.sayAtEnd(one, to, message))
      if (said === 'sent') return 'code'
      await outbox.put({ key, account, to, purpose: 'reply', message, source: key })
      return 'outbox'
    },
    async upgrade(person, offer) {
      const one = of(person)
      if (one === undefined) return unknown(person)
      const { account, externalId: customer } = person
      const found = await one.upgrade(customer, offer)
      if (found.end !== 'done') return endOf(found)
      const contact = await contacts.find(person)
      const now = clock.now()
      const props = 'member' in offer ? { staff: offer.member } : { group: offer.group }
      const id = `${account}:${customer}:upgrade:${'member' in offer ? offer.member : offer.group}:${now.getTime()}`
      const about = { account, occurredAt: now, props, ...(contact !== undefined && { contact }) }
      await events.append([{ source: 'kf', id: id.slice(0, 400), type: 'kf.upgrade-offered', ...about }])
      return { outcome: 'done', said: 'not-due' }
    },
    async state(person) {
      const one = of(person)
      return one && sessions.state(one, person.externalId)
    },
  }
}

const KINDS: Record<Exclude<KfState, 'new' | 'assistant'>, KfCodeKind> = {
  waiting: 'queued',
  staff: 'taken',
  ended: 'ended',
}

function endOf(call: Exclude<KfCall, { end: 'done' }>): Moved {
  if (call.end === 'later') return { outcome: 'later', detail: call.detail }
  return { outcome: 'refused', reason: call.reason, detail: call.detail }
}

function unknown({ account }: Person): Moved {
  return { outcome: 'refused', reason: 'unknown', detail: `${account} is no customer-service account` }
}

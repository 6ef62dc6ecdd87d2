import { limits } from '../../rules/wecom/limits.js'
import type { Clock } from '../core/clock.js'
import type { ResolvedMessage } from '../core/message.js'
import type { Events } from '../events/events.js'
import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { type KfCodeRow, type KfCodeStatus, kfCodes } from './model.js'
import type { KfCodeKind, KfOccasion } from './ports.js'

/** The record of codes: each step is one write of one document, so that two processes never both say something. */
export interface CodeBook {
  /** Notes a code; gives its row, and whether it was unknown. */
  open(code: NewCode): Promise<{ row: KfCodeRow; fresh: boolean }>
  /** Notes what is to be said, while nothing is being sent. */
  say(id: string, said: ResolvedMessage): Promise<void>
  /** True for the one who may send it. */
  claim(id: string, source: NonNullable<KfCodeRow['source']>): Promise<boolean>
  /** Gives it back unsent. */
  unclaim(id: string): Promise<void>
  /** Ends it and writes the fact; nothing when it has ended already. */
  end(row: KfCodeRow, from: 'waiting' | 'sending', end: CodeEnd): Promise<KfCodeStatus>
  /** A code of a person that nobody has used and that is still good; the newest. */
  unused(account: string, customer: string, kind: KfCodeKind): Promise<KfCodeRow | undefined>
  /** Writes the facts that a crash left out. */
  tell(limit: number): Promise<void>
}

/** A code that came in. */
export interface NewCode extends KfOccasion {
  code: string
  /** When it was given, by the platform's clock. */
  at: Date
  said?: ResolvedMessage
  source?: NonNullable<KfCodeRow['source']>
}

export interface CodeEnd {
  status: Exclude<KfCodeStatus, 'waiting' | 'sending'>
  reason?: string
  tries?: number
}

const CODE_MS = limits.deskCodeSeconds.value * 1000
const POOL_MS = limits.deskPoolHours.value * 3_600_000
/** How long a code is good. */
const LIFE_MS: Record<KfCodeKind, number> = { welcome: CODE_MS, queued: POOL_MS, taken: POOL_MS, ended: CODE_MS }

/** The book on a connection. */
export function createCodeBook(ports: {
  connection: Connection
  clock: Clock
  events: Pick<Events, 'append'>
  contact(account: string, customer: string): Promise<string | undefined>
}): CodeBook {
  const { connection, clock, events } = ports
  const rows = () => kfCodes(connection)

  async function tellOne(row: KfCodeRow): Promise<void> {
    const type = factOf(row)
    if (type !== undefined) {
      const { _id, account, customer, kind, scene, staff, source, status, reason } = row
      const contact = await ports.contact(account, customer)
      const props = {
        ...(kind !== 'welcome' && { occasion: kind }),
        ...(scene !== undefined && { scene }),
        ...(staff !== undefined && { staff }),
        ...(source !== undefined && { from: source }),
        ...(status !== 'sent' && { reason: status, ...(reason !== undefined && { detail: reason }) }),
      }
      const occurredAt = row.endedAt ?? clock.now()
      const about = { account, occurredAt, props, ...(contact !== undefined && { contact }) }
      await events.append([{ source: 'kf', id: `code:${_id}`.slice(0, 400), type, ...about }])
    }
    await rows().updateOne({ _id: row._id }, { $unset: { untold: '' } })
  }

  return {
    async open(code) {
      const row = rowOf(code, clock.now())
      try {
        await rows().insertOne(row)
        return { row, fresh: true }
      } catch (error) {
        if (!isDuplicate(error)) throw error
        return { row: (await rows().findOne({ _id: row._id })) ?? row, fresh: false }
      }
    },
    async say(id, said) {
      await rows().updateOne({ _id: id, status: 'waiting' }, { $set: { said } })
    },
    async claim(id, source) {
      const { matchedCount } = await rows().updateOne(
        { _id: id, status: { $in: ['waiting', 'none'] } },
        { $set: { status: 'sending', source } },
      )
      return matchedCount === 1
    },
    async unclaim(id) {
      await rows().updateOne({ _id: id, status: 'sending' }, { $set: { status: 'waiting' } })
    },
    async end(row, from, { status, reason, tries }) {
      const ended = await rows().findOneAndUpdate(
        { _id: row._id, status: from },
        {
          $set: {
            status,
            endedAt: clock.now(),
            untold: true,
            ...(reason !== undefined && { reason: reason.slice(0, 500) }),
            ...(tries !== undefined && { tries }),
          },
          $unset: { said: '' },
        },
        { returnDocument: 'after' },
      )
      if (ended) await tellOne(ended)
      return ended?.status ?? status
    },
    async unused(account, customer, kind) {
      const found = await rows().findOne(
        { account, customer, kind, status: { $in: ['waiting', 'none'] }, deadline: { $gt: clock.now() } },
        { sort: { at: -1 } },
      )
      return found ?? undefined
    },
    async tell(limit) {
      for (const row of await rows().find({ untold: true }).limit(limit).toArray()) await tellOne(row)
    },
  }
}

/** The row's key. */
export const codeId = (account: string, code: string) => `${account}:${code}`

function rowOf(code: NewCode, receivedAt: Date): KfCodeRow {
  const { account, code: value, at, kind } = code
  return {
    _id: codeId(account, value),
    ...code,
    status: 'waiting',
    receivedAt,
    deadline: new Date(Math.min(at.getTime(), receivedAt.getTime()) + LIFE_MS[kind]),
  }
}

function factOf({ kind, status }: KfCodeRow): string | undefined {
  const sent = status === 'sent'
  if (kind === 'welcome') return sent ? 'welcome.sent' : 'welcome.missed'
  if (sent) return 'kf.said'
  return status === 'none' ? undefined : 'kf.unsaid'
}

import { limits } from '../../../rules/wecom/limits.js'
import type { Clock } from '../../core/clock.js'
import type { CustomerAdded, CustomerArchiveAgreed } from '../../core/corp-update.js'
import type { ResolvedMessage } from '../../core/message.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import { type WelcomeRow, type WelcomeSource, type WelcomeStatus, welcomeRows } from './model.js'

/** An update that may bring a welcome code. */
export type Welcoming = (CustomerAdded | CustomerArchiveAgreed) & { welcomeCode: string }

/** How a welcome ended. */
export interface WelcomeEnd {
  status: Exclude<WelcomeStatus, 'waiting' | 'sending'>
  reason?: string
  tries?: number
}

/** The record of welcomes: each step is one write of one document, so that two processes never both send. */
export interface Book {
  /** Notes the code; gives the row, and whether it was unknown. Older codes of the same two that still wait are superseded. */
  open(update: Welcoming): Promise<{ row: WelcomeRow; fresh: boolean }>
  /** Notes what a handler replied, while nothing is being sent. */
  say(id: string, messages: readonly ResolvedMessage[]): Promise<void>
  /** True for the one who may send it. */
  claim(id: string, source: WelcomeSource): Promise<boolean>
  /** Gives it back unsent. */
  unclaim(id: string): Promise<void>
  /** Ends it and writes the fact; nothing when it has ended already. */
  end(row: WelcomeRow, from: 'waiting' | 'sending', end: WelcomeEnd): Promise<void>
  /** Writes the facts that a crash left out. */
  tell(limit: number): Promise<number>
}

/** How long a code is good after the customer was added. */
export const WELCOME_MS = limits.welcomeSeconds.value * 1000

export function createBook(ports: {
  connection: Connection
  clock: Clock
  events: Pick<Events, 'append'>
  contact(person: { platform: 'wecom'; account: string; externalId: string }): Promise<string | undefined>
}): Book {
  const { connection, clock, events } = ports
  const rows = () => welcomeRows(connection)

  async function supersede({ _id, account, staff, customer, at }: WelcomeRow): Promise<void> {
    await rows().updateMany(
      { account, customer, staff, status: 'waiting', at: { $lte: at }, _id: { $ne: _id } },
      { $set: { status: 'superseded', endedAt: clock.now() }, $unset: { said: '' } },
    )
  }

  async function tellOne(row: WelcomeRow): Promise<void> {
    const type = factOf(row)
    if (type !== undefined) {
      const { account, staff, customer, state, source, reason, status, update } = row
      const contact = await ports.contact({ platform: 'wecom', account, externalId: customer })
      await events.append([
        {
          source: 'welcomes',
          id: update,
          type,
          account,
          occurredAt: row.endedAt ?? clock.now(),
          ...(contact !== undefined && { contact }),
          props: {
            corp: account,
            staff,
            ...(state !== undefined && { state }),
            ...(source !== undefined && { from: source }),
            ...(type === 'welcome.missed' && { reason: status, ...(reason !== undefined && { detail: reason }) }),
          },
        },
      ])
    }
    await rows().updateOne({ _id: row._id }, { $unset: { untold: '' } })
  }

  return {
    async open(update) {
      const row = rowOf(update, clock.now())
      try {
        await rows().insertOne(row)
      } catch (error) {
        if (!isDuplicate(error)) throw error
        return { row: (await rows().findOne({ _id: row._id })) ?? row, fresh: false }
      }
      await supersede(row)
      return { row, fresh: true }
    },
    async say(id, messages) {
      await rows().updateOne({ _id: id, status: 'waiting' }, { $set: { said: messages } })
    },
    async claim(id, source) {
      const { matchedCount } = await rows().updateOne(
        { _id: id, status: 'waiting' },
        { $set: { status: 'sending', source } },
      )
      return matchedCount === 1
    },
    async unclaim(id) {
      await rows().updateOne({ _id: id, status: 'sending' }, { $set: { status: 'waiting' }, $unset: { source: '' } })
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
    },
    async tell(limit) {
      const untold = await rows().find({ untold: true }).limit(limit).toArray()
      for (const row of untold) await tellOne(row)
      return untold.length
    },
  }
}

/** The row's key. */
export const welcomeId = ({ account, welcomeCode }: Welcoming) => `${account}:${welcomeCode}`

function rowOf(update: Welcoming, receivedAt: Date): WelcomeRow {
  const { account, welcomeCode: code, staff, from: customer, at } = update
  const state = update.kind === 'event.customer.added' ? update.state : undefined
  return {
    _id: welcomeId(update),
    account,
    code,
    update: update.id,
    staff,
    customer,
    ...(state !== undefined && { state }),
    status: 'waiting',
    at,
    receivedAt,
    deadline: new Date(Math.min(at.getTime(), receivedAt.getTime()) + WELCOME_MS),
  }
}

function factOf({ status }: WelcomeRow): 'welcome.sent' | 'welcome.missed' | undefined {
  if (status === 'sent') return 'welcome.sent'
  return status === 'too-late' || status === 'failed' || status === 'none' ? 'welcome.missed' : undefined
}

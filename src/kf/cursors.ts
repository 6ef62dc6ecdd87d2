import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { type KfCursorRow, kfCursors } from './model.js'
import type { KfAccount } from './ports.js'

/** How far each account has been read: one document an account, each step one write of it. */
export interface Cursors {
  /** The account's row, made when there is none. */
  open(one: KfAccount, now: Date): Promise<KfCursorRow>
  find(one: KfAccount): Promise<KfCursorRow | null>
  /** Something waits: noted durably, with the token that lets us read often. */
  want(one: KfAccount, token: string, now: Date): Promise<void>
  /** A page is in the inbox. False: a newer reader has taken over. */
  move(one: KfAccount, fence: number, page: { cursor: string; taken: number; skipped: number }): Promise<boolean>
  /** Everything is read that was told of up to `wanted`. */
  finish(one: KfAccount, fence: number, wanted: number, now: Date): Promise<boolean>
  /** Nothing before `nextAt`. */
  wait(one: KfAccount, fence: number, why: { nextAt: Date; reason: string; seldom: boolean }): Promise<void>
  /** The token is not good any more, unless there is a newer one. */
  dropToken(one: KfAccount, token: string): Promise<void>
}

/** The cursors on a connection. */
export function createCursors(connection: Connection): Cursors {
  const rows = () => kfCursors(connection)
  const mine = (one: KfAccount, fence: number) => ({ _id: cursorKey(one), fence: { $lte: fence } })

  async function open(one: KfAccount, now: Date): Promise<KfCursorRow> {
    const _id = cursorKey(one)
    const found = await rows().findOne({ _id })
    if (found) return found
    const row = fresh(one, now)
    try {
      await rows().insertOne(row)
      return row
    } catch (error) {
      if (!isDuplicate(error)) throw error
      return (await rows().findOne({ _id })) ?? row
    }
  }

  return {
    open,
    find: (one) => rows().findOne({ _id: cursorKey(one) }),
    async want(one, token, now) {
      const filter = { _id: cursorKey(one) }
      const change = { $inc: { wanted: 1 }, ...(token !== '' && { $set: { token, tokenAt: now } }) }
      let row = await rows().findOneAndUpdate(filter, change)
      if (row === null) {
        await open(one, now)
        row = await rows().findOneAndUpdate(filter, change)
      }
      if (token === '' || row?.seldom !== true) return
      await rows().updateOne({ ...filter, seldom: true }, { $set: { nextAt: now, seldom: false } })
    },
    async move(one, fence, { cursor, taken, skipped }) {
      const { matchedCount } = await rows().updateOne(mine(one, fence), {
        $set: { cursor, fence, failures: 0, seldom: false },
        $inc: { read: taken, skipped },
        $unset: { reason: '' },
      })
      return matchedCount === 1
    },
    async finish(one, fence, wanted, now) {
      const { matchedCount } = await rows().updateOne(mine(one, fence), {
        $set: { fence, readAt: now },
        $max: { done: wanted },
      })
      return matchedCount === 1
    },
    async wait(one, fence, { nextAt, reason, seldom }) {
      await rows().updateOne(mine(one, fence), {
        $set: { fence, nextAt, reason: reason.slice(0, 300), seldom },
        $inc: { failures: 1 },
      })
    },
    async dropToken(one, token) {
      await rows().updateOne({ _id: cursorKey(one), token }, { $unset: { token: '', tokenAt: '' } })
    },
  }
}

/** The row's key: an account that is given another open_kfid begins anew. */
export const cursorKey = ({ account, settings }: KfAccount): string => `${account}:${settings.openKfId}`

function fresh(one: KfAccount, now: Date): KfCursorRow {
  return {
    _id: cursorKey(one),
    cursor: '',
    fence: 0,
    since: new Date(now.getTime() - one.settings.history),
    wanted: 0,
    done: 0,
    nextAt: now,
    failures: 0,
    read: 0,
    skipped: 0,
  }
}

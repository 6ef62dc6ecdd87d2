import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import { contactKey, type Update } from '../../core/update.js'
import type { Connection } from '../../store/connect.js'
import { DUPLICATE_KEY } from '../../store/duplicate.js'
import { insertRaw, updateRaw } from '../../store/raw-commands.js'
import type { Channel } from '../channel.js'
import type { DeliveryRow } from '../delivery.js'
import { endingUpdate, pickDefined } from '../ending.js'
import { OUTBOX } from '../model.js'
import { deliveries } from '../queue.js'
import type { Records } from '../record.js'
import { RECEIPTS, type ReceiptRow, receipts } from './model.js'

/** What settling needs. */
export interface SettleDeps {
  connection: Connection
  clock: Clock
  log: Logger
  records?: Pick<Records, 'audit'> | undefined
  /** Wakes the drain when a delivery goes out another way. */
  wake(): void
}

/** Puts deliveries right by what the platform reports about them later. */
export interface Settle {
  /** Takes in a receipt; undefined when the update is none. The same one again changes nothing. */
  apply(update: Update): Promise<void> | undefined
  /** Joins receipts that came before their delivery's end was written, or whose delivery has an unclear end. */
  sweep(): Promise<number>
}

type Receipt = Omit<ReceiptRow, 'receivedAt'>

/** How long after an unclear end a receipt without an id of ours may still be its receipt. */
const GUESS_MS = 600_000
const BATCH = 200

/** Settles by receipts (TEMPLATESENDJOBFINISH, subscribe_msg_sent_event, MASSSENDJOBFINISH of single rows, msg_send_fail). */
export function createSettle(deps: SettleDeps): Settle {
  const { connection, clock, log } = deps

  async function take(receipt: Receipt): Promise<void> {
    if (await join(receipt)) return
    const faults = await insertRaw(connection, RECEIPTS, [{ ...receipt, receivedAt: clock.now() }])
    const other = faults.find(({ code }) => code !== DUPLICATE_KEY)
    if (other) throw new Error(`a receipt was not stored: ${other.message}`)
  }

  /** True when the receipt's delivery was found. */
  async function join(receipt: Receipt): Promise<boolean> {
    const { account, messageId } = receipt
    const known = await deliveries(connection).findOne({ receipt: messageId, account })
    if (known) return verdict(known, receipt)
    const row = await unclearFor(receipt)
    return row !== undefined && settleUnclear(row, receipt)
  }

  /**
   * The one unclear delivery a receipt can be about: sent to this person by this channel (and template) before the
   * receipt. With several nobody can tell which: they stay for a person to judge. At the desk the ids are ours and tell:
   * there the receipt waits until the delivery, repeated under its id, has ended.
   */
  async function unclearFor({ account, to, channel, template, at }: Receipt): Promise<DeliveryRow | undefined> {
    if (to === '' || channel === 'mass' || channel === 'kf-message') return undefined
    const found = await deliveries(connection)
      .find({ contact: contactKey({ account, from: to }), channel, receipt: { $exists: false } })
      .sort({ createdAt: -1 })
      .limit(BATCH)
      .toArray()
    const open = found.filter((row) => {
      const last = row.tries?.[String(row.attempts)]
      const unclear = row.state === 'uncertain' || (row.unclearSince !== undefined && row.state === 'retry')
      if (!unclear || last === undefined || (template !== undefined && last.template !== template)) return false
      const first = row.unclearSince ?? last.at
      return at.getTime() >= first.getTime() - SKEW_MS && at.getTime() <= last.at.getTime() + GUESS_MS
    })
    return open.length === 1 ? open[0] : undefined
  }

  /** An unclear end is clear now; false when somebody else changed the row meanwhile. */
  async function settleUnclear(row: DeliveryRow, { ok, status, messageId }: Receipt): Promise<boolean> {
    const now = clock.now()
    const settled = { by: 'receipt', at: now, who: status } as const
    const ending = ok
      ? { state: 'sent' as const, over: true, reason: 'settled by a receipt', receipt: messageId }
      : { state: 'failed' as const, over: true, reason: refusalOf(status), receipt: messageId, detail: status }
    const update = endingUpdate(ending, now)
    if (ok) update.$unset['attention'] = ''
    const u = {
      $set: { ...update.$set, settled, ...(ok && { confirmedAt: now }) },
      $unset: update.$unset,
      $inc: { fence: 1 },
    }
    const { matched } = await updateRaw(connection, OUTBOX, [
      { q: { _id: row._id, fence: row.fence, state: row.state }, u },
    ])
    if (matched > 0) log.info({ delivery: row._id, ok, status }, 'unclear delivery settled by a receipt')
    return matched > 0
  }

  /** What the platform says about a delivery that it took; false when somebody else changed the row meanwhile. */
  async function verdict(row: DeliveryRow, { ok, status, messageId, at }: Receipt): Promise<boolean> {
    if (row.state !== 'sent' || row.confirmedAt) return true
    const now = clock.now()
    const q = { _id: row._id, fence: row.fence, state: row.state }
    if (ok) return (await updateRaw(connection, OUTBOX, [{ q, u: { $set: { confirmedAt: at } } }])).matched > 0
    const reason = refusalOf(status)
    const option = row.option ?? 0
    const refusal = { option, reason, detail: status, at, ...pickDefined({ channel: row.channel }) }
    const next = row.options?.[option + 1]
    const settled = { by: 'receipt', at: now, who: status } as const
    await deps.records?.audit([
      { act: 'refused-late', row, at, by: 'platform', id: messageId, props: { status, channel: row.channel } },
    ])
    const $push = { reasons: refusal }
    if (next === undefined) {
      const over = endingUpdate({ state: 'failed', over: true, reason, detail: status }, now)
      const u = { ...over, $set: { ...over.$set, settled }, $push, $inc: { fence: 1 } }
      if ((await updateRaw(connection, OUTBOX, [{ q, u }])).matched === 0) return false
    } else {
      const $set = { state: 'queued', open: true, option: option + 1, message: next, nextAt: now, reason, settled }
      const $unset = { endedAt: '', sentAt: '', receipt: '', untold: '' }
      const u = { $set, $unset, $push, $inc: { fence: 1 } }
      if ((await updateRaw(connection, OUTBOX, [{ q, u }])).matched === 0) return false
      deps.wake()
    }
    log.warn({ delivery: row._id, status, next: next !== undefined }, 'platform took a message and did not deliver it')
    return true
  }

  return {
    apply(update) {
      const found = receiptsOf(update)
      if (found.length === 0) return undefined
      return Promise.all(found.map(take)).then(() => undefined)
    },
    async sweep() {
      const waiting = await receipts(connection).find({}).sort({ receivedAt: 1 }).limit(BATCH).toArray()
      let joined = 0
      for (const receipt of waiting) {
        if (!(await join(receipt))) continue
        await receipts(connection).deleteOne({ _id: receipt._id })
        joined++
      }
      return joined
    },
  }
}

/** How far the platform's clock (whole seconds) may be behind the database's. */
const SKEW_MS = 60_000

/** The receipts an update holds. */
export function receiptsOf(update: Update): Receipt[] {
  const { account, from: to, at } = update
  const receipt = (
    channel: Channel,
    about: { messageId: string; ok: boolean; status: string; template?: string },
  ): Receipt => ({ _id: `${account}:${about.messageId}`, account, to, at, channel, ...about })
  switch (update.kind) {
    case 'event.notice.sent': {
      const { messageId, ok, status } = update
      return [receipt('template', { messageId, ok, status })]
    }
    case 'event.mass.sent': {
      const { messageId, ok, status } = update
      return [receipt('mass', { messageId, ok, status })]
    }
    case 'event.kf.send-failed': {
      const { messageId, why } = update
      return messageId === '' ? [] : [receipt('kf-message', { messageId, ok: false, status: why })]
    }
    case 'event.subscription.sent':
      return update.items
        .filter(({ messageId }) => messageId !== '')
        .map(({ messageId, code, status, templateId }) =>
          receipt('subscription', { messageId, ok: code === '0', status: `${code} ${status}`, template: templateId }),
        )
    default:
      return []
  }
}

/** Reasons that the decoder has put into our words already. */
const OURS: ReadonlySet<string> = new Set(['window-closed', 'window-used-up', 'refused', 'no-permission'])

/** Why the platform did not deliver, in our words. */
function refusalOf(status: string): string {
  if (OURS.has(status)) return status
  if (/block/i.test(status)) return 'blocked'
  if (/43101|reject/i.test(status)) return 'refused'
  return `the platform did not deliver it: ${status}`
}

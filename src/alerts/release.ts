import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.js'
import type { NewDelivery } from '../outbox/delivery.js'
import { quietUntil } from '../outbox/reach/quiet.js'
import { isDuplicate } from '../store/duplicate.js'
import { type AlertContent, contentOf } from './content.js'
import { store } from './follow.js'
import type { AlertRow, AlertRows, RateRow, Recipient, SendRow } from './model.js'
import type { Plan } from './plan.js'
import type { AlertPorts } from './ports.js'
import { type About, nameOfRecipient, recipientsOf } from './recipients.js'
import { staffMessage } from './wording.js'

/** What releasing needs. */
export type ReleasePorts = Pick<
  AlertPorts,
  'connection' | 'settings' | 'timeZone' | 'clock' | 'log' | 'outbox' | 'corps' | 'staffOf' | 'nameOf'
> & { rows: AlertRows }

const MOST_OF_A_STORM = 300

/** Lets alerts go. Every step may be done again, by any process: what was fixed once stays, and every key is unique. */
export function createRelease(ports: ReleasePorts) {
  const { rows, settings, timeZone, clock, log } = ports

  /** Takes those of its group that were held back, for the alert to tell of. */
  async function othersOf({ _id, rule, group }: AlertRow): Promise<number> {
    if (group === '') return 0
    await rows.alerts.updateMany(
      { rule, group, state: 'held', toldBy: { $exists: false } },
      { $set: { toldBy: _id, endedAt: clock.now() } },
    )
    return rows.alerts.countDocuments({ toldBy: _id })
  }

  async function written(alert: AlertRow, plan: Plan): Promise<Partial<AlertRow>> {
    const storm = stormOf(alert)
    if (storm !== undefined) return summary(alert, plan, storm)
    const others = await othersOf(alert)
    const name = alert.contact === undefined ? undefined : await ports.nameOf(alert.contact)
    const data = {
      ...alert.data,
      customer: { ...(alert.data['customer'] as object), ...(name !== undefined && { name }) },
    }
    const note = others > 0 ? `另有 ${others} 条` : ''
    const { content, gaps } = contentOf(plan.definition, data, timeZone, note)
    return { others, content, ...(gaps.length > 0 && { gaps }), ...(await addressed(plan, [alert])) }
  }

  /** One message in place of many; a group-send is no message and is not started by it. */
  async function summary(alert: AlertRow, plan: Plan, storm: string): Promise<Partial<AlertRow>> {
    const others = await rows.alerts.countDocuments({ storm })
    const some = await rows.alerts.find({ storm }).limit(MOST_OF_A_STORM).toArray()
    const text = `【${alert.title}】短时间内触发很多，另有 ${others} 条已合并，不再逐条提醒。`
    const content: AlertContent = { kind: 'text', text }
    const { groupSend: _, ...to } = plan.definition.to
    const found = await addressed({ ...plan, definition: { ...plan.definition, to } }, some)
    return { others, content, ...found }
  }

  async function addressed({ definition }: Plan, about: readonly About[]) {
    const { recipients, missing } = await recipientsOf(definition, about, ports)
    return { recipients, ...(missing.length > 0 && { reason: `not there: ${missing.join(', ')}` }) }
  }

  /** Gives a written alert to the ways out. */
  async function hand(alert: AlertRow): Promise<void> {
    const { _id, rule, recipients = [], content = { kind: 'none' } } = alert
    const now = clock.now()
    try {
      const staff = recipients.filter((to) => to.kind === 'staff')
      const expiresAt = new Date(now.getTime() + settings.expireAfter)
      if (staff.length > 0) await ports.outbox.put(staff.map((to) => deliveryOf(alert, to, content, expiresAt)))
      for (const to of recipients) if (to.kind !== 'staff') await insertSend(rows, sendOf(alert, to, content, now))
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('outbox.')) throw error
      log.error({ alert: _id, rule, reason: error.message }, 'alert not sent')
      await end(_id, 'failed', error.message)
      return
    }
    await end(_id, recipients.length > 0 ? 'handed' : 'failed', recipients.length > 0 ? undefined : 'nobody')
  }

  const end = (_id: string, state: 'handed' | 'failed', reason: string | undefined) =>
    rows.alerts.updateOne(
      { _id, state: 'written' },
      { $set: { state, data: {}, endedAt: clock.now(), ...(reason !== undefined && { reason }) } },
    )

  return {
    hand,
    /** Fixes what an alert says and to whom, then hands it over. */
    async release(alert: AlertRow, plan: Plan | undefined): Promise<void> {
      const { _id } = alert
      if (plan === undefined) {
        const gone = { state: 'dropped' as const, reason: 'rule-gone', endedAt: clock.now(), data: {} }
        await rows.alerts.updateOne({ _id, state: 'waiting' }, { $set: gone })
        return
      }
      const fields = { state: 'written' as const, ...(await written(alert, plan)) }
      const { matchedCount } = await rows.alerts.updateOne({ _id, state: 'waiting' }, { $set: fields })
      if (matchedCount === 1) await hand({ ...alert, ...fields })
    },
    /** Makes the summary of a storm that is over. */
    async summarise({ _id, rev, storm }: RateRow, plan: Plan | undefined): Promise<void> {
      if (storm === undefined) return
      if (plan) await store(ports.connection, [summaryOf(storm.id, plan, clock.now())])
      await rows.rates.updateOne({ _id, rev, 'storm.id': storm.id }, { $unset: { storm: '' }, $inc: { rev: 1 } })
    },
  }
}

const STORM = '|storm:'

function summaryOf(storm: string, { slug, definition, quiet }: Plan, now: Date): AlertRow {
  return {
    _id: `${slug}${STORM}${storm}`,
    rule: slug,
    title: definition.title,
    type: 'storm',
    state: 'waiting',
    at: now,
    data: {},
    group: '',
    dueAt: (quiet && quietUntil(now, quiet.hours)) ?? now,
  }
}

function stormOf({ _id, rule, type }: AlertRow): string | undefined {
  return type === 'storm' ? _id.slice(rule.length + STORM.length) : undefined
}

/** The key of one message of an alert. */
export function keyOf(alert: string, to: Recipient): string {
  return `alert:${createHash('sha256')
    .update(`${alert}\n${nameOfRecipient(to)}`)
    .digest('base64url')}`
}

function deliveryOf(
  alert: AlertRow,
  to: Recipient & { kind: 'staff' },
  content: AlertContent,
  expiresAt: Date,
): NewDelivery {
  const source = `alert:${alert.rule}`
  const message = staffMessage(content)
  return {
    key: keyOf(alert._id, to),
    account: to.account,
    to: to.staff,
    purpose: 'service',
    message,
    source,
    expiresAt,
  }
}

function sendOf(
  { _id: alert, rule }: AlertRow,
  to: Exclude<Recipient, { kind: 'staff' }>,
  content: AlertContent,
  now: Date,
): SendRow {
  const due = { createdAt: now, nextAt: now, attempts: 0, fence: 0, open: true as const }
  return { _id: keyOf(alert, to), alert, rule, to, content, state: 'queued', ...due }
}

async function insertSend({ sends }: Pick<AlertRows, 'sends'>, row: SendRow): Promise<void> {
  await sends.insertOne(row).catch((error: unknown) => {
    if (!isDuplicate(error)) throw error
  })
}

import type { Clock } from '../../core/clock.js'
import type { Leases } from '../../store/lease.js'
import { type LiveWay, NO_COUNTS, type WayProblem, type WayRow, type WayRows } from './model.js'
import type { JoinWayApi } from './ports.js'
import { type Refusal, refusalOf } from './problem-words.js'

/** What making and writing ways needs. */
export interface MakeDeps {
  rows(): WayRows
  leases: Leases
  clock: Clock
}

const LEASE_MS = 120_000
/** So many attempts of unknown end, and nothing more is tried without a person. */
const MOST_LOST = 3
const FIRST_RETRY_MS = 30_000
const LAST_RETRY_MS = 3_600_000

/** Runs work on one way at a time over all processes; undefined when another is at it. */
export async function alone<T>({ leases }: MakeDeps, id: string, work: () => Promise<T>): Promise<T | undefined> {
  const lease = await leases.take(`join-way:${id}`, 'join-ways', LEASE_MS)
  if (!lease) return undefined
  try {
    return await work()
  } finally {
    await lease.release()
  }
}

/** The way's row, made when there is none. */
export async function rowOf(
  { rows, clock }: MakeDeps,
  way: { account: string; slug: string; state: string },
): Promise<WayRow> {
  const { account, slug, state } = way
  const row = await rows().findOneAndUpdate(
    { _id: `${account}:${slug}` },
    {
      $setOnInsert: { account, slug, found: [], lost: 0, counts: { ...NO_COUNTS }, createdAt: clock.now() },
      $addToSet: { states: state },
    },
    { upsert: true, returnDocument: 'after' },
  )
  if (row) return row
  throw new Error(`the join way ${account}:${slug} was not stored`)
}

/**
 * Makes the way on the platform. There is no key and no list there, so the intent is written first. When an attempt's
 * end is unknown (a crash, a broken connection) a way may be left behind: nobody has its code, so another one may be
 * made, but at most 3 are risked without a person (`anyway`). Two that race end with one: the slower removes its own.
 */
export async function makeWay(
  deps: MakeDeps,
  api: JoinWayApi,
  row: WayRow,
  live: LiveWay,
  anyway = false,
): Promise<Refusal | undefined> {
  const { rows, clock } = deps
  const unmade = { _id: row._id, configId: { $exists: false } }
  if (row.lost + (row.intent ? 1 : 0) >= MOST_LOST && !anyway) return LOST
  const at = clock.now()
  const { matchedCount } = await rows().updateOne(
    unmade,
    row.intent ? { $set: { intent: { at } }, $inc: { lost: 1 } } : { $set: { intent: { at } } },
  )
  if (matchedCount === 0) return undefined
  let configId: string
  try {
    configId = await api.add(live)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal.kind !== 'uncertain') await rows().updateOne(unmade, { $unset: { intent: '' } })
    return refusal
  }
  const kept = await rows().updateOne(unmade, {
    $set: { configId, live },
    $addToSet: { led: { $each: live.groups } },
    $unset: { intent: '', problem: '', qrCode: '' },
  })
  if (kept.matchedCount === 0) await api.remove(configId)
  return undefined
}

/** Writes what a way is now over what it was; the same again changes nothing. */
export async function writeWay(
  { rows }: MakeDeps,
  api: JoinWayApi,
  { _id, configId }: WayRow & { configId: string },
  live: LiveWay,
): Promise<Refusal | undefined> {
  try {
    await api.update(configId, live)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal.kind === 'gone') await forget(rows(), _id, configId)
    return refusal
  }
  await rows().updateOne(
    { _id, configId },
    { $set: { live }, $addToSet: { led: { $each: live.groups } }, $unset: { problem: '' } },
  )
  return undefined
}

/** Reads the way: its code, and the groups that the platform has added by itself. */
export async function readWay(
  { rows, clock }: MakeDeps,
  api: JoinWayApi,
  { _id, configId, led = [] }: WayRow & { configId: string },
  known: readonly string[],
): Promise<Refusal | undefined> {
  try {
    const { place, groups, remark = '', state = '', overflow, qrCode } = await api.get(configId)
    const live: LiveWay = {
      place,
      groups: [...groups],
      remark,
      state,
      ...(overflow && { overflow: { name: overflow.name, firstNumber: overflow.firstNumber ?? 1 } }),
    }
    const strange = groups.filter((id) => !known.includes(id) && !led.includes(id))
    await rows().updateOne(
      { _id, configId },
      {
        $set: { live, readAt: clock.now(), ...(qrCode !== undefined && { qrCode }) },
        ...(strange.length > 0 && { $addToSet: { found: { $each: strange } } }),
      },
    )
    return undefined
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal.kind === 'gone') await forget(rows(), _id, configId)
    return refusal
  }
}

/** The way is not there any more: it is made anew, with another code. */
async function forget(rows: WayRows, _id: string, configId: string): Promise<void> {
  await rows.updateOne({ _id, configId }, { $unset: { configId: '', qrCode: '', live: '', readAt: '' } })
}

/** The problem as it is kept: when it is tried again depends on how often it was. */
export function problemOf(refusal: Omit<Refusal, 'kind'>, before: WayProblem | undefined, now: Date): WayProblem {
  const { code, message, fix } = refusal
  const same = before?.code === code
  const tries = same ? before.tries + 1 : 1
  const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (tries - 1), LAST_RETRY_MS)
  return { code, message, fix, at: same ? before.at : now, tries, retryAt: new Date(now.getTime() + waitMs) }
}

const LOST: Refusal = {
  code: 'lost',
  message: `${MOST_LOST} 次创建都没有得到明确的结果，可能留下了没有人用的二维码`,
  fix: '确认企业微信接口恢复后，执行 weloop steer ways sync --anyway',
  kind: 'refused',
}

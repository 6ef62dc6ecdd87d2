import { randomUUID } from 'node:crypto'
import { findMade } from './find-made.js'
import { type Applied, type WayProblem, type WayRow, wayRows } from './model.js'
import { MAKING_MS, type WayStep } from './plan.js'
import type { KeepingPorts, WantedWay, WayFault, WaySource } from './ports.js'
import { definitionOf } from './read-definition.js'

/** Carries out one step of a way on the platform and writes down what came of it. */
export interface Changes {
  take(row: WayRow, step: Exclude<WayStep, { do: 'nothing' }>, source: WaySource): Promise<void>
}

/** Members whom the platform refused are tried again after this. */
const BARRED_MS = 600_000
const HOUR_MS = 3_600_000
/** A new way may be missing in the platform's list for so long. */
const LIST_LAGS_MS = 3 * MAKING_MS

type Write = ReturnType<typeof wayRows>['updateOne']
type Unset = Record<string, ''>

/**
 * Making a way is not idempotent on the platform: that it was begun is written before the call. When nobody knows how it
 * ended, the way is looked for by its channel among those made in that time, and only made again when it is not there.
 */
export function createChanges({ connection, clock, log }: Pick<KeepingPorts, 'connection' | 'clock' | 'log'>): Changes {
  const rows = () => wayRows(connection)
  const write = (filter: Parameters<Write>[0], change: Parameters<Write>[1]) => rows().updateOne(filter, change)
  const inMs = (ms: number) => new Date(clock.now().getTime() + ms)

  const problem = (kind: WayProblem['kind'], message: string): WayProblem => ({ kind, message, at: clock.now() })

  async function note(row: WayRow, { kind, reason, afterMs }: WayFault, more: { unset?: Unset } = {}): Promise<void> {
    const { account, slug, tries = 0 } = row
    const waitMs = kind === 'full' || kind === 'gone' ? HOUR_MS : (afterMs ?? Math.min(60_000 * 2 ** tries, HOUR_MS))
    if (row.problem?.message !== reason) log.warn({ account, way: slug, kind, reason }, 'contact way has a problem')
    await write(
      { _id: row._id },
      {
        $set: { problem: problem(kind, reason), nextAt: inMs(waitMs), tries: tries + 1 },
        ...(more.unset && { $unset: more.unset }),
      },
    )
  }

  /** Leaves out the members who cannot receive customers, when others remain; says who they are either way. */
  async function bar(row: WayRow, fault: WayFault, staff: readonly string[], source: WaySource, unset: Unset) {
    const known = await source.staff()
    const able = new Set(known.end === 'staff' ? known.ids : staff)
    const unable = staff.filter((member) => !able.has(member))
    const named = unable.length > 0 ? unable : staff
    const reason = `成员 ${named.join('、')} 不能接待客户：${fault.reason}。请他们登录企业微信并完成实名认证，并检查“客户联系”权限和应用可见范围`
    if (unable.length === 0 || unable.length === staff.length) return note(row, { ...fault, reason }, { unset })
    const { account, slug } = row
    log.warn({ account, way: slug, staff: unable }, 'contact way goes on without members whom the platform refuses')
    const barred = { staff: [...new Set([...(row.barred?.staff ?? []), ...unable])], until: inMs(BARRED_MS) }
    await write(
      { _id: row._id },
      { $set: { barred, problem: problem('staff', reason) }, $unset: { ...unset, nextAt: '' } },
    )
  }

  async function make(row: WayRow, wanted: Applied, source: WaySource): Promise<void> {
    const by = randomUUID()
    const begun = await write(
      { _id: row._id, made: { $exists: false }, making: { $exists: false } },
      { $set: { making: { since: clock.now(), by } } },
    )
    if (begun.matchedCount === 0) return
    const got = await source.add({ ...asked(row, wanted), place: definitionOf(row)?.place ?? 'qr' })
    if (got.end === 'fault') {
      if (got.kind === 'unclear') return note(row, { ...got, afterMs: MAKING_MS })
      if (got.kind === 'staff') return bar(row, got, wanted.staff, source, { making: '' })
      return note(row, got, { unset: { making: '' } })
    }
    const made = { id: got.id, at: clock.now(), ...(got.qrCode !== undefined && { qrCode: got.qrCode }) }
    const kept = await write(
      { _id: row._id, 'making.by': by },
      { $set: { made, applied: wanted }, $unset: { making: '', ...settled(row, wanted) } },
    )
    const { account, slug } = row
    if (kept.matchedCount === 1) log.info({ account, way: slug, staff: wanted.staff.length }, 'contact way was made')
    else await source.remove(got.id)
  }

  async function update(row: WayRow, wanted: Applied, source: WaySource): Promise<void> {
    const id = row.made?.id ?? ''
    const got = await source.update(id, asked(row, wanted))
    if (got.end === 'fault') {
      if (got.kind === 'staff') return bar(row, got, wanted.staff, source, {})
      const reason =
        got.kind === 'gone' ? '平台上的二维码已被删除；用 weloop way remake 重新生成并更换印刷品' : got.reason
      return note(row, { ...got, reason })
    }
    await write({ _id: row._id, 'made.id': id }, { $set: { applied: wanted }, $unset: settled(row, wanted) })
    log.debug({ account: row.account, way: row.slug, staff: wanted.staff.length }, 'contact way was changed')
  }

  async function look(row: WayRow, since: Date, source: WaySource): Promise<void> {
    const found = await findMade(source, row.state, since, clock.now())
    if ('fault' in found) return note(row, found.fault)
    const [first, ...doubles] = found.ways
    const { account, slug } = row
    if (first === undefined) {
      const waitedMs = clock.now().getTime() - since.getTime()
      if (waitedMs < LIST_LAGS_MS) return void (await write({ _id: row._id }, { $set: { nextAt: inMs(MAKING_MS) } }))
      log.warn({ account, way: slug }, 'contact way was not made after all')
      await write({ _id: row._id }, { $unset: { making: '', nextAt: '' } })
      return
    }
    const made = { id: first.id, at: since, ...(first.qrCode !== undefined && { qrCode: first.qrCode }) }
    const applied = { staff: [...(first.staff ?? [])], remark: first.remark ?? '', confirm: first.addAtOnce === false }
    await write(
      { _id: row._id },
      { $set: { made, applied }, $unset: { making: '', problem: '', nextAt: '', tries: '' } },
    )
    log.info({ account, way: slug, doubles: doubles.length }, 'contact way was found again')
    for (const one of doubles) await source.remove(one.id)
  }

  async function drop(row: WayRow, id: string, source: WaySource): Promise<void> {
    const got = await source.remove(id)
    if (got.end === 'fault') return note(row, got)
    const unset = { made: '', applied: '', problem: '', nextAt: '', tries: '', barred: '' } as const
    await write({ _id: row._id, 'made.id': id }, { $unset: unset })
    log.info({ account: row.account, way: row.slug }, 'contact way was removed')
  }

  return {
    take(row, step, source) {
      switch (step.do) {
        case 'make':
          return make(row, step.wanted, source)
        case 'update':
          return update(row, step.wanted, source)
        case 'look':
          return look(row, step.since, source)
        default:
          return drop(row, step.id, source)
      }
    },
  }
}

const asked = ({ state }: WayRow, { staff, remark, confirm }: Applied): Omit<WantedWay, 'place'> => ({
  state,
  staff,
  remark,
  addAtOnce: !confirm,
})

/** What is over after a success; a word about members who are left out stays while they are. */
function settled({ barred }: WayRow, { staff }: Applied): Unset {
  const stillOut = barred !== undefined && !barred.staff.some((member) => staff.includes(member))
  return { nextAt: '', tries: '', ...(!stillOut && { problem: '', barred: '' }) }
}

import { wayRows } from './model.js'
import { same } from './plan.js'
import type { KeepingPorts } from './ports.js'

/** What a comparison with the platform found. */
export interface Drift {
  compared: number
  /** Changed by somebody else; the next change puts them right. */
  changed: string[]
  /** Gone from the platform: their codes are dead. */
  gone: string[]
  /** Why the comparison stopped early. */
  stopped?: string
}

/**
 * Compares every way with the platform's: what differs is written anew by the next round;
 * what is gone is told, and made anew only when somebody says so, because its printed codes are dead.
 */
export async function compareWays({ connection, clock, log, accounts, source }: KeepingPorts): Promise<Drift> {
  const found: Drift = { compared: 0, changed: [], gone: [] }
  const rows = wayRows(connection)
  for await (const row of rows.find({ account: { $in: [...accounts] }, made: { $exists: true } })) {
    const { _id, account, slug: way, made, applied } = row
    const platform = source(account)
    if (!platform || !made || !applied) continue
    const got = await platform.get(made.id)
    if (got.end === 'fault' && got.kind !== 'gone') {
      found.stopped = got.reason
      log.warn({ account, way, reason: got.reason }, 'comparison of contact ways stopped')
      break
    }
    found.compared += 1
    if (got.end === 'fault') {
      found.gone.push(_id)
      const message = '平台上的二维码已被删除；用 weloop way remake 重新生成并更换印刷品'
      await rows.updateOne(
        { _id, 'made.id': made.id },
        { $set: { problem: { kind: 'gone', message, at: clock.now() } } },
      )
      log.error({ account, way }, 'contact way is gone from the platform')
      continue
    }
    const { staff = [], remark = '', addAtOnce = true, state } = got.way
    const actual = { staff: [...staff], remark, confirm: !addAtOnce }
    if (same(actual, applied) && state === row.state) continue
    found.changed.push(_id)
    await rows.updateOne({ _id, 'made.id': made.id }, { $unset: { applied: '', nextAt: '' }, $inc: { drifts: 1 } })
    log.warn({ account, way }, 'contact way was changed by somebody else')
  }
  return found
}

import { isInstant, writtenIn } from '../core/local-time.js'
import type { By, createActions } from './actions.js'
import { type Estimate, estimate as look } from './estimate.js'
import { GroupSendError } from './group-send-error.js'
import { type PushState, stateAfter } from './life.js'
import type { PushRow } from './model.js'
import { accountOf } from './occurrences.js'
import type { GroupSendPorts } from './ports.js'
import { instantOf, nextOccurrence, occurrenceKey } from './schedule.js'

/** A push to another time. */
export interface Move extends By {
  /** The version that the person looked at. */
  version: number
  /** The new time: an instant with its offset, stored as the push's zone writes it, or local text of that zone. */
  at: string
}

/**
 * Moves a push that runs once to another time, as dragging on a calendar does. One that was estimated is estimated anew
 * here, for the platform's caps of a day, a week or a month are judged for the time of sending; a draft stays a draft
 * that nobody has estimated. The approval stays for a push that, by both estimates, is so small that its author may
 * approve it (`groupSends.approvalAbove`, or its own); a larger one is to be approved and started again, for the time
 * was part of what somebody else approved. Throws GroupSendError `group-send.version`, `group-send.schedule` (it repeats,
 * or has no time), `group-send.invalid` (the time is over), `group-send.state` (it has begun).
 */
export function createMove(
  ports: GroupSendPorts,
  { find, act }: Pick<ReturnType<typeof createActions>, 'find' | 'act'>,
): (id: string, asked: Move) => Promise<PushRow> {
  const { clock, settings, timeZone } = ports

  /** The definition and the moment it then has; throws where it may not be moved so. */
  function moved({ version, definition: old, next }: PushRow, asked: Move) {
    if (version !== asked.version) {
      const text = `it is version ${version}, you looked at ${asked.version}`
      throw new GroupSendError('group-send.version', text, { fix: 'look at the push again' })
    }
    if (next?.manual) throw new GroupSendError('group-send.state', 'it was started for now', { fix: 'cancel it' })
    if (old.schedule?.at === undefined) {
      const text = 'it repeats, or has no time of its own: it has no one time to move'
      throw new GroupSendError('group-send.schedule', text, { fix: 'edit its schedule' })
    }
    const zone = old.schedule.timeZone ?? timeZone
    const time = instantOf(asked.at, zone)
    if (time === undefined) throw refused('不是时间，或该时区没有这个时刻', "写成 '2026-09-24T10:00'")
    if (time <= clock.now()) throw refused('时间已经过去', '选以后的时间')
    const before = instantOf(old.schedule.at, zone)
    if (before && occurrenceKey(before, zone) === occurrenceKey(time, zone))
      throw refused('就是现在的时间', '选另一个时间')
    const at = isInstant(asked.at) ? writtenIn(zone, time) : asked.at
    return { definition: { ...old, schedule: { ...old.schedule, at } }, at, time }
  }

  async function estimated(row: PushRow, asked: Move): Promise<{ at: string; estimate?: Estimate }> {
    const { definition, at, time } = moved(row, asked)
    if (row.state === 'draft') return { at }
    const account = accountOf(definition, ports)
    const question = { push: row._id, account, definition, version: row.version + 1, now: clock.now(), for: time }
    return { at, estimate: await look(ports, question) }
  }

  function decide(row: PushRow, to: PushState, asked: Move, found: Estimate | undefined) {
    const { definition, at } = moved(row, asked)
    const version = row.version + 1
    const common = { definition, version, authors: [...new Set([...row.authors, asked.by])], estimate: found }
    const anew = { ...common, approval: undefined, next: undefined }
    if (to === 'draft' || found === undefined) return { ...anew, state: 'draft' as const, estimate: undefined }
    if (to === 'estimated') return { ...anew, state: to }
    const { approval } = row
    const above = definition.approvalAbove ?? settings.approvalAbove
    if (approval?.version !== row.version || Math.max(found.planned, approval.targets) > above) {
      const text = `已改到 ${at}；对象超过 ${above} 个，请重新批准和启动`
      return { ...anew, state: 'estimated' as const, reason: { text, at: clock.now(), by: asked.by } }
    }
    const next = to === 'scheduled' && { next: nextOccurrence(definition.schedule, timeZone, clock.now()) }
    return { ...common, state: to, approval: { ...approval, version }, ...next }
  }

  return async function move(id, asked) {
    const known = await find(id)
    // What may not be moved in its state is refused by `act`, before anything is looked at.
    const found = stateAfter(known.state, 'move') === undefined ? undefined : await estimated(known, asked)
    const { by, note = found?.at ?? asked.at } = asked
    return act(id, 'move', { by, note }, (row, to) => decide(row, to, asked, found?.estimate))
  }
}

function refused(message: string, fix: string): GroupSendError {
  const faults = [{ field: 'schedule.at', message, fix }]
  return new GroupSendError('group-send.invalid', `schedule.at: ${message}`, { fix, faults })
}

import type { JoinWay, LeaveWay, Past, RosterRow } from './model.js'
import { amend, end, keyOf, note, open, SLACK_MS } from './stays.js'

/** A join that an event tells of. `late`: the roster is newer than the event, so that only the history can change. */
export interface Joining {
  id: string
  at: Date
  way: JoinWay
  late: boolean
}

/** A leave that an event tells of. */
export interface Leaving {
  id: string
  at: Date
  by: LeaveWay
  late: boolean
}

/**
 * Applies a join to the stays of a group. Events may come twice and in any order; what is known already changes
 * nothing, and an event in the middle of a stay means that the stay was two.
 */
export function join(draft: RosterRow, { id, at, way, late }: Joining, now: Date): void {
  const current = draft.members.find((one) => one.id === id)
  const ended = draft.past.filter((one) => one.id === id)
  if (current && within(current.joinedAt, at, current.sure)) return
  if (ended.some((one) => isJoinOf(one, at))) return
  const open1 = { id, kind: 'unknown', joinedAt: at, sure: false, way } as const

  const headless = ended.filter((one) => one.guessedJoin && one.leftAt >= at).toSorted(byEnd)[0]
  if (headless) {
    amend(draft, headless, { joinedAt: at, way }, ['guessedJoin'])
    return
  }

  const around = ended.find((one) => one.joinedAt < at && at < one.leftAt && !one.guessedJoin)
  if (around) {
    const { leftAt, by, guessedLeave } = around
    amend(draft, around, { leftAt: at, by: 'unseen', guessedLeave: true })
    const key = keyOf(draft, id, at)
    note(draft, { ...open1, key, leftAt, by, ...(guessedLeave && { guessedLeave }) })
    return
  }
  const next = [...ended.map(({ joinedAt }) => joinedAt), ...(current ? [current.joinedAt] : [])]
    .filter((joinedAt) => joinedAt > at)
    .toSorted((a, b) => +a - +b)[0]
  if (next || (late && !current)) {
    const leftAt = next ?? (now > at ? now : at)
    const key = keyOf(draft, id, at)
    note(draft, { ...open1, key, leftAt, by: 'unseen', guessedLeave: true })
    return
  }
  if (current && late && current.sure) return
  if (current) end(draft, current, at, 'unseen', true)
  open(draft, open1)
}

/** Applies a leave to the stays of a group. */
export function leave(draft: RosterRow, { id, at, by, late }: Leaving): void {
  const current = draft.members.find((one) => one.id === id)
  const ended = draft.past.filter((one) => one.id === id)
  if (ended.some((one) => !one.guessedLeave && +one.leftAt === +at)) return
  if (current && current.joinedAt <= at) {
    if (late && current.sure) return
    end(draft, current, at, by, false)
    return
  }
  const tailless = ended
    .filter((one) => one.guessedLeave && one.joinedAt <= at && +at <= +one.leftAt + SLACK_MS)
    .toSorted(byStart)
    .at(-1)
  if (tailless) {
    amend(draft, tailless, { leftAt: at, by }, ['guessedLeave'])
    return
  }

  const around = ended.find((one) => !one.guessedJoin && one.joinedAt <= at && at < one.leftAt)
  if (around) {
    const { leftAt, by: later, kind } = around
    amend(draft, around, { leftAt: at, by })
    const joinedAt = leftAt
    const key = keyOf(draft, id, joinedAt, true)
    note(draft, { id, kind, key, joinedAt, sure: false, way: 'unknown', guessedJoin: true, leftAt, by: later })
    return
  }
  if (draft.knownSince === undefined || at <= draft.knownSince) return
  const key = keyOf(draft, id, at, true)
  const unknown = { kind: 'unknown', sure: false, way: 'unknown', guessedJoin: true } as const
  note(draft, { ...unknown, id, key, joinedAt: at, leftAt: at, by })
}

/** Is the join at that time the beginning of this ended stay? */
function isJoinOf(past: Past, at: Date): boolean {
  if (past.guessedJoin || !within(past.joinedAt, at, past.sure)) return false
  return past.guessedLeave === true || past.leftAt > at || past.joinedAt >= at
}

/** Events agree with each other to the second; with the detail's times by and large. */
function within(known: Date, at: Date, sure: boolean): boolean {
  return Math.abs(+known - +at) <= (sure ? SLACK_MS : 0)
}

const byStart = (a: Past, b: Past) => +a.joinedAt - +b.joinedAt
const byEnd = (a: Past, b: Past) => +a.leftAt - +b.leftAt

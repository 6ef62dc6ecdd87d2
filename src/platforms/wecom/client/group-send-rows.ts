import { type CustomerMessage, messageIn } from './attachments.js'
import { dateOf, type Fields, momentOf, numberOf, optional, textOf } from './read.js'

/** A task as the platform keeps it. */
export interface GroupSendRecord {
  id: string
  /** Absent for tasks made by API. */
  creator?: string
  createdAt: Date
  by: 'corporation' | 'member'
  message: CustomerMessage
}

/** One member's part of a task. */
export interface MemberTask {
  staff: string
  state: 'waiting' | 'confirmed'
  at?: Date
}

/** What became of one group or customer. */
export interface TargetResult {
  staff: string
  /** The group, or the customer. */
  target: string
  /**
   * `over-cap`: it has had as many as it may. `not-connected`: the customer does not know the member any more.
   */
  state: 'waiting' | 'sent' | 'not-connected' | 'over-cap'
  at?: Date
}

const CONFIRMED = 2
const STATES: readonly TargetResult['state'][] = ['waiting', 'sent', 'not-connected', 'over-cap']

/** A row of the task list. */
export const recordOf = (row: Fields): GroupSendRecord => ({
  id: textOf(row, 'msgid'),
  ...optional('creator', row['creator']),
  createdAt: dateOf(row, 'create_time'),
  by: numberOf(row, 'create_type') === 1 ? 'member' : 'corporation',
  message: messageIn(row),
})

/** A row of the members of a task. */
export const taskOf = (row: Fields): MemberTask => ({
  staff: textOf(row, 'userid'),
  state: numberOf(row, 'status') === CONFIRMED ? 'confirmed' : 'waiting',
  ...momentOf('at', row, 'send_time'),
})

/** A row of a member's results. */
export const resultOf = (row: Fields): TargetResult => ({
  staff: textOf(row, 'userid'),
  target: textOf(row, 'chat_id') || textOf(row, 'external_userid'),
  state: STATES[numberOf(row, 'status')] ?? 'waiting',
  ...momentOf('at', row, 'send_time'),
})

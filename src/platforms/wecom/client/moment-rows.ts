import { errorOf, type WecomApiError } from '../errors.js'
import { dateOf, type Fields, fieldsOf, idsOf, numberOf, optional, textOf } from './read.js'

/** How the making of a task stands. */
export type MomentJob =
  | { state: 'under-way' }
  /** The task was not made. */
  | { state: 'refused'; error: WecomApiError }
  | {
      state: 'done'
      /** The moment's id. */
      id: string
      /** Members and departments who cannot publish it. */
      wrongStaff: string[]
      wrongDepartments: string[]
      wrongTags: string[]
    }

/** A moment as the platform keeps it. */
export interface MomentRecord {
  id: string
  creator?: string
  createdAt: Date
  by: 'corporation' | 'member'
  text: string
}

const DONE = 3

/** The answer about a job; its result carries an errcode of its own. */
export function jobOf(endpoint: string, answer: Fields): MomentJob {
  if (numberOf(answer, 'status') !== DONE) return { state: 'under-way' }
  const result = fieldsOf(answer['result'])
  const code = numberOf(result, 'errcode')
  if (code !== 0) return { state: 'refused', error: errorOf(endpoint, code, textOf(result, 'errmsg')) }
  const senders = fieldsOf(result['invalid_sender_list'])
  return {
    state: 'done',
    id: textOf(result, 'moment_id'),
    wrongStaff: idsOf(senders['user_list']),
    wrongDepartments: idsOf(senders['department_list']),
    wrongTags: idsOf(fieldsOf(result['invalid_external_contact_list'])['tag_list']),
  }
}

/** A row of the list of moments. */
export const momentRecordOf = (row: Fields): MomentRecord => ({
  id: textOf(row, 'moment_id'),
  ...optional('creator', row['creator']),
  createdAt: dateOf(row, 'create_time'),
  by: numberOf(row, 'create_type') === 1 ? 'member' : 'corporation',
  text: textOf(fieldsOf(row['text']), 'content'),
})

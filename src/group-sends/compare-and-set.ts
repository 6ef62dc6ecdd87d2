import { type Changes, changeRow, type Revised } from '../store/compare-and-set.js'
import { GroupSendError } from './group-send-error.js'
import type { Rows } from './model.js'

/** `changeRow` for pushes and their tasks. Rejects with GroupSendError `group-send.busy` when others write all the time. */
export const change = <T extends Revised>(rows: Rows<T>, id: string, decide: (row: T) => Changes<T> | undefined) =>
  changeRow(rows, id, decide, busy)

const busy = (id: string) =>
  new GroupSendError('group-send.busy', `${id} is being changed by others all the time`, { fix: 'try again' })

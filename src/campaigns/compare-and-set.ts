import { AppError } from '../core/errors.js'
import { type Changes, changeRow, type Revised } from '../store/compare-and-set.js'
import type { Rows } from './model.js'

/** `changeRow` for campaigns and their runs. Rejects with AppError `campaign.busy` when others write all the time. */
export const change = <T extends Revised>(rows: Rows<T>, id: string, decide: (row: T) => Changes<T> | undefined) =>
  changeRow(rows, id, decide, busy)

const busy = (id: string) =>
  new AppError('campaign.busy', `${id} is being changed by others all the time`, { fix: 'try again' })

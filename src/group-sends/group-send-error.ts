import { AppError } from '../core/errors.js'
import type { Fault } from './ports.js'

/** What can be wrong with something asked of a push. */
export type GroupSendFault =
  | 'group-send.unknown'
  | 'group-send.exists'
  | 'group-send.invalid'
  | 'group-send.version'
  | 'group-send.state'
  | 'group-send.unestimated'
  | 'group-send.four-eyes'
  | 'group-send.schedule'
  | 'group-send.busy'

/** A refusal, with the fields it is about. */
export class GroupSendError extends AppError {
  override readonly name = 'GroupSendError'
  override readonly code: GroupSendFault
  readonly faults: readonly Fault[]

  constructor(code: GroupSendFault, message: string, more: { fix?: string; faults?: readonly Fault[] } = {}) {
    super(code, message, more.fix === undefined ? {} : { fix: more.fix })
    this.code = code
    this.faults = more.faults ?? []
  }
}

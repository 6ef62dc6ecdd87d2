import type { GroupSendOptions } from '../../../api/types.js'
import type { Definition } from '../../codes/way/definition.js'
import type { StaffChoice } from '../../codes/way/edits.js'
import type { Fault } from '../../codes/way/faults.js'

/** What every part of the form gets. */
export interface SendEdits {
  value: Definition
  /** Writes one field; an empty one goes. */
  set(name: string, next: unknown): void
  fault: Fault
  options: GroupSendOptions
  /** The corporation that sends. */
  account: string | undefined
  /** Whom the lists of staff offer. */
  staff: readonly StaffChoice[]
}

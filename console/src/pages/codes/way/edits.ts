import type { Definition } from './definition.js'
import type { Fault } from './faults.js'

/** What every part of the form gets. */
export interface Edits {
  value: Definition
  /** Writes one field; an empty one goes. */
  set(name: string, next: unknown): void
  /** Writes all of it. */
  change(value: Definition): void
  /** Nothing may be changed. */
  off: boolean
  fault: Fault
  /** Whom the lists of staff offer. */
  staff: readonly StaffChoice[]
}

/** A member to choose: the account name, and how people know it. */
export interface StaffChoice {
  value: string
  label: string
}

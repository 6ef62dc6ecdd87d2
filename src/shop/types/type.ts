import type { ZodType } from 'zod'

/** What the registry knows of a type of events. */
export interface EventType {
  /** `order.paid`. */
  type: string
  /** For the console, in Chinese. */
  title: string
  /** What is in `props`. */
  props: ZodType<Record<string, unknown>>
  /** Whether an event without a person makes sense. */
  person: 'required' | 'optional'
  /** Fields of `props` that say something personal; an erasure empties all props anyway. */
  personal: readonly string[]
  /** How long facts of it are of use, in days. */
  keepDays: number
}

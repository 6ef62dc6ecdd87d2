import type { Words } from './words.js'

/** What stands on the calendar. */
export type EntryKind = 'push' | 'group-send' | 'live'

/** One thing on one day. */
export interface Entry {
  kind: EntryKind
  /** The push's name, or the live room. */
  id: string
  /** Tells the times of one push apart. */
  occurrence: string
  name: string
  at: Date
  /** The day in the shop's zone, `2026-03-04`. */
  day: string
  state: string
  /** It has not begun. */
  planned: boolean
  /** It will not run as it stands: a draft, or not approved, or not scheduled. */
  tentative: boolean
  repeats: boolean
  movable: boolean
  /** Name it when moving. */
  version?: number
  account?: string
  purpose?: string
  channels: string[]
  /** The same text is the same people; absent where there is no audience of people. */
  audience?: string
  people?: number
  /** People by channel, as estimated; absent: nobody has estimated it. */
  byChannel?: Record<string, number>
}

/** What stands against each other, or against a limit, on a day. */
export interface Collision {
  day: string
  kind: 'same-audience' | 'cap-day' | 'cap-week' | 'cap-month' | 'mass-month' | 'quota' | 'quiet-hours'
  /** `error`: the platform or the house will leave people out. `warning`: perhaps, for those in several audiences. */
  level: 'error' | 'warning'
  /** `<kind>:<id>:<occurrence>` of the entries it is about. */
  entries: string[]
  text: Words
  /** Where the limit comes from. */
  source?: string
}

/** What a day uses of what the platform allows. */
export interface QuotaLine {
  day: string
  account: string
  /** Mass sends of the calendar month up to that day, of those that one follower may get. */
  mass: { used: number; of: number }
  /** People by channel, as estimated, of what a whole day allows. */
  channels: { channel: string; people: number; perDay?: number }[]
}

/** How an entry is named in a collision. */
export const nameOf = ({ kind, id, occurrence }: Pick<Entry, 'kind' | 'id' | 'occurrence'>): string =>
  `${kind}:${id}:${occurrence}`

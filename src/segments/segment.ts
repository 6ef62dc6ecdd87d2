import type { PersonRow } from '../contacts/person-row.js'
import type { Rule } from '../library/rule.js'

/** What a row of an audience carries: enough to judge how the person can be reached, without a second read. */
export type AudienceRow = Pick<PersonRow, '_id' | 'identities' | 'consents' | 'lastSeenAt' | 'tags'>

/** How an audience is read. */
export interface AudienceQuery {
  /**
   * The moment all relative times are reckoned from; frozen for a whole run. Facts that happened later do not count;
   * tags, profile, follows and consents count as they are when the page is read.
   */
  asOf: Date
  /** Only contacts behind this id (pages are in the order of ids). */
  after?: string
  /** Rows a page; 1000 unless given, at most 1000. */
  size?: number
  signal?: AbortSignal
}

/** A segment: people that a rule tells. */
export interface Segment {
  slug: string
  title: string
  description?: string
  rule: Rule
  /** `file`: of `content/segments`, read-only by API. `store`: put by API. */
  origin: 'file' | 'store'
  /** Grows with every change of a stored one. */
  version?: number
  updatedAt?: Date
  /** Who changed it last: an API key or a person. */
  updatedBy?: string
}

/** A person as lists show them: the name is masked, the rest says nothing about who it is. */
export interface Member {
  contact: string
  /** The first letter of the name and two stars; absent when no name is known. */
  name?: string
  lastSeenAt: Date
  tags: string[]
}

/** How many a rule means, with some of them: those who were here last. */
export interface Count {
  count: number
  asOf: Date
  sample: Member[]
}

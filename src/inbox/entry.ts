import { contactKey, type Update } from '../core/update.js'
import type { Envelope, Platform } from '../platforms/platform.js'
import type { Member } from './batches.js'
import type { Due } from './deadlines.js'
import type { InboxRow, InboxState } from './model.js'
import type { Accepted } from './rows.js'

/** What the handlers may know of the row they work for. */
export interface InboxUpdate {
  /** The row's id, `<account>:<update id>`: whatever a handler sends is keyed by it, so that it happens once. */
  readonly id: string
  readonly contact: string
  readonly receivedAt: Date
  /** 1 the first time; more after a crash or a replay. */
  readonly attempt: number
  /** The push is no longer waiting for an answer: the reply goes by the outbox. */
  readonly recovered: boolean
}

/** Where an update of this process stands. */
export type Stage =
  /** Being written to the store or the spool. */
  | 'storing'
  /** In its contact's lane: its handlers run or wait for those before them. */
  | 'working'
  /** Another process works on it; its row is looked at now and then. */
  | 'elsewhere'
  | 'ended'

/** One update under way in this process. */
export interface Entry extends Accepted, Due, InboxUpdate, Member {
  readonly platform: Platform
  readonly update: Update
  readonly envelope: Envelope
  /** When the request arrived, in `performance.now()` ms. */
  readonly arrivedAt: number
  /** `performance.now()` at which the answer must have left. */
  readonly deadline: number
  fence: number
  attempt: number
  recovered: boolean
  stage: Stage
  /** Its reply can no longer ride the response: it goes by the outbox. */
  late: boolean
  startedAt: number
  /** The response, for the request that brought it and for resends meanwhile. Absent when nobody waits. */
  answered?: Promise<string> | undefined
  resolve?: ((body: string) => void) | undefined
  reject?: ((error: unknown) => void) | undefined
  /** Leaves the lane; set while its handlers run. */
  leave?: (() => void) | undefined
  /** Whoever replays it waits for its end. */
  ended?: ((state: InboxState) => void) | undefined
}

/** An entry whose request waits for the answer. */
export type NewEntry = Entry & { answered: Promise<string> }

/** An update that has just come in. */
export function newEntry(
  id: string,
  platform: Platform,
  update: Update,
  envelope: Envelope,
  arrivedAt: number,
  deadline: number,
  receivedAt: Date,
): NewEntry {
  let resolve: Entry['resolve']
  let reject: Entry['reject']
  const answered = new Promise<string>((onAnswer, onRefusal) => {
    resolve = onAnswer
    reject = onRefusal
  })
  return {
    id,
    contact: contactKey(update),
    platform,
    update,
    envelope,
    arrivedAt,
    deadline,
    receivedAt,
    fence: 1,
    attempt: 1,
    recovered: false,
    stage: 'storing',
    late: false,
    startedAt: 0,
    batch: undefined,
    place: 0,
    silent: false,
    inBatch: undefined,
    answered,
    resolve,
    reject,
    leave: undefined,
    ended: undefined,
  }
}

/** An update whose row was taken over: nobody waits for its response. */
export function recoveredEntry(
  platform: Platform,
  row: InboxRow,
  now: number,
  update = platform.decode(row.envelope.body),
): Entry {
  return {
    id: row._id,
    contact: row.contact,
    platform,
    update,
    envelope: row.envelope,
    arrivedAt: now,
    deadline: Number.POSITIVE_INFINITY,
    receivedAt: row.receivedAt,
    fence: row.fence,
    attempt: row.attempts,
    recovered: true,
    stage: 'working',
    late: true,
    startedAt: 0,
    place: 0,
    silent: false,
  }
}

import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Message, ResolvedMessage } from '../core/message.js'
import type { Events } from '../events/events.js'
import type { NewDelivery } from '../outbox/delivery.js'
import type { Connection } from '../store/connect.js'
import type { GroupSendSettings } from './settings.js'

/** What is wrong with a definition where: for authors, in Chinese. */
export interface Fault {
  field: string
  message: string
  fix?: string
}

/** How a call of the platform ended. Only `unclear` may have worked without our knowing. */
export type Answer<T> =
  | { state: 'ok'; value: T }
  /** Surely not carried out; worth another try after so long. */
  | { state: 'later'; reason: string; afterMs: number }
  /** Surely not carried out, and will not be. `worn`: media must be uploaded anew; `gone`: there is no such task (now). */
  | { state: 'refused'; reason: string; code?: number; worn?: true; gone?: true }
  | { state: 'unclear'; reason: string }

/** One page of a list. */
export interface Page<T> {
  items: readonly T[]
  next?: string
}

/** What customers are told, made ready for the platform: stored and handed back, and only compared. */
export interface Ready {
  text?: string
  /** The kinds of what hangs on it, in order; what two tasks are told apart by beside the text. */
  kinds: readonly string[]
  /** Opaque. */
  message: unknown
}

/** A task as the platform's list has it. */
export interface TaskRecord {
  id: string
  createdAt: Date
  text?: string
  /** Absent where the list does not tell (moments). */
  kinds?: readonly string[]
}

/** The platform's side of one corporation, every failure as a value. */
export interface Sender {
  /** Uploads what must be; a definite refusal names what does not fit. */
  prepare(messages: readonly ResolvedMessage[], use: 'message' | 'moments', fresh: boolean): Promise<Answer<Ready>>
  /** Makes a group-send task. The platform takes no key of ours: after `unclear`, look before making it again. */
  create(task: {
    to: 'groups' | 'customers'
    staff: string
    targets: readonly string[]
    message: unknown
  }): Promise<Answer<{ id: string; failed: readonly string[] }>>
  records(query: {
    to: 'groups' | 'customers'
    from: Date
    upTo: Date
    cursor?: string
  }): Promise<Answer<Page<TaskRecord>>>
  members(
    id: string,
    cursor?: string,
  ): Promise<Answer<Page<{ staff: string; state: 'waiting' | 'confirmed'; at?: Date }>>>
  results(id: string, staff: string, cursor?: string): Promise<Answer<Page<SenderResult>>>
  /** At most 3 in 24 h a task: beyond, `later` with a day. */
  remind(id: string): Promise<Answer<true>>
  cancel(id: string): Promise<Answer<true>>
  /** Begins to make a moments task and gives a job's id. */
  createMoment(task: {
    staff: readonly string[]
    departments: readonly number[]
    tags: readonly string[]
    message: unknown
  }): Promise<Answer<string>>
  momentJob(job: string): Promise<Answer<MomentJob>>
  momentRecords(query: { from: Date; upTo: Date; cursor?: string }): Promise<Answer<Page<TaskRecord>>>
  momentMembers(id: string, cursor?: string): Promise<Answer<Page<{ staff: string; published: boolean }>>>
  cancelMoment(id: string): Promise<Answer<true>>
}

/** What became of one group or customer. */
export interface SenderResult {
  target: string
  state: 'waiting' | 'sent' | 'not-connected' | 'over-cap'
  at?: Date
}

/** How the making of a moments task stands. */
export type MomentJob =
  | { state: 'under-way' }
  | { state: 'refused'; reason: string }
  | { state: 'done'; id: string; wrongStaff: readonly string[] }

/** A customer group of the roster. */
export interface TargetGroup {
  chatId: string
  owner: string
  name: string
  dismissed?: boolean
}

/** Which groups a push means. */
export interface GroupQuery {
  labels?: readonly string[]
  folders?: readonly string[]
  chatIds?: readonly string[]
}

/** A customer with the members who know them. */
export interface TargetCustomer {
  /** The platform's id of the customer. */
  customer: string
  /** Our contact. */
  contact: string
  staff: readonly { staff: string; since: Date }[]
}

/** Which customers a push means; one of these. */
export type CustomerQuery =
  | { segment: string }
  | { tags: readonly string[] }
  | { ids: readonly string[] }
  | { allOf: readonly string[] }

/** What pushes are connected to. */
export interface GroupSendPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append'>
  settings: GroupSendSettings
  timeZone: string
  /** The configured corporations; a definition without an account takes the only one. */
  accounts: readonly string[]
  sender(account: string): Sender | undefined
  /** Looks articles and cards up; throws AppError when there is none of that name. */
  resolve(message: Message, account: string): ResolvedMessage
  /** What a message names and the content folder does not have. */
  missing(message: Message): string | undefined
  /** What of the messages does not fit, one sentence each; no upload. */
  problems(account: string, messages: readonly ResolvedMessage[], use: 'message' | 'moments'): readonly string[]
  groups: {
    /** The roster's groups with one of the labels or folders, or of these ids; without any: all. May name one twice. */
    pages(account: string, query: GroupQuery): AsyncIterable<readonly TargetGroup[]>
  }
  customers: {
    /** Customers as they are known now, in pages; may name one twice. Unknown ids are left out. */
    pages(account: string, query: CustomerQuery, asOf: Date): AsyncIterable<readonly TargetCustomer[]>
    /** Whether there is such a segment; true where that cannot be told. */
    hasSegment?(slug: string): boolean | Promise<boolean>
  }
  staff: {
    /** Of these members, those who may send: in the app's range, with the right to external contacts, not left. */
    active(account: string, staff: readonly string[]): Promise<ReadonlySet<string>>
    /** The member's name for people, where known. */
    name?(account: string, staff: string): string | undefined
  }
  /** Why the house does not write to these contacts now (consent, its own caps): a reason or undefined, by position. */
  mayReach(
    contacts: readonly string[],
    ask: { account: string; purpose: 'marketing' | 'care'; source: string; at: Date },
  ): Promise<readonly (string | undefined)[]>
  /** Books what customers got. May be told the same key twice. */
  touched(
    touches: readonly { key: string; contact: string; at: Date }[],
    about: { account: string; purpose: 'marketing' | 'care'; source: string },
  ): Promise<unknown>
  /** The end of the quiet hours that `at` is in, or undefined. */
  quietUntil(at: Date): Date | undefined
  /** Messages to staff; idempotent by key. */
  put(deliveries: readonly NewDelivery[]): Promise<unknown>
  /** Changes a pressed card of a member; the code of the press is good once. Failing is no harm. */
  updateCard?(account: string, staff: string, responseCode: string, label: string): Promise<unknown>
  /** Really changes the groups' owner; gives those that now belong to `to`, and why others do not. */
  transferGroups?(
    account: string,
    groups: readonly string[],
    to: string,
  ): Promise<Answer<{ done: readonly string[]; refused: readonly { group: string; reason: string }[] }>>
  /** For tests: called at the named points; rejecting there is a crash. */
  at?(point: CrashPoint): Promise<void> | undefined
}

/** Where a process can be cut short. */
export type CrashPoint =
  | 'begun'
  | 'surveyed'
  | 'frozen'
  | 'task-stored'
  | 'planned'
  | 'intended'
  | 'called'
  | 'recorded'
  | 'looked'
  | 'polled'
  | 'results-stored'
  | 'reminding'
  | 'reminded'
  | 'cancelling'
  | 'transferred'

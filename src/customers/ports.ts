import type { CallError } from './refusal.js'

/** A person from outside, as the corporation knows them. */
export interface Outsider {
  /** The platform's id: `wm...` a WeChat user, `wo...` a WeCom user. */
  id: string
  name: string
  kind: 'wechat' | 'wecom'
  unionid?: string
}

/** What belongs to one member and one customer. */
export interface Pair {
  staff: string
  remark: string
  description: string
  addedAt: Date
  tagIds: readonly string[]
  state?: string
  way: number
}

/** A page of a list; without `next` it is the last. */
export interface Page<T> {
  items: readonly T[]
  next?: string
}

/** Where customers are read: a corporation's client has it. */
export interface CustomerSource {
  /** The members who may have customers and whom our app may see. */
  followUsers(): Promise<readonly string[]>
  /** At most 100 members and 100 customers a page; 5 calls at once. */
  batch(
    staff: readonly string[],
    options: { cursor?: string; count?: number },
  ): Promise<Page<{ customer: Outsider; relation: Pair }>>
  /** Undefined when it is none of ours, or nobody visible has them. */
  get(
    customer: string,
    cursor?: string,
  ): Promise<{ customer: Outsider; relations: readonly Pair[]; next?: string } | undefined>
}

/** A group of the corporation's tags. */
export interface TagGroup {
  id: string
  name: string
  deleted: boolean
  tags: readonly { id: string; name: string; deleted: boolean }[]
}

/** Where the corporation's tags are kept: its client has it. What we change there makes no event. */
export interface CorpTagSource {
  list(): Promise<readonly TagGroup[]>
  add(group: { id: string } | { name: string }, tags: readonly { name: string }[], had?: number): Promise<TagGroup>
  edit(id: string, change: { name?: string }): Promise<void>
  remove(ids: { tags?: readonly string[] }): Promise<void>
  mark(staff: string, customer: string, change: { add?: readonly string[]; remove?: readonly string[] }): Promise<void>
}

/** From whom to whom. */
export interface FromTo {
  from: string
  to: string
}

/** How a customer's hand-over stands there. */
export interface TransferState {
  customer: string
  state: 'done' | 'waiting' | 'refused-by-customer' | 'full' | 'unknown'
  at?: Date
}

/** Where customers and groups are handed over: a corporation's client has it. */
export interface TransferSource {
  /** At most 100; the message at most 200 characters. */
  customers(who: FromTo, customers: readonly string[], message?: string): Promise<readonly Begun[]>
  results(who: FromTo, cursor?: string): Promise<Page<TransferState>>
  customersOfLeft(who: FromTo, customers: readonly string[]): Promise<readonly Begun[]>
  resultsOfLeft(who: FromTo, cursor?: string): Promise<Page<TransferState>>
  unassigned(options: {
    cursor?: string
    count?: number
  }): Promise<Page<{ staff: string; customer: string; leftAt: Date }>>
  /** At most 100; gives those that failed. */
  groups(groups: readonly string[], to: string): Promise<readonly { group: string; refused: CallError }[]>
  groupsOfLeft(groups: readonly string[], to: string): Promise<readonly { group: string; refused: CallError }[]>
}

/** A customer of a hand-over: begun, or refused. */
export interface Begun {
  customer: string
  refused?: CallError
}

/** Whose groups there are: a corporation's client has it. */
export interface OwnedGroups {
  /** Of up to 100 owners, 1000 a page. */
  list(options: { owners?: readonly string[]; cursor?: string }): Promise<Page<{ id: string }>>
  get(id: string): Promise<{ owner: string } | undefined>
}

/** One corporation's app, with the parts of its client that customers need. */
export interface Corp {
  account: string
  contacts: CustomerSource
  tags: CorpTagSource
  transfer: TransferSource
  groups: OwnedGroups
  /** Which of our tags are mirrored there, both ways; each 1 to 30 characters. */
  mirrorTags: readonly string[]
  /** The group in which tags are made that the corporation does not have; up to 30 characters. */
  mirrorTagGroup: string
}

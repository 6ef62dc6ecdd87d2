import type { CustomerAdded, CustomerEdited, CustomerRemoved } from '../../src/core/corp-update.js'
import type { ItemState } from '../../src/customers/hand-over/model.js'
import type { Corp, Outsider, Pair, TagGroup } from '../../src/customers/ports.js'

/** A pair as the platform has it. A customer who removed the member stays listed (`lost`). */
export interface TruePair extends Pair {
  lost?: boolean
  half?: boolean
  tagIds: string[]
}

/** A refusal as the client's errors are. */
export function refusal(found: string, zh = '被拒绝'): Error & { class: string } {
  return Object.assign(new Error(`refused: ${found}`), { class: found, reason: { en: found, zh } })
}

type Update = CustomerAdded | CustomerEdited | CustomerRemoved

/** A corporation with the platform's rules that matter here: pages, batches of 100, tags on pairs, hand-overs. */
export class FakeCorp implements Corp {
  readonly account: string
  mirrorTags: string[] = []
  mirrorTagGroup = '微环'
  staff: string[] = []
  readonly people = new Map<string, Outsider>()
  readonly pairs = new Map<string, TruePair & { customer: string }>()
  readonly tagNames = new Map<string, { name: string; group: string }>()
  readonly ownedGroups = new Map<string, string>()
  readonly transfers = new Map<
    string,
    { to: string; state: 'waiting' | 'done' | 'refused-by-customer' | 'full'; at?: Date }
  >()
  /** Pairs that are or were half: lists never name those. */
  readonly halves = new Set<string>()
  readonly calls: { call: string; about: unknown }[] = []
  readonly now: () => Date
  pageSize = 100
  /** Throws this at the call that it names, counted from now. */
  failing: { call: string; after: number; error: unknown; done?: boolean } | undefined
  #forgotten = false
  #tag = 1
  #update = 0

  constructor(account: string, now: () => Date) {
    this.account = account
    this.now = now
  }

  count(call: string): number {
    return this.calls.filter((one) => one.call === call).length
  }

  #note(call: string, about: unknown): void {
    this.calls.push({ call, about })
    if (this.failing?.call === call && !this.failing.done && --this.failing.after < 0) throw this.failing.error
  }

  /** After the platform has done it: the answer is lost. */
  #answer(call: string): void {
    if (this.failing?.call === call && this.failing.done && --this.failing.after < 0) throw this.failing.error
  }

  add(staff: string, customer: string, more: Partial<Outsider & TruePair> = {}): void {
    const { name = `客户${customer}`, kind = 'wechat', unionid, ...pair } = more
    if (!this.staff.includes(staff)) this.staff.push(staff)
    this.people.set(customer, { id: customer, name, kind, ...(unionid !== undefined && { unionid }) })
    const row = { staff, customer, remark: '', description: '', addedAt: this.now(), way: 1, tagIds: [], ...pair }
    this.pairs.set(`${staff}/${customer}`, row)
  }

  /** The next cursor that is given is refused. */
  forgetCursors(): void {
    this.#forgotten = true
  }

  pair(staff: string, customer: string): (TruePair & { customer: string }) | undefined {
    return this.pairs.get(`${staff}/${customer}`)
  }

  /** Names of the tags on a pair. */
  tagsOf(staff: string, customer: string): string[] {
    return (this.pair(staff, customer)?.tagIds ?? []).map((id) => this.tagNames.get(id)?.name ?? id).toSorted()
  }

  makeTag(name: string, group = '来源'): string {
    const id = `et${this.#tag++}`
    this.tagNames.set(id, { name, group })
    return id
  }

  update(kind: Update['kind'], staff: string, from: string, more: object = {}): Update {
    const base = { platform: 'wecom', account: this.account, from, at: this.now(), staff }
    const half = kind === 'event.customer.added' ? { half: false } : {}
    return { kind, id: `${this.account}-u${this.#update++}`, ...base, ...half, ...more } as Update
  }

  readonly contacts: Corp['contacts'] = {
    followUsers: async () => {
      this.#note('followUsers', '')
      return this.staff
    },
    batch: async (staff, { cursor }) => {
      this.#note('batch', { staff, cursor })
      if (staff.length > 100) throw refusal('request')
      if (cursor !== undefined && this.#forgotten) {
        this.#forgotten = false
        throw refusal('request', 'cursor 无效')
      }
      const mine = new Set(staff)
      const all = [...this.pairs.values()].filter((pair) => mine.has(pair.staff) && !pair.half)
      const from = cursor === undefined ? 0 : all.findIndex((pair) => `${pair.staff}/${pair.customer}` === cursor) + 1
      const rows = all.slice(from, from + this.pageSize)
      const last = rows.at(-1)
      const next = last && from + rows.length < all.length ? { next: `${last.staff}/${last.customer}` } : {}
      return { items: rows.map((relation) => ({ customer: this.#person(relation.customer), relation })), ...next }
    },
    get: async (customer) => {
      this.#note('get', customer)
      const relations = [...this.pairs.values()].filter((pair) => pair.customer === customer && !pair.half)
      const visible = relations.filter((pair) => this.staff.includes(pair.staff))
      return visible.length === 0 ? undefined : { customer: this.#person(customer), relations: visible }
    },
  }

  #person(id: string): Outsider {
    return this.people.get(id) ?? { id, name: '', kind: 'wechat' }
  }

  #groups(): TagGroup[] {
    const names = new Set([...this.tagNames.values()].map(({ group }) => group))
    return [...names].map((name) => ({
      id: `eg-${name}`,
      name,
      deleted: false,
      tags: [...this.tagNames].flatMap(([id, tag]) =>
        tag.group === name ? [{ id, name: tag.name, deleted: false }] : [],
      ),
    }))
  }

  readonly tags: Corp['tags'] = {
    list: async () => {
      this.#note('tags', '')
      return this.#groups()
    },
    add: async (group, tags) => {
      this.#note('addTag', tags)
      const name = 'name' in group ? group.name : group.id.slice(3)
      for (const tag of tags) this.makeTag(tag.name, name)
      return this.#groups().find((one) => one.name === name) as TagGroup
    },
    edit: async (id, { name = '' }) => {
      this.#note('editTag', id)
      const tag = this.tagNames.get(id)
      if (tag) tag.name = name
    },
    remove: async ({ tags = [] }) => {
      this.#note('removeTag', tags)
      for (const id of tags) this.dropTag(id)
    },
    mark: async (staff, customer, { add = [], remove = [] }) => {
      this.#note('mark', { staff, customer, add, remove })
      const pair = this.pair(staff, customer)
      if (!pair || pair.half) throw refusal('relation', '没有好友关系')
      pair.tagIds = [...new Set([...pair.tagIds.filter((id) => !remove.includes(id)), ...add])]
    },
  }

  dropTag(id: string): void {
    this.tagNames.delete(id)
    for (const pair of this.pairs.values()) pair.tagIds = pair.tagIds.filter((one) => one !== id)
  }

  /** What a hand-over of these customers answers at once. */
  refusing = new Map<string, Error & { class: string }>()

  #begin(who: { from: string; to: string }, customers: readonly string[], call: string) {
    this.#note(call, { ...who, customers })
    if (customers.length > 100) throw refusal('request')
    const begun = customers.map((customer) => {
      const refused = this.refusing.get(customer)
      if (!refused) this.transfers.set(`${who.from}/${customer}/${who.to}`, { to: who.to, state: 'waiting' })
      return { customer, ...(refused && { refused }) }
    })
    this.#answer(call)
    return begun
  }

  /** The platform settles what waits. */
  settle(customer: string, state: 'done' | 'refused-by-customer' | 'full'): void {
    for (const [key, one] of this.transfers) {
      const [from = '', who] = key.split('/')
      if (who !== customer || one.state !== 'waiting') continue
      one.state = state
      if (state !== 'done') continue
      one.at = this.now()
      this.pairs.delete(`${from}/${customer}`)
      this.add(one.to, customer, { way: 202 })
    }
  }

  #results(from: string, to: string) {
    return [...this.transfers].flatMap(([key, one]) => {
      const [staff, customer = ''] = key.split('/')
      if (staff !== from || one.to !== to) return []
      return [{ customer, state: one.state, ...(one.at && { at: one.at }) }]
    })
  }

  #moveGroups(call: string, groups: readonly string[], to: string) {
    this.#note(call, { groups, to })
    const failed = groups.flatMap((group) => {
      const refused = this.refusing.get(group)
      if (!refused) this.ownedGroups.set(group, to)
      return refused ? [{ group, refused }] : []
    })
    this.#answer(call)
    return failed
  }

  readonly transfer: Corp['transfer'] = {
    customers: async (who, customers) => this.#begin(who, customers, 'transfer'),
    customersOfLeft: async (who, customers) => this.#begin(who, customers, 'transferOfLeft'),
    results: async ({ from, to }) => {
      this.#note('results', { from, to })
      return { items: this.#results(from, to) }
    },
    resultsOfLeft: async ({ from, to }) => ({ items: this.#results(from, to) }),
    unassigned: async () => ({
      items: [...this.pairs.values()]
        .filter(({ staff }) => !this.staff.includes(staff))
        .map(({ staff, customer }) => ({ staff, customer, leftAt: this.now() })),
    }),
    groups: async (groups, to) => this.#moveGroups('groups', groups, to),
    groupsOfLeft: async (groups, to) => this.#moveGroups('groupsOfLeft', groups, to),
  }

  readonly groups: Corp['groups'] = {
    list: async ({ owners = [] }) => ({
      items: [...this.ownedGroups].flatMap(([id, owner]) => (owners.includes(owner) ? [{ id }] : [])),
    }),
    get: async (id) => {
      const owner = this.ownedGroups.get(id)
      return owner === undefined ? undefined : { owner }
    },
  }
}

/** How many items of a hand-over are in each state. */
export type Counts = Partial<Record<ItemState, number>>

import type { GroupChanged } from '../../src/core/corp-update.js'
import type { Detail, DetailMember, GroupCorp, OwnerFigures } from '../../src/groups/ports.js'

/** How often somebody really joined and left a group. */
export interface Truth {
  joins: number
  leaves: number
}

interface FakeGroup {
  detail: Detail
  hold: 'normal' | 'owner-left'
  /** What readers are shown: the details of the past with when they were built. */
  built: { at: number; detail: Detail }[]
  dismissed: boolean
  truth: Map<string, Truth>
}

/** A corporation whose groups change, with the events of it; its details lag behind by `delayMs`. */
export class FakeCorp implements GroupCorp {
  readonly #groups = new Map<string, FakeGroup>()
  readonly #now: () => Date
  #version = 0
  #event = 0
  delayMs = 0
  /** False: details and events without versions, as in answers of old. */
  versions = true
  calls: string[] = []
  opengids = new Map<string, string>()
  figures: OwnerFigures[] = []
  people = ['lihua', 'wangfang']
  /** More owners than this in one question are refused with 81017. */
  ownersAtMost = 100
  pageSize = 1000
  refuse: ((call: string) => Error | undefined) | undefined
  readonly account: string

  constructor(now: () => Date, account = 'corp') {
    this.#now = now
    this.account = account
  }

  create(id: string, owner: string, members: readonly string[] = [], name = id): GroupChanged {
    const at = this.#now()
    const detail = { id, name, owner, notice: '', admins: [], createdAt: at, members: [] as DetailMember[] }
    const group = { detail, hold: 'normal' as const, built: [], dismissed: false, truth: new Map() }
    this.#groups.set(id, group)
    for (const member of [owner, ...members]) this.#put(group, member, {})
    this.#build(group)
    return this.#event_(id, 'created')
  }

  join(id: string, members: string | readonly string[], more: Partial<DetailMember> = {}): GroupChanged {
    const group = this.group(id)
    const before = group.detail.version
    const all = typeof members === 'string' ? [members] : members
    for (const member of all) this.#put(group, member, more)
    this.#build(group)
    return this.#event_(id, 'joined', { members: [...all], scene: more.way === 'code' ? 3 : 0 }, before)
  }

  leave(id: string, member: string, scene = 0): GroupChanged {
    const group = this.group(id)
    const before = group.detail.version
    group.detail = { ...group.detail, members: group.detail.members.filter((one) => one.id !== member) }
    this.#count(group, member).leaves += 1
    this.#build(group)
    return this.#event_(id, 'left', { members: [member], scene }, before)
  }

  rename(id: string, name: string): GroupChanged {
    const group = this.group(id)
    group.detail = { ...group.detail, name }
    this.#build(group, false)
    return this.#event_(id, 'name')
  }

  give(id: string, owner: string): GroupChanged {
    const group = this.group(id)
    group.detail = { ...group.detail, owner }
    this.#build(group, false)
    return this.#event_(id, 'owner')
  }

  dismiss(id: string): GroupChanged {
    this.group(id).dismissed = true
    return this.#event_(id, 'dismissed')
  }

  group(id: string): FakeGroup {
    const group = this.#groups.get(id)
    if (!group) throw new Error(`no group ${id}`)
    return group
  }

  has(id: string, member: string): boolean {
    return this.group(id).detail.members.some((one) => one.id === member)
  }

  ids(): string[] {
    return [...this.#groups.keys()]
  }

  staff = async () => this.people

  readonly groups: GroupCorp['groups'] = {
    list: async ({ owners, cursor }) => {
      this.#called(`list ${owners.length} ${cursor ?? ''}`)
      if (owners.length > this.ownersAtMost) throw Object.assign(new Error('too many'), { errcode: 81_017 })
      const all = this.ids()
        .filter((id) => !this.group(id).dismissed && owners.includes(this.group(id).detail.owner))
        .toSorted()
      const from = Number(cursor ?? '0')
      const items = all.slice(from, from + this.pageSize).map((id) => ({ id, state: this.group(id).hold }))
      const next = from + this.pageSize
      return { items, ...(next < all.length && { next: String(next) }) }
    },
    get: async (id) => {
      this.#called(`get ${id}`)
      return this.detailOf(id)
    },
    statistics: async (day, owners) => {
      this.#called(`statistics ${day.toISOString()} ${owners.length}`)
      const rows = this.figures.filter(({ owner = '' }) => owners.includes(owner))
      return { rows, total: rows.length, nextOffset: rows.length }
    },
    byOpengid: async (opengid) => {
      this.#called(`opengid ${opengid}`)
      return this.opengids.get(opengid)
    },
  }

  /** What a reader is shown now. */
  detailOf(id: string): Detail | undefined {
    const group = this.#groups.get(id)
    if (!group || group.dismissed) return undefined
    const until = this.#now().getTime() - this.delayMs
    const built = group.built.filter(({ at }) => at <= until).at(-1)
    return built?.detail
  }

  #called(call: string): void {
    this.calls.push(call)
    const error = this.refuse?.(call)
    if (error) throw error
  }

  #count(group: FakeGroup, member: string): Truth {
    const known = group.truth.get(member) ?? { joins: 0, leaves: 0 }
    group.truth.set(member, known)
    return known
  }

  #put(group: FakeGroup, id: string, more: Partial<DetailMember>): void {
    const staff = !id.startsWith('w')
    const member: DetailMember = {
      id,
      kind: staff ? 'staff' : 'customer',
      joinedAt: this.#now(),
      way: 'invited',
      nickname: '',
      name: `name ${id}`,
      ...more,
    }
    group.detail = { ...group.detail, members: [...group.detail.members, member] }
    this.#count(group, id).joins += 1
  }

  #build(group: FakeGroup, turn = true): void {
    if (turn && this.versions) group.detail = { ...group.detail, version: `v${++this.#version}` }
    group.built = [...group.built.slice(-20), { at: this.#now().getTime(), detail: group.detail }]
  }

  #event_(id: string, change: GroupChanged['change'], more: Partial<GroupChanged> = {}, before?: string): GroupChanged {
    const { version } = this.group(id).detail
    const turns = change === 'joined' || change === 'left'
    return {
      kind: 'event.group.changed',
      id: `event-${++this.#event}`,
      platform: 'wecom',
      account: this.account,
      from: id,
      at: this.#now(),
      change,
      members: [],
      count: more.members?.length ?? 0,
      ...more,
      ...(turns && before !== undefined && version !== undefined && { lastVersion: before, version }),
    }
  }
}

import type { FollowerInfo, FollowerSource, TagSource } from '../../src/contacts/sync/source.js'

/** A follower as the platform has them. */
export interface Fan {
  openid: string
  follows?: boolean
  unionid?: string
  subscribedAt?: Date
  tags?: string[]
  scene?: string
}

/** The platform's side of a sync, with its limits: pages, a hundred a call, fifty a tagging, twenty tags a person. */
export class FakePlatform implements FollowerSource {
  readonly fans = new Map<string, Fan>()
  readonly tagNames = new Map<string, string>([
    ['1', '屏蔽组'],
    ['2', '星标组'],
  ])
  readonly calls: string[] = []
  pageSize = 10_000
  /** Throws at this call, counted from now. */
  failAfter = Number.POSITIVE_INFINITY
  failure: unknown = new Error('the connection broke')
  readonly #next = { tag: 100 }

  add(...fans: Fan[]): void {
    for (const fan of fans) this.fans.set(fan.openid, { ...this.fans.get(fan.openid), ...fan })
  }

  tagsOf(openid: string): string[] {
    return (this.fans.get(openid)?.tags ?? []).map((id) => this.tagNames.get(id) ?? id).toSorted()
  }

  #count(call: string): void {
    this.calls.push(call)
    if (--this.failAfter < 0) throw this.failure
  }

  async list(after?: string) {
    this.#count('list')
    const all = [...this.fans.values()].filter(({ follows = true }) => follows).map(({ openid }) => openid)
    const from = after === undefined ? 0 : all.indexOf(after) + 1
    const openids = all.slice(from, from + this.pageSize)
    const last = openids.at(-1)
    return { total: all.length, openids, ...(last !== undefined && { next: last }) }
  }

  async batchGet(openids: readonly string[]): Promise<FollowerInfo[]> {
    this.#count('batchGet')
    if (openids.length > 100) throw Object.assign(new Error('too many'), { class: 'request' })
    if (openids.some((openid) => !this.fans.has(openid)))
      throw Object.assign(new Error('invalid openid'), { class: 'identity' })
    return openids.map((openid) => {
      const { follows = true, unionid, subscribedAt, tags = [], scene = '' } = this.fans.get(openid) ?? { openid }
      const known = { openid, ...(unionid !== undefined && { unionid }) }
      if (!follows) return { follows: false, ...known }
      return { follows: true, ...known, subscribedAt: subscribedAt ?? new Date(0), tagIds: tags, scene }
    })
  }

  readonly tags: TagSource = {
    list: async () => {
      this.#count('tags')
      return [...this.tagNames].map(([id, name]) => ({ id, name }))
    },
    create: async (name) => {
      this.#count('create')
      const id = String(this.#next.tag++)
      this.tagNames.set(id, name)
      return id
    },
    addMembers: async (id, openids) => {
      this.#count('tag')
      if (openids.length > 50) throw Object.assign(new Error('too many'), { class: 'request' })
      const full = openids.find((openid) => (this.fans.get(openid)?.tags?.length ?? 0) >= 20)
      if (full !== undefined) throw Object.assign(new Error('has 20 tags already'), { class: 'request' })
      for (const openid of openids) {
        const fan = this.fans.get(openid)
        if (fan) fan.tags = [...new Set([...(fan.tags ?? []), id])]
      }
    },
    removeMembers: async (id, openids) => {
      this.#count('untag')
      for (const openid of openids) {
        const fan = this.fans.get(openid)
        if (fan) fan.tags = (fan.tags ?? []).filter((one) => one !== id)
      }
    },
  }
}

import type { Corp, Page } from '../../src/customers/ports.js'

/** How large the corporation is. */
export interface CorpSize {
  account: string
  customers: number
  staff: number
  /** How long an answer takes. */
  latencyMs: number
}

/**
 * A corporation whose every customer is reckoned from a number, so that it takes no memory: one in ten knows two
 * members, three of four have a unionid, half of them a tag that is mirrored.
 */
export function reckonedCorp({ account, customers, staff, latencyMs }: CorpSize): Corp & { calls(): number } {
  let calls = 0
  const members = Array.from({ length: staff }, (_, at) => `staff${String(at).padStart(4, '0')}`)
  const own = Math.ceil(customers / staff)
  const each = own + Math.floor(own / 10)
  const since = Date.parse('2025-01-01T00:00:00+08:00')
  const answer = async <T>(value: T): Promise<T> => {
    calls += 1
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
    return value
  }

  /** The customer at a place of a member's list: first the member's own, then those shared with the next member. */
  function at(member: number, place: number) {
    const owner = place < own ? member : (member + 1) % staff
    const serial = owner * own + (place < own ? place : (place - own) * 10)
    const customer = {
      id: `wmBENCH${String(serial).padStart(10, '0')}`,
      name: `客户${serial}`,
      kind: serial % 50 === 0 ? ('wecom' as const) : ('wechat' as const),
      ...(serial % 4 !== 0 && { unionid: `uBENCH${serial}` }),
    }
    const relation = {
      staff: members[member] ?? '',
      remark: `备注${serial}`,
      description: '',
      addedAt: new Date(since + serial * 1000),
      tagIds: serial % 2 === 0 ? ['et1'] : [],
      state: `channel-${serial % 40}`,
      way: 1,
    }
    return { customer, relation }
  }

  const none = async (): Promise<never> => {
    throw new Error('the bench hands nothing over')
  }
  return {
    account,
    mirrorTags: ['老客'],
    mirrorTagGroup: '微环',
    calls: () => calls,
    contacts: {
      followUsers: () => answer(members),
      async batch(wanted, { cursor = '0' }): Promise<Page<ReturnType<typeof at>>> {
        const from = Number(cursor)
        const total = wanted.length * each
        const items = Array.from({ length: Math.min(100, total - from) }, (_, offset) => {
          const index = from + offset
          const member = members.indexOf(wanted[Math.floor(index / each)] ?? '')
          return at(member, index % each)
        })
        const next = from + items.length
        return answer({ items, ...(next < total && { next: String(next) }) })
      },
      get: () => answer(undefined),
    },
    tags: {
      list: () =>
        answer([{ id: 'eg1', name: '微环', deleted: false, tags: [{ id: 'et1', name: '老客', deleted: false }] }]),
      add: none,
      edit: none,
      remove: none,
      mark: () => answer(undefined),
    },
    transfer: {
      customers: none,
      results: none,
      customersOfLeft: none,
      resultsOfLeft: none,
      unassigned: none,
      groups: none,
      groupsOfLeft: none,
    },
    groups: { list: none, get: none },
  }
}

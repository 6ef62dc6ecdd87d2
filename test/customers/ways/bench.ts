import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CustomerAdded, CustomerRemoved } from '../../../src/core/corp-update.js'
import type { Message, ResolvedMessage } from '../../../src/core/message.js'
import { type WayRow, wayRows } from '../../../src/customers/ways/model.js'
import type { FoundWay, WantedWay, WayFault, WayPorts, WaySource } from '../../../src/customers/ways/ports.js'
import { createWays, type Ways } from '../../../src/customers/ways/ways.js'
import { createEvents, type Events } from '../../../src/events/events.js'
import { movableClock, recorder } from '../../inbox/setup.js'
import { openTestStore, type TestStore } from '../../store/open.js'

/** A Wednesday, 10:00 in Shanghai. */
export const NOW = new Date('2026-03-04T02:00:00Z')

type Kept = FoundWay & WantedWay & { madeAt: Date }

/** A platform in memory with what hurts: making twice makes two, answers get lost, members are refused. */
export interface FakeWays extends WaySource {
  all: Map<string, Kept>
  calls: string[]
  /** Members whom it takes. */
  able: Set<string>
  /** What the next call of a method does: `lost` carries it out and loses the answer. */
  next(method: keyof WaySource, what: 'lost' | WayFault): void
}

export function fakeWays(clock: { now(): Date }): FakeWays {
  const all = new Map<string, Kept>()
  const calls: string[] = []
  const able = new Set(['lihua', 'wangfang', 'zhangwei', 'zhaomin'])
  const planned = new Map<string, ('lost' | WayFault)[]>()
  let serial = 0

  const fault = (kind: WayFault['kind'], reason: string): WayFault => ({ end: 'fault', kind, reason })
  function ask<T extends { end: string }>(
    method: keyof WaySource,
    about: string,
    work: () => T | WayFault,
  ): T | WayFault {
    calls.push(`${method} ${about}`)
    const plan = planned.get(method)?.shift()
    if (plan === undefined) return work()
    if (plan !== 'lost') return plan
    work()
    return fault('unclear', 'the answer was lost')
  }
  const unable = (staff: readonly string[]) => staff.some((one) => !able.has(one))

  return {
    all,
    calls,
    able,
    next: (method, what) => {
      planned.set(method, [...(planned.get(method) ?? []), what])
    },
    add: async (way) =>
      ask('add', way.staff.join(','), () => {
        if (unable(way.staff)) return fault('staff', '成员未激活（41054）')
        serial += 1
        const id = `cfg${serial}`
        all.set(id, { ...way, id, qrCode: `https://qr.example/${id}`, madeAt: clock.now() })
        return { end: 'made' as const, id, qrCode: `https://qr.example/${id}` }
      }),
    update: async (id, change) =>
      ask('update', change.staff.join(','), () => {
        const known = all.get(id)
        if (!known) return fault('gone', '联系我配置不存在（41044）')
        if (unable(change.staff)) return fault('staff', '成员未激活（41054）')
        all.set(id, { ...known, ...change })
        return { end: 'done' as const }
      }),
    remove: async (id) =>
      ask('remove', id, () => {
        all.delete(id)
        return { end: 'done' as const }
      }),
    get: async (id) =>
      ask('get', id, () => {
        const way = all.get(id)
        return way ? { end: 'found' as const, way } : fault('gone', '联系我配置不存在（41044）')
      }),
    list: async ({ from, to, cursor }) =>
      ask('list', cursor ?? '', () => {
        const inTime = [...all.values()].filter(({ madeAt }) => madeAt >= from && madeAt <= to).map(({ id }) => id)
        const at = Number(cursor ?? 0)
        const items = inTime.slice(at, at + 2)
        return { end: 'page' as const, page: { items, ...(at + 2 < inTime.length && { next: String(at + 2) }) } }
      }),
    staff: async () => ask('staff', '', () => ({ end: 'staff' as const, ids: [...able] })),
  }
}

export interface WayBench {
  store: TestStore
  events: Events
  clock: ReturnType<typeof movableClock>
  platform: FakeWays
  log: ReturnType<typeof recorder>
  /** What was written about newcomers. */
  written: string[]
  /** A process; several share store and platform. */
  open(options?: Partial<WayPorts>): Ways
  row(slug: string): Promise<WayRow>
  /** Writes a file of `content/contact-ways`. */
  file(name: string, yaml: string): Promise<void>
  close(): Promise<void>
}

let count = 0

/** A customer has come to a member by a channel. */
export function came(change: Partial<CustomerAdded> = {}): CustomerAdded {
  count += 1
  return {
    kind: 'event.customer.added',
    id: `in${count}`,
    platform: 'wecom',
    account: 'corp',
    from: `wm${count}`,
    staff: 'lihua',
    at: NOW,
    half: false,
    state: 'parcel',
    ...change,
  }
}

/** The customer has deleted the member, unless somebody else did. */
export function left(added: CustomerAdded, by: CustomerRemoved['by'] = 'customer'): CustomerRemoved {
  const { account, from, staff, at, platform } = added
  return { kind: 'event.customer.removed', id: `out-${added.id}`, platform, account, from, staff, at, by }
}

export async function openWayBench(): Promise<WayBench> {
  const store = await openTestStore()
  const { connection, dir } = store
  const clock = movableClock(NOW)
  const events = createEvents({ connection, clock })
  const platform = fakeWays(clock)
  const log = recorder()
  const written: string[] = []
  const opened: Ways[] = []
  const open = (options: Partial<WayPorts> = {}) => {
    const ways = createWays({
      connection,
      clock,
      log,
      events,
      accounts: ['corp'],
      contentDir: join(dir, 'content'),
      timeZone: 'Asia/Shanghai',
      source: (account) => (account === 'corp' ? platform : undefined),
      people: {
        nameOf: async () => '小雨',
        tag: async ({ staff, customer }, tags) => written.push(`${staff} ${customer} ${tags.join(',')}`),
        remark: async ({ staff, customer }, remark) => written.push(`${staff} ${customer} = ${remark}`),
      },
      contact: async ({ externalId }) => `contact-${externalId}`,
      resolve: async (message: Message) => [message as ResolvedMessage],
      ...options,
    })
    opened.push(ways)
    return ways
  }
  open()
  await store.ensureIndexes()
  return {
    store,
    events,
    clock,
    platform,
    log,
    written,
    open,
    async row(slug) {
      const found = await wayRows(connection).findOne({ _id: `corp:${slug}` })
      if (!found) throw new Error(`there is no way ${slug}`)
      return found
    },
    async file(name, yaml) {
      await mkdir(join(dir, 'content', 'contact-ways'), { recursive: true })
      await writeFile(join(dir, 'content', 'contact-ways', name), yaml)
    },
    async close() {
      for (const one of opened) await one.close()
      await store.dispose()
    },
  }
}

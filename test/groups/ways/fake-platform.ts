import type { LiveWay } from '../../../src/groups/ways/model.js'
import type { JoinWayApi, RosterPort } from '../../../src/groups/ways/ports.js'
import type { Seat } from '../../../src/groups/ways/roll-over.js'

/** A refusal as the client throws it. */
export const refused = (cls: string, errcode?: number) =>
  Object.assign(new Error(`refused ${cls}`), { class: cls, errcode, fix: 'mend it' })

/** Join ways of a platform in memory: no key, no list, an update that writes everything anew. */
export interface FakePlatform extends JoinWayApi {
  ways: Map<string, LiveWay>
  calls: string[]
  /** Thrown by the next call of that name, before it works; `after`: the call works and the answer is lost. */
  break(call: 'add' | 'get' | 'update' | 'remove', error: Error, when?: 'before' | 'after'): void
  /** Runs while a call is under way. */
  during(call: 'add' | 'update', work: () => Promise<void>): void
}

export function fakePlatform(): FakePlatform {
  const ways = new Map<string, LiveWay>()
  const calls: string[] = []
  const broken: { call: string; error: Error; when: 'before' | 'after' }[] = []
  const works: { call: string; work: () => Promise<void> }[] = []
  let made = 0

  async function answer<T>(call: string, work: () => T): Promise<T> {
    calls.push(call)
    const at = broken.findIndex((each) => each.call === call)
    const fault = at < 0 ? undefined : broken.splice(at, 1)[0]
    const aside = works.findIndex((each) => each.call === call)
    if (aside >= 0) await works.splice(aside, 1)[0]?.work()
    if (fault?.when === 'before') throw fault.error
    const result = work()
    if (fault) throw fault.error
    return result
  }
  const known = (id: string): LiveWay => {
    const way = ways.get(id)
    if (!way) throw refused('gone', 41044)
    return way
  }
  const checked = (way: LiveWay): LiveWay => {
    if (way.groups.length < 1 || way.groups.length > 5) throw refused('request', 41091)
    return structuredClone(way)
  }

  return {
    ways,
    calls,
    break: (call, error, when = 'before') => void broken.push({ call, error, when }),
    during: (call, work) => void works.push({ call, work }),
    add: (way) =>
      answer('add', () => {
        const id = `cfg${++made}`
        ways.set(id, checked(way))
        return id
      }),
    get: (id) => answer('get', () => ({ ...structuredClone(known(id)), qrCode: `https://qr.example/${id}` })),
    update: (id, way) =>
      answer('update', () => {
        known(id)
        ways.set(id, checked(way))
      }),
    remove: (id) => answer('remove', () => void ways.delete(id)),
  }
}

/** A roster in memory. */
export interface FakeRoster extends RosterPort {
  groups: Map<string, Seat & { labels?: string[] }>
  stays: Map<string, { chatId: string; leftAt?: Date }[]>
  put(chatId: string, count: number, about?: { name?: string; labels?: string[]; status?: Seat['status'] }): void
}

export function fakeRoster(): FakeRoster {
  const groups: FakeRoster['groups'] = new Map()
  const stays: FakeRoster['stays'] = new Map()
  return {
    groups,
    stays,
    put: (chatId, count, { name = chatId, labels = [], status = 'active' } = {}) =>
      void groups.set(chatId, { chatId, name, count, status, labels }),
    many: async (_, ids) => ids.flatMap((id) => groups.get(id) ?? []),
    list: async ({ label, name = '' }) => ({
      groups: [...groups.values()].filter(
        (each) =>
          each.status === 'active' &&
          each.name.includes(name) &&
          (label === undefined || (each.labels ?? []).includes(label)),
      ),
    }),
    groupsOf: async (contact) => stays.get(contact) ?? [],
  }
}

import { control } from '../api.js'

const CUSTOMERS = '/customers?limit=60'
const NONE = []

/** Where a conversation of each kind is read. */
const THREADS = {
  app: (id) => `/staff/${id}/app`,
  chat: (id) => `/chats/${id}`,
  group: (id) => `/groups/${id}/thread`,
  internal: (id) => `/internal/${id}`,
  robot: (id) => `/robots/${id}`,
  kf: (id) => `/kf/chats/${id}/thread`,
}

/** Calls the corp's control API. */
export const corp = (method, path, body) => control(method, `/corp${path}`, body)

/**
 * What the corp's page knows. Reading gives what is there at once and fetches what is missing or out of date; `changed`
 * is called when there is something new to show. `happened` takes the happenings of the event stream.
 */
export function createStore({ changed, complain, now }) {
  const cache = new Map()
  const threads = new Map()
  const seen = new Map()
  const openedAt = now()
  let waiting = false

  /** Tells about a change once, after everything of this moment has arrived. */
  function tell() {
    if (waiting) return
    waiting = true
    queueMicrotask(() => {
      waiting = false
      changed()
    })
  }

  function read(path, empty) {
    let item = cache.get(path)
    if (!item) {
      item = { value: empty, stale: true, busy: false }
      cache.set(path, item)
    }
    if (item.stale && !item.busy) refresh(path, item)
    return item.value
  }
  function refresh(path, item) {
    item.stale = false
    item.busy = true
    return corp('GET', path)
      .then((value) => {
        item.value = value
      })
      .catch(complain)
      .finally(() => {
        item.busy = false
        tell()
      })
  }
  /** What is below one of these paths is read again when it is next wanted. */
  function outdate(...prefixes) {
    for (const [path, item] of cache) if (prefixes.some((prefix) => path.startsWith(prefix))) item.stale = true
    tell()
  }

  function thread(kind, id) {
    const key = `${kind} ${id}`
    let known = threads.get(key)
    if (!known) {
      known = { entries: [], key }
      threads.set(key, known)
      corp('GET', THREADS[kind](id))
        .then(({ entries }) => {
          for (const entry of entries) keep(known, entry, false)
        })
        .catch(complain)
        .finally(tell)
    }
    return known
  }
  function keep(known, entry, newer = true) {
    const at = known.entries.findIndex((one) => one.n >= entry.n)
    if (at < 0) known.entries.push(entry)
    else if (known.entries[at].n !== entry.n) known.entries.splice(at, 0, entry)
    else if (newer) known.entries[at] = entry
  }
  function added(kind, id, entry) {
    const known = threads.get(`${kind} ${id}`)
    if (known && entry) keep(known, entry)
    tell()
  }

  const state = () => read('', undefined)

  return {
    /** Fetches what the first screen needs. */
    async load() {
      const known = { value: undefined, stale: true, busy: false }
      const people = { value: { customers: NONE, total: 0 }, stale: true, busy: false }
      cache.set('', known)
      cache.set(CUSTOMERS, people)
      await Promise.all([refresh('', known), refresh(CUSTOMERS, people)])
      if (!known.value) throw new Error('the simulator serves no corp')
    },
    state,
    staff: (id) => state().staff.find((one) => one.id === id),
    staffName: (id) => state().staff.find((one) => one.id === id)?.name ?? id,
    customers: () => read(CUSTOMERS, { customers: NONE, total: 0 }),
    relations: (staff) => read(`/staff/${staff}/customers?limit=200`, { relations: NONE, total: 0 }),
    requests: (staff) => read(`/staff/${staff}/requests`, { requests: NONE }).requests,
    tasks: (staff) => read(`/staff/${staff}/tasks`, { tasks: NONE }).tasks,
    moments: (staff) => read(`/staff/${staff}/moments`, { moments: NONE }).moments,
    /** Somebody the corp has met, by external id. */
    customer: (id) => read(`/customers/${id}`, undefined),
    /** What a person's phone shows of the corp. */
    people: (person) => read(`/customers/${person}/people`, { wecom: NONE, groups: NONE, transfers: NONE }),
    /** A group with its members. */
    group: (id) => read(`/groups/${id}`, undefined),
    groups: () => state().groups,
    /** What a person's phone shows of the desk, and what a servicer sees of it. */
    kfPhone: (person) => read(`/kf/people/${person}`, { chats: NONE }).chats,
    kfStaff: (staff) => read(`/kf/staff/${staff}`, { accounts: NONE, queue: NONE, mine: NONE, ended: NONE }),
    kf: () => read('/kf', { accounts: NONE }),
    thread,
    unread: (viewer, known) => {
      const last = seen.get(`${viewer} ${known.key}`) ?? 0
      return known.entries.filter((entry) => entry.at > openedAt && entry.n > last && entry.by !== viewer).length
    },
    read: (viewer, known) => seen.set(`${viewer} ${known.key}`, known.entries.at(-1)?.n ?? 0),
    outdate,
    happened({ about, id, entry, view }) {
      switch (about) {
        case 'app':
        case 'chat':
          return added(about, id, entry)
        case 'kf':
          added('kf', id, entry)
          return outdate('/kf/people', '/kf/staff')
        case 'kf-account':
          return outdate('/kf')
        case 'group-thread':
          return added('group', id, entry)
        case 'internal':
        case 'robot':
          if (!threads.has(`${about} ${id}`)) outdate('')
          return added(about, id, entry)
        case 'group':
          replace(state()?.groups, view)
          return outdate(`/groups/${id}`, '/customers', '/staff/')
        case 'customer':
          return outdate('/customers', '/staff/')
        case 'staff':
          replace(state()?.staff, view)
          return outdate(`/staff/${id}/`)
        case 'task':
        case 'moment':
          return outdate('/staff/')
        default:
          return outdate('')
      }
    },
  }

  function replace(list, view) {
    if (!list || !view) return
    const at = list.findIndex((one) => one.id === view.id)
    if (at < 0) list.push(view)
    else list[at] = view
  }
}

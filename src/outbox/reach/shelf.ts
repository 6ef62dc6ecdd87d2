import { businessDay } from './days.js'
import { type Entry, entryOf } from './ledger.js'
import { BOOKS_KEPT_MS, type BookLine, type BookRow } from './model.js'
import { openPack, type Pack } from './pack.js'

/** What a process remembers of the books: enough to answer for any number of people without a read. */
export interface Shelf {
  /** Takes in a row; rows come in their order. */
  add(row: BookRow): void
  /** The touches of these people; those without any are not in the map. */
  gather(ids: readonly string[]): Map<string, Entry[]>
  blockedAt(account: string, id: string): Date | undefined
  /** Forgets what is too old to matter. */
  prune(now: Date): void
}

/** A touch of many people. */
interface Part {
  touch: Entry
  pack: Pack
  undone?: Set<string>
}

/** Lines about fewer people are kept by person. */
const FEW = 16

/** An empty shelf. Days are reckoned by the wall clock of `timeZone`. */
export function createShelf(timeZone: string): Shelf {
  /** Touches of many, by source; a campaign's lines lie together, so that a page looks at each campaign once. */
  const runs = new Map<string, Part[]>()
  const few = new Map<string, Entry[]>()
  const blocked = new Map<string, Date>()
  /** Which other ids stand for the same person. */
  const aliases = new Map<string, string[]>()

  function add({ at, lines }: BookRow): void {
    for (const line of lines) {
      const pack = openPack(bytesOf(line.people))
      if (line.kind === 'touch') addTouch(line, pack, at)
      else all(pack, (id) => addOther(line, id, at))
    }
  }

  function addTouch(line: BookLine, pack: Pack, rowAt: Date): void {
    const { account = '', channel = 'customer-message', purpose = 'service', source = '', single, at = rowAt } = line
    const day = businessDay(at, timeZone)
    const touch = entryOf({ at, day, account, channel, purpose, source, ...(single && { single }) })
    if (pack.count >= FEW) push(runs, source, { touch, pack })
    else all(pack, (id) => push(few, id, touch))
  }

  function addOther({ kind, account = '', source = '', into = '' }: BookLine, id: string, at: Date): void {
    if (kind === 'block') blocked.set(`${account}:${id}`, at)
    if (kind === 'undo') undo(id, source)
    if (kind === 'join') aliases.set(into, [...(aliases.get(into) ?? []), id, ...(aliases.get(id) ?? [])])
  }

  /** Takes back what the source booked for the person so far. */
  function undo(id: string, source: string): void {
    const mine = few.get(id)
    if (mine)
      keep(
        few,
        id,
        mine.filter((touch) => touch.source !== source),
      )
    for (const part of runs.get(source) ?? []) {
      if (part.pack.lo > id || part.pack.hi < id || !holds(part.pack, id)) continue
      part.undone ??= new Set()
      part.undone.add(id)
    }
  }

  function gather(ids: readonly string[]): Map<string, Entry[]> {
    const found = new Map<string, Entry[]>()
    const wanted = new Map<string, string>(ids.map((id) => [id, id]))
    for (const id of aliases.size > 0 ? ids : []) for (const alias of aliases.get(id) ?? []) wanted.set(alias, id)
    let lo = ids[0] ?? ''
    let hi = lo
    for (const [id, asked] of wanted) {
      if (id < lo) lo = id
      if (id > hi) hi = id
      for (const touch of few.get(id) ?? []) push(found, asked, touch)
    }
    for (const parts of runs.values()) {
      for (const { touch, pack, undone } of parts) {
        if (pack.hi < lo || pack.lo > hi) continue
        pack.within(lo, hi, (id) => {
          const asked = wanted.get(id)
          if (asked !== undefined && !undone?.has(id)) push(found, asked, touch)
        })
      }
    }
    return found
  }

  function prune(now: Date): void {
    const oldest = now.getTime() - BOOKS_KEPT_MS
    const isKept = (at: Date) => at.getTime() >= oldest
    for (const [source, parts] of runs)
      keep(
        runs,
        source,
        parts.filter(({ touch }) => isKept(touch.at)),
      )
    for (const [id, touches] of few)
      keep(
        few,
        id,
        touches.filter(({ at }) => isKept(at)),
      )
    for (const [key, at] of blocked) if (!isKept(at)) blocked.delete(key)
  }

  return { add, gather, blockedAt: (account, id) => blocked.get(`${account}:${id}`), prune }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}

function keep<T>(map: Map<string, T[]>, key: string, values: T[]): void {
  if (values.length > 0) map.set(key, values)
  else map.delete(key)
}

function all(pack: Pack, each: (id: string) => void): void {
  pack.within(pack.lo, pack.hi, each)
}

function holds(pack: Pack, id: string): boolean {
  let found = false
  pack.within(id, id, () => {
    found = true
  })
  return found
}

/** Bytes as the driver gives them. */
function bytesOf(people: BookLine['people']): Uint8Array {
  return people instanceof Uint8Array ? people : people.buffer.subarray(0, people.position)
}

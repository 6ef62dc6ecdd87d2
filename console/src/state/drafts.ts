/** The part of the browser's storage that drafts use. */
export interface DraftStorage {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** A draft with the time it was last typed in. */
export interface Draft<T> {
  value: T
  at: Date
}

/** What somebody typed and has not sent, kept in the browser. */
export interface Drafts {
  /** `read` checks what was kept, perhaps by an older version of the page. */
  find<T>(name: string, read: (value: unknown) => T | undefined): Draft<T> | undefined
  /** False when the browser has no room or forbids it. */
  keep(name: string, value: unknown): boolean
  drop(name: string): void
  /** Removes those of everybody that are older than seven days. */
  tidy(): number
}

const PREFIX = 'weloop.draft:'
const KEEP_MS = 7 * 86_400_000

/** The drafts of one person; others at the same computer do not see them in their forms. */
export function createDrafts(storage: DraftStorage, person: string, now: () => Date): Drafts {
  const keyOf = (name: string) => `${PREFIX}${person}:${name}`
  const parsed = (key: string) => parse(storage.getItem(key))
  return {
    find(name, read) {
      const kept = parsed(keyOf(name))
      if (!kept || now().getTime() - kept.at > KEEP_MS) return undefined
      const value = read(kept.value)
      return value === undefined ? undefined : { value, at: new Date(kept.at) }
    },
    keep(name, value) {
      try {
        storage.setItem(keyOf(name), JSON.stringify({ at: now().getTime(), value }))
        return true
      } catch {
        return false
      }
    },
    drop: (name) => storage.removeItem(keyOf(name)),
    tidy() {
      const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index))
      const stale = keys.filter((key): key is string => {
        if (!key?.startsWith(PREFIX)) return false
        const kept = parsed(key)
        return !kept || now().getTime() - kept.at > KEEP_MS
      })
      for (const key of stale) storage.removeItem(key)
      return stale.length
    },
  }
}

function parse(text: string | null): { at: number; value: unknown } | undefined {
  if (text === null) return undefined
  try {
    const kept: unknown = JSON.parse(text)
    if (typeof kept !== 'object' || kept === null || !('at' in kept) || !('value' in kept)) return undefined
    return typeof kept.at === 'number' ? { at: kept.at, value: kept.value } : undefined
  } catch {
    return undefined
  }
}

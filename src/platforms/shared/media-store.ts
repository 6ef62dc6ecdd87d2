import type { Clock } from '../../core/clock.js'

/** Which upload is meant. */
export interface MediaKey {
  account: string
  sha256: string
  type: string
}

/** Where the processes of a deployment share media ids. Times are the store's. */
export interface MediaStore {
  find(key: MediaKey): Promise<{ mediaId: string; leftMs: number } | undefined>
  put(key: MediaKey, mediaId: string, lifeMs: number): Promise<void>
  /** Forgets the id if it is still this one. */
  drop(key: MediaKey, mediaId: string): Promise<void>
}

/** A store in memory: for one process, and for tests. */
export function createMemoryMediaStore(clock: Clock): MediaStore {
  const rows = new Map<string, { mediaId: string; expiresAt: number }>()
  const nameOf = (key: MediaKey) => `${key.account}|${key.type}|${key.sha256}`
  return {
    find: async (key) => {
      const row = rows.get(nameOf(key))
      return row && { mediaId: row.mediaId, leftMs: row.expiresAt - clock.now().getTime() }
    },
    put: async (key, mediaId, lifeMs) => {
      rows.set(nameOf(key), { mediaId, expiresAt: clock.now().getTime() + lifeMs })
    },
    drop: async (key, mediaId) => {
      if (rows.get(nameOf(key))?.mediaId === mediaId) rows.delete(nameOf(key))
    },
  }
}

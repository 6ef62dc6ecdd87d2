import { hash } from 'node:crypto'

/** Remembers which body each signature came with. */
export interface ReplayMemory {
  /**
   * True when this signature is new or came with this very body before (the platform's own resend); false when it came
   * with another body: somebody replays a captured signature.
   */
  admit(signature: string, body: string, now: Date): boolean
}

const WORDS = 6
const WAYS = 8

/**
 * A replay memory of fixed size: a table of hashes (24 bytes an entry, 6 MiB at the standard capacity, which holds
 * 20 minutes of 218 messages a second). When eight entries meet in one bucket the oldest goes first. One process's own:
 * across processes the store's unique keys take over.
 * @param keepMs how long a signature can be presented at all: twice the timestamp window.
 */
export function createReplayMemory(keepMs: number, capacity = 1 << 18): ReplayMemory {
  const buckets = 2 ** Math.max(0, Math.ceil(Math.log2(capacity / WAYS)))
  const table = new Uint32Array(buckets * WAYS * WORDS)
  const keep = Math.ceil(keepMs / 1000)

  return {
    admit(signature, body, now) {
      const seconds = Math.floor(now.getTime() / 1000)
      const [a, b] = [word(signature, 0), word(signature, 1)]
      const digest = hash('sha256', body)
      const first = (word(signature, 2) % buckets) * WAYS * WORDS
      let free = first
      for (let at = first; at < first + WAYS * WORDS; at += WORDS) {
        const fresh = age(table, at, seconds) <= keep
        if (fresh && table[at] === a && table[at + 1] === b) return isSame(table, at, digest)
        if (age(table, at, seconds) > age(table, free, seconds)) free = at
      }
      table.set([a, b, word(digest, 0), word(digest, 1), word(digest, 2), seconds], free)
      return true
    },
  }
}

function age(table: Uint32Array, at: number, seconds: number): number {
  return seconds - (table[at + 5] ?? 0)
}

function isSame(table: Uint32Array, at: number, digest: string): boolean {
  return table[at + 2] === word(digest, 0) && table[at + 3] === word(digest, 1) && table[at + 4] === word(digest, 2)
}

function word(hex: string, index: number): number {
  return Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16)
}

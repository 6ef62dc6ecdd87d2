import { hash } from 'node:crypto'

/** Remembers which body each signature came with. */
export interface ReplayMemory {
  /**
   * True when this signature is new or came with this very body before (the platform's own resend); false when it came
   * with another body: somebody replays a captured signature.
   */
  admit(signature: string, body: string | Buffer, now: Date): boolean
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
      const a = word(signature, 0)
      const b = word(signature, 1)
      const digest = hash('sha256', body, 'binary')
      const d = packed(digest, 0)
      const e = packed(digest, 4)
      const f = packed(digest, 8)
      const first = (word(signature, 2) % buckets) * WAYS * WORDS
      let free = first
      for (let at = first; at < first + WAYS * WORDS; at += WORDS) {
        const fresh = age(table, at, seconds) <= keep
        if (fresh && table[at] === a && table[at + 1] === b) {
          return table[at + 2] === d && table[at + 3] === e && table[at + 4] === f
        }
        if (age(table, at, seconds) > age(table, free, seconds)) free = at
      }
      table[free] = a
      table[free + 1] = b
      table[free + 2] = d
      table[free + 3] = e
      table[free + 4] = f
      table[free + 5] = seconds
      return true
    },
  }
}

function age(table: Uint32Array, at: number, seconds: number): number {
  return seconds - (table[at + 5] ?? 0)
}

/** Eight hexadecimal digits as a number; anything else counts as 0. */
function word(hex: string, index: number): number {
  return Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16) >>> 0
}

/** Four bytes, given as the characters U+0000 to U+00FF, as a number. */
function packed(bytes: string, at: number): number {
  const high = (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1)
  return ((high << 16) | (bytes.charCodeAt(at + 2) << 8) | bytes.charCodeAt(at + 3)) >>> 0
}

import { bytesOf } from './audience.js'
import type { RecipientState } from './chunk.js'
import type { ChunkRow, Note, Tally } from './rows.js'
import { attemptsOf, byteOf, NOT_BEGUN, OVER, stateOf } from './states.js'

/** How one recipient stands. */
export interface Standing {
  state: RecipientState
  attempts: number
  note: Note
  /** Undefined for one that nothing has happened to. */
  at: Date | undefined
}

/** What of a chunk's row the ledger keeps. */
export type LedgerFields = Pick<ChunkRow, 'states' | 'notes' | 'times' | 'book' | 'tally' | 'attention'>

/** The states of a chunk's recipients in memory: read once, changed here, written back as a whole. */
export interface Ledger {
  readonly size: number
  state(index: number): RecipientState
  /** How often a recipient was tried. */
  attempts(index: number): number
  standing(index: number): Standing
  /** Changes a recipient; the attempts stay unless given. */
  set(index: number, state: RecipientState, about?: { note?: Note; at?: Date; attempts?: number }): void
  /** The recipients in any of these states. */
  in(...states: RecipientState[]): number[]
  count(state: RecipientState): number
  /** How many have not come to an end. */
  left(): number
  /** Ends everything that has not begun; gives how many. */
  giveUp(state: 'cancelled' | 'expired', at: Date): number
  /** A copy of what is to be written. */
  fields(): LedgerFields
  tally(): Tally
}

const MOST_NOTES = 250

/** The fields of a chunk in which nothing has happened yet. */
export function emptyFields(size: number): Pick<ChunkRow, 'states' | 'notes' | 'times' | 'book'> {
  return { states: Buffer.alloc(size), notes: Buffer.alloc(size), times: Buffer.alloc(size * 4), book: [] }
}

/** Reads a chunk's row. `variant` tells which message a recipient gets, for the counts; without it all get the first. */
export function openLedger(
  row: Pick<ChunkRow, 'states' | 'notes' | 'times' | 'book'>,
  variant: (index: number) => number = () => 0,
  firstSentAt?: Date,
): Ledger {
  const states = bytesOf(row.states)
  const notes = bytesOf(row.notes)
  const times = bytesOf(row.times)
  const book = [...row.book]
  /** By the note itself, so that the same object is not described again. */
  const known = new WeakMap<Note, number>()
  const numbers = new Map(book.map((note, at) => [keyOf(note), at + 1]))
  const size = states.length
  const counts = new Map<RecipientState, number>()
  let first = firstSentAt?.getTime() ?? 0
  let last = 0
  for (let index = 0; index < size; index++) shift(stateOf(states[index] ?? 0), 1)

  function shift(state: RecipientState, by: number): void {
    counts.set(state, (counts.get(state) ?? 0) + by)
  }

  function numberOf(note: Note): number {
    const number = known.get(note) ?? describe(note)
    known.set(note, number)
    return number
  }

  function describe(note: Note): number {
    const key = keyOf(note)
    const found = numbers.get(key)
    if (found !== undefined) return found
    if (book.length >= MOST_NOTES) return numberOfRest(note)
    book.push(note)
    numbers.set(key, book.length)
    return book.length
  }

  /** A chunk in which everything ended differently keeps the channel only. */
  function numberOfRest({ channel }: Note): number {
    const rest: Note = { ...(channel && { channel }), reason: 'various' }
    const found = numbers.get(keyOf(rest))
    if (found !== undefined) return found
    if (book.length >= 255) return 0
    book.push(rest)
    numbers.set(keyOf(rest), book.length)
    return book.length
  }

  function set(index: number, state: RecipientState, about: { note?: Note; at?: Date; attempts?: number } = {}): void {
    const byte = states[index] ?? 0
    shift(stateOf(byte), -1)
    shift(state, 1)
    states[index] = byteOf(state, about.attempts ?? attemptsOf(byte))
    if (about.note) notes[index] = numberOf(about.note)
    if (!about.at) return
    const at = about.at.getTime()
    times.writeUInt32LE(Math.floor(at / 1000), index * 4)
    if (state !== 'sent') return
    last = Math.max(last, at)
    if (first === 0 || at < first) first = at
  }

  function standing(index: number): Standing {
    const byte = states[index] ?? 0
    const seconds = times.readUInt32LE(index * 4)
    return {
      state: stateOf(byte),
      attempts: attemptsOf(byte),
      note: book[(notes[index] ?? 0) - 1] ?? {},
      at: seconds === 0 ? undefined : new Date(seconds * 1000),
    }
  }

  function within(...wanted: RecipientState[]): number[] {
    const found: number[] = []
    for (let index = 0; index < size; index++) if (wanted.includes(stateOf(states[index] ?? 0))) found.push(index)
    return found
  }

  function tally(): Tally {
    const reasons = new Map<string, number>()
    const variants: Tally['variants'] = []
    let sentAt = last
    for (let index = 0; index < size; index++) {
      const state = stateOf(states[index] ?? 0)
      if (state === 'skipped' || state === 'failed') {
        const reason = book[(notes[index] ?? 0) - 1]?.reason ?? 'unknown'
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      }
      if (state === 'sent' && last === 0) sentAt = Math.max(sentAt, times.readUInt32LE(index * 4) * 1000)
      if (state === 'sent' || state === 'failed' || state === 'uncertain') {
        const at = variant(index)
        while (variants.length <= at) variants.push({ sent: 0, failed: 0, uncertain: 0 })
        const counted = variants[at]
        if (counted) counted[state]++
      }
    }
    return {
      states: Object.fromEntries([...counts].filter(([, count]) => count > 0)),
      reasons: [...reasons].map(([reason, count]) => ({ reason, count })),
      variants,
      ...(first > 0 && { firstSentAt: new Date(first) }),
      ...(sentAt > 0 && { lastSentAt: new Date(sentAt) }),
    }
  }

  const count = (state: RecipientState) => counts.get(state) ?? 0

  return {
    size,
    state: (index) => stateOf(states[index] ?? 0),
    attempts: (index) => attemptsOf(states[index] ?? 0),
    standing,
    set,
    in: within,
    count,
    left() {
      let over = 0
      for (const state of OVER) over += count(state)
      return size - over
    },
    giveUp(state, at) {
      const given = within(...NOT_BEGUN)
      for (const index of given) set(index, state, { at })
      return given.length
    },
    fields: () => ({
      states: Buffer.from(states),
      notes: Buffer.from(notes),
      times: Buffer.from(times),
      book: [...book],
      tally: tally(),
      ...(count('failed') + count('uncertain') > 0 && { attention: true }),
    }),
    tally,
  }
}

function keyOf({ channel, reason, code, batch }: Note): string {
  return `${channel ?? ''}\n${reason ?? ''}\n${code ?? ''}\n${batch ?? ''}`
}

import { randomBytes } from 'node:crypto'
import { identityKey, type Person, talksOn } from '../contacts/identity.js'
import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { AnyDocument } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import type { Step } from './happening.js'
import type { ConversationRow, DeskChannel } from './model.js'
import { type DeskRows, KEEP_MS } from './rows.js'

/** What deciding about a conversation led to. */
export type Decided<R extends string> =
  | { row: ConversationRow; refused?: undefined }
  | { refused: R | 'unknown'; row?: ConversationRow }

/** Conversations as they are stored. */
export interface Conversations {
  find(id: string): Promise<ConversationRow | undefined>
  openOf(key: string): Promise<ConversationRow | undefined>
  /** The open conversation of a person; a new one with the bot when there is none. */
  ensure(person: Person, about: { contact: string; channel: DeskChannel }, idleMs: number): Promise<ConversationRow>
  /**
   * Decides on the newest state until the decision is stored. `decide` may run several times; what it refuses is given
   * back. With `quiet` it is only stored when nobody wrote meanwhile.
   */
  decide<R extends string>(
    id: string,
    decide: (row: ConversationRow) => Promise<Step | { refused: R }> | Step | { refused: R },
    options?: { quiet?: boolean },
  ): Promise<Decided<R | Refused>>
  /** The next places in the order of a conversation; gives the first. Whoever asks has something to do there. */
  number(id: string, count: number, change?: AnyDocument): Promise<number | undefined>
}

type Refused = Extract<Step, { refused: unknown }>['refused']

const MOST_TRIES = 40
/** What a decision changes; the rest of a row is counted elsewhere and must not be set back. */
const COUNTED: ReadonlySet<string> = new Set([
  '_id',
  'seq',
  'version',
  'effects',
  'todo',
  'lastInAt',
  'lastOutAt',
  'expiresAt',
])

/** The conversations of a store. */
export function createConversations({ rows, clock }: { rows: DeskRows; clock: Clock }): Conversations {
  const { conversations } = rows
  const find = async (id: string) => (await conversations.findOne({ _id: id })) ?? undefined
  const openOf = async (key: string) => (await conversations.findOne({ key, open: true })) ?? undefined
  const expiry = () => new Date(clock.now().getTime() + KEEP_MS)

  return {
    find,
    openOf,
    async ensure(person, { contact, channel }, idleMs) {
      const key = identityKey(person)
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const known = await openOf(key)
        if (known) return known
        const now = clock.now()
        const row: ConversationRow = {
          _id: newId(),
          key,
          person,
          contact,
          account: talksOn(person),
          channel,
          state: 'bot',
          open: true,
          version: 0,
          seq: 0,
          createdAt: now,
          priority: 0,
          nextAt: new Date(now.getTime() + idleMs),
          expiresAt: expiry(),
        }
        try {
          await conversations.insertOne(row)
          return row
        } catch (error) {
          if (!isDuplicate(error)) throw error
        }
      }
      throw contended()
    },
    async decide(id, decide, { quiet = false } = {}) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const row = await find(id)
        if (row === undefined) return { refused: 'unknown' }
        const made = await decide(row)
        if ('refused' in made) return { refused: made.refused, row }
        const stored = await store(row, made, quiet)
        if (stored) return { row: stored }
      }
      throw contended()
    },
    async number(id, count, change = {}) {
      const { $set = {}, ...more } = change
      const row = await conversations.findOneAndUpdate(
        { _id: id },
        { ...more, $inc: { seq: count }, $set: { ...$set, todo: clock.now(), expiresAt: expiry() } },
        { returnDocument: 'after', projection: { seq: 1 } },
      )
      return row ? row.seq - count + 1 : undefined
    },
  }

  /** Undefined: somebody else was quicker, or has the number. */
  async function store(
    row: ConversationRow,
    { next, effects }: Extract<Step, { next: unknown }>,
    quiet: boolean,
  ): Promise<ConversationRow | undefined> {
    const $set: Record<string, unknown> = { version: next.version, expiresAt: expiry() }
    const $unset: Record<string, ''> = {}
    const before: Record<string, unknown> = { ...row }
    const now: Record<string, unknown> = { ...next }
    for (const field of new Set([...Object.keys(before), ...Object.keys(now)])) {
      if (COUNTED.has(field)) continue
      if (now[field] === undefined) $unset[field] = ''
      else if (now[field] !== before[field]) $set[field] = now[field]
    }
    if (effects.length > 0) $set['todo'] = clock.now()
    const $max = {
      ...(next.lastInAt && { lastInAt: next.lastInAt }),
      ...(next.lastOutAt && { lastOutAt: next.lastOutAt }),
    }
    const change: AnyDocument = {
      $set,
      ...(Object.keys($unset).length > 0 && { $unset }),
      ...(Object.keys($max).length > 0 && { $max }),
      ...(effects.length > 0 && { $push: { effects: { $each: effects } } }),
    }
    try {
      const filter = { _id: row._id, version: row.version, ...(quiet && { seq: row.seq }) }
      return (await conversations.findOneAndUpdate(filter, change, { returnDocument: 'after' })) ?? undefined
    } catch (error) {
      if (isDuplicate(error)) return undefined
      throw error
    }
  }
}

function contended(): AppError {
  return new AppError('desk.contended', 'a conversation changes all the time, nothing was decided', {
    fix: 'try again',
  })
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** 80 random bits as 16 letters and digits: short enough for menu ids and card keys. */
function newId(): string {
  return [...randomBytes(16)].map((byte) => ALPHABET[byte & 31]).join('')
}

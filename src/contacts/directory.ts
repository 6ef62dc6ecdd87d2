import { AppError } from '../core/errors.js'
import { createBatch } from '../store/batch.js'
import type { Connection } from '../store/connect.js'
import { insertRaw } from '../store/raw-commands.js'
import { hostedOn, identityKey, isFollowed, type Person } from './identity.js'
import { type ContactRow, type ContactRows, newContactId } from './model.js'

/** What is remembered of a known identity. */
export interface Known {
  contact: string
  following: boolean
  /** When the person was last marked as seen, in ms. */
  seenAt: number
}

/** Finds out whose an identity is, with a memory, so that a known follower costs no query. */
export interface Directory {
  /** The contact of this identity, made when there is none; `at` is when the person was first met. */
  resolve(person: Person, at: Date): Promise<Known>
  /** What is remembered, without a query. */
  peek(key: string): Known | undefined
  /** Drops what is remembered of these identities (they were erased or moved). */
  forget(keys: readonly string[]): void
}

interface Sought {
  key: string
  person: Person
  at: Date
}

/**
 * The directory of identities. Look-ups that come together share one query; two processes that meet a new person at
 * the same time agree on one contact by the unique index. `remember` is how many identities are kept in memory, `follows`
 * says whether somebody who turns up on an account follows it (`isFollowed` unless given).
 */
export function createDirectory(
  connection: Connection,
  rows: () => ContactRows,
  options: { remember?: number; follows?: ((person: Person) => boolean) | undefined } = {},
): Directory {
  const { remember = 50_000, follows = ({ platform }) => isFollowed(platform) } = options
  /** Two generations that change places: reading costs no write, and the memory stays bounded. */
  let young = new Map<string, Known>()
  let old = new Map<string, Known>()

  function store(key: string, known: Known): Known {
    if (young.size >= remember / 2) {
      old = young
      young = new Map()
    }
    young.set(key, known)
    return known
  }

  function peek(key: string): Known | undefined {
    const known = young.get(key)
    if (known !== undefined) return known
    const before = old.get(key)
    return before && store(key, before)
  }

  const lookUp = createBatch<Sought, Known>(async (sought) => {
    const found = new Map<string, Known>()
    const missing = () => sought.filter(({ key }) => !found.has(key))
    await find(rows(), missing(), found)
    const strangers = [...new Map(missing().map((one) => [one.key, one])).values()]
    if (strangers.length > 0) {
      const made = strangers.map((one) => newContact(one, follows(one.person)))
      const faults = await insertRaw(connection, rows().collectionName, made)
      const refused = new Set(faults.map(({ index }) => index))
      for (const [index, row] of made.entries()) if (!refused.has(index)) learn(row, found)
      if (refused.size > 0) await find(rows(), missing(), found)
    }
    return sought.map(({ key }) => {
      const known = found.get(key)
      if (known === undefined) throw new AppError('contact.unresolved', 'a contact could be neither found nor made')
      return known
    })
  })

  return {
    peek,
    async resolve(person, at) {
      const key = identityKey(person)
      const known = peek(key)
      if (known !== undefined) return known
      const fresh = await lookUp({ key, person, at })
      return peek(key) ?? store(key, fresh)
    },
    forget(keys) {
      for (const key of keys) {
        young.delete(key)
        old.delete(key)
      }
    },
  }
}

async function find(rows: ContactRows, sought: readonly Sought[], found: Map<string, Known>): Promise<void> {
  const keys = [...new Set(sought.map(({ key }) => key))]
  const cursor = rows.find({ 'identities.key': { $in: keys } }, { projection: { identities: 1 } })
  for (const row of await cursor.toArray()) learn(row, found)
}

function learn(row: Pick<ContactRow, '_id' | 'identities'>, found: Map<string, Known>): void {
  for (const { key, follow } of row.identities) {
    found.set(key, { contact: row._id, following: follow.following, seenAt: 0 })
  }
}

function newContact({ key, person, at }: Sought, following: boolean): ContactRow {
  return {
    _id: newContactId(),
    status: 'active',
    identities: [{ key, ...person, account: hostedOn(person), boundAt: at, follow: { following, at } }],
    tags: [],
    profile: {},
    consents: {},
    firstSeenAt: at,
    lastSeenAt: at,
  }
}

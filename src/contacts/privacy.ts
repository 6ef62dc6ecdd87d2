import type { Events } from '../events/events.js'
import type { StoredFact } from '../events/fact.js'
import type { Directory } from './directory.js'
import type { ContactRow, ContactRows, Identity } from './model.js'

/** A part of the product that keeps something about people: inbox, outbox, sessions ... */
export interface PersonalData {
  /** The key under which an export lists it, e.g. `messages`. */
  readonly name: string
  export(contact: string, identities: readonly Identity[]): Promise<unknown>
  /**
   * Deletes it, or what is personal in it: everything when the person is `erased`; when the person `left` (follows
   * none of our accounts any more) the record of what was sent may stay under our own id. May run again after a crash.
   */
  erase(contact: string, identities: readonly Identity[], why: 'left' | 'erased'): Promise<void>
  /** Deletes what belongs to classes of data that the person took back (`location`, `album` ...), where it has any. */
  drop?(contact: string, identities: readonly Identity[], classes: readonly string[]): Promise<void>
}

/** Everything we hold about a person. */
export interface PersonExport {
  contact: ContactRow
  facts: StoredFact[]
  [part: string]: unknown
}

export interface Privacy {
  /** Everything about the contact, or undefined when there is no such contact. */
  export(contact: string): Promise<PersonExport | undefined>
  /**
   * Erases the person: profile, tags, consents, identities, conversations and whatever the other parts keep. What
   * stays is a row without identity and facts without properties. Gives false when there is no such contact. The
   * contact's own row goes last, so that an erasure cut short is found again and finished.
   */
  erase(contact: string, at: Date): Promise<boolean>
}

export function createPrivacy(ports: {
  rows: () => ContactRows
  directory: Directory
  events: Pick<Events, 'read' | 'scrub' | 'append'>
  parts: Iterable<PersonalData>
}): Privacy {
  const { rows, directory, events, parts } = ports

  async function allFacts(contact: string): Promise<StoredFact[]> {
    const found = new Map<string, StoredFact>()
    for (let before: Date | undefined; ; ) {
      const page = await events.read({ contact, limit: 1000, ...(before && { before }) })
      for (const fact of page) found.set(`${fact.source}:${fact.id}`, fact)
      const last = page.at(-1)
      if (page.length < 1000 || last === undefined) return [...found.values()]
      const next = new Date(last.occurredAt.getTime() + 1)
      before = before !== undefined && next >= before ? last.occurredAt : next
    }
  }

  /** The contact that holds a person's identities now, also when it is asked for by the id of one merged into it. */
  async function holderOf(contact: string): Promise<ContactRow | undefined> {
    const row = await rows().findOne({ _id: contact })
    return row?.merge ? holderOf(row.merge.into) : (row ?? undefined)
  }

  return {
    async export(contact) {
      const row = await holderOf(contact)
      if (row === undefined) return undefined
      const earlier = row.mergedFrom ?? []
      const pieces = await Promise.all(
        [...parts].map(async (part) => [part.name, await part.export(row._id, row.identities)] as const),
      )
      const facts = await Promise.all([row._id, ...earlier].map(allFacts))
      const merged = await rows()
        .find({ _id: { $in: earlier } })
        .toArray()
      return {
        ...Object.fromEntries(pieces),
        contact: row,
        ...(merged.length > 0 && { merged }),
        facts: facts.flat().toSorted((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime()),
      }
    },

    async erase(contact, at) {
      const row = await holderOf(contact)
      if (row === undefined) return false
      if (row.status === 'erased') return true
      for (const part of parts) await part.erase(row._id, row.identities, 'erased')
      for (const earlier of row.mergedFrom ?? []) {
        await events.scrub(earlier)
        const was = await rows().findOne({ _id: earlier })
        if (was) await rows().replaceOne({ _id: earlier }, erased(was, at))
      }
      await events.scrub(row._id)
      await events.append([
        { source: 'contacts', id: `erased:${row._id}`, type: 'contact.erased', contact: row._id, occurredAt: at },
      ])
      await rows().replaceOne({ _id: row._id }, erased(row, at))
      directory.forget(row.identities.map(({ key }) => key))
      return true
    },
  }
}

function erased(row: ContactRow, at: Date): Omit<ContactRow, '_id'> {
  const { platform, account, boundAt } = row.identities[0] ?? {
    platform: 'official-account',
    account: '',
    boundAt: row.firstSeenAt,
  }
  const follow = { following: false, at }
  return {
    status: 'erased',
    identities: [{ key: `erased:${row._id}`, platform, account, externalId: '', boundAt, follow }],
    tags: [],
    profile: {},
    consents: {},
    firstSeenAt: row.firstSeenAt,
    lastSeenAt: row.lastSeenAt,
    erasedAt: at,
  }
}

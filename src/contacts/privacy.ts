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
  parts: readonly PersonalData[]
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

  return {
    async export(contact) {
      const row = await rows().findOne({ _id: contact })
      if (row === null) return undefined
      const pieces = await Promise.all(
        parts.map(async (part) => [part.name, await part.export(contact, row.identities)] as const),
      )
      return { ...Object.fromEntries(pieces), contact: row, facts: await allFacts(contact) }
    },

    async erase(contact, at) {
      const row = await rows().findOne({ _id: contact })
      if (row === null) return false
      if (row.status === 'erased') return true
      for (const part of parts) await part.erase(contact, row.identities, 'erased')
      await events.scrub(contact)
      await events.append([
        { source: 'contacts', id: `erased:${contact}`, type: 'contact.erased', contact, occurredAt: at },
      ])
      await rows().replaceOne({ _id: contact }, erased(row, at))
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

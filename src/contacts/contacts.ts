import type { Clock } from '../core/clock.js'
import type { ConsentPurpose, ContactHandle } from '../core/context.js'
import type { Logger } from '../core/log.js'
import type { Update } from '../core/update.js'
import type { Events } from '../events/events.js'
import type { Connection } from '../store/connect.js'
import { createContactHandle } from './contact-handle.js'
import { createDirectory } from './directory.js'
import { anonymise, dropProfile, setFollowing, touchScene } from './follow.js'
import { identityKey, isPresence, type Person, personOf } from './identity.js'
import { type Consent, type ContactRow, contactModel, contactRows } from './model.js'
import { createPresence } from './presence.js'
import { createPrivacy, type PersonalData, type Privacy } from './privacy.js'

/** What the outbox's guards ask about somebody before a message leaves. */
export interface Standing {
  contact: string
  following: boolean
  /** Absent: the person was never asked. */
  consents: Partial<Record<ConsentPurpose, Consent>>
}

/** Who our followers are. */
export interface Contacts {
  /** Our id of the person, made on first sight. A known person costs no query. */
  resolve(person: Person, at?: Date): Promise<string>
  /** Our id of the person, or undefined when we never met; nobody is made. A known person costs no query. */
  find(person: Person): Promise<string | undefined>
  /** The contact of that id, or undefined. */
  get(contact: string): Promise<ContactRow | undefined>
  /** May we write to this person? One read; undefined when we never met. */
  standing(person: Person): Promise<Standing | undefined>
  /**
   * Keeps contacts true to an update: follows, scans, consents taken back, closed accounts, last visits. Run it before
   * the handlers. Most messages need nothing that must be waited for: then it gives undefined.
   */
  apply(update: Update): Promise<void> | undefined
  /** The person of an update for its handlers; nothing is loaded before it is used. */
  handle(update: Update): ContactHandle
  readonly privacy: Privacy
  /** Writes what is noted in memory (last visits). */
  flush(): Promise<void>
  close(): Promise<void>
}

/** What contacts are made of. `parts` are the other places that keep personal data and must forget it too. */
export interface ContactsPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Events
  parts?: readonly PersonalData[]
}

/** The contacts on a connection; make them before `ensureIndexes`. */
export function createContacts(ports: ContactsPorts): Contacts {
  const { connection, clock, log, events, parts = [] } = ports
  contactModel(connection)
  const rows = () => contactRows(connection)
  const directory = createDirectory(connection, rows)
  const presence = createPresence(rows, directory, clock, log)
  const privacy = createPrivacy({ rows, directory, events, parts })

  async function record(update: Update, contact: string, type: string, props: Record<string, unknown> = {}) {
    const { id, account, at: occurredAt } = update
    await events.append([{ source: 'contacts', id: `${id}:${type}`, type, contact, account, occurredAt, props }])
  }

  async function follow(update: Update, person: Person, scene: string | undefined): Promise<void> {
    await setFollowing(rows(), directory, person, true, update.at)
    if (scene !== undefined) await touchScene(rows(), person, scene, update.at)
    const { contact } = await directory.resolve(person, update.at)
    await record(update, contact, 'follow.started', scene === undefined ? {} : { scene })
  }

  async function unfollow(update: Update, person: Person): Promise<void> {
    const contact = await find(person)
    if (contact === undefined) return
    const row = await setFollowing(rows(), directory, person, false, update.at)
    await record(update, contact, 'follow.ended')
    if (row === undefined || !(await anonymise(rows(), row))) return
    for (const part of parts) await part.erase(contact, row.identities, 'left')
  }

  async function scan(update: Update, person: Person, scene: string): Promise<void> {
    presence.touch(person, update.at)
    const { contact } = await directory.resolve(person, update.at)
    await touchScene(rows(), person, scene, update.at)
    await record(update, contact, 'scene.scanned', { scene })
  }

  async function takeBack(update: Update, person: Person, classes: readonly string[]): Promise<void> {
    const contact = await find(person)
    if (contact === undefined) return
    await dropProfile(rows(), contact, classes)
    await record(update, contact, 'profile.revoked', { classes })
  }

  async function cancel(update: Update, person: Person): Promise<void> {
    const contact = await find(person)
    if (contact !== undefined) await privacy.erase(contact, update.at)
  }

  /** The contact of somebody the platform speaks about; nobody is made for it. */
  async function find(person: Person): Promise<string | undefined> {
    const key = identityKey(person)
    const known = directory.peek(key)
    if (known !== undefined) return known.contact
    const row = await rows().findOne({ 'identities.key': key }, { projection: { _id: 1 } })
    return row?._id
  }

  return {
    privacy,
    resolve: async (person, at = clock.now()) => (await directory.resolve(person, at)).contact,
    find,
    get: async (contact) => (await rows().findOne({ _id: contact })) ?? undefined,
    async standing(person) {
      const key = identityKey(person)
      const row = await rows().findOne({ 'identities.key': key }, { projection: { identities: 1, consents: 1 } })
      const identity = row?.identities.find((one) => one.key === key)
      if (!row || !identity) return undefined
      return { contact: row._id, following: identity.follow.following, consents: row.consents }
    },
    apply(update) {
      const person = personOf(update)
      if (person === undefined) return undefined
      switch (update.kind) {
        case 'event.subscribe':
          return follow(update, person, update.scene)
        case 'event.unsubscribe':
          return unfollow(update, person)
        case 'event.scan':
          return scan(update, person, update.scene)
        case 'event.consent.revoked':
          return takeBack(update, person, update.scopes)
        case 'event.profile.changed':
          return takeBack(update, person, ['profile'])
        case 'event.contact.cancelled':
          return cancel(update, person)
        default:
          if (isPresence(update)) presence.touch(person, update.at)
          return undefined
      }
    },
    handle: (update) => createContactHandle({ rows, directory, events }, update),
    flush: () => presence.flush(),
    close: () => presence.close(),
  }
}

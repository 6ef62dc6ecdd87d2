import type { Clock } from '../core/clock.js'
import type { ConsentPurpose, ContactHandle } from '../core/context.js'
import type { Logger } from '../core/log.js'
import type { ContactCancelledEvent, Update } from '../core/update.js'
import type { Events } from '../events/events.js'
import { createBatch } from '../store/batch.js'
import type { Connection } from '../store/connect.js'
import { type Binding, createBinding } from './bind.js'
import { createContactHandle } from './contact-handle.js'
import { type Credits, createCredits } from './credits/credits.js'
import { createDirectory } from './directory.js'
import { anonymise, dropProfile, setFollowing, touchScene } from './follow.js'
import { identityKey, isPresence, type Person, personOf } from './identity.js'
import { createMerging, type Joined, type Merging } from './merge.js'
import { type Consent, type ContactRow, contactModel, contactRows, type Identity } from './model.js'
import { createPresence } from './presence.js'
import { createPrivacy, type PersonalData, type Privacy } from './privacy.js'

/** What the outbox's guards ask about somebody before a message leaves. */
export interface Standing {
  contact: string
  following: boolean
  /** Since when that is known, by the platform's clock. */
  followAt: Date
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
  /** May we write to this person? Undefined when we never met. Questions asked together share one read. */
  standing(person: Person): Promise<Standing | undefined>
  /**
   * Keeps contacts true to an update: follows, scans, consents taken back, closed accounts, last visits. Run it before
   * the handlers. Most messages need nothing that must be waited for: then it gives undefined.
   */
  apply(update: Update): Promise<void> | undefined
  /** The person of an update for its handlers; nothing is loaded before it is used. */
  handle(update: Update): ContactHandle
  readonly privacy: Privacy
  /** One contact for all identities of a person. */
  readonly merging: Merging
  /** Contacts by what a shop knows of people. */
  readonly binding: Binding
  /**
   * Says who a person is over all accounts of one owner (a unionid); identities that have the same become one contact.
   * Nobody is made for it: undefined when we never met.
   */
  join(person: Person, unionid: string, at: Date): Promise<Joined | undefined>
  /** The acceptances of subscription templates. */
  readonly credits: Credits
  /** The platform's list says that the person follows, since when, or does not; what we know from later stands. */
  correctFollow(person: Person, follow: { following: boolean; at: Date; scene?: string }): Promise<boolean>
  /** Writes what is noted in memory (last visits). */
  flush(): Promise<void>
  close(): Promise<void>
}

/** What contacts are made of. `parts` are the other places that keep personal data and must forget it too; more may be added. */
export interface ContactsPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Events
  parts?: readonly PersonalData[]
  /** Whether who turns up on an account follows it; customers of a desk (微信客服) do not. Standard: by the platform. */
  follows?: ((person: Person) => boolean) | undefined
  /** Told when a contact becomes part of another one, before that counts as done; perhaps twice. */
  merged?(gone: string, into: string): Promise<void>
  /** Told when that is taken back, before it counts as done; perhaps twice. */
  unmerged?(gone: string, from: string, identities: readonly Identity[]): Promise<void>
}

/** The contacts on a connection; make them before `ensureIndexes`. */
export function createContacts(ports: ContactsPorts): Contacts {
  const { connection, clock, log, events, parts = [] } = ports
  contactModel(connection)
  const rows = () => contactRows(connection)
  const directory = createDirectory(connection, rows, { follows: ports.follows })
  const presence = createPresence(rows, directory, clock, log)
  const credits = createCredits({ connection })
  const allParts: Iterable<PersonalData> = {
    *[Symbol.iterator]() {
      yield* parts
      yield credits
    },
  }
  const privacy = createPrivacy({ rows, directory, events, parts: allParts })
  const { merged, unmerged } = ports
  const merging = createMerging({ rows, directory, events, log, merged, unmerged })
  const binding = createBinding({ connection, rows, directory, merging })

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
    if (row !== undefined) await forgetLeaver(row)
  }

  /** Deletes what is personal about somebody who follows none of our accounts any more. */
  async function forgetLeaver(row: ContactRow): Promise<void> {
    if (!(await anonymise(rows(), row))) return
    for (const part of allParts) await part.erase(row._id, row.identities, 'left')
  }

  async function correctFollow(
    person: Person,
    { following, at, scene }: { following: boolean; at: Date; scene?: string },
  ): Promise<boolean> {
    const row = await setFollowing(rows(), directory, person, following, at)
    if (row === undefined) return false
    if (following && scene !== undefined) await touchScene(rows(), person, scene, at)
    const type = following ? 'follow.started' : 'follow.ended'
    const props = { by: 'sync', ...(scene !== undefined && { scene }) }
    const id = `${identityKey(person)}:${type}:${at.getTime()}`
    const about = { contact: row._id, account: person.account, occurredAt: at, props }
    await events.append([{ source: 'sync', id, type, ...about }])
    if (!following) await forgetLeaver(row)
    return true
  }

  async function join(person: Person, unionid: string, at: Date): Promise<Joined | undefined> {
    const contact = await find(person)
    return contact === undefined ? undefined : merging.join(contact, unionid, at)
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
    const identities = (await rows().findOne({ _id: contact }))?.identities ?? []
    for (const part of allParts) await part.drop?.(contact, identities, classes)
    await record(update, contact, 'profile.revoked', { classes })
  }

  /** The platform names the person by openid and, where it has one, by unionid: one of them may be known to us. */
  async function cancel(update: ContactCancelledEvent, person: Person): Promise<void> {
    const { unionid } = update
    const union = unionid === undefined ? undefined : await rows().findOne({ unionid }, { projection: { _id: 1 } })
    for (const contact of new Set([await find(person), union?._id])) {
      if (contact !== undefined) await privacy.erase(contact, update.at)
    }
  }

  /** The contact of somebody the platform speaks about; nobody is made for it. */
  async function find(person: Person): Promise<string | undefined> {
    const key = identityKey(person)
    const known = directory.peek(key)
    if (known !== undefined) return known.contact
    const row = await rows().findOne({ 'identities.key': key }, { projection: { _id: 1 } })
    return row?._id
  }

  const standing = createBatch<Person, Standing | undefined>(async (people) => {
    const keys = people.map(identityKey)
    const found = await rows()
      .find({ 'identities.key': { $in: [...new Set(keys)] } }, { projection: { identities: 1, consents: 1 } })
      .toArray()
    const known = new Map(found.flatMap((row) => row.identities.map((one) => [one.key, { row, one }] as const)))
    return keys.map((key) => {
      const hit = known.get(key)
      if (hit === undefined) return undefined
      const { row, one } = hit
      return { contact: row._id, following: one.follow.following, followAt: one.follow.at, consents: row.consents }
    })
  })

  return {
    privacy,
    merging,
    binding,
    credits,
    join,
    correctFollow,
    resolve: async (person, at = clock.now()) => (await directory.resolve(person, at)).contact,
    find,
    get: async (contact) => (await rows().findOne({ _id: contact })) ?? undefined,
    standing,
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
          return credits.apply(update)
      }
    },
    handle: (update) => createContactHandle({ rows, directory, events }, update),
    flush: () => presence.flush(),
    close: () => presence.close(),
  }
}

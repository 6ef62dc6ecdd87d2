import type { ContactHandle } from '../core/context.js'
import { AppError } from '../core/errors.js'
import type { Update } from '../core/update.js'
import type { Events } from '../events/events.js'
import type { Directory } from './directory.js'
import { contactOf, identityKey } from './identity.js'
import type { Consent, ContactRow, ContactRows } from './model.js'

/** What the free fields of a person may take, as JSON. */
export const MAX_PROFILE_BYTES = 16_384

/**
 * The person behind an update, as handlers see it. Nothing is asked of the store before the first use; the contact is
 * read at most once per update. Throws AppError `contact.none` on updates that come from nobody.
 */
export function createContactHandle(
  ports: { rows: () => ContactRows; directory: Directory; events: Pick<Events, 'append'> },
  update: Update,
): ContactHandle {
  const { rows, directory, events } = ports
  let found: Promise<string> | undefined
  let loaded: Promise<Pick<ContactRow, 'tags' | 'profile'>> | undefined

  function id(): Promise<string> {
    found ??= resolve()
    return found
  }

  async function resolve(): Promise<string> {
    const person = contactOf(update)
    if (person === undefined) {
      throw new AppError('contact.none', `an update of kind ${update.kind} has no contact`, {
        fix: 'use ctx.contact in handlers of messages and of events that a follower causes',
      })
    }
    return (await directory.resolve(person, update.at)).contact
  }

  function load() {
    loaded ??= read()
    return loaded
  }

  async function read() {
    const row = await rows().findOne({ _id: await id() }, { projection: { tags: 1, profile: 1 } })
    return { tags: row?.tags ?? [], profile: row?.profile ?? {} }
  }

  async function write(change: object): Promise<void> {
    loaded = undefined
    const { matchedCount } = await rows().updateOne({ _id: await id(), status: 'active' }, change)
    if (matchedCount === 1) return
    const person = contactOf(update)
    if (person) directory.forget([identityKey(person)])
    found = undefined
    await rows().updateOne({ _id: await id(), status: 'active' }, change)
  }

  const tags = async () => [...(await load()).tags]

  return {
    id,
    tags,
    hasTag: async (tag) => (await load()).tags.includes(tag),
    async tag(...names) {
      const wanted = names.map(checkTag)
      const had = (await load()).tags
      if (wanted.some((name) => !had.includes(name))) await write({ $addToSet: { tags: { $each: wanted } } })
    },
    async untag(...names) {
      const had = (await load()).tags
      if (names.some((name) => had.includes(name))) await write({ $pull: { tags: { $in: names } } })
    },
    profile: async () => ({ ...(await load()).profile }),
    async setProfile(fields) {
      const next = { ...(await load()).profile, ...checkFields(fields) }
      if (Buffer.byteLength(JSON.stringify(next)) > MAX_PROFILE_BYTES) {
        throw new AppError('contact.profile', `a profile takes at most ${MAX_PROFILE_BYTES} bytes as JSON`, {
          fix: 'keep large things in the shop and their ids here',
        })
      }
      await write({
        $set: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`profile.${name}`, value])),
      })
    },
    async consent(purpose, allowed, evidence = {}) {
      const consent: Consent = { allowed, at: update.at, source: evidence.source ?? update.kind }
      if (evidence.textVersion !== undefined) consent.textVersion = evidence.textVersion
      const contact = await id()
      const path = `consents.${purpose}`
      await rows().updateOne(
        { _id: contact, [`${path}.at`]: { $not: { $gt: update.at } } },
        { $set: { [path]: consent } },
      )
      await events.append([
        {
          source: 'contacts',
          id: `${update.id}:consent:${purpose}:${allowed ? 'granted' : 'withdrawn'}`,
          type: allowed ? 'consent.granted' : 'consent.withdrawn',
          contact,
          account: update.account,
          occurredAt: update.at,
          props: {
            purpose,
            source: consent.source,
            ...(evidence.textVersion && { textVersion: evidence.textVersion }),
          },
        },
      ])
    },
  }
}

/** Gives a tag back; throws AppError `contact.tag` for what is none. */
export function checkTag(tag: string): string {
  const length = [...tag].length
  if (length >= 1 && length <= 80) return tag
  throw new AppError('contact.tag', `'${tag.slice(0, 90)}' is no tag`, { fix: 'a tag is 1 to 80 characters' })
}

/** Gives fields back; throws AppError `contact.profile` where one has no fit name. */
export function checkFields(fields: Record<string, unknown>): Record<string, unknown> {
  const bad = Object.keys(fields).find((name) => !/^[\p{L}_][\p{L}\p{N}_-]{0,63}$/u.test(name) || name === '__proto__')
  if (bad === undefined) return fields
  throw new AppError('contact.profile', `'${bad.slice(0, 70)}' is no profile field`, {
    fix: 'a field is letters, digits, _ and -, without dots, at most 64 characters',
  })
}

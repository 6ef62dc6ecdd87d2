import type { ConsentPurpose } from '../core/context.js'
import { AppError } from '../core/errors.js'
import type { Events } from '../events/events.js'
import { checkFields, checkTag, MAX_PROFILE_BYTES } from './contact-handle.js'
import type { Consent, ContactRow, ContactRows } from './model.js'

/** Who changes something about a contact, and under which name: the same name again changes nothing more. */
export interface EditBy {
  who: string
  key: string
  at: Date
}

/** What people of staff change about a contact. Each change is a fact. All give the row as it is then. */
export interface ContactEdits {
  /** Notes what the person said elsewhere (by telephone, on paper); `reason` is the evidence. */
  consent(
    contact: string,
    said: { purpose: ConsentPurpose; allowed: boolean; reason: string },
    by: EditBy,
  ): Promise<ContactRow | undefined>
  /** Throws AppError `contact.tag` for what is no tag. */
  tag(
    contact: string,
    change: { add: readonly string[]; remove: readonly string[] },
    by: EditBy,
  ): Promise<ContactRow | undefined>
  /** Sets fields; `null` removes one. Throws AppError `contact.profile`. */
  fields(contact: string, fields: Readonly<Record<string, unknown>>, by: EditBy): Promise<ContactRow | undefined>
}

/** Edits over the contacts. */
export function createContactEdits(ports: { rows: () => ContactRows; events: Pick<Events, 'append'> }): ContactEdits {
  const { rows, events } = ports
  const after = { returnDocument: 'after' } as const
  const active = (contact: string) => ({ _id: contact, status: 'active' as const })

  async function tell(contact: string, type: string, { who, key, at }: EditBy, props: object): Promise<void> {
    const fact = {
      source: 'console',
      id: `${key}:${type}`,
      type,
      contact,
      occurredAt: at,
      props: { ...props, by: who },
    }
    await events.append([fact])
  }

  return {
    async consent(contact, { purpose, allowed, reason }, by) {
      const path = `consents.${purpose}`
      const consent: Consent = { allowed, at: by.at, source: 'console' }
      const older = { ...active(contact), [`${path}.at`]: { $not: { $gt: by.at } } }
      const row = await rows().findOneAndUpdate(older, { $set: { [path]: consent } }, after)
      if (row) {
        const type = allowed ? 'consent.granted' : 'consent.withdrawn'
        await tell(contact, type, by, { purpose, source: 'console', reason })
      }
      return row ?? undefined
    },
    async tag(contact, { add, remove }, by) {
      const wanted = [...new Set(add)].map(checkTag)
      const out = [...new Set(remove)].filter((tag) => !wanted.includes(tag))
      const before = await rows().findOne(active(contact))
      if (!before) return undefined
      const added = wanted.filter((tag) => !before.tags.includes(tag))
      const removed = out.filter((tag) => before.tags.includes(tag))
      if (added.length > 0) await rows().updateOne(active(contact), { $addToSet: { tags: { $each: added } } })
      if (removed.length > 0) await rows().updateOne(active(contact), { $pull: { tags: { $in: removed } } })
      if (added.length + removed.length > 0) await tell(contact, 'contact.tagged', by, { added, removed })
      return (await rows().findOne(active(contact))) ?? undefined
    },
    async fields(contact, fields, by) {
      checkFields(fields)
      if (Object.keys(fields).some((name) => name.startsWith('$'))) throw unfit('a field begins with a letter')
      const before = await rows().findOne(active(contact))
      if (!before) return undefined
      const gone = Object.keys(fields).filter((name) => fields[name] === null)
      const set = Object.entries(fields).filter(([, value]) => value !== null)
      const next = { ...before.profile, ...Object.fromEntries(set) }
      if (Buffer.byteLength(JSON.stringify(next)) > MAX_PROFILE_BYTES) {
        throw unfit(`a profile takes at most ${MAX_PROFILE_BYTES} bytes as JSON`)
      }
      const row = await rows().findOneAndUpdate(
        active(contact),
        {
          ...(set.length > 0 && { $set: Object.fromEntries(set.map(([name, value]) => [`profile.${name}`, value])) }),
          ...(gone.length > 0 && { $unset: Object.fromEntries(gone.map((name) => [`profile.${name}`, '' as const])) }),
        },
        after,
      )
      if (row) await tell(contact, 'contact.edited', by, { fields: Object.keys(fields) })
      return row ?? undefined
    },
  }
}

const unfit = (message: string) =>
  new AppError('contact.profile', message, { fix: 'keep large things in the shop and their ids here' })

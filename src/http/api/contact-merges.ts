import { z } from 'zod'
import { reasonText } from './access-shapes.js'
import { type ApiContact, contactId } from './contacts.js'
import { ApiError, type Route, route } from './route.js'

/** What the routes ask of merging and erasing by hand. */
export interface ContactMergesPort {
  read(contact: string): Promise<ApiContact | undefined>
  preview(one: string, other: string): Promise<z.input<typeof preview> | undefined>
  merge(
    one: string,
    other: string,
    hand: { who: string; reason: string; again?: boolean },
  ): Promise<{ outcome: string; contact?: string; gone?: string; detail?: string }>
  undo(gone: string, hand: { who: string; reason: string }): Promise<boolean>
  merges(contact: ApiContact): Promise<readonly z.input<typeof done>[]>
  erase(contact: string): Promise<boolean>
}

const id = contactId.shape.id
const place = z.object({ platform: z.string(), account: z.string() })
const consent = z.object({ allowed: z.boolean(), at: z.date(), source: z.string() })
const preview = z.object({
  conflict: z
    .enum(['same', 'unionids', 'ids'])
    .optional()
    .describe('why it cannot be done: one person already, different unionids, different ids on one account'),
  apart: z.boolean().describe('a merge of the two was taken back before'),
  kept: z.string().describe('the older one keeps its id'),
  gone: z.string(),
  identities: z.array(place),
  tags: z.array(z.string()).describe('new for the kept one'),
  fields: z.object({ taken: z.array(z.string()), kept: z.array(z.string()) }),
  consents: z.array(z.object({ purpose: z.string(), before: consent.optional(), after: consent })),
})
const done = z.object({
  gone: z.string(),
  at: z.date(),
  by: z.string().describe('unionid, shop-login, phone or console'),
  who: z.string().optional(),
  reason: z.string().optional(),
  identities: z.array(place),
  undoable: z.boolean(),
})
const UNKNOWN = { 404: 'There is no such contact.' }
const two = z.strictObject({ one: id, other: id })

const LASTING = `Taking it back gives each their identities, tags, fields, consents and customer relations again. What cannot be taken
apart stays with the one that was kept: what happened while they were one, invitations to groups, and the count of marketing
messages (for 40 days).`

/** Merging and erasing by hand. */
export function contactMergeRoutes(port: ContactMergesPort): Route[] {
  const look = route({
    id: 'previewMerge',
    method: 'POST',
    path: '/contact-merges/preview',
    tag: 'People',
    summary: 'What would be joined when two contacts are one person.',
    scope: 'contacts:write',
    looks: true,
    body: two,
    answer: preview,
    errors: UNKNOWN,
    async handle({ body }) {
      const found = await port.preview(body.one, body.other)
      if (found) return { body: found }
      throw unknown()
    },
  })

  const merge = route({
    id: 'mergeContacts',
    method: 'POST',
    path: '/contact-merges',
    tag: 'People',
    summary: 'Make one contact of two that are the same person.',
    description: LASTING,
    scope: 'contacts:write',
    body: two.extend({
      reason: reasonText,
      again: z.boolean().default(false).describe('also when it was taken back before'),
    }),
    answer: z.object({ contact: z.string(), gone: z.string() }),
    errors: { ...UNKNOWN, 409: 'They provably are different people, or a merge of them was taken back.' },
    async handle({ body: { one, other, reason, again }, caller }) {
      const who = caller.person?.name ?? caller.id
      const merged = await port.merge(one, other, { who, reason, again })
      const { outcome, contact, gone, detail } = merged
      if (contact !== undefined && gone !== undefined) return { status: 201, body: { contact, gone } }
      if (outcome === 'known') throw new ApiError(404, 'contact.unknown', 'the two are one, or one of them is gone')
      throw new ApiError(409, 'merge.conflict', detail ?? 'the two cannot be merged')
    },
  })

  const list = route({
    id: 'listMerges',
    method: 'GET',
    path: '/contacts/:id/merges',
    tag: 'People',
    summary: 'The contacts that became part of this one.',
    scope: 'contacts:read',
    params: contactId,
    answer: z.object({ merges: z.array(done) }),
    errors: UNKNOWN,
    async handle({ params }) {
      const contact = await port.read(params.id)
      if (!contact) throw unknown()
      return { body: { merges: [...(await port.merges(contact))] } }
    },
  })

  const undo = route({
    id: 'undoMerge',
    method: 'POST',
    path: '/contact-merges/:gone/undo',
    tag: 'People',
    summary: 'Take a merge back.',
    description: LASTING,
    scope: 'contacts:write',
    params: z.strictObject({ gone: id }),
    body: z.strictObject({ reason: reasonText }),
    answer: z.object({ contact: z.string() }),
    errors: { 409: 'It is not merged, or went into somebody who was merged since.' },
    async handle({ params, body, caller }) {
      const hand = { who: caller.person?.name ?? caller.id, reason: body.reason }
      if (await port.undo(params.gone, hand)) return { body: { contact: params.gone } }
      throw new ApiError(409, 'merge.not-undoable', 'there is no merge of it that can be taken back')
    },
  })

  const erase = route({
    id: 'erasePerson',
    method: 'POST',
    path: '/contacts/:id/erasure',
    tag: 'People',
    summary: 'Erase the person on request (个人信息保护法, article 47), with the reason for the audit log.',
    description:
      'The same as DELETE /contacts/{id}. It cannot be undone: what stays says only that there was somebody.',
    scope: 'admin',
    params: contactId,
    body: z.strictObject({
      reason: reasonText,
      confirm: z.string().max(64).describe('the last six characters of the contact’s id, typed by a person'),
    }),
    answer: z.object({ erased: z.literal(true) }),
    errors: { ...UNKNOWN, 422: 'What was typed is not the end of the id.' },
    async handle({ params, body }) {
      if (body.confirm !== params.id.slice(-6)) {
        const problem = { field: 'confirm', message: 'is not the end of the id', fix: 'type the last six characters' }
        throw new ApiError(422, 'erase.unconfirmed', 'the erasure is not confirmed', { problems: [problem] })
      }
      if (await port.erase(params.id)) return { body: { erased: true as const } }
      throw unknown()
    },
  })

  return [look, merge, list, undo, erase]
}

const unknown = () => new ApiError(404, 'contact.unknown', 'there is no such contact')

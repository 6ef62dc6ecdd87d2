import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { reasonText } from './access-shapes.js'
import { type ApiContact, contactAnswer, contactId, shown } from './contacts.js'
import { ApiError, type ApiRequest, type Route, route } from './route.js'

interface By {
  who: string
  /** The same again changes nothing more. */
  key: string
  at: Date
}

/** What the routes ask of changes that people make. */
export interface ContactEditsPort {
  edits: {
    consent(
      contact: string,
      said: { purpose: 'marketing' | 'care'; allowed: boolean; reason: string },
      by: By,
    ): Promise<ApiContact | undefined>
    tag(
      contact: string,
      change: { add: readonly string[]; remove: readonly string[] },
      by: By,
    ): Promise<ApiContact | undefined>
    fields(contact: string, fields: Record<string, unknown>, by: By): Promise<ApiContact | undefined>
  }
  /** Brings the tags that are mirrored in step with every platform that has the person; never rejects. */
  mirror(contact: string): Promise<readonly z.input<typeof mirrored>[]>
  now(): Date
}

const tag = z.string().trim().min(1).max(80)
const mirrored = z.object({
  platform: z.string(),
  account: z.string(),
  tags: z.array(z.string()).describe('the mirrored tags that both sides have now'),
  refused: z.array(z.object({ tag: z.string(), reason: z.string() })),
})
const value = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()])
const missing = { 404: 'There is no such contact.' }
/** What a mask left of a number: writing it back would lose the number. */
const MASKED = /\d{3}\*{4}\d{0,4}|^.\*\*$|^\*{4}$/

/** Consent, tags and fields of a person, changed by hand. */
export function contactEditRoutes({ edits, mirror, now }: ContactEditsPort): Route[] {
  const found = (row: ApiContact | undefined): ApiContact => {
    if (row) return row
    throw new ApiError(404, 'contact.unknown', 'there is no such contact, or a newer word stands')
  }
  const by = ({ caller, idempotencyKey }: Pick<ApiRequest<0, 0, 0>, 'caller' | 'idempotencyKey'>): By => ({
    who: caller.person?.name ?? caller.id,
    key: `${caller.id}:${idempotencyKey ?? randomUUID()}`,
    at: now(),
  })

  return [
    route({
      id: 'setConsent',
      method: 'POST',
      path: '/contacts/:id/consents',
      tag: 'People',
      summary: 'Note what the person said elsewhere about messages of a purpose.',
      description: 'The reason is the evidence: who said it, where, how. It is kept with the change.',
      scope: 'contacts:write',
      idempotent: true,
      params: contactId,
      body: z.strictObject({ purpose: z.enum(['marketing', 'care']), allowed: z.boolean(), reason: reasonText }),
      answer: contactAnswer,
      errors: missing,
      async handle(request) {
        const { params, body } = request
        return { body: shown(found(await edits.consent(params.id, body, by(request)))) }
      },
    }),
    route({
      id: 'tagContact',
      method: 'POST',
      path: '/contacts/:id/tags',
      tag: 'People',
      summary: 'Put tags on a person and take others off, here and, where mirrored, on the platforms.',
      scope: 'contacts:write',
      idempotent: true,
      params: contactId,
      body: z
        .strictObject({
          add: z.array(tag).max(50).default([]),
          remove: z.array(z.string().max(80)).max(50).default([]),
        })
        .refine(({ add, remove }) => add.length + remove.length > 0, 'names no tag'),
      answer: z.object({ contact: contactAnswer, mirrored: z.array(mirrored) }),
      errors: { ...missing, 422: 'That is no tag.' },
      async handle(request) {
        const { params, body } = request
        const contact = found(await sound(edits.tag(params.id, body, by(request))))
        const there = await mirror(contact._id)
        return { body: { contact: shown(contact), mirrored: [...there] } }
      },
    }),
    route({
      id: 'editContact',
      method: 'PATCH',
      path: '/contacts/:id',
      tag: 'People',
      summary: 'Set fields of a person; null removes one. Others stay as they are.',
      scope: 'contacts:write',
      params: contactId,
      body: z.strictObject({
        fields: z
          .record(z.string().min(1).max(64), value)
          .refine((fields) => Object.keys(fields).length > 0 && Object.keys(fields).length <= 50, '1 to 50 fields'),
      }),
      answer: contactAnswer,
      errors: { ...missing, 422: 'A field has no fit name or value.' },
      async handle(request) {
        const { params, body } = request
        const masked = Object.entries(body.fields).find(([, one]) => typeof one === 'string' && MASKED.test(one))
        if (masked) {
          const problem = { field: masked[0], message: 'is masked', fix: 'reveal it first, or leave it out' }
          throw new ApiError(422, 'contact.masked', 'a masked value would overwrite the real one', {
            problems: [problem],
          })
        }
        return { body: shown(found(await sound(edits.fields(params.id, body.fields, by(request))))) }
      },
    }),
  ]
}

async function sound<T>(doing: Promise<T>): Promise<T> {
  try {
    return await doing
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('contact.')) throw error
    const problems = [{ field: 'body', message: error.message, ...(error.fix !== undefined && { fix: error.fix }) }]
    throw new ApiError(422, error.code, error.message, { problems })
  }
}

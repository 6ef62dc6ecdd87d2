import { type ZodType, z } from 'zod'
import { extra, fen, moment, word } from './fields.js'
import { orderTypes } from './order.js'
import { otherTypes } from './others.js'
import type { EventType } from './type.js'

/** What the product knows by itself. */
export const coreTypes: readonly EventType[] = [...orderTypes, ...otherTypes]

/** First words of types that the product's own facts have: nobody else speaks in their name. */
const OURS: ReadonlySet<string> = new Set([
  ...['ad', 'article', 'campaign', 'commission', 'consent', 'contact', 'conversation', 'coupon', 'delivery'],
  ...['desk', 'follow', 'followers', 'group', 'journey', 'live', 'mp', 'oa', 'order', 'points', 'profile', 'push'],
  ...['quota', 'referral', 'scene', 'segment', 'statistics', 'sync', 'wecom'],
])

const KINDS = {
  text: word(500),
  number: z.number(),
  integer: z.int(),
  fen,
  truth: z.boolean(),
  time: z.string().refine((text) => moment.safeParse(text).success, 'must be a time with its zone'),
  texts: z.array(word(120)).max(50),
} as const

/** A type of events of a shop's own. */
export const definitionSchema = z
  .strictObject({
    type: z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/, 'must be words joined by dots such as review.submitted')
      .refine((type) => !OURS.has(type.split('.', 1)[0] ?? ''), 'begins with a word of the product’s own facts'),
    title: word(40).describe('for people'),
    person: z.enum(['required', 'optional']).default('required'),
    keepDays: z.int().min(1).max(3650).default(730),
    fields: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[a-zA-Z][\w-]{0,31}$/, 'must be letters, digits, _ and -, at most 32'),
          kind: z.enum(Object.keys(KINDS) as [keyof typeof KINDS, ...(keyof typeof KINDS)[]]),
          required: z.boolean().default(false),
          personal: z.boolean().default(false),
        }),
      )
      .max(40)
      .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, 'names a field twice'),
  })
  .meta({ id: 'EventTypeDefinition', description: 'A type of events of a shop’s own.' })

export type TypeDefinition = z.output<typeof definitionSchema>

/** A definition at work. */
export function definedType({ type, title, person, keepDays, fields }: TypeDefinition): EventType {
  const shape: Record<string, ZodType> = { extra: extra.optional() }
  for (const { name, kind, required } of fields) {
    const schema: ZodType = KINDS[kind]
    shape[name] = required ? schema : schema.optional()
  }
  const personal = ['extra', ...fields.filter((field) => field.personal).map(({ name }) => name)]
  return { type, title, person, keepDays, props: z.strictObject(shape), personal }
}

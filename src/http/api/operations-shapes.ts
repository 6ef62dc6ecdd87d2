import { z } from 'zod'

/** What reads and what changes operations have in common. */
export const READS = { tag: 'Operations', scope: 'operations:read' } as const
export const WRITES = { tag: 'Operations', scope: 'operations:write', method: 'POST' } as const

/** A moment in a query. */
export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
/** The end of the page before. */
export const cursor = z
  .string()
  .regex(/^\d{1,15}\.\d{1,9}$/, 'is no cursor: give back `next` of the page before')
  .optional()
  .describe('`next` of the page before')
/** Which end a list begins with; the newest unless given. */
export const order = z.enum(['newest', 'oldest']).default('newest')
/** An account of the configuration. */
export const accountId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the name of an account')
/** A text in both languages. */
export const words = z.strictObject({ zh: z.string(), en: z.string() })

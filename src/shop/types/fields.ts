import { z } from 'zod'

/** A moment: ISO 8601 with a zone, `2026-03-04T12:00:00+08:00`. */
export const moment = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone such as 2026-03-04T12:00:00+08:00' })
  .transform((text) => new Date(text))

/** Money in fen, whole and not negative, at most 10,000,000 yuan. */
export const fen = z
  .int({ error: 'must be whole fen (1 yuan is 100)' })
  .min(0, 'must not be negative')
  .max(1_000_000_000, 'is more than 10,000,000 yuan')

/** A short name or code. */
export const word = (max: number) => z.string().trim().min(1, 'is empty').max(max, `takes at most ${max} characters`)

/** Fields of the shop's own: at most 20 texts, numbers and truth values. */
export const extra = z
  .record(
    z.string().regex(/^[\p{L}_][\p{L}\p{N}_-]{0,31}$/u, 'names are letters, digits, _ and -, at most 32'),
    z.union([z.string().max(200), z.number(), z.boolean()]),
  )
  .refine((fields) => Object.keys(fields).length <= 20, 'takes at most 20 fields')
  .describe('fields of your own: texts, numbers, truth values')

/** A page of the mini program, with its query, without a leading slash or host. */
export const page = z
  .string()
  .max(1024)
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9_/-]*(\?[^\s]*)?$/, 'must be a page such as pages/order/detail?no=1001')
  .describe('the order’s page in the mini program')

import { z } from 'zod'
import { ApiError } from './route.js'

/** What the routes ask of the contact ways; `src/customers/ways/desk.ts` is it. */
export interface ContactWaysPort {
  list(query: { account?: string; removed?: boolean }): Promise<WayBody[]>
  find(slug: string, account?: string): Promise<WayBody | undefined>
  put(
    slug: string,
    input: unknown,
    by: string,
    options: { version?: number; account?: string },
  ): Promise<
    | { outcome: 'stored'; way: WayBody }
    | { outcome: 'invalid'; problems: { field: string; message: string; fix: string }[] }
    | { outcome: 'read-only' | 'unknown-account' }
    | { outcome: 'stale'; version: number }
  >
  remove(slug: string, by: string, account?: string): Promise<'removed' | 'unknown' | 'read-only'>
  remake(slug: string, account?: string): Promise<WayBody | undefined>
  days(slug: string, options: { account?: string; limit?: number }): Promise<z.input<typeof wayDay>[]>
  onDuty(
    slug: string,
    at: Date,
    account?: string,
  ): Promise<{ staff: string[]; by: 'slot' | 'holiday' | 'spare' } | undefined>
}

/** How welcomes ended. */
export interface WelcomeCountsPort {
  counts(query: { account?: string; from: Date }): Promise<Record<string, number>>
}

/** A way as it is answered. */
export type WayBody = z.input<typeof way>

const counts = z.object({ added: z.int(), lost: z.int().meta({ description: 'came by it and deleted the member' }) })

/** A way as people look at it. */
export const way = z
  .object({
    slug: z.string(),
    account: z.string(),
    name: z.string(),
    origin: z.enum(['file', 'store']).meta({ description: 'file: of content/contact-ways, read-only here' }),
    status: z.enum(['live', 'pending', 'unclear', 'gone', 'not-yet', 'over', 'removed']),
    place: z.enum(['qr', 'mini-program']),
    state: z.string().meta({ description: 'the channel that comes back with each customer; never changes' }),
    platformId: z.string().optional(),
    qrCode: z.string().optional().meta({ description: 'the address of the picture' }),
    staff: z.array(z.string()).meta({ description: 'who receives newcomers now' }),
    counts,
    problem: z.object({ kind: z.string(), message: z.string(), at: z.date() }).optional(),
    orphan: z.boolean().meta({ description: 'its file is gone; the code goes on working' }),
    version: z.int(),
    updatedAt: z.date(),
    updatedBy: z.string(),
    definition: z.unknown().meta({ description: 'as it was written; the fields are those of content/contact-ways' }),
  })
  .meta({ id: 'ContactWay' })

/** A day of a member by a way. */
export const wayDay = z.object({ day: z.string(), staff: z.string(), added: z.int(), lost: z.int() })

/** `:slug` of a path. */
export const slugParams = z.strictObject({ slug: z.string().max(64) })
/** Which account is meant. */
export const account = z.string().max(64).optional().meta({ description: 'the first WeCom account unless given' })
/** The account, when one was given. */
export const named = (value: string | undefined) => (value === undefined ? {} : { account: value })

/** Under which heading the operations stand. */
export const TAG = 'contact ways'

/** The way, or the refusal for one that is not there. */
export function found(one: WayBody | undefined, slug: string): WayBody {
  if (one) return one
  throw unknown(slug)
}

/** The refusal for a way that is not there. */
export const unknown = (slug: string) => new ApiError(404, 'contact-way.unknown', `there is no contact way '${slug}'`)

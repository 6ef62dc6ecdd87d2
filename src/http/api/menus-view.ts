import { z } from 'zod'

const line = z.object({
  place: z.string().meta({ description: '`1` or `1.2`, from 1' }),
  name: z.string(),
  does: z.string().meta({ description: 'what pressing it does; empty for one that opens others' }),
})

const change = z.discriminatedUnion('change', [
  z.object({ change: z.literal('added'), after: line }),
  z.object({ change: z.literal('removed'), before: line }),
  z.object({ change: z.literal('changed'), before: line, after: line }),
])

const problem = z.object({
  field: z.string(),
  message: z.string(),
  fix: z.string(),
  severity: z.enum(['error', 'warning']),
})

/** A draft of a menu. */
export const draft = z.object({
  slug: z.string(),
  definition: z.unknown(),
  rev: z.int(),
  updatedAt: z.date(),
  updatedBy: z.string(),
})

/** A menu compared with what is live. */
export const compared = z
  .object({
    slug: z.string(),
    tag: z.string().optional().meta({ description: 'shown to followers with this tag only' }),
    problems: z.array(problem),
    lines: z.array(line).optional().meta({ description: 'absent while it holds errors' }),
    changes: z.array(change).optional().meta({ description: 'what publishing would change; absent when unknown' }),
  })
  .meta({ id: 'ComparedMenu' })

/** What was put on WeChat. */
export const publication = z
  .object({
    number: z.int(),
    at: z.date(),
    by: z.string(),
    state: z.enum(['publishing', 'done', 'differs', 'failed']),
    slugs: z.array(z.string()),
    restores: z.int().optional().meta({ description: 'it put back what was there before that publication' }),
    changes: z.int(),
    problem: z.string().optional(),
    unrestorable: z.string().optional().meta({ description: 'why what was there before cannot be put back' }),
  })
  .meta({ id: 'MenuPublication' })

const target = z.object({ slug: z.string(), title: z.string() })

/** Everything of an account's menus. */
export const accountMenus = z.object({
  account: z.string(),
  may: z.boolean().meta({ description: 'false: this kind of account has no menu by API' }),
  menus: z.array(
    compared.extend({
      file: z.unknown().optional().meta({ description: 'as content/menus writes it' }),
      draft: draft.optional(),
    }),
  ),
  live: z
    .object({
      source: z.enum(['api', 'console', 'none']).meta({ description: 'console: made by hand at mp.weixin.qq.com' }),
      hash: z.string().meta({ description: 'name it as `seen` when publishing' }),
      lines: z.array(line),
      conditional: z.array(
        z.object({ id: z.string(), tagId: z.string(), tag: z.string().optional(), lines: z.array(line) }),
      ),
      tags: z.array(z.object({ id: z.string(), name: z.string() })),
    })
    .optional(),
  liveProblem: z.string().optional().meta({ description: 'why WeChat could not be asked' }),
  publications: z.array(publication),
  articles: z.array(target).meta({ description: 'what buttons can lead to' }),
  cards: z.array(target),
})

/** What the routes ask of the menus; `src/menus/menus.ts` is it. */
export interface MenusPort {
  accounts(): { account: string; may: boolean }[]
  of(account: string): Promise<z.input<typeof accountMenus> | undefined>
  compare(account: string, slug: string, definition: unknown): Promise<z.input<typeof compared>>
  drafts: {
    put(
      account: string,
      slug: string,
      definition: unknown,
      options: { rev: number; by: string },
    ): Promise<{ outcome: 'saved'; draft: z.input<typeof draft> } | { outcome: 'stale'; rev: number }>
    drop(account: string, slug: string, rev: number): Promise<'dropped' | 'unknown' | { stale: number }>
    versions(account: string, slug: string): Promise<{ rev: number; definition: unknown; at: Date; by: string }[]>
  }
  publish(account: string, options: { by: string; seen: string; slugs?: readonly string[] }): Promise<PublishedOutcome>
  restore(account: string, options: { by: string; seen: string; number: number }): Promise<PublishedOutcome>
}

/** What putting menus on WeChat led to. */
export type PublishedOutcome =
  | { outcome: 'published'; publication: z.input<typeof publication> }
  | { outcome: 'changed-there' | 'same' | 'busy' }

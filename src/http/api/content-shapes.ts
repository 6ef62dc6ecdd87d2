import { z } from 'zod'
import { ApiError } from './route.js'

/** What can be written at the console. */
export const contentKind = z.enum(['articles', 'cards', 'replies'])
export type ContentKind = z.output<typeof contentKind>

export const TAG = 'content'
/** The fields as the forms have them: `articles` title, digest, cover, author, date, tags, source and body (Markdown). */
export const fields = z.record(z.string(), z.unknown())
export const itemParams = z.strictObject({ kind: contentKind, slug: z.string().max(80) })
export const limit = z.coerce.number().int().min(1).max(200).default(50)

const owner = z.enum(['file', 'console']).meta({ description: 'file: of the content folder, read-only here' })

const summary = {
  kind: contentKind,
  slug: z.string(),
  title: z.string(),
  owner,
  file: z.string().optional(),
  state: z.enum(['draft', 'live']),
  rev: z.int().optional().meta({ description: 'the newest version' }),
  liveRev: z.int().optional().meta({ description: 'the version that is served' }),
  problems: z.int(),
  updatedAt: z.date().optional(),
  updatedBy: z.string().optional(),
}

/** A line of a list. */
export const itemSummary = z.object(summary).meta({ id: 'ContentSummary' })

/** What is wrong in a field. */
export const itemProblem = z
  .object({
    field: z.string(),
    message: z.string(),
    fix: z.string(),
    severity: z.enum(['error', 'warning']).meta({ description: 'an error keeps it from going live' }),
    line: z.int().optional().meta({ description: 'of the Markdown body' }),
  })
  .meta({ id: 'ContentProblem' })

/** Something that names an item. */
export const usedBy = z
  .object({
    what: z.string(),
    name: z.string(),
    owner: z.enum(['file', 'console', 'store']),
    draft: z.boolean().optional(),
  })
  .meta({ id: 'ContentUse' })

/** An item whole. */
export const item = z
  .object({ ...summary, content: fields, problemList: z.array(itemProblem), usedBy: z.array(usedBy) })
  .meta({ id: 'ContentItem' })
export type ItemShape = z.input<typeof item>

/** What a change came to; `src/editor/ports.ts` has it. */
export type ContentOutcome =
  | { outcome: 'done'; item: ItemShape }
  | { outcome: 'unknown' }
  | { outcome: 'read-only'; file: string }
  | { outcome: 'stale'; current?: ItemShape }
  | { outcome: 'invalid'; problems: z.input<typeof itemProblem>[] }
  | { outcome: 'used'; by: z.input<typeof usedBy>[] }

/** What the routes of changes may answer beside success. */
export const CHANGE_ERRORS = {
  404: 'There is no such item.',
  409: 'A file holds it, something uses it, or somebody else was quicker; then `current` is what there is now.',
  422: 'It has problems.',
}

/** The item of a change that was done; throws ApiError for every other outcome. */
export function done(result: ContentOutcome, kind: ContentKind, slug: string): ItemShape {
  switch (result.outcome) {
    case 'done':
      return result.item
    case 'unknown':
      throw unknown(kind, slug)
    case 'read-only':
      throw new ApiError(409, 'content.read-only', `'${slug}' is a file of the content folder`, {
        problems: [{ field: result.file, message: 'read-only here', fix: 'edit the file, or take another name' }],
      })
    case 'stale': {
      const { current } = result
      const message = current ? `it has version ${current.rev} now` : 'it was deleted meanwhile'
      throw new ApiError(409, 'content.stale', message, current ? { current: item.parse(current) } : {})
    }
    case 'invalid': {
      const problems = result.problems.map(({ field, message, fix, severity, line }) => ({
        field: line === undefined ? field : `${field}:${line}`,
        message: severity === 'warning' ? `（提醒）${message}` : message,
        fix,
      }))
      throw new ApiError(422, 'content.invalid', 'it has problems', { problems })
    }
    case 'used': {
      const problems = result.by.map(({ what, name }) => {
        return { field: `${what}/${name}`, message: '正在使用它', fix: '先改掉那里的引用' }
      })
      throw new ApiError(409, 'content.used', 'something uses it', { problems })
    }
  }
}

export const unknown = (kind: ContentKind, slug: string) =>
  new ApiError(404, 'content.unknown', `there is no '${slug}' among the ${kind}`)

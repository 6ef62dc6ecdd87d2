import { z } from 'zod'
import { type ContentKind, contentKind, fields, itemProblem, TAG } from './content-shapes.js'
import { type Route, route } from './route.js'

type Content = Readonly<Record<string, unknown>>

/** What these routes ask of the editor. */
export interface TryPort {
  preview(kind: ContentKind, slug: string, content: Content): z.input<typeof preview>
  reply(text: string, at: Date | undefined, draft?: { slug: string; content: Content }): z.input<typeof tried>
}

const answered = {
  message: z.unknown().meta({ description: 'as it is written: { kind: text, text }' }),
  resolved: z.unknown().optional().meta({ description: 'as it leaves: an article as a link with title and picture' }),
  missing: z.object({ kind: z.string(), name: z.string() }).optional(),
}

const preview = z.object({
  problems: z.array(itemProblem),
  article: z
    .object({
      html: z.string().meta({ description: 'sanitised, styles inlined' }),
      characters: z.int().meta({ description: 'of the body as it goes to WeChat' }),
      most: z.int(),
    })
    .optional(),
  card: z
    .object({
      title: z.string(),
      appid: z.string(),
      path: z.string(),
      thumb: z.string(),
      app: z.string(),
      url: z.string().optional(),
    })
    .optional(),
  reply: z.object(answered).optional(),
})

const tried = z.object({
  rule: z
    .object({
      slug: z.string(),
      owner: z.enum(['file', 'console']),
      file: z.string(),
      line: z.int(),
      by: z.enum(['exact', 'contains', 'regex']),
    })
    .optional()
    .meta({ description: 'absent: no rule answers' }),
  ...answered,
  message: answered.message.optional(),
})

/** Looks at content as the library would read it; nothing is written. */
export function tryRoutes(editor: TryPort): Route[] {
  const looks = { tag: TAG, scope: 'content:read', looks: true, ownWords: true, method: 'POST' } as const
  return [
    route({
      ...looks,
      path: '/content-previews/:kind',
      id: 'previewContent',
      summary: 'What fields would come to: problems, the article’s page, the card, the answer',
      params: z.strictObject({ kind: contentKind }),
      body: z.strictObject({ slug: z.string().max(80).default(''), content: fields }),
      answer: preview,
      async handle({ params, body }) {
        return { body: editor.preview(params.kind, body.slug, body.content) }
      },
    }),
    route({
      ...looks,
      path: '/content-previews/replies/try',
      id: 'tryReply',
      summary: 'Which rule answers a message',
      description:
        'At `at` (now unless given). `draft`: a rule as if it were live. Words that the bot itself understands (人工, 退订 and the like) and answers to open questions come before the rules and are not asked here.',
      body: z.strictObject({
        text: z.string().min(1).max(2000),
        at: z.iso
          .datetime({ offset: true })
          .transform((text) => new Date(text))
          .optional(),
        draft: z.strictObject({ slug: z.string().max(80).default(''), content: fields }).optional(),
      }),
      answer: tried,
      async handle({ body: { text, at, draft } }) {
        return { body: editor.reply(text, at, draft) }
      },
    }),
  ]
}

import type { Token } from 'markdown-it'
import { z } from 'zod'
import { limits } from '../../rules/official-account/limits.js'
import { address, fields, issueProblems, mediaName, words } from './fields.js'
import { splitFrontMatter } from './front-matter.js'
import { readBody } from './markdown.js'
import { problem, reason } from './problem.js'
import type { Parsed } from './reference.js'
import type { TextFile } from './source.js'
import { readYaml } from './yaml.js'

const schema = fields({
  title: words('title: 欢迎来到絮屋', limits.articleTitle.value),
  digest: words('digest: 三分钟认识我们，新朋友有见面礼', limits.articleDigest.value),
  cover: mediaName('cover: cover-welcome.jpg'),
  author: words('author: 絮屋小编', limits.articleAuthor.value).optional(),
  date: z.iso.date({ error: reason('不是日期', '写成 date: 2026-01-31') }).optional(),
  tags: z
    .array(words('tags: [选购, 床品]', 20), { error: reason('应为列表', '写成 tags: [选购, 床品]') })
    .max(10, reason('标签超过 10 个', '留下最要紧的几个'))
    .default([]),
  source: address.optional(),
})

/** An article of `content/articles`. */
export interface Article {
  slug: string
  title: string
  digest: string
  /** The cover's name in `content/media`. */
  cover: string
  author?: string
  /** `2026-01-31`. */
  date?: string
  tags: string[]
  /** 阅读原文. */
  source?: string
  /** The Markdown body, read. */
  body: Token[]
  /** The cards that the body shows or links to. */
  cards: string[]
}

/** Reads `articles/SLUG.md`: a YAML front matter and a Markdown body. */
export function parseArticle(file: TextFile, slug: string): Parsed<Article> {
  const split = splitFrontMatter(file.text)
  if (split === undefined)
    return {
      value: undefined,
      references: [],
      problems: [
        problem(
          { file: file.path, line: 1, field: '---' },
          '开头没有写文章信息',
          '第一行写 ---，再写 title、digest、cover，之后再写一行 ---',
        ),
      ],
    }
  const yaml = readYaml(split.head, file.path, 2)
  const body = readBody(split.body, file.path, split.bodyLine)
  if (split.body.trim() === '')
    body.problems.push(
      problem({ file: file.path, line: split.bodyLine, field: '正文' }, '没有正文', '在第二个 --- 之后写正文'),
    )
  if (yaml.problems.length > 0)
    return { value: undefined, problems: [...yaml.problems, ...body.problems], references: body.references }
  const read = schema.safeParse(yaml.value)
  if (!read.success) {
    const problems = [...issueProblems(read.error, yaml, file.path), ...body.problems]
    return { value: undefined, problems, references: body.references }
  }
  const { title, digest, cover, author, date, tags, source } = read.data
  return {
    value: {
      slug,
      title,
      digest,
      cover,
      tags,
      body: body.tokens,
      cards: body.references.filter((each) => each.kind === 'card').map((each) => each.target),
      ...(author === undefined ? {} : { author }),
      ...(date === undefined ? {} : { date }),
      ...(source === undefined ? {} : { source }),
    },
    problems: body.problems,
    references: [
      { kind: 'media', target: cover, use: 'cover', line: yaml.lineOf(['cover']), field: 'cover' },
      ...body.references,
    ],
  }
}

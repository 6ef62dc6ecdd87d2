import { type Article, parseArticle } from './article.js'
import { type Card, parseCard } from './card.js'
import { lint } from './lint.js'
import { type Menu, parseMenu } from './menu.js'
import { type Notice, parseNotice } from './notice.js'
import { type ContentProblem, problem } from './problem.js'
import type { Parsed } from './reference.js'
import { parseReplies, type ReplyRule } from './reply.js'
import { parseSegment, type SegmentDefinition } from './segment.js'
import { FOLDERS, type Folder, type MediaFile, placeOf, type Source, type TextFile } from './source.js'

/** Everything `content/` holds, read and cross-checked. */
export interface Content {
  articles: ReadonlyMap<string, Article>
  cards: ReadonlyMap<string, Card>
  rules: readonly ReplyRule[]
  menus: ReadonlyMap<string, Menu>
  /** By slug, not by business name. */
  notices: ReadonlyMap<string, Notice>
  segments: ReadonlyMap<string, SegmentDefinition>
  media: ReadonlyMap<string, MediaFile>
}

/** One text file's outcome, before the files are compared with each other. */
export type ParsedFile = { path: string; slug: string } & (
  | ({ folder: 'articles' } & Parsed<Article>)
  | ({ folder: 'cards' } & Parsed<Card>)
  | ({ folder: 'replies' } & Parsed<ReplyRule[]>)
  | ({ folder: 'menus' } & Parsed<Menu>)
  | ({ folder: 'notices' } & Parsed<Notice>)
  | ({ folder: 'segments' } & Parsed<SegmentDefinition>)
)

/** What a parse came to. */
export interface Outcome {
  content: Content
  files: ParsedFile[]
  problems: ContentProblem[]
}

/**
 * Makes a parser: pure, but it remembers each file's outcome by its text, so that an edit costs one file and not all.
 * A file that cannot be read at all is left out of `content`; everything else that is wrong is told and still served.
 */
export function createParser(publicUrl: string): (source: Source) => Outcome {
  let memory = new Map<string, { text: string; parsed: ParsedFile }>()
  return (source) => {
    const next: typeof memory = new Map()
    const misplaced: ContentProblem[] = []
    for (const file of source.files) {
      const known = memory.get(file.path)
      const parsed = known?.text === file.text ? known.parsed : parseFile(file)
      if (parsed) next.set(file.path, { text: file.text, parsed })
      else misplaced.push(misplacedProblem(file.path))
    }
    memory = next
    const parsed = [...next.values()].map((entry) => entry.parsed).toSorted((a, b) => (a.path < b.path ? -1 : 1))
    const content = gather(parsed, source.media)
    const problems = [...misplaced, ...parsed.flatMap((file) => file.problems), ...lint(parsed, content, publicUrl)]
    return { content, files: parsed, problems: problems.toSorted(byPlace) }
  }
}

function parseFile(file: TextFile): ParsedFile | undefined {
  const place = placeOf(file.path)
  if (place === undefined) return undefined
  const { folder, slug } = place
  const base = { path: file.path, slug }
  switch (folder) {
    case 'articles':
      return { ...base, folder, ...parseArticle(file, slug) }
    case 'cards':
      return { ...base, folder, ...parseCard(file, slug) }
    case 'replies':
      return { ...base, folder, ...parseReplies(file) }
    case 'menus':
      return { ...base, folder, ...parseMenu(file, slug) }
    case 'notices':
      return { ...base, folder, ...parseNotice(file, slug) }
    case 'segments':
      return { ...base, folder, ...parseSegment(file, slug) }
  }
}

function gather(files: ParsedFile[], media: readonly MediaFile[]): Content {
  const articles = new Map<string, Article>()
  const cards = new Map<string, Card>()
  const menus = new Map<string, Menu>()
  const notices = new Map<string, Notice>()
  const segments = new Map<string, SegmentDefinition>()
  const rules: ReplyRule[] = []
  for (const file of files) {
    if (file.value === undefined) continue
    if (file.folder === 'articles') articles.set(file.slug, file.value)
    else if (file.folder === 'cards') cards.set(file.slug, file.value)
    else if (file.folder === 'menus') menus.set(file.slug, file.value)
    else if (file.folder === 'notices') notices.set(file.slug, file.value)
    else if (file.folder === 'segments') segments.set(file.slug, file.value)
    else rules.push(...file.value)
  }
  return { articles, cards, menus, notices, segments, rules, media: new Map(media.map((file) => [file.name, file])) }
}

function misplacedProblem(path: string): ContentProblem {
  const folder = path.split('/')[0] as Folder
  const ending = FOLDERS[folder] ?? '.yaml'
  const message = path.endsWith(ending) ? '文件名不合法' : `${folder} 里只放 ${ending} 文件`
  return problem(
    { file: path, field: '文件名' },
    message,
    `文件名只用小写字母、数字和连字符，以 ${ending} 结尾，不放子文件夹`,
  )
}

function byPlace(a: ContentProblem, b: ContentProblem): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0)
}

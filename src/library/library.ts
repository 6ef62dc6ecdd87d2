import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { ResolvedMenu } from '../core/menu.js'
import type { Message, ResolvedMessage } from '../core/message.js'
import type { Article } from './article.js'
import { type Beside, readBoth } from './beside.js'
import type { Card } from './card.js'
import { createRuleMatcher } from './match.js'
import { type CheckedMenu, checkMenu, type MenuSource, menuSource } from './menu-draft.js'
import type { Notice, ReadyNotice } from './notice.js'
import { renderPage } from './page.js'
import { type Content, createParser, type ParsedFile } from './parse.js'
import { type ContentProblem, inFolder } from './problem.js'
import { createReader } from './read.js'
import { articleUrl, renderArticle } from './render.js'
import type { ReplyRule } from './reply.js'
import { type Missing, resolveMenu, resolveMessage, resolveNotice } from './resolve.js'
import type { SegmentDefinition } from './segment.js'
import { settle } from './settle.js'
import type { MediaFile, Source, TextFile } from './source.js'
import { tell } from './tell.js'
import { type ArticlePreview, createTrial, previewArticle, type Trial } from './trial.js'
import { watchFolders } from './watch.js'

export interface LibraryOptions {
  /** The content folder, absolute or from the working directory. */
  dir: string
  log: Logger
  clock: Clock
  /** The product's address from outside; articles and pictures are linked under it. */
  publicUrl: string
  /** Reload as files are edited. */
  watch: boolean
  /** The zone of reply rules' hours and dates. */
  timeZone?: string
  /** What was written at the console; without it there are only the files. */
  beside?: () => Promise<Beside>
}

/** A place that names something. */
export interface Use {
  file: string
  line: number
  owner: 'file' | 'console'
}

/** An article as lists show it. */
export type ArticleSummary = Omit<Article, 'body' | 'cards'> & { url: string }

/** The content of one folder, always the last version that held together. */
export interface Library {
  /** Reads everything; with `watch`, keeps it fresh from then on. Tells all problems at once, and never throws for one. */
  load(): Promise<ContentProblem[]>
  /** What is wrong with the files as they are on disk now. */
  problems(): ContentProblem[]
  /**
   * Fills in articles, cards and, with the account's template, notices; a name that leads nowhere is a value, for the
   * caller to log. Throws AppError `notice.data` when a notice's data does not fit.
   */
  resolve(message: Message, account?: string): ResolvedMessage | Missing
  /** The keyword rules' answer to a text, now unless another time is given. */
  reply(text: string, now?: Date): Message | undefined
  hasArticle(slug: string): boolean
  hasCard(slug: string): boolean
  /** An article as a whole HTML page in our own look. No script is in it; its styles are inline. */
  page(slug: string): string | undefined
  /** An article's body as the HTML that a WeChat draft takes. */
  html(slug: string): string | undefined
  /** A file of `content/media` by name; nothing but a listed name finds one. */
  media(name: string): MediaFile | undefined
  articles(): ArticleSummary[]
  cards(): Card[]
  replies(): readonly ReplyRule[]
  /** The menus all of whose buttons lead somewhere. */
  menus(): ResolvedMenu[]
  /** The menus as their files write them. */
  menuSources(): MenuSource[]
  /** A menu that is no file (yet): what is wrong with it, and, when nothing is, the menu itself. */
  checkMenu(slug: string, definition: unknown): CheckedMenu
  /** The notice of a business name such as `order.shipped`. */
  notice(name: string): ReadyNotice | undefined
  /** The notices whose target is there. */
  notices(): ReadyNotice[]
  /** A segment by its file's name. */
  segment(slug: string): SegmentDefinition | undefined
  segments(): SegmentDefinition[]
  /** The texts behind what is served, those of the console too. */
  texts(): readonly TextFile[]
  mediaFiles(): readonly MediaFile[]
  /** Where an article, a card or a file of `content/media` is named in what is served; its own text does not count. */
  uses(kind: 'article' | 'card' | 'media', name: string): Use[]
  /** What a text would come to under its path; nothing is served of it. */
  trial(file: TextFile): Trial
  /** The rule that answers a text, in `content` of a trial. */
  ruleFor(text: string, now?: Date, content?: Content): ReplyRule | undefined
  /** An article of a trial as an editor shows it. */
  preview(article: Article, content: Content): ArticlePreview
  /** Changes exactly when what is served changes; alike in every process that serves the same files. */
  version(): string
  /** Calls back after every reload that changed what is served or what is wrong. Returns the way to stop. */
  onChange(listener: (change: { version: string; problems: ContentProblem[] }) => void): () => void
  close(): Promise<void>
}

const EMPTY: Content = {
  articles: new Map(),
  cards: new Map(),
  rules: [],
  menus: new Map(),
  notices: new Map(),
  segments: new Map(),
  media: new Map(),
}

/** Makes a library of a content folder; nothing is read before `load`. */
export function createLibrary(options: LibraryOptions): Library {
  const { dir, clock, log } = options
  const publicUrl = options.publicUrl.replace(/\/+$/, '')
  const zone = options.timeZone ?? 'Asia/Shanghai'
  const files = createReader(dir)
  const { beside } = options
  const read = beside
    ? readBoth(files, beside, (error) => log.warn({ reason: messageOf(error) }, 'console content could not be read'))
    : files
  const parse = createParser(publicUrl)
  const listeners = new Set<(change: { version: string; problems: ContentProblem[] }) => void>()
  const rendered = new Map<string, string>()
  let served: Source | undefined
  let content = EMPTY
  let parsed: readonly ParsedFile[] = []
  let match = createRuleMatcher([], zone)
  let problems: ContentProblem[] = []
  let version = versionOf({ files: [], media: [] })
  let unwatch: (() => void) | undefined
  let running: Promise<void> = Promise.resolve()
  let closed = false
  const trial = createTrial(publicUrl, () => served ?? { files: [], media: [] })

  const reload = async () => {
    const settled = settle(served, await read(), parse)
    if (closed) return
    const before = { version, problems }
    served = settled.served
    content = settled.outcome.content
    parsed = settled.outcome.files
    match = createRuleMatcher(content.rules, zone)
    const ours = new Set(served.files.flatMap(({ owner, path }) => (owner === 'console' ? [path] : [])))
    problems = settled.problems.flatMap((each) => inFolder([each], ours.has(each.file) ? 'console' : basename(dir)))
    version = versionOf(served)
    rendered.clear()
    tell(log, before.problems, problems, settled.held)
    if (before.version === version && JSON.stringify(before.problems) === JSON.stringify(problems)) return
    const { articles, cards, rules, menus, notices, segments } = content
    const counts = {
      articles: articles.size,
      cards: cards.size,
      replies: rules.length,
      menus: menus.size,
      notices: notices.size,
      segments: segments.size,
    }
    log.info({ version, ...counts, problems: problems.length }, 'content loaded')
    for (const listener of listeners) listener({ version, problems })
  }
  const enqueue = () => {
    running = running.then(reload).catch((error) => {
      log.error({ reason: messageOf(error) }, 'content could not be loaded')
    })
    return running
  }
  const memo = (key: string, make: () => string) => {
    const known = rendered.get(key) ?? make()
    rendered.set(key, known)
    return known
  }

  const ready = (notice: Notice, name = notice.name) =>
    (notice.name === name ? resolveNotice(notice, content) : undefined) ?? []

  return {
    async load() {
      if (options.watch) unwatch ??= watchFolders(dir, enqueue, log)
      await enqueue()
      return problems
    },
    problems: () => problems,
    resolve: (message, account) => resolveMessage(message, content, publicUrl, account),
    reply: (text, now = clock.now()) => match(text, now)?.answer,
    hasArticle: (slug) => content.articles.has(slug),
    hasCard: (slug) => content.cards.has(slug),
    page(slug) {
      const article = content.articles.get(slug)
      return article && memo(`page ${slug}`, () => renderPage(article, { publicUrl, cards: content.cards }))
    },
    html(slug) {
      const article = content.articles.get(slug)
      return (
        article && memo(`html ${slug}`, () => renderArticle(article, 'wechat', { publicUrl, cards: content.cards }))
      )
    },
    media: (name) => content.media.get(name),
    articles: () =>
      [...content.articles.values()].map(({ body: _, cards: __, ...rest }) => ({
        ...rest,
        url: articleUrl(publicUrl, rest.slug),
      })),
    cards: () => [...content.cards.values()],
    replies: () => content.rules,
    menus: () => [...content.menus.keys()].flatMap((slug) => resolveMenu(slug, content, publicUrl) ?? []),
    menuSources: () => [...content.menus.values()].map(menuSource),
    checkMenu: (slug, definition) => checkMenu(slug, definition, content, publicUrl),
    notice: (name) => [...content.notices.values()].flatMap((each) => ready(each, name)).at(0),
    notices: () => [...content.notices.values()].flatMap((each) => ready(each)),
    segment: (slug) => content.segments.get(slug),
    segments: () => [...content.segments.values()],
    texts: () => served?.files ?? [],
    mediaFiles: () => [...content.media.values()],
    uses(kind, name) {
      const owners = new Map(served?.files.map(({ path, owner }) => [path, owner ?? ('file' as const)]))
      return parsed.flatMap(({ path, references }) =>
        references
          .filter((each) => each.kind === kind && each.target === name)
          .map(({ line }) => ({ file: path, line, owner: owners.get(path) ?? 'file' })),
      )
    },
    trial,
    ruleFor: (text, now = clock.now(), other) => (other ? createRuleMatcher(other.rules, zone) : match)(text, now),
    preview: (article, tried) => previewArticle(article, tried, publicUrl),
    version: () => version,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      closed = true
      unwatch?.()
      listeners.clear()
      await running
    },
  }
}

function versionOf(source: Source): string {
  const hash = createHash('sha256')
  const parts = [
    ...source.files.map((file) => [file.path, file.text]),
    ...source.media.map((file) => [file.name, file.hash]),
  ]
  for (const part of parts.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))) hash.update(JSON.stringify(part))
  return hash.digest('hex').slice(0, 12)
}

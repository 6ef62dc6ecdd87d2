import { limits } from '../../rules/official-account/limits.js'
import type { Article } from './article.js'
import { characters } from './fields.js'
import { bareOf } from './match.js'
import type { Content, ParsedFile } from './parse.js'
import { type ContentProblem, problem } from './problem.js'
import type { Reference } from './reference.js'
import { renderArticle, roughBytes } from './render.js'
import { cycleFrom } from './rule.js'
import type { MediaFile } from './source.js'

/** What only shows when all files are seen together: names that lead nowhere, and what the platform would refuse. */
export function lint(files: readonly ParsedFile[], content: Content, publicUrl: string): ContentProblem[] {
  const names = {
    article: slugs(files, 'articles'),
    card: slugs(files, 'cards'),
    media: [...content.media.keys()],
    segment: slugs(files, 'segments'),
  }
  const references = files.flatMap((file) => file.references.map((reference) => ({ file: file.path, reference })))
  return [
    ...references.flatMap(({ file, reference }) => checkReference(file, reference, names[reference.kind], content)),
    ...[...content.media.values()].flatMap(checkMedia),
    ...[...content.articles.values()].flatMap((article) => checkLength(article, content, publicUrl)),
    ...doubleKeywords(content),
    ...doubleNames(content),
    ...circles(files),
  ]
}

/** Slugs of a folder's files, broken ones included: naming a broken file is not a second mistake. */
function slugs(files: readonly ParsedFile[], folder: ParsedFile['folder']): string[] {
  return files.filter((file) => file.folder === folder).map((file) => file.slug)
}

const NOUN = { article: '文章', card: '卡片', media: '媒体文件', segment: '人群' } as const
const HOME = {
  article: (name: string) => `articles/${name}.md`,
  card: (name: string) => `cards/${name}.yaml`,
  media: (name: string) => `media/${name}`,
  segment: (name: string) => `segments/${name}.yaml`,
}

function checkReference(file: string, reference: Reference, known: string[], content: Content): ContentProblem[] {
  const { kind, target, line, field } = reference
  if (!known.includes(target)) {
    const close = known.find((name) => name.includes(target) || target.includes(name))
    const fix = close ? `是否想写 ${close}？` : `新建 ${HOME[kind](target)}，或改成已有的名字`
    return [problem({ file, line, field }, `没有名为 ${target} 的${NOUN[kind]}`, fix)]
  }
  const media = kind === 'media' ? content.media.get(target) : undefined
  const wrong = media && unfit(media, reference.use)
  return wrong ? [problem({ file, line, field }, `${target} ${wrong.message}`, wrong.fix)] : []
}

function unfit(media: MediaFile, use: Reference['use']): { message: string; fix: string } | undefined {
  const jpegOnly = use === 'thumb'
  const types = jpegOnly ? ['image/jpeg'] : ['image/jpeg', 'image/png']
  if (!types.includes(media.type))
    return { message: `不是 ${jpegOnly ? 'JPG' : 'JPG 或 PNG'} 图片`, fix: `另存为 ${jpegOnly ? 'JPG' : 'JPG 或 PNG'}` }
  const most = use === 'thumb' ? limits.thumbBytes : use === 'body' ? limits.articleImageBytes : limits.imageBytes
  if (media.bytes > most.value)
    return { message: `有 ${kib(media.bytes)}，最多 ${kib(most.value)}`, fix: '压缩图片或缩小尺寸' }
  return undefined
}

const MEDIA: Record<string, { endings: string[]; most: { value: number } }> = {
  'image/jpeg': { endings: ['jpg', 'jpeg'], most: limits.imageBytes },
  'image/png': { endings: ['png'], most: limits.imageBytes },
  'image/gif': { endings: ['gif'], most: limits.imageBytes },
  'audio/mpeg': { endings: ['mp3'], most: limits.voiceBytes },
  'audio/amr': { endings: ['amr'], most: limits.voiceBytes },
  'video/mp4': { endings: ['mp4'], most: limits.videoBytes },
}

function checkMedia(media: MediaFile): ContentProblem[] {
  const at = { file: `media/${media.name}`, field: '文件' }
  const kind = MEDIA[media.type]
  if (kind === undefined) return [problem(at, '不是可用的图片、语音或视频', '使用 JPG、PNG、GIF、MP3、AMR 或 MP4 文件')]
  const ending = media.name.split('.').at(-1)?.toLowerCase() ?? ''
  const problems: ContentProblem[] = []
  if (!kind.endings.includes(ending))
    problems.push(problem(at, `内容是 ${media.type}，扩展名却是 .${ending}`, `改名为 .${kind.endings[0]}`))
  if (media.bytes > kind.most.value)
    problems.push(problem(at, `有 ${kib(media.bytes)}，最多 ${kib(kind.most.value)}`, '压缩后再放进来'))
  return problems
}

/** Bytes under which an article keeps both limits, whatever cleaning adds to it. */
const SURELY_SHORT = 0.9 * Math.min(limits.articleContentCharacters.value, limits.articleContentBytes.value)

/** Outcomes by article, so that an edit measures one article again and not all. */
const lengths = new WeakMap<Article, { names: string; problems: ContentProblem[] }>()

function checkLength(article: Article, content: Content, publicUrl: string): ContentProblem[] {
  const names = JSON.stringify([publicUrl, article.cards.map((slug) => content.cards.get(slug))])
  const known = lengths.get(article)
  if (known?.names === names) return known.problems
  const problems: ContentProblem[] = []
  lengths.set(article, { names, problems })
  const rendered = { publicUrl, cards: content.cards }
  if (roughBytes(article, rendered) < SURELY_SHORT) return problems
  const html = renderArticle(article, 'wechat', rendered)
  const at = { file: `articles/${article.slug}.md`, field: '正文' }
  const most = limits.articleContentCharacters.value
  if (characters(html) > most)
    problems.push(
      problem(at, `排版后有 ${characters(html)} 个字符（含样式），公众号最多 ${most} 个`, '拆成两篇，用链接相连'),
    )
  if (Buffer.byteLength(html) > limits.articleContentBytes.value)
    problems.push(
      problem(
        at,
        `排版后有 ${kib(Buffer.byteLength(html))}，最多 ${kib(limits.articleContentBytes.value)}`,
        '拆成两篇',
      ),
    )
  return problems
}

/** The same exact keyword twice, both always open: the second can never answer. */
function doubleKeywords(content: Content): ContentProblem[] {
  const seen = new Map<string, { file: string; line: number }>()
  const problems: ContentProblem[] = []
  for (const rule of content.rules.filter((each) => each.when === undefined)) {
    for (const word of rule.exact) {
      const key = `${rule.priority} ${bareOf(word)}`
      const first = seen.get(key)
      if (first === undefined) seen.set(key, rule)
      else if (first !== rule)
        problems.push(
          problem(
            { file: rule.file, line: rule.line, field: 'match.exact' },
            `关键词“${word}”已在 ${first.file}:${first.line} 回答，这里永远轮不到`,
            '删去一处，或用 priority、when 分开',
            'warning',
          ),
        )
    }
  }
  return problems
}

/** Two notices of one business name: which one would be sent? */
function doubleNames(content: Content): ContentProblem[] {
  const seen = new Map<string, string>()
  const problems: ContentProblem[] = []
  for (const { name, slug } of content.notices.values()) {
    const first = seen.get(name)
    if (first === undefined) seen.set(name, slug)
    else
      problems.push(
        problem(
          { file: `notices/${slug}.yaml`, field: 'name' },
          `${name} 已在 notices/${first}.yaml 写过`,
          '删去一个，或改业务名',
        ),
      )
  }
  return problems
}

/** A segment that leads back to itself has no answer. */
function circles(files: readonly ParsedFile[]): ContentProblem[] {
  const found = files.filter((file) => file.folder === 'segments')
  const named = new Map(found.map((file) => [file.slug, file.references.map(({ target }) => target)]))
  return found.flatMap(({ path, slug, references }) => {
    const circle = cycleFrom(slug, (id) => named.get(id) ?? [])
    const place = references.find(({ target }) => target === circle?.[1])
    if (circle === undefined || place === undefined) return []
    const { line, field } = place
    return [problem({ file: path, line, field }, `人群互相引用：${circle.join(' → ')}`, '去掉其中一处引用')]
  })
}

function kib(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`
}

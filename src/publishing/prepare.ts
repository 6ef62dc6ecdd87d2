import { createHash } from 'node:crypto'
import { limits } from '../../rules/official-account/limits.js'
import type { Rule } from '../../rules/rule.js'
import { type Problem, ProblemsError } from '../core/errors.js'
import type { Articles, SourceArticle, SourcePicture } from './ports.js'

/** An article checked against the platform's limits, with the pictures it needs. */
export interface Prepared {
  article: SourceArticle
  /** The body; links to published articles lead to the platform. */
  html: string
  cover: SourcePicture
  /** The body's pictures by their address in `html`. */
  pictures: Map<string, SourcePicture>
  /** Changes exactly when the draft would. */
  hash: string
  /** What readers will not get as written, in Chinese. */
  notes: string[]
}

/** Where links to our own articles lead once they are published. */
export type PublishedUrl = (slug: string) => string | undefined

/**
 * Checks an article and finds its pictures, before any call. Throws ProblemsError `article.refused` with field, limit
 * and source of everything the platform would refuse or leave out.
 */
export function prepareArticle(
  article: SourceArticle,
  articles: Pick<Articles, 'picture'>,
  publicUrl: string,
  urlOf: PublishedUrl = () => undefined,
): Prepared {
  const file = `content/articles/${article.slug}.md`
  const problems: Problem[] = []
  const tell = (field: string, message: string, fix: string) => problems.push({ file, field, message, fix })
  const within = (field: string, amount: number, rule: Rule<number>, fix: string) => {
    if (amount > rule.value)
      tell(
        field,
        `${amount} ${rule.unit}, the limit is ${rule.value} (${rule.source}) / 当前 ${amount}，上限 ${rule.value}`,
        fix,
      )
  }
  const notes: string[] = []
  const html = rewriteLinks(article.html, publicUrl, (slug) => {
    const url = urlOf(slug)
    if (url === undefined) notes.push(`正文里到文章 ${slug} 的链接点不开：那篇还没有发布`)
    return url
  })
  within('title', characters(article.title), limits.articleTitle, '标题改短')
  within('author', characters(article.author ?? ''), limits.articleAuthor, '作者改短')
  within('digest', characters(article.digest), limits.articleDigest, '摘要改短')
  within('source', Buffer.byteLength(article.source ?? ''), limits.articleSourceUrlBytes, '换一个短一些的网址')
  checkBody(html, within)
  const cover = articles.picture(article.cover)
  if (cover === undefined) tell('cover', `content/media/${article.cover} is missing`, '把封面放进 content/media')
  else checkPicture('cover', cover, limits.imageBytes)
  const pictures = new Map<string, SourcePicture>()
  for (const url of pictureUrls(html)) {
    if (isPlatformPicture(url)) continue
    const name = mediaName(url, publicUrl)
    const picture = name === undefined ? undefined : articles.picture(name)
    if (picture === undefined)
      tell(
        'body',
        `the picture ${url.slice(0, 120)} is not in content/media: the platform leaves it out`,
        '把图片放进 content/media',
      )
    else {
      checkPicture('body', picture, limits.articleImageBytes)
      pictures.set(url, picture)
    }
  }
  function checkPicture(field: string, picture: SourcePicture, most: Rule<number>): void {
    if (!['image/jpeg', 'image/png'].includes(picture.type))
      tell(
        field,
        `content/media/${picture.name} is ${picture.type}, not JPG or PNG (${most.source})`,
        '另存为 JPG 或 PNG',
      )
    within(`${field} ${picture.name}`, picture.bytes, most, '压缩图片或缩小尺寸')
  }
  if (cover === undefined || problems.length > 0) throw new ProblemsError('article.refused', problems)
  return { article, html, cover, pictures, hash: hashOf(article, html, cover, pictures), notes }
}

/** Throws ProblemsError when the body as it goes out, with the platform's addresses in it, is too long. */
export function checkFinal(slug: string, html: string): void {
  const problems: Problem[] = []
  checkBody(html, (field, amount, rule, fix) => {
    if (amount > rule.value)
      problems.push({
        file: `content/articles/${slug}.md`,
        field,
        message: `${amount}, the limit is ${rule.value} (${rule.source})`,
        fix,
      })
  })
  if (problems.length > 0) throw new ProblemsError('article.refused', problems)
}

function checkBody(
  html: string,
  within: (field: string, amount: number, rule: Rule<number>, fix: string) => void,
): void {
  within('body', characters(html), limits.articleContentCharacters, '拆成两篇，用链接相连')
  within('body', Buffer.byteLength(html), limits.articleContentBytes, '拆成两篇')
}

/** The body with every picture at its new address; a card's picture too. */
export function rewritePictures(html: string, urls: ReadonlyMap<string, string>): string {
  return html.replace(PICTURE, (whole, name: string, value: string) => {
    const to = urls.get(unescapeHtml(value))
    return to === undefined ? whole : `${name}="${escapeHtml(to)}"`
  })
}

const PICTURE = /(?<=[\s])(src|data-miniprogram-imageurl)="([^"]*)"/g

function pictureUrls(html: string): string[] {
  return [...new Set([...html.matchAll(PICTURE)].map((found) => unescapeHtml(found[2] ?? '')))]
}

function rewriteLinks(html: string, publicUrl: string, urlOf: PublishedUrl): string {
  return html.replace(/(?<=<a\s[^>]*?)href="([^"]*)"/g, (whole, value: string) => {
    const slug = after(unescapeHtml(value), `${publicUrl}/articles/`)
    const url = slug === undefined ? undefined : urlOf(slug)
    return url === undefined ? whole : `href="${escapeHtml(url)}"`
  })
}

function mediaName(url: string, publicUrl: string): string | undefined {
  const name = after(url, `${publicUrl}/media/`)
  if (name === undefined) return undefined
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}

const after = (text: string, start: string) => (text.startsWith(start) ? text.slice(start.length) : undefined)

const isPlatformPicture = (url: string) => /^https?:\/\/mmbiz\.(qpic|qlogo)\.cn\//.test(url)

/** Of what readers see, not of where the pictures lie: uploading again changes nothing. */
function hashOf(
  article: SourceArticle,
  html: string,
  cover: SourcePicture,
  pictures: ReadonlyMap<string, SourcePicture>,
): string {
  const body = rewritePictures(html, new Map([...pictures].map(([url, picture]) => [url, `sha256:${picture.hash}`])))
  const { title, author = '', digest, source = '' } = article
  return createHash('sha256')
    .update(JSON.stringify([title, author, digest, source, cover.hash, body]))
    .digest('hex')
}

const characters = (text: string) => [...text].length

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#38': '&', '#34': '"' }

function unescapeHtml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|#38|#34);/g, (_, name: string) => ENTITIES[name] ?? '')
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign)
}

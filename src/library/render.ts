import { createRequire } from 'node:module'
import type { Token } from 'markdown-it'
import type { Article } from './article.js'
import { type Card, withQuery } from './card.js'
import { readMark, renderBody } from './markdown.js'
import { styles } from './style.js'

/** What an article's body is rendered for: a WeChat draft, or our own page. */
export type Target = 'wechat' | 'page'

/** What the body may name. */
export interface Names {
  /** The product's address from outside, without a slash at its end. */
  publicUrl: string
  cards: ReadonlyMap<string, Card>
}

/** The address of an article's page. */
export const articleUrl = (publicUrl: string, slug: string): string => `${publicUrl}/articles/${slug}`
/** The address of a file of `content/media`. */
export const mediaUrl = (publicUrl: string, name: string): string => `${publicUrl}/media/${encodeURIComponent(name)}`

/**
 * An article's body as HTML with inlined styles only: no script, class, id, event attribute or foreign scheme survives.
 * Cards become `<mp-miniprogram>` for WeChat (the mini program must be linked with the account) and a drawn card on our page.
 */
export function renderArticle(article: Article, target: Target, names: Names): string {
  return clean(draw(article, target, names))
}

/**
 * About how long an article is for WeChat, in bytes: the net leaves out what it does not know, and adds two bytes to a
 * picture or a break. For a quick look; what is near a limit is to be rendered.
 */
export const roughBytes = (article: Article, names: Names): number => Buffer.byteLength(draw(article, 'wechat', names))

function draw(article: Article, target: Target, names: Names): string {
  const cardOf = (text: string) => {
    const mark = readMark(text)
    const card = mark && names.cards.get(mark.slug)
    return card && { ...card, path: withQuery(card.path, mark.params) }
  }
  const inner = renderBody(article.body, {
    card_mark: (tokens, index) => {
      const card = cardOf(tokens[index]?.info ?? '')
      if (card === undefined) return ''
      return target === 'wechat' ? wechatCard(card, names.publicUrl) : drawnCard(card, names.publicUrl)
    },
    link_open: (tokens, index, options, _env, self) => {
      const token = tokens[index]
      const href = String(token?.attrGet('href'))
      const rest = href.slice(href.indexOf(':') + 1)
      const card = href.startsWith('card:') ? cardOf(rest) : undefined
      if (card) return `<a${cardAttributes(card)} style="${styles['a']}">`
      if (href.startsWith('article:'))
        return `<a href="${escapeHtml(articleUrl(names.publicUrl, readMark(rest)?.slug ?? ''))}" style="${styles['a']}">`
      return self.renderToken(tokens, index, options)
    },
    image: (tokens, index) => drawImage(tokens[index], names.publicUrl),
    fence: (tokens, index) => drawCode(tokens[index]),
    code_block: (tokens, index) => drawCode(tokens[index]),
    code_inline: (tokens, index) =>
      `<code style="${styles['code']}">${escapeHtml(tokens[index]?.content ?? '')}</code>`,
    table_open: (tokens, index, options, _env, self) =>
      `<section style="${styles['tableBox']}">${self.renderToken(tokens, index, options)}`,
    table_close: () => '</table></section>\n',
  })
  return `<section style="${styles['body']}">${inner}</section>`
}

/** Text as HTML text or attribute value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function drawImage(token: Token | undefined, publicUrl: string): string {
  const source = String(token?.attrGet('src'))
  const url = /^https?:\/\//i.test(source) ? source : mediaUrl(publicUrl, source)
  const alt = token?.content ?? ''
  const picture = `<img src="${escapeHtml(url)}" alt="${escapeHtml(alt)}" style="${styles['img']}">`
  if (token?.meta?.figure !== true) return picture
  const caption = String(token.attrGet('title') ?? alt)
  const under = caption === '' ? '' : `<p style="${styles['caption']}">${escapeHtml(caption)}</p>`
  return `<section style="${styles['figure']}">${picture}${under}</section>\n`
}

function drawCode(token: Token | undefined): string {
  return `<pre style="${styles['pre']}"><code style="${styles['preCode']}">${escapeHtml(token?.content ?? '')}</code></pre>\n`
}

function cardAttributes(card: Card): string {
  const href = card.url === undefined ? '' : ` href="${escapeHtml(card.url)}"`
  return `${href} data-miniprogram-appid="${escapeHtml(card.appid)}" data-miniprogram-path="${escapeHtml(card.path)}"`
}

function wechatCard(card: Card, publicUrl: string): string {
  const image = mediaUrl(publicUrl, card.thumb)
  return `<mp-miniprogram data-miniprogram-appid="${escapeHtml(card.appid)}" data-miniprogram-path="${escapeHtml(card.path)}" data-miniprogram-title="${escapeHtml(card.title)}" data-miniprogram-imageurl="${escapeHtml(image)}"></mp-miniprogram>\n`
}

function drawnCard(card: Card, publicUrl: string): string {
  return `<a${cardAttributes(card)} style="${styles['card']}">
<section style="${styles['cardApp']}"><span style="${styles['cardDot']}"></span>${escapeHtml(card.app)}</section>
<section style="${styles['cardTitle']}">${escapeHtml(card.title)}</section>
<img src="${escapeHtml(mediaUrl(publicUrl, card.thumb))}" alt="${escapeHtml(card.title)}" style="${styles['cardImage']}">
<section style="${styles['cardFoot']}">小程序</section></a>\n`
}

const PROGRAM = ['data-miniprogram-appid', 'data-miniprogram-path']

/** Loaded with the first article that somebody wants: it brings a parser of styles that it is told not to use. */
let sanitizeHtml: typeof import('sanitize-html') | undefined

/** The second net: whatever the renderer makes, only these tags, attributes and schemes leave. */
function clean(html: string): string {
  sanitizeHtml ??= createRequire(import.meta.url)('sanitize-html') as typeof import('sanitize-html')
  return sanitizeHtml(html, {
    allowedTags: [
      ...['section', 'p', 'span', 'strong', 'em', 's', 'a', 'img', 'br', 'hr', 'pre', 'code', 'blockquote'],
      ...['h2', 'h3', 'h4', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'mp-miniprogram'],
    ],
    allowedAttributes: {
      '*': ['style'],
      a: ['href', ...PROGRAM],
      img: ['src', 'alt'],
      ol: ['start'],
      'mp-miniprogram': [...PROGRAM, 'data-miniprogram-title', 'data-miniprogram-imageurl'],
    },
    allowedSchemes: ['http', 'https', 'tel', 'mailto'],
    allowedSchemesByTag: { img: ['http', 'https'] },
    allowProtocolRelative: false,
    parseStyleAttributes: false,
  })
}

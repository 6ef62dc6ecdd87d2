import MarkdownIt, { type Renderer, type StateBlock, type StateCore, type Token } from 'markdown-it'
import { type ContentProblem, problem } from './problem.js'
import type { Reference } from './reference.js'
import { MEDIA_NAME, SLUG } from './source.js'
import { styles } from './style.js'

/** Where a card in the body leads besides its own page: `::card{new-arrivals?from=welcome}`. */
export interface CardMark {
  slug: string
  params: Record<string, string>
}

/** An article's body, read: what it names, what is wrong with it, and the tokens to render. */
export interface Body {
  tokens: Token[]
  references: Reference[]
  problems: ContentProblem[]
}

/** Raw HTML is text here: authors write Markdown only, so nothing they write becomes markup of its own. */
const markdown = new MarkdownIt({ html: false, breaks: true, linkify: true, typographer: false, maxNesting: 30 })
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
markdown.block.ruler.before('paragraph', 'card', cardRule, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })
markdown.core.ruler.push('look', lookRule)

/** Reads an article's body. `bodyLine` is the file's line on which it starts. */
export function readBody(text: string, file: string, bodyLine: number): Body {
  const tokens = markdown.parse(text, {})
  const references: Reference[] = []
  const problems: ContentProblem[] = []
  for (const token of tokens) {
    let line = (token.map?.[0] ?? 0) + bodyLine
    const at = (field: string) => ({ file, line, field })
    if (token.type === 'card_mark') {
      const mark = readMark(token.info)
      if (mark === undefined)
        problems.push(
          problem(at('::card'), '小程序卡片写法有误', '单独一行写 ::card{卡片名}，例如 ::card{new-arrivals}'),
        )
      else references.push({ kind: 'card', target: mark.slug, use: 'link', line, field: '::card' })
    }
    for (const child of token.children ?? []) {
      if (child.type === 'softbreak' || child.type === 'hardbreak') line++
      if (child.type === 'image') readImage(child, at('图片'), references, problems)
      if (child.type === 'link_open') readLink(child, at('链接'), references, problems)
      if (child.type === 'text') problems.push(...textProblems(child.content, at('正文')))
    }
  }
  return { tokens, references, problems }
}

/** Renders tokens with the default renderer and the given rules. */
export function renderBody(tokens: Token[], rules: Renderer['rules']): string {
  const renderer = new MarkdownIt().renderer
  Object.assign(renderer.rules, rules)
  return renderer.render(tokens, markdown.options, {})
}

/** The parts of `card:new-arrivals?from=welcome` and `::card{...}`; undefined when it is no slug with a query. */
export function readMark(value: string): CardMark | undefined {
  const [slug = '', query = ''] = value.trim().split('?', 2)
  return SLUG.test(slug) ? { slug, params: Object.fromEntries(new URLSearchParams(query)) } : undefined
}

type At = { file: string; line: number; field: string }

function readImage(token: Token, at: At, references: Reference[], problems: ContentProblem[]): void {
  const source = String(token.attrGet('src'))
  if (/^https?:\/\//i.test(source))
    problems.push(problem(at, '外部图片在公众号文章里不显示', '把图片放进 media 文件夹，只写文件名', 'warning'))
  else if (MEDIA_NAME.test(source))
    references.push({ kind: 'media', target: source, use: 'body', line: at.line, field: at.field })
  else
    problems.push(
      problem(at, `“${source.slice(0, 60)}”不是图片文件名`, '写 ![说明](文件名.jpg)，文件放在 media 文件夹'),
    )
}

function readLink(token: Token, at: At, references: Reference[], problems: ContentProblem[]): void {
  const href = String(token.attrGet('href'))
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/is.exec(href) ?? []
  if (scheme === 'article' || scheme === 'card') {
    const mark = readMark(rest)
    if (mark) references.push({ kind: scheme, target: mark.slug, use: 'link', line: at.line, field: at.field })
    else problems.push(problem(at, `“${href.slice(0, 60)}”里没有合法的名字`, `写成 [文字](${scheme}:名字)`))
  } else if (!['http', 'https', 'tel', 'mailto'].includes(scheme.toLowerCase()))
    problems.push(
      problem(at, `“${href.slice(0, 60)}”不是可用的链接`, '写完整网址 https://…，或 article:名字、card:名字'),
    )
}

function textProblems(text: string, at: At): ContentProblem[] {
  if (/\]\(\s*(?:javascript|vbscript|data|file):/i.test(text))
    return [problem(at, '不允许的链接，会按文字显示', '只用 https://、tel:、article:、card:')]
  if (/^::[a-z]/.test(text)) return [problem(at, '不认识的写法，会按文字显示', '小程序卡片单独一行写 ::card{卡片名}')]
  if (/<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?>/i.test(text))
    return [problem(at, 'HTML 标签会按文字显示', '改用 Markdown 写法', 'warning')]
  return []
}

/** `::card{slug}` on a line of its own. */
function cardRule(state: StateBlock, startLine: number, _endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0)
  const found = /^::card(?:\{(.*)\})?(.*)$/.exec(state.src.slice(start, state.eMarks[startLine]))
  if (!found) return false
  if (silent) return true
  const token = state.push('card_mark', '', 0)
  token.map = [startLine, startLine + 1]
  token.info = found[2]?.trim() === '' ? (found[1] ?? '') : ''
  state.line = startLine + 1
  return true
}

/** Puts the styles on every tag, makes `#` a second-level heading, and a picture alone in its paragraph a figure. */
function lookRule(state: StateCore): void {
  for (const [index, token] of state.tokens.entries()) {
    if (token.type.startsWith('heading')) token.tag = token.tag === 'h1' ? 'h2' : token.tag > 'h4' ? 'h4' : token.tag
    dress(token)
    if (token.type !== 'inline' || token.children === null) continue
    const pictures = token.children.filter((child) => child.type === 'image')
    const open = state.tokens[index - 1]
    const close = state.tokens[index + 1]
    const alone = token.children.every((child) => child.type === 'image' || child.type === 'softbreak')
    if (alone && pictures.length > 0 && open?.type === 'paragraph_open' && close) {
      open.hidden = true
      close.hidden = true
      token.children = pictures
      for (const picture of pictures) picture.meta = { figure: true }
    }
    for (const child of token.children) dress(child)
  }
}

function dress(token: Token): void {
  const style = token.nesting === 1 || token.type === 'hr' ? styles[token.tag] : undefined
  if (style === undefined) return
  const own = token.attrGet('style')
  token.attrSet('style', own === null ? style : `${style};${own}`)
}

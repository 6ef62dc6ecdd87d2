import type { ResolvedMenu } from '../core/menu.js'
import { type ButtonTarget, type Menu, parseMenu } from './menu.js'
import type { Content } from './parse.js'
import { type ContentProblem, problem } from './problem.js'
import { resolveMenu } from './resolve.js'

/** A menu as `content/menus` writes it: `{ tag?, buttons: [{ name, keyword }, { name, buttons: [...] }] }`. */
export interface MenuSource {
  slug: string
  definition: Record<string, unknown>
}

/** What a menu that was not read from a file came to. */
export interface CheckedMenu {
  /** Absent when it holds errors. */
  menu?: ResolvedMenu
  problems: ContentProblem[]
}

/** Checks a menu by the same schema as files, and that the articles and cards are there which it names. */
export function checkMenu(slug: string, definition: unknown, content: Content, publicUrl: string): CheckedMenu {
  const file = `menus/${slug}.yaml`
  const { value, problems, references } = parseMenu({ path: file, text: JSON.stringify(definition ?? null) }, slug)
  const lost = references.flatMap(({ kind, target, field }) => {
    if (kind === 'article' ? content.articles.has(target) : content.cards.has(target)) return []
    const what = kind === 'article' ? '文章' : '卡片'
    return [problem({ file, field }, `没有${what} ${target}`, `换成已有的${what}`)]
  })
  const all = [...problems, ...lost].map(({ line: _, ...rest }) => rest)
  if (value === undefined || all.some(({ severity }) => severity === 'error')) return { problems: all }
  const menu = resolveMenu(slug, { ...content, menus: new Map([[slug, value]]) }, publicUrl)
  return { ...(menu && { menu }), problems: all }
}

/** A menu as its file writes it. */
export function menuSource({ slug, tag, buttons }: Menu): MenuSource {
  return {
    slug,
    definition: {
      ...(tag !== undefined && { tag }),
      buttons: buttons.map((each) =>
        'target' in each
          ? { name: each.name, ...written(each.target) }
          : { name: each.name, buttons: each.buttons.map(({ name, target }) => ({ name, ...written(target) })) },
      ),
    },
  }
}

function written(target: ButtonTarget): Record<string, unknown> {
  switch (target.kind) {
    case 'keyword':
      return { keyword: target.keyword }
    case 'article':
      return { article: target.slug }
    case 'card':
      return { card: target.slug }
    case 'view':
      return { view: target.url }
    case 'mini-program':
      return { 'mini-program': { appid: target.appid, path: target.path, url: target.url } }
    case 'tool':
      return { tool: { kind: target.tool, key: target.key } }
    case 'material':
      return { material: target.mediaId }
    case 'published':
      return { published: target.articleId }
  }
}

import { limits } from '../../rules/official-account/limits.js'
import type { Article } from './article.js'
import type { Card } from './card.js'
import { characters } from './fields.js'
import { type Content, createParser } from './parse.js'
import type { ContentProblem } from './problem.js'
import type { Reference } from './reference.js'
import { renderArticle } from './render.js'
import type { ReplyRule } from './reply.js'
import { placeOf, type Source, type TextFile } from './source.js'

/** What a text would come to if it stood in the content folder, in place of what is there under its path. */
export interface Trial {
  /** What `weloop content check` would say of it; errors keep it from going live. */
  problems: ContentProblem[]
  references: Reference[]
  /** All content with it. */
  content: Content
  article?: Article
  card?: Card
  /** Its own rules. */
  rules?: readonly ReplyRule[]
}

/**
 * Makes the way to try texts out without serving them: the very parser and the very checks of the library. `served`
 * gives what is served now. Cheap: only what changed since the last trial is parsed.
 */
export function createTrial(publicUrl: string, served: () => Source): (file: TextFile) => Trial {
  const parse = createParser(publicUrl)
  return (file) => {
    const { files, media } = served()
    const {
      content,
      files: parsed,
      problems,
    } = parse({
      files: [...files.filter(({ path }) => path !== file.path), file],
      media,
    })
    const own = parsed.find(({ path }) => path === file.path)
    const place = placeOf(file.path)
    const article = place?.folder === 'articles' ? content.articles.get(place.slug) : undefined
    const card = place?.folder === 'cards' ? content.cards.get(place.slug) : undefined
    return {
      problems: problems.filter((each) => each.file === file.path),
      references: own?.references ?? [],
      content,
      ...(article && { article }),
      ...(card && { card }),
      ...(place?.folder === 'replies' && { rules: content.rules.filter((rule) => rule.file === file.path) }),
    }
  }
}

/** An article as an editor shows it. */
export interface ArticlePreview {
  /** The body, sanitised, with inlined styles; pictures and articles at addresses of our own site (`/media/...`). */
  html: string
  /** Signs of the body as it goes to WeChat, styles included, and how many the platform takes. */
  characters: number
  most: number
}

/** The preview of an article that was tried out. */
export function previewArticle(article: Article, content: Content, publicUrl: string): ArticlePreview {
  const { cards } = content
  return {
    html: renderArticle(article, 'page', { publicUrl: '', cards }),
    characters: characters(renderArticle(article, 'wechat', { publicUrl, cards })),
    most: limits.articleContentCharacters.value,
  }
}

import { AppError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import type { Card } from '../library/card.js'
import type { Library } from '../library/library.js'
import { hitBy } from '../library/match.js'
import { resolveMessage } from '../library/resolve.js'
import { placeOf, SLUG } from '../library/source.js'
import type { ArticlePreview, Trial } from '../library/trial.js'
import { type ItemContent, KIND_ROWS, type Kind, pathOf } from './kinds.js'
import { type ItemProblem, itemProblems } from './views.js'

/** What an item would look like. */
export interface Preview {
  problems: ItemProblem[]
  article?: ArticlePreview
  card?: Card
  /** What the rule answers, and what becomes of it. */
  reply?: Answered
}

/** A message as written, and as it would leave; `missing` when it names something that is not there. */
export interface Answered {
  message: Message
  resolved?: object
  missing?: { kind: string; name: string }
}

/** Which rule answers a text. */
export interface TriedReply extends Partial<Answered> {
  rule?: { slug: string; owner: 'file' | 'console'; file: string; line: number; by: 'exact' | 'contains' | 'regex' }
}

type LibraryPort = Pick<Library, 'texts' | 'trial' | 'ruleFor' | 'preview'>

/** Tries content out as the library would read it; nothing is written or served. */
export function createTries(library: LibraryPort) {
  function tryOut(kind: Kind, slug: string, content: ItemContent): Trial & { path: string; shown: ItemProblem[] } {
    const written = KIND_ROWS[kind].write(content)
    const path = pathFor(kind, slug)
    const trial = library.trial({ path, text: written.text, owner: 'console' })
    return { ...trial, path, shown: itemProblems(trial.problems, written) }
  }

  /** A new item may have no name yet, and a rule must not stand in for a whole file of them. */
  function pathFor(kind: Kind, slug: string): string {
    const path = pathOf(kind, slug)
    const taken = kind === 'replies' && library.texts().some((text) => text.path === path && text.owner !== 'console')
    return SLUG.test(slug) && !taken ? path : pathOf(kind, UNNAMED)
  }

  /** Pictures and articles lie on our own site, at addresses without a host. */
  function answered(message: Message, content: Trial['content']): Answered {
    try {
      const resolved = resolveMessage(message, content, '')
      return 'missing' in resolved ? { message, missing: resolved.missing } : { message, resolved }
    } catch (error) {
      if (error instanceof AppError) return { message }
      throw error
    }
  }

  return {
    tryOut,
    preview(kind: Kind, slug: string, content: ItemContent): Preview {
      const { shown, article, card, rules, content: all } = tryOut(kind, slug, content)
      const [rule] = rules ?? []
      return {
        problems: shown,
        ...(article && { article: library.preview(article, all) }),
        ...(card && { card }),
        ...(rule && { reply: answered(rule.answer, all) }),
      }
    },
    /** With `draft` as if it were live. */
    reply(text: string, at: Date | undefined, draft?: { slug: string; content: ItemContent }): TriedReply {
      const tried = draft && tryOut('replies', draft.slug, draft.content)
      const { content } = tried ?? library.trial(EMPTY)
      const rule = library.ruleFor(text, at, content)
      if (!rule) return {}
      const { file, line } = rule
      const slug = (file === tried?.path ? draft?.slug : placeOf(file)?.slug) ?? ''
      const ours = file === tried?.path || isConsoles(file)
      const number = content.rules.filter((each) => each.file === file).indexOf(rule) + 1
      const owner = ours ? 'console' : 'file'
      const found = { slug: ours ? slug : `${slug}.${number}`, owner, file, line, by: hitBy(rule, text) } as const
      return { rule: found, ...answered(rule.answer, content) }
    },
  }

  function isConsoles(path: string): boolean {
    return library.texts().some((text) => text.path === path && text.owner === 'console')
  }
}
export type Tries = ReturnType<typeof createTries>

const UNNAMED = 'without-a-name-yet'
/** A file without an item, so that a trial without a draft is what is served. */
const EMPTY = { path: 'media/-', text: '' } as const

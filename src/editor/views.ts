import type { Library } from '../library/library.js'
import type { ContentProblem } from '../library/problem.js'
import { placeOf } from '../library/source.js'
import { type ItemContent, KIND_ROWS, type Kind, type Written } from './kinds.js'
import type { ItemRow } from './model.js'

/** An item as lists show it. */
export interface ItemSummary {
  kind: Kind
  /** Of a rule in a file the file's name and its number: `service.3`. */
  slug: string
  title: string
  owner: 'file' | 'console'
  /** The file it stands in, from the project: `content/cards/gift.yaml`. */
  file?: string
  state: 'draft' | 'live'
  /** The newest version; only of what was written at the console. */
  rev?: number
  /** The version that is served. */
  liveRev?: number
  /** What is wrong with the newest version, in number. */
  problems: number
  updatedAt?: Date
  updatedBy?: string
}

/** Something wrong in a field; an error keeps the item from going live. */
export interface ItemProblem {
  field: string
  message: string
  fix: string
  severity: 'error' | 'warning'
  /** The line of the Markdown body, where that is the place. */
  line?: number
}

/** A place that names an item; while there are such that are served, it stays. */
export interface UsedBy {
  /** `articles`, `replies`, `menus`, `campaigns` ... */
  what: string
  name: string
  owner: 'file' | 'console' | 'store'
  /** It is a draft and would only have a problem. */
  draft?: true
}

/** An item with everything that its editor shows. */
export interface ItemView extends ItemSummary {
  content: ItemContent
  problemList: ItemProblem[]
  usedBy: UsedBy[]
}

/** An item of the store, for a list. */
export function summaryOf(row: ItemRow): ItemSummary {
  const { slug, title, rev, liveRev, problems, updatedAt, updatedBy } = row
  const state = liveRev === undefined ? 'draft' : 'live'
  const served = liveRev === undefined ? {} : { liveRev }
  return {
    kind: row.kind as Kind,
    slug,
    title,
    owner: 'console',
    state,
    rev,
    ...served,
    problems,
    updatedAt,
    updatedBy,
  }
}

/** The items of the content folder's files, with their contents. */
export function fileItems(library: Pick<Library, 'texts' | 'problems'>, kind: Kind) {
  const wrong = library.problems().filter(({ severity }) => severity === 'error')
  return library.texts().flatMap(({ path, text, owner }) => {
    const place = placeOf(path)
    if (owner === 'console' || place?.folder !== kind) return []
    const found = wrong.filter(({ file }) => !file.startsWith('console/') && file.endsWith(`/${path}`))
    const row = KIND_ROWS[kind]
    return row.read(place.slug, text).map(({ slug, content }) => {
      const summary: ItemSummary = {
        ...{ kind, slug, title: row.title(content), owner: 'file', state: 'live' },
        ...{ file: `content/${path}`, problems: found.length },
      }
      return { summary, content, problems: found }
    })
  })
}

/** Problems as the form shows them: fields without the place in a list, lines of the Markdown body. */
export function itemProblems(problems: readonly ContentProblem[], written: Pick<Written, 'bodyLine'>): ItemProblem[] {
  const { bodyLine } = written
  return problems.map(({ field, line, message, fix, severity }) => ({
    field: field.replace(/^\[0\]\.?/, '') || field,
    message,
    fix: fix ?? '',
    severity,
    ...(bodyLine !== undefined && line !== undefined && line >= bodyLine && { line: line - bodyLine + 1 }),
  }))
}

import { stringify } from 'yaml'
import { splitFrontMatter } from '../library/front-matter.js'
import type { Folder } from '../library/source.js'
import { FOLDERS } from '../library/source.js'
import { readYaml } from '../library/yaml.js'

/** What can be written at the console. The names are those of the folders of `content/`. */
export const KINDS = ['articles', 'cards', 'replies'] as const satisfies readonly Folder[]
export type Kind = (typeof KINDS)[number]

/** The fields of an item, as its form has them; whether they are right is for the library to say. */
export type ItemContent = Readonly<Record<string, unknown>>

/** An item as the text that a file of it would hold. */
export interface Written {
  text: string
  /** The line that the Markdown body begins on, of kinds that have one. */
  bodyLine?: number
}

/** An item of a file. */
export interface FileItem {
  /** The file's name, with the number of the rule behind a dot where a file holds several: `service.3`. */
  slug: string
  content: ItemContent
}

interface KindRow {
  write(content: ItemContent): Written
  /** The items of a file; those that cannot be read are missing. */
  read(slug: string, text: string): FileItem[]
  /** What it is called in lists. */
  title(content: ItemContent): string
}

/**
 * Kinds as data: how fields become the text of a file and come out of one. Another kind of `content/` needs a row here,
 * and an editor of its own in the console.
 */
export const KIND_ROWS: Readonly<Record<Kind, KindRow>> = {
  articles: {
    write({ body, ...front }) {
      const head = `---\n${yamlOf(present(front))}---\n`
      return { text: `${head}\n${textOf(body)}`, bodyLine: head.split('\n').length + 1 }
    },
    read(slug, text) {
      const split = splitFrontMatter(text)
      const front = split && readYaml(split.head, '').value
      return split && isFields(front) ? [{ slug, content: { ...front, body: split.body.replace(/^\n+/, '') } }] : []
    },
    title: ({ title }) => textOf(title),
  },
  cards: {
    write: (content) => ({ text: yamlOf(present(content)) }),
    read: (slug, text) => [readYaml(text, '').value].filter(isFields).map((content) => ({ slug, content })),
    title: ({ title }) => textOf(title),
  },
  replies: {
    write: (content) => ({ text: yamlOf([present(content)]) }),
    read(slug, text) {
      const rules = readYaml(text, '').value
      if (!Array.isArray(rules)) return []
      return rules.map((rule, index) => ({ slug: `${slug}.${index + 1}`, content: isFields(rule) ? rule : {} }))
    },
    title: ({ match }) => (isFields(match) ? Object.values(match).flat().map(textOf).join('、') : ''),
  },
}

/** The path that a file of the item would have in the content folder. */
export const pathOf = (kind: Kind, slug: string): string => `${kind}/${slug}${FOLDERS[kind]}`

/** Strings in double quotes: whatever stands in a field, no line of it ends the front matter. */
const yamlOf = (value: unknown): string =>
  stringify(value, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  })

/** A field that was left empty is one that is not there. */
function present(content: ItemContent): ItemContent {
  const empty = (value: unknown) =>
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(content).filter(([, value]) => !empty(value)))
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import type { AnyWord, Words } from '../../words/words.js'

/** What can be written here. */
export const KINDS = ['articles', 'cards', 'replies'] as const
export type Kind = (typeof KINDS)[number]
export const isKind = (word: string | undefined): word is Kind => KINDS.some((kind) => kind === word)

export type Item = Answer<'getContent'>
export type Summary = Answer<'listContent'>['items'][number]
export type Problem = Item['problemList'][number]
export type Preview = Answer<'previewContent'>
/** The fields of an item. */
export type Content = Readonly<Record<string, unknown>>

/** What a form of a kind gets. */
export interface FormProps {
  slug: string
  content: Content
  /** Changes some fields; one given as undefined goes. */
  change(fields: Content): void
  readOnly: boolean
  problems: readonly Problem[]
  preview: Preview | undefined
}

/** A field's text; empty when it is something else. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

/** One or several texts as a list. */
export const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(textOf)

/** A field that has fields itself. */
export const fieldsOf = (value: unknown): Content =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : {}

/** The item that the server has now, of a refusal of the second of two editors. */
export function currentOf(problem: ApiProblem): Item | undefined {
  if (problem.code !== 'content.stale') return undefined
  const { content } = fieldsOf(problem.current)
  return content === undefined ? undefined : (problem.current as Item)
}

/** What fields are called, where that is not their own name. */
const LABELS: Readonly<Record<string, AnyWord>> = {
  digest: 'article.digest',
  cover: 'article.cover',
  author: 'article.author',
  date: 'article.date',
  tags: 'article.tags',
  source: 'article.source',
  path: 'card.path',
  params: 'card.params',
  thumb: 'card.thumb',
  app: 'card.app',
  url: 'card.url',
  title: 'content.title',
  exact: 'reply.exact',
  contains: 'reply.contains',
  regex: 'reply.regex',
  priority: 'reply.priority',
  hours: 'reply.hours',
  days: 'reply.days',
  from: 'reply.from',
  until: 'reply.until',
  answer: 'reply.answer',
  text: 'reply.text',
  article: 'reply.article',
  card: 'reply.card',
  image: 'reply.image',
  invite: 'reply.invite',
  'hand-over': 'reply.hand-over',
}

/** Fields as a text that people can compare: one line a value, the body last and as it is. */
export function asText({ body, ...others }: Content, t: Words['t']): string {
  const named = (name: string) => {
    const word = LABELS[name]
    return word === undefined ? name : t(word)
  }
  const lines = Object.entries(others)
    .filter(([name]) => name !== 'match' && name !== 'when')
    .concat(Object.entries(fieldsOf(others['match'])), Object.entries(fieldsOf(others['when'])))
    .flatMap(([name, value]) => linesOf(named(name), value, name === 'answer' ? named : (inner) => inner))
  return [...lines, ...(body === undefined ? [] : ['', textOf(body)])].join('\n')
}

function linesOf(name: string, value: unknown, named: (name: string) => string): string[] {
  if (value === undefined || value === '' || value === null) return []
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return [`${name}: ${value.join('、')}`]
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([inner, one]) => linesOf(`${name} · ${named(inner)}`, one, named))
  }
  return String(value)
    .split('\n')
    .map((line, index) => (index === 0 ? `${name}: ${line}` : `  ${line}`))
}

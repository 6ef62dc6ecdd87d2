import { z } from 'zod'
import { limits } from '../../rules/official-account/limits.js'
import { address, appid, fields, issueProblems, mediaName, pagePath, words } from './fields.js'
import { reason } from './problem.js'
import type { Parsed } from './reference.js'
import type { TextFile } from './source.js'
import { readYaml } from './yaml.js'

/** Extra query parameters of a mini-program page; numbers may be written without quotes. */
export const params = z.record(
  z.string().regex(/^[A-Za-z_][\w.-]{0,63}$/, reason('不是合法的参数名', '参数名用字母、数字和下划线')),
  z
    .union([z.string(), z.number(), z.boolean()], { error: reason('应为文字或数字', '写成 from: welcome') })
    .transform(String),
  { error: reason('应为一组“参数: 值”', '写成 params: { from: welcome }') },
)

const schema = fields({
  title: words('title: 秋季新品 全场 8 折起', limits.cardTitle.value),
  appid,
  path: pagePath,
  params: params.default({}),
  thumb: mediaName('thumb: card-new.jpg'),
  app: words('app: 絮屋商城', 30).optional(),
  url: address.optional(),
})

/** A mini-program card of `content/cards`. */
export interface Card {
  slug: string
  title: string
  appid: string
  /** The page with its parameters, encoded. */
  path: string
  /** The picture's name in `content/media`. */
  thumb: string
  /** The mini program's display name. */
  app: string
  /** Where a client without mini programs goes instead. */
  url?: string
}

/** Reads `cards/SLUG.yaml`. */
export function parseCard(file: TextFile, slug: string): Parsed<Card> {
  const yaml = readYaml(file.text, file.path)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems, references: [] }
  const read = schema.safeParse(yaml.value)
  if (!read.success) return { value: undefined, problems: issueProblems(read.error, yaml, file.path), references: [] }
  const { title, appid, path, params, thumb, app, url } = read.data
  return {
    value: {
      slug,
      title,
      appid,
      path: withQuery(path, params),
      thumb,
      app: app ?? '小程序',
      ...(url === undefined ? {} : { url }),
    },
    problems: [],
    references: [{ kind: 'media', target: thumb, use: 'thumb', line: yaml.lineOf(['thumb']), field: 'thumb' }],
  }
}

/**
 * A page path with parameters added to its query, percent-encoded the way a mini program decodes them
 * (a space is `%20`, never `+`). A parameter already in the path is replaced.
 */
export function withQuery(path: string, extra: Readonly<Record<string, string>>): string {
  const [page = '', query = ''] = splitOnce(path, '?')
  const replaced = new Set(Object.keys(extra))
  const kept = query.split('&').filter((pair) => pair !== '' && !replaced.has(decode(splitOnce(pair, '=')[0] ?? '')))
  const added = Object.entries(extra).map(([key, value]) => `${encodeURIComponent(key)}=${encode(value)}`)
  const all = [...kept, ...added].join('&')
  return all === '' ? page : `${page}?${all}`
}

function splitOnce(value: string, mark: string): string[] {
  const at = value.indexOf(mark)
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)]
}

function encode(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\uFFFD'))
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

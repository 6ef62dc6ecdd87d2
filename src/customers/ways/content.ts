import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ZodType } from 'zod'
import { messageOf } from '../../core/errors.js'
import { fieldName, issueProblems } from '../../library/fields.js'
import { type ContentProblem, problem } from '../../library/problem.js'
import { SLUG } from '../../library/source.js'
import { readYaml, type Yaml } from '../../library/yaml.js'
import { type DefaultDefinition, defaultSchema, type WayDefinition, type WelcomePart, waySchema } from './definition.js'

/** A way of `content/contact-ways`. */
export interface WayFile {
  slug: string
  /** As it was written, without comments. */
  input: unknown
  definition: WayDefinition
}

/** What the folder holds, and everything that is wrong with it. */
export interface WayFiles {
  ways: WayFile[]
  /** Files that are there but cannot be read: their ways stay as they were. */
  broken: string[]
  /** By account; `''` is for accounts without one of their own. */
  defaults: Map<string, DefaultDefinition>
  problems: ContentProblem[]
}

/** What welcomes may name. */
export interface WayNames {
  hasArticle(slug: string): boolean
  hasCard(slug: string): boolean
}

const FOLDER = 'contact-ways'
const DEFAULT = 'default'
const MAX_BYTES = 65_536

/**
 * Reads and checks `content/contact-ways`; a missing folder is an empty one. `default.yaml` and `default-<account>.yaml`
 * hold the account's welcome, every other file a way. Never throws. Paths in problems start with `content/`.
 */
export async function readWays(dir: string, names?: WayNames, shown = 'content'): Promise<WayFiles> {
  const found: WayFiles = { ways: [], broken: [], defaults: new Map(), problems: [] }
  const media = names && new Set(await readdir(join(dir, 'media')).catch(() => []))
  for (const name of (await readdir(join(dir, FOLDER)).catch(() => [])).toSorted()) {
    if (/^[._#]|~$|\.(swp|tmp|bak|orig)$/i.test(name)) continue
    const file = `${shown}/${FOLDER}/${name}`
    const slug = name.replace(/\.yaml$/, '')
    if (!name.endsWith('.yaml') || !SLUG.test(slug)) {
      const fix = '文件名只用小写字母、数字和连字符，以 .yaml 结尾，不放子文件夹'
      found.problems.push(problem({ file, field: '文件名' }, '文件名不合法', fix))
      continue
    }
    const text = await textAt(join(dir, FOLDER, name))
    if (typeof text !== 'string') {
      found.problems.push(problem({ file, field: '文件' }, `无法读取（${text.reason}）`, '检查文件和权限'))
      found.broken.push(slug)
      continue
    }
    const isDefault = slug === DEFAULT || slug.startsWith(`${DEFAULT}-`)
    const read = isDefault ? parse(text, file, defaultSchema) : parse(text, file, waySchema)
    found.problems.push(...read.problems)
    if (read.value === undefined) {
      found.broken.push(slug)
      continue
    }
    const { value, yaml } = read
    const parts = value.welcome ?? []
    if (names && media) found.problems.push(...lost(parts, { ...names, hasMedia: (one) => media.has(one) }, file, yaml))
    if (isDefault) found.defaults.set(slug.slice(DEFAULT.length + 1), { welcome: parts, called: value.called })
    else if ('name' in value) found.ways.push({ slug, input: yaml.value, definition: value })
  }
  found.problems.push(...sharedStates(found.ways, shown))
  return found
}

function parse<T>(
  text: string,
  file: string,
  schema: ZodType<T>,
): { value?: T; yaml: Yaml; problems: ContentProblem[] } {
  const yaml = readYaml(text, file)
  if (yaml.problems.length > 0) return { yaml, problems: yaml.problems }
  const read = schema.safeParse(yaml.value)
  if (!read.success) return { yaml, problems: issueProblems(read.error, yaml, file) }
  return { value: read.data, yaml, problems: [] }
}

/** Names in a welcome that lead nowhere. */
function lost(
  parts: readonly WelcomePart[],
  names: WayNames & { hasMedia(name: string): boolean },
  file: string,
  yaml: Yaml,
): ContentProblem[] {
  return parts.flatMap((part, at) => {
    const found: ContentProblem[] = []
    const tell = (field: string, message: string) => {
      const path = ['welcome', at, field]
      found.push(problem({ file, line: yaml.lineOf(path), field: fieldName(path) }, message, '改成已有的名字'))
    }
    if (part.article !== undefined && !names.hasArticle(part.article)) tell('article', `没有文章 ${part.article}`)
    if (part.card !== undefined && !names.hasCard(part.card.slug)) tell('card', `没有卡片 ${part.card.slug}`)
    for (const field of ['image', 'video'] as const) {
      const name = part[field]
      if (name !== undefined && !names.hasMedia(name)) tell(field, `content/media 里没有 ${name}`)
    }
    return found
  })
}

/** Two ways with one channel could not be told apart. */
function sharedStates(ways: readonly WayFile[], shown: string): ContentProblem[] {
  const first = new Map<string, string>()
  return ways.flatMap(({ slug, definition: { account = '', state = slug } }) => {
    const key = `${account}:${state}`
    const other = first.get(key)
    if (other === undefined) first.set(key, slug)
    const place = { file: `${shown}/${FOLDER}/${slug}.yaml`, field: 'state' }
    return other === undefined ? [] : [problem(place, `渠道参数 ${state} 已被 ${other} 使用`, '换一个 state')]
  })
}

async function textAt(path: string): Promise<string | { reason: string }> {
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) return { reason: `超过 ${MAX_BYTES / 1024} KB` }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    return { reason: messageOf(error) }
  }
}

import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf as textOf } from '../core/errors.js'
import { fieldName, issueProblems } from '../library/fields.js'
import type { Library } from '../library/library.js'
import { type ContentProblem, problem } from '../library/problem.js'
import { segmentsIn } from '../library/rule.js'
import { SLUG } from '../library/source.js'
import { readYaml } from '../library/yaml.js'
import { type Definition, definitionSchema, messagesOf } from './definition.js'

/** A campaign of `content/campaigns`: a definition ready to be made a campaign of. */
export interface Template {
  /** The file's name without its ending. */
  slug: string
  definition: Definition
}

/** What one file came to. */
export interface ParsedTemplate {
  value: Definition | undefined
  problems: ContentProblem[]
}

/** What the folder holds, and everything that is wrong with it. */
export interface Templates {
  templates: Template[]
  problems: ContentProblem[]
}

/** What definitions may name. */
export type Names = Pick<Library, 'hasArticle' | 'hasCard'> & { segment(slug: string): unknown }

const FOLDER = 'campaigns'
const MAX_BYTES = 65_536

/** Reads a campaign's YAML (or JSON). Never throws: what is wrong stands with its line, its field and the way to mend it. */
export function parseTemplate(text: string, file: string): ParsedTemplate {
  const yaml = readYaml(text, file)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems }
  const read = definitionSchema.safeParse(yaml.value)
  if (!read.success) return { value: undefined, problems: issueProblems(read.error, yaml, file) }
  const value = read.data
  const at = (path: readonly PropertyKey[]) => ({ file, line: yaml.lineOf(path), field: fieldName(path) })
  return { value, problems: advice(value, at) }
}

/** Names of a definition that lead nowhere. */
export function lostNames(
  definition: Definition,
  { hasArticle, hasCard, segment }: Names,
): { path: PropertyKey[]; message: string }[] {
  const lost: { path: PropertyKey[]; message: string }[] = []
  for (const { path, message } of messagesOf(definition)) {
    if (message.kind === 'article' && !hasArticle(message.slug))
      lost.push({ path, message: `没有文章 ${message.slug}` })
    if (message.kind === 'card' && !hasCard(message.slug)) lost.push({ path, message: `没有卡片 ${message.slug}` })
  }
  const { audience } = definition
  if (typeof audience === 'string') {
    if (segment(audience) === undefined) lost.push({ path: ['audience'], message: `没有名为 ${audience} 的人群` })
    return lost
  }
  for (const { id, path } of segmentsIn(audience as Parameters<typeof segmentsIn>[0]))
    if (segment(id) === undefined) lost.push({ path: ['audience', ...path], message: `没有名为 ${id} 的人群` })
  return lost
}

/** Reads and checks `content/campaigns`; a missing folder is an empty one. Paths in problems start with `content/`. */
export async function readTemplates(dir: string, names: Names, shown = 'content'): Promise<Templates> {
  const found: Templates = { templates: [], problems: [] }
  const entries = await readdir(join(dir, FOLDER), { withFileTypes: true }).catch(() => [])
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
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
      continue
    }
    const { value, problems } = parseTemplate(text, file)
    found.problems.push(...problems)
    if (value === undefined) continue
    const yaml = readYaml(text, file)
    for (const { path, message } of lostNames(value, names))
      found.problems.push(problem({ file, line: yaml.lineOf(path), field: fieldName(path) }, message, '改成已有的名字'))
    found.templates.push({ slug, definition: value })
  }
  return found
}

/** What is allowed but hardly meant. */
function advice(value: Definition, at: (path: readonly PropertyKey[]) => Place): ContentProblem[] {
  const problems: ContentProblem[] = []
  const tell = (path: PropertyKey[], what: string, fix: string) =>
    problems.push(problem(at(path), what, fix, 'warning'))
  const { channels, stages, schedule, stale } = value
  const broad = channels.includes('mass') || channels.includes('group-send') || channels.includes('next-visit')
  if (stages && !channels.includes('mass') && !channels.includes('group-send'))
    tell(['channels'], '沉默的人没有开着的会话窗口，客服消息发不到', '加上 mass 或 group-send')
  else if (!broad) tell(['channels'], '只有 48 小时内互动过的人收得到', '加上 mass，或加上 next-visit 等他们下次来')
  if (schedule?.cron !== undefined && stale === 'run')
    tell(['stale'], '停机后不论多晚都会补发最近一次', '写成 stale: { skipAfter: 2h }，晚了就跳过')
  return problems
}

type Place = { file: string; line: number; field: string }

async function textAt(path: string): Promise<string | { reason: string }> {
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) return { reason: `超过 ${MAX_BYTES / 1024} KB` }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    return { reason: textOf(error) }
  }
}

import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf as wordsOf } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { fieldName, issueProblems } from '../library/fields.js'
import { type ContentProblem, problem } from '../library/problem.js'
import { SLUG } from '../library/source.js'
import { readYaml } from '../library/yaml.js'
import { type Definition, definitionSchema, messagesOf } from './definition.js'

/** A push of `content/group-sends`: a definition ready to be made a push of. */
export interface Template {
  /** The file's name without its ending. */
  slug: string
  definition: Definition
}

/** What definitions may name. */
export interface Names {
  /** What a message names and the content folder does not have. */
  missing(message: Message): string | undefined
  segment(slug: string): unknown
}

const FOLDER = 'group-sends'
const MAX_BYTES = 65_536

/** Reads a push's YAML (or JSON). Never throws: what is wrong stands with its line, its field and the way to mend it. */
export function parseTemplate(
  text: string,
  file: string,
): { value: Definition | undefined; problems: ContentProblem[] } {
  const yaml = readYaml(text, file)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems }
  const read = definitionSchema.safeParse(yaml.value)
  if (!read.success) return { value: undefined, problems: issueProblems(read.error, yaml, file) }
  const at = (path: readonly PropertyKey[]) => ({ file, line: yaml.lineOf(path), field: fieldName(path) })
  return { value: read.data, problems: advice(read.data, at) }
}

/** Reads and checks `content/group-sends`; a missing folder is an empty one. Paths in problems start with `content/`. */
export async function readGroupSends(
  dir: string,
  names: Names,
  shown = 'content',
): Promise<{ templates: Template[]; problems: ContentProblem[] }> {
  const found = { templates: [] as Template[], problems: [] as ContentProblem[] }
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

function lostNames(definition: Definition, names: Names): { path: PropertyKey[]; message: string }[] {
  const lost = messagesOf(definition).flatMap(({ path, message }) => {
    const name = names.missing(message)
    return name === undefined ? [] : [{ path: path as PropertyKey[], message: `内容里没有 ${name}` }]
  })
  const { segment } = definition.to.customers ?? {}
  if (segment !== undefined && names.segment(segment) === undefined)
    lost.push({ path: ['to', 'customers', 'segment'], message: `没有名为 ${segment} 的人群` })
  return lost
}

/** What is allowed but hardly meant. */
function advice(
  value: Definition,
  at: (path: readonly PropertyKey[]) => { file: string; line: number; field: string },
): ContentProblem[] {
  const problems: ContentProblem[] = []
  const tell = (path: PropertyKey[], what: string, fix: string) =>
    problems.push(problem(at(path), what, fix, 'warning'))
  if (!value.remindAfter && !value.escalate)
    tell(['name'], '没有提醒：成员不确认，就一个也不会发出', '加上 remindAfter: [2h]，或 escalate')
  if (value.escalate?.transferGroups)
    tell(['escalate', 'transferGroups'], '到时会真的变更群主，90 天内每个群只能变更两次', '只想提醒别人时写 false')
  return problems
}

async function textAt(path: string): Promise<string | { reason: string }> {
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) return { reason: `超过 ${MAX_BYTES / 1024} KB` }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    return { reason: wordsOf(error) }
  }
}

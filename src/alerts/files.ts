import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../core/errors.js'
import { fieldName, issueProblems } from '../library/fields.js'
import { type ContentProblem, problem } from '../library/problem.js'
import { SLUG } from '../library/source.js'
import { readYaml } from '../library/yaml.js'
import { type AlertDefinition, alertSchema } from './definition.js'
import { type AlertNames, lintAlert } from './lint.js'

/** A rule of `content/alerts`. */
export interface AlertFile {
  /** The file's name without its ending. */
  slug: string
  definition: AlertDefinition
}

/** What the folder holds, and everything that is wrong with it. */
export interface AlertFiles {
  rules: AlertFile[]
  problems: ContentProblem[]
}

/** The folder's name in `content/`. */
export const ALERTS_FOLDER = 'alerts'
const MAX_BYTES = 65_536
const MOST_FILES = 500

/** Reads a rule's YAML (or JSON). Never throws: what is wrong stands with its line, its field and the way to mend it. */
export function parseAlert(
  text: string,
  file: string,
  names: AlertNames = {},
): { value: AlertDefinition | undefined; problems: ContentProblem[] } {
  const yaml = readYaml(text, file)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems }
  const read = alertSchema.safeParse(yaml.value)
  if (!read.success) return { value: undefined, problems: issueProblems(read.error, yaml, file) }
  const problems = lintAlert(read.data, names).map(({ path, message, fix, severity }) =>
    problem({ file, line: yaml.lineOf(path), field: fieldName(path) }, message, fix, severity),
  )
  const broken = problems.some(({ severity }) => severity === 'error')
  return { value: broken ? undefined : read.data, problems }
}

/** Reads and checks `content/alerts`; a missing folder is an empty one. Paths in problems begin with `shown`. */
export async function readAlertFiles(dir: string, names: AlertNames = {}, shown = 'content'): Promise<AlertFiles> {
  const found: AlertFiles = { rules: [], problems: [] }
  const entries = await readdir(join(dir, ALERTS_FOLDER)).catch(() => [])
  for (const name of entries.toSorted().slice(0, MOST_FILES)) {
    if (/^[._#]|~$|\.(swp|tmp|bak|orig)$/i.test(name)) continue
    const file = `${shown}/${ALERTS_FOLDER}/${name}`
    const slug = name.replace(/\.yaml$/, '')
    if (!name.endsWith('.yaml') || !SLUG.test(slug)) {
      const fix = '文件名只用小写字母、数字和连字符，以 .yaml 结尾，不放子文件夹'
      found.problems.push(problem({ file, field: '文件名' }, '文件名不合法', fix))
      continue
    }
    const text = await textAt(join(dir, ALERTS_FOLDER, name))
    if (typeof text !== 'string') {
      found.problems.push(problem({ file, field: '文件' }, `无法读取（${text.reason}）`, '检查文件和权限'))
      continue
    }
    const { value, problems } = parseAlert(text, file, names)
    found.problems.push(...problems)
    if (value) found.rules.push({ slug, definition: value })
  }
  return found
}

/** The folder as `weloop content check` takes it. */
export function alertFolder(names: AlertNames) {
  return async (dir: string, _content: unknown, shown: string) => {
    const { rules, problems } = await readAlertFiles(dir, names, shown)
    return { title: '提醒', count: rules.length, problems }
  }
}

async function textAt(path: string): Promise<string | { reason: string }> {
  try {
    const found = await stat(path)
    if (!found.isFile()) return { reason: '不是普通文件' }
    if (found.size > MAX_BYTES) return { reason: `超过 ${MAX_BYTES / 1024} KB` }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    return { reason: messageOf(error) }
  }
}

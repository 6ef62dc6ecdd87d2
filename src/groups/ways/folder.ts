import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ZodType } from 'zod'
import { messageOf } from '../../core/errors.js'
import { fieldName, issueProblems } from '../../library/fields.js'
import { type ContentProblem, problem } from '../../library/problem.js'
import { SLUG } from '../../library/source.js'
import { readYaml } from '../../library/yaml.js'
import type { DefinitionFault } from './definition.js'

/** How a folder of `content/` is read. */
export interface FolderKind<R, T> {
  /** Below the content folder. */
  folder: string
  schema: ZodType<R>
  complete(slug: string, value: R): T
  /** What the schema cannot tell of one file. */
  faults?(slug: string, value: R): DefinitionFault[]
}

/** One file: its value when nothing is wrong, and the way back from a field to its line. */
export interface FolderFile<T> {
  slug: string
  file: string
  value: T | undefined
  problems: ContentProblem[]
  /** A problem at a field of this file. */
  at(fault: DefinitionFault): ContentProblem
}

const MAX_BYTES = 65_536

/** Reads a folder of definitions; a missing one is an empty one. Never throws: what is wrong stands with its file. */
export async function readFolder<R, T>(
  dir: string,
  kind: FolderKind<R, T>,
  shown = 'content',
): Promise<{ files: FolderFile<T>[]; problems: ContentProblem[] }> {
  const { folder } = kind
  const files: FolderFile<T>[] = []
  const problems: ContentProblem[] = []
  const entries = await readdir(join(dir, folder)).catch(() => [])
  for (const name of entries.toSorted()) {
    if (/^[._#]|~$|\.(swp|tmp|bak|orig)$/i.test(name)) continue
    const file = `${shown}/${folder}/${name}`
    const slug = name.replace(/\.yaml$/, '')
    if (!name.endsWith('.yaml') || !SLUG.test(slug)) {
      const fix = '文件名只用小写字母、数字和连字符，以 .yaml 结尾，不放子文件夹'
      problems.push(problem({ file, field: '文件名' }, '文件名不合法', fix))
      continue
    }
    const text = await textAt(join(dir, folder, name))
    if (typeof text === 'string') files.push(parseFile(text, { file, slug }, kind))
    else problems.push(problem({ file, field: '文件' }, `无法读取（${text.reason}）`, '检查文件和权限'))
  }
  return { files, problems: [...problems, ...files.flatMap((each) => each.problems)] }
}

/** Reads one definition's YAML (or JSON). */
export function parseFile<R, T>(
  text: string,
  { file, slug }: { file: string; slug: string },
  { schema, complete, faults }: Pick<FolderKind<R, T>, 'schema' | 'complete' | 'faults'>,
): FolderFile<T> {
  const yaml = readYaml(text, file)
  const at = ({ path, message, fix }: DefinitionFault) =>
    problem({ file, line: yaml.lineOf(path), field: fieldName(path) }, message, fix)
  if (yaml.problems.length > 0) return { slug, file, value: undefined, problems: yaml.problems, at }
  const read = schema.safeParse(yaml.value)
  if (!read.success) return { slug, file, value: undefined, problems: issueProblems(read.error, yaml, file), at }
  const problems = (faults?.(slug, read.data) ?? []).map(at)
  return { slug, file, value: problems.length > 0 ? undefined : complete(slug, read.data), problems, at }
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

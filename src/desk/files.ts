import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { fieldName, issueProblems } from '../library/fields.js'
import { type ContentProblem, problem, splitReason } from '../library/problem.js'
import { readYaml } from '../library/yaml.js'
import { type CannedFiles, type CannedGroup, readCanned } from './canned/files.js'
import { type DeskDefinition, deskSchema, settingsOf } from './definition.js'
import type { DeskSettings } from './settings.js'

/** The file's name in `content/`. */
export const DESK_FILE = 'desk.yaml'
const MAX_BYTES = 262_144
const FRESH_MS = 5000

/** Reads the YAML. Never throws: what is wrong stands with its line, its field and the way to mend it. */
export function parseDesk(
  text: string,
  file: string,
): { value: DeskDefinition | undefined; problems: ContentProblem[] } {
  const yaml = readYaml(text, file)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems }
  const read = deskSchema.safeParse(yaml.value)
  if (read.success) return { value: read.data, problems: [] }
  return { value: undefined, problems: issueProblems(read.error, yaml, file) }
}

/** What is wrong with a definition that did not come from a file. */
export function problemsOf(definition: unknown): { field: string; message: string; fix: string }[] {
  const read = deskSchema.safeParse(definition)
  if (read.success) return []
  return read.error.issues.map((issue) => ({
    field: fieldName(issue.path),
    ...splitReason(issue.message, '改正这个字段'),
  }))
}

/** Reads and checks `content/desk.yaml`; without the file there is no desk. */
export async function readDesk(
  dir: string,
  shown = 'content',
): Promise<{ definition: DeskDefinition | undefined; there: boolean; problems: ContentProblem[] }> {
  const file = `${shown}/${DESK_FILE}`
  try {
    const found = await stat(join(dir, DESK_FILE))
    if (found.size > MAX_BYTES) {
      const large = problem({ file, field: '文件' }, `超过 ${MAX_BYTES / 1024} KB`, '改小一些')
      return { definition: undefined, there: true, problems: [large] }
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(dir, DESK_FILE)))
    const { value, problems } = parseDesk(text, file)
    return { definition: value, there: true, problems }
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return { definition: undefined, there: false, problems: [] }
    const unread = problem({ file, field: '文件' }, `无法读取（${messageOf(error)}）`, '检查文件和权限')
    return { definition: undefined, there: true, problems: [unread] }
  }
}

/** The folders of the desk for `weloop content check`. */
export const deskFolders = (): ((dir: string, names: Names, shown: string) => Promise<Checked>)[] => [
  async (dir, _names, shown) => {
    const { definition, problems } = await readDesk(dir, shown)
    return { title: '客服台', count: definition ? 1 : 0, problems }
  },
  async (dir, names, shown) => {
    const { groups, problems } = await readCanned(dir, shown)
    const count = groups.reduce((sum, { replies }) => sum + replies.length, 0)
    return { title: '常用语', count, problems: [...problems, ...groups.flatMap((group) => missingIn(group, names))] }
  },
]

/** What other definitions there are. */
interface Names {
  hasArticle?(slug: string): boolean
  hasCard?(slug: string): boolean
}

function missingIn({ file, replies }: CannedGroup, names: Names): ContentProblem[] {
  return replies.flatMap(({ article, card }, at) => {
    const no = (field: string, what: string) =>
      problem({ file, field: `replies[${at}].${field}` }, `没有${what}`, '改成已有的名字，或先写好它')
    return [
      ...(article !== undefined && names.hasArticle?.(article) === false ? [no('article', `文章 ${article}`)] : []),
      ...(card !== undefined && names.hasCard?.(card) === false ? [no('card', `卡片 ${card}`)] : []),
    ]
  })
}

interface Checked {
  title: string
  count: number
  problems: ContentProblem[]
}

/** `content/desk.yaml` as it was found. */
export interface DeskFile {
  there: boolean
  /** The last one that could be used. */
  definition?: DeskDefinition
  problems: ContentProblem[]
}

/**
 * The files of the desk, looked at again every few seconds. A file with a mistake keeps its last good version in
 * service, and the mistake is told once.
 */
export function createDeskFiles(ports: { dir: string; timeZone: string; log: Logger }): {
  settings(): Promise<DeskSettings | undefined>
  /** The file as last read: whether there is one, what it says, what is wrong with it. */
  file(): Promise<DeskFile>
  /** Whether there is a desk, as last read; what is older than a few seconds is read anew, but not waited for. */
  isOpen(): boolean
  canned(): Promise<CannedFiles>
} {
  const { dir, timeZone, log } = ports
  let settings: DeskSettings | undefined
  let file: DeskFile = { there: false, problems: [] }
  let canned: CannedFiles = { groups: [], problems: [] }
  let told = ''

  const tell = (problems: readonly ContentProblem[]) => {
    const errors = problems.filter(({ severity }) => severity === 'error')
    const now = JSON.stringify(errors)
    if (now !== told && errors.length > 0)
      log.error({ problems: errors.length, first: errors[0] }, 'desk files have mistakes, the last good ones stay')
    told = now
  }

  const readSettings = fresh(async () => {
    const { definition, there, problems } = await readDesk(dir)
    tell(problems)
    if (definition) settings = settingsOf(definition, timeZone)
    else if (!there) settings = undefined
    const good = definition ?? (there ? file.definition : undefined)
    file = { there, problems, ...(good && { definition: good }) }
    return settings
  })
  const readReplies = fresh(async () => {
    const found = await readCanned(dir)
    const broken = new Set(found.problems.filter(({ severity }) => severity === 'error').map(({ file }) => file))
    const kept = canned.groups.filter(({ file }) => broken.has(file))
    canned = { problems: found.problems, groups: [...found.groups, ...kept] }
    return canned
  })
  return {
    settings: readSettings,
    async file() {
      await readSettings()
      return file
    },
    isOpen() {
      readSettings()
      return settings !== undefined
    },
    canned: readReplies,
  }
}

/** Asks at most every few seconds; calls meanwhile share the answer. */
export function fresh<T>(read: () => Promise<T>): () => Promise<T> {
  let at = Number.NEGATIVE_INFINITY
  let answer: Promise<T> | undefined
  return () => {
    if (answer && performance.now() - at < FRESH_MS) return answer
    at = performance.now()
    const own = read()
    answer = own
    own.catch(() => {
      if (answer === own) answer = undefined
    })
    return own
  }
}

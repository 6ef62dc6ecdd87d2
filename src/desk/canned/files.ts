import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../core/errors.js'
import { fields, issueProblems, listOf, slug, words } from '../../library/fields.js'
import { type ContentProblem, problem, reason } from '../../library/problem.js'
import { SLUG } from '../../library/source.js'
import { readYaml } from '../../library/yaml.js'
import { unknownVariables, VARIABLES } from './fill.js'

/** What a canned reply sends: a text, an article or a card of `content/`. */
export interface CannedReply {
  /** Unique; letters, digits and `-`. */
  slug: string
  title: string
  text?: string
  article?: string
  card?: string
  /** Other words it is found by. */
  keywords?: string[]
}

/** A file of canned replies. */
export interface CannedGroup {
  /** As shown in problems. */
  file: string
  title: string
  replies: CannedReply[]
}

/** What the folder holds, and everything that is wrong with it. */
export interface CannedFiles {
  groups: CannedGroup[]
  problems: ContentProblem[]
}

/** The folder's name in `content/`. */
export const CANNED_FOLDER = 'canned'
const MAX_BYTES = 262_144
const MOST_FILES = 200
const KNOWN = VARIABLES.map((name) => `{${name}}`).join('、')

const replyFields = {
  title: words('title: 退货地址', 40),
  text: words('text: 您好 {name}，……', 1000)
    .refine((text) => unknownVariables(text).length === 0, {
      error: (issue) =>
        reason(`没有变量 ${unknownVariables(String(issue.input)).join('、')}`, `可用：${KNOWN}；大括号只用于变量`),
    })
    .optional(),
  article: slug('article: returns-guide').optional(),
  card: slug('card: my-orders').optional(),
  keywords: listOf(words('keywords: [退货, 地址]', 40)).optional(),
}

const oneWay = (value: { text?: string | undefined; article?: string | undefined; card?: string | undefined }) =>
  [value.text, value.article, value.card].filter((part) => part !== undefined).length === 1
const ONE_WAY = reason('要且只要一种内容', '从 text、article、card 中选一种')

/** A canned reply that comes by API; its slug stands in the address. */
export const cannedSchema = fields({ ...replyFields, group: words('group: 售后', 20) }).refine(oneWay, ONE_WAY)

const fileSchema = fields({
  title: words('title: 售后', 20),
  replies: z
    .array(fields({ slug: slug('slug: returns-address'), ...replyFields }).refine(oneWay, ONE_WAY), {
      error: reason('缺少常用语', '每条写 - slug、title 和 text'),
    })
    .min(1, reason('是空的', '至少写一条'))
    .max(500),
})

/** Reads and checks `content/canned`; a missing folder is an empty one. Paths in problems begin with `shown`. */
export async function readCanned(dir: string, shown = 'content'): Promise<CannedFiles> {
  const found: CannedFiles = { groups: [], problems: [] }
  const seen = new Map<string, string>()
  const entries = await readdir(join(dir, CANNED_FOLDER)).catch(() => [])
  for (const name of entries.toSorted().slice(0, MOST_FILES)) {
    if (/^[._#]|~$|\.(swp|tmp|bak|orig)$/i.test(name)) continue
    const file = `${shown}/${CANNED_FOLDER}/${name}`
    if (!name.endsWith('.yaml') || !SLUG.test(name.replace(/\.yaml$/, ''))) {
      const fix = '文件名只用小写字母、数字和连字符，以 .yaml 结尾，不放子文件夹'
      found.problems.push(problem({ file, field: '文件名' }, '文件名不合法', fix))
      continue
    }
    const text = await textAt(join(dir, CANNED_FOLDER, name))
    if (typeof text !== 'string') {
      found.problems.push(problem({ file, field: '文件' }, `无法读取（${text.reason}）`, '检查文件和权限'))
      continue
    }
    const { group, problems } = parseCanned(text, file, seen)
    found.problems.push(...problems)
    if (group) found.groups.push(group)
  }
  return found
}

function parseCanned(text: string, file: string, seen: Map<string, string>) {
  const yaml = readYaml(text, file)
  if (yaml.problems.length > 0) return { group: undefined, problems: yaml.problems }
  const read = fileSchema.safeParse(yaml.value)
  if (!read.success) return { group: undefined, problems: issueProblems(read.error, yaml, file) }
  const problems: ContentProblem[] = []
  const replies: CannedReply[] = []
  for (const [at, reply] of read.data.replies.entries()) {
    const first = seen.get(reply.slug)
    if (first === undefined) {
      seen.set(reply.slug, file)
      replies.push(present(reply))
      continue
    }
    const place = { file, line: yaml.lineOf(['replies', at, 'slug']), field: `replies[${at}].slug` }
    problems.push(problem(place, `“${reply.slug}”已经在 ${first} 里`, '换一个名字'))
  }
  const group: CannedGroup = { file, title: read.data.title, replies }
  return { group, problems }
}

/** Only what was written. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
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

import { z } from 'zod'
import { limits } from '../../rules/official-account/limits.js'
import { type ContentProblem, problem, reason, splitReason } from './problem.js'
import { MEDIA_NAME, SLUG } from './source.js'
import type { Yaml } from './yaml.js'

/** The building blocks of every content schema: each refusal says what is wrong and how to write it. */

/** How long a text is as its author counts: one per character, also for emoji. */
export const characters = (value: string): number => [...value].length

/** An object that takes exactly these fields; a misspelt one is answered with the right one. */
export function fields<T extends z.ZodRawShape>(shape: T) {
  const allowed = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return reason('应为一组“字段: 内容”', `可用的字段：${allowed.join('、')}`)
      const keys = issue['keys'] as string[]
      const close = allowed.find((name) => keys.some((key) => isClose(key, name)))
      return reason('不认识的字段', close ? `是否想写 ${close}？` : `可用的字段：${allowed.join('、')}`)
    },
  })
}

/** A text that is not empty, at most `max` characters. */
export function words(example: string, max: number) {
  return z
    .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', `写成 ${example}`) })
    .trim()
    .min(1, reason('是空的', `写成 ${example}`))
    .refine((value) => characters(value) <= max, {
      error: (issue) => reason(`有 ${characters(String(issue.input))} 个字，最多 ${max} 个字`, '改短一些'),
    })
}

/** The name of another content file. */
export const slug = (example: string) =>
  z
    .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', `写成 ${example}`) })
    .regex(SLUG, reason('不是合法的名字', `只用小写字母、数字和连字符，例如 ${example}`))

/** The name of a file in `content/media`. */
export const mediaName = (example: string) =>
  z
    .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文件名', `写成 ${example}`) })
    .regex(MEDIA_NAME, reason('不是 media 文件夹里的文件名', `只写文件名，不带路径，例如 ${example}`))

/** An http(s) address short enough for a menu button or an article's source. */
export const address = z
  .url({ protocol: /^https?$/, error: reason('不是网址', '写成 https://shop.example.com/ 这样的完整网址') })
  .refine((value) => Buffer.byteLength(value) <= limits.menuUrlBytes.value, {
    error: reason(`网址超过 ${limits.menuUrlBytes.value} 字节`, '换一个短一些的网址'),
  })

/** A mini program's appid. */
export const appid = z
  .string({
    error: (issue) =>
      reason(issue.input === undefined ? '缺少小程序 appid' : '应为文字', '写成 appid: wx0123456789abcdef'),
  })
  .regex(
    /^wx[0-9a-z]{16}$/,
    reason('不是小程序的 appid', 'appid 是 wx 加 16 位数字或小写字母，在小程序后台“开发设置”里'),
  )

/** A mini-program page: no leading slash; a query is allowed. */
export const pagePath = z
  .string({ error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', '写成 path: pages/index/index') })
  .regex(/^[A-Za-z0-9_]/, reason('不能以 / 或空格开头', '写成 pages/index/index'))
  .regex(/^[^\s#]*$/, reason('不能含空格或 #', '把参数写到 params 里，会自动编码'))
  .refine((value) => Buffer.byteLength(value) <= limits.cardPathBytes.value, {
    error: reason(`路径超过 ${limits.cardPathBytes.value} 字节`, '把参数改短'),
  })

/** One value or a list of them, always read as a list. */
export function listOf<T extends z.ZodType<string>>(item: T) {
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item).min(1, '列表是空的').max(200))
}

/** Everything that zod found wrong, with line and field. */
export function issueProblems(error: z.ZodError, yaml: Pick<Yaml, 'lineOf'>, file: string): ContentProblem[] {
  return error.issues.flatMap((issue) => {
    const text = splitReason(issue.message, '改正这个字段')
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
    return paths.map((path) =>
      problem({ file, line: yaml.lineOf(path), field: fieldName(path) }, text.message, text.fix),
    )
  })
}

/** `[2].answer.article` as authors can find it again: list items count from 1 in words, from 0 in brackets. */
export function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return name.replace(/^\./, '') || '(全文)'
}

/** True for two names that somebody may have mixed up: other capitals, or a letter or two wrong. */
export function isClose(a: string, b: string): boolean {
  if (a.toLowerCase().replace(/[_-]/g, '') === b.toLowerCase().replace(/[_-]/g, '')) return true
  return distance(a.toLowerCase(), b.toLowerCase()) <= (b.length > 4 ? 2 : 1)
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].slice(0, 40).entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++)
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === b[j] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}

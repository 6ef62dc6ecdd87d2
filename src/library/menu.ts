import { z } from 'zod'
import { limits } from '../../rules/official-account/limits.js'
import { MENU_TOOLS, type MenuTool } from '../core/menu.js'
import { address, appid, fields, issueProblems, pagePath, slug, words } from './fields.js'
import { type ContentProblem, problem, reason } from './problem.js'
import type { Parsed, Reference } from './reference.js'
import type { TextFile } from './source.js'
import { readYaml } from './yaml.js'

/** What pressing a button does, before articles and cards are looked up. */
export type ButtonTarget =
  | { kind: 'keyword'; keyword: string }
  | { kind: 'article'; slug: string }
  | { kind: 'card'; slug: string }
  | { kind: 'view'; url: string }
  | { kind: 'mini-program'; appid: string; path: string; url: string }
  | { kind: 'tool'; tool: MenuTool; key: string }
  | { kind: 'material'; mediaId: string }
  | { kind: 'published'; articleId: string }

/** A button that does something, or one that opens further buttons. */
export type MenuItem =
  | { name: string; target: ButtonTarget }
  | { name: string; buttons: { name: string; target: ButtonTarget }[] }

/** A menu of `content/menus`. */
export interface Menu {
  slug: string
  /** Shown to followers with this tag only. */
  tag?: string
  buttons: MenuItem[]
}

const byteLimit = (what: string, bytes: number) =>
  words(`name: ${what}`, 60).refine((value) => Buffer.byteLength(value) <= bytes, {
    error: (issue) =>
      reason(`有 ${Buffer.byteLength(String(issue.input))} 字节，最多 ${bytes} 字节（一个汉字 3 字节）`, '把名字改短'),
  })

const key = words('keyword: 运费', 60).refine((value) => Buffer.byteLength(value) <= limits.menuKeyBytes.value, {
  error: reason(`超过 ${limits.menuKeyBytes.value} 字节`, '把关键词改短'),
})

function platformId(what: string) {
  return z
    .string({ error: reason('应为文字', `写${what}`) })
    .regex(/^[\w-]{1,128}$/, reason(`不是${what}`, '从公众平台或 weloop 的记录里复制'))
}

const targets = {
  keyword: key.optional(),
  article: slug('welcome').optional(),
  card: slug('new-arrivals').optional(),
  view: address.optional(),
  'mini-program': fields({ appid, path: pagePath, url: address }).optional(),
  tool: fields({
    kind: z.enum(MENU_TOOLS, { error: reason('缺少或不认识', `从 ${MENU_TOOLS.join('、')} 中选一种`) }),
    key,
  }).optional(),
  material: platformId('永久素材的 media_id').optional(),
  published: platformId('已发布文章的 article_id').optional(),
}
const TARGETS = Object.keys(targets)

const countTargets = (value: object) =>
  Object.entries(value).filter(([name, part]) => name !== 'name' && part !== undefined).length
const leaf = fields({ name: byteLimit('运费说明', limits.menuSubNameBytes.value), ...targets }).refine(
  (value) => countTargets(value) === 1,
  reason('要且只要一种动作', `从 ${TARGETS.join('、')} 中选一种`),
)
const top = fields({
  name: byteLimit('逛一逛', limits.menuNameBytes.value),
  ...targets,
  buttons: z
    .array(leaf, { error: reason('应为按钮的列表', '每个按钮以“- name:”开头') })
    .min(1, reason('没有子按钮', '加上子按钮，或给这个按钮一种动作'))
    .max(limits.menuSubButtons.value, reason(`子按钮超过 ${limits.menuSubButtons.value} 个`, '合并或删去几个'))
    .optional(),
}).refine(
  (value) => countTargets(value) === 1,
  reason('要且只要一种动作', `从 ${TARGETS.join('、')}、buttons 中选一种`),
)

const schema = fields({
  tag: words('tag: 会员', 30)
    .refine((value) => Buffer.byteLength(value) <= limits.tagNameBytes.value, {
      error: reason(`超过 ${limits.tagNameBytes.value} 字节（一个汉字 3 字节）`, '把标签名改短'),
    })
    .optional(),
  buttons: z
    .array(top, { error: reason('缺少按钮', '写 buttons: 加按钮的列表') })
    .min(1, reason('没有按钮', '加上至少一个按钮'))
    .max(limits.menuButtons.value, reason(`一级按钮超过 ${limits.menuButtons.value} 个`, '把一些放进子菜单')),
})

/** Reads `menus/SLUG.yaml`. */
export function parseMenu(file: TextFile, menu: string): Parsed<Menu> {
  const yaml = readYaml(file.text, file.path)
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems, references: [] }
  const read = schema.safeParse(yaml.value)
  if (!read.success) return { value: undefined, problems: issueProblems(read.error, yaml, file.path), references: [] }
  const references: Reference[] = []
  const problems: ContentProblem[] = []
  const target = (value: z.output<typeof leaf>, path: (string | number)[]): ButtonTarget => {
    const field = path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
      .join('')
      .slice(1)
    const found = targetOf(value)
    if (found.kind === 'article' || found.kind === 'card')
      references.push({
        kind: found.kind,
        target: found.slug,
        use: 'link',
        line: yaml.lineOf([...path, found.kind]),
        field: `${field}.${found.kind}`,
      })
    return found
  }
  const buttons = read.data.buttons.map(({ buttons, ...button }, index): MenuItem => {
    if (buttons === undefined) return { name: button.name, target: target(button, ['buttons', index]) }
    const names = buttons.map((each) => each.name)
    for (const [at, name] of names.entries())
      if (names.indexOf(name) !== at)
        problems.push(
          problem(
            {
              file: file.path,
              line: yaml.lineOf(['buttons', index, 'buttons', at]),
              field: `buttons[${index}].buttons[${at}].name`,
            },
            `同一个子菜单里有两个“${name}”`,
            '改一个名字',
            'warning',
          ),
        )
    return {
      name: button.name,
      buttons: buttons.map((each, at) => ({
        name: each.name,
        target: target(each, ['buttons', index, 'buttons', at]),
      })),
    }
  })
  const { tag } = read.data
  return { value: { slug: menu, ...(tag !== undefined && { tag }), buttons }, problems, references }
}

function targetOf(value: Omit<z.output<typeof leaf>, 'name'>): ButtonTarget {
  if (value.article !== undefined) return { kind: 'article', slug: value.article }
  if (value.card !== undefined) return { kind: 'card', slug: value.card }
  if (value.view !== undefined) return { kind: 'view', url: value.view }
  const program = value['mini-program']
  if (program !== undefined) return { kind: 'mini-program', ...program }
  if (value.tool !== undefined) return { kind: 'tool', tool: value.tool.kind, key: value.tool.key }
  if (value.material !== undefined) return { kind: 'material', mediaId: value.material }
  if (value.published !== undefined) return { kind: 'published', articleId: value.published }
  return { kind: 'keyword', keyword: value.keyword ?? '' }
}

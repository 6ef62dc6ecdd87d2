import { droppedFields } from '../../rules/official-account/template-fields.js'
import { type NoticeChannel, type NoticeField, type ReadyNotice, templateOf } from './notice.js'
import { type ContentProblem, problem } from './problem.js'

/** A template that an account really has. */
export interface AccountTemplate {
  id: string
  title: string
  /** Lines such as `单号:{{character_string1.DATA}}`. */
  content: string
  /** The values that a field lists, by field. */
  choices?: Readonly<Record<string, readonly string[]>>
}

/** The templates of an account by channel; a channel that is absent was not asked. */
export type AccountTemplates = Partial<Record<NoticeChannel, readonly AccountTemplate[]>>

/** How a notice stands on the accounts: where its template is, or why it was not looked at. */
export interface NoticeState {
  name: string
  /** Accounts that have its template. */
  accounts: string[]
  problems: ContentProblem[]
  /** Its channel was asked on no account. */
  unchecked?: boolean
}

/**
 * Compares notices with what the accounts really have: the id is there, every field of the template is filled and no
 * other, fixed values are among those the template lists. A notice with one id for all accounts must be on one of them.
 */
export function compareTemplates(
  notices: readonly ReadyNotice[],
  accounts: ReadonlyMap<string, AccountTemplates>,
): NoticeState[] {
  return notices.map((notice) => {
    const file = `notices/${notice.slug}.yaml`
    const state: NoticeState = { name: notice.name, accounts: [], problems: [] }
    const absent: ContentProblem[] = []
    let asked = 0
    for (const [account, byChannel] of accounts) {
      const id = templateOf(notice, account)
      const templates = byChannel[notice.channel]
      if (templates === undefined || id === undefined) continue
      asked++
      const template = templates.find((each) => each.id === id)
      if (template === undefined) absent.push(missing(file, notice, account, id, templates))
      else {
        state.accounts.push(account)
        state.problems.push(...compare(file, notice, account, template))
      }
    }
    const oneForAll = typeof notice.template === 'string'
    if (absent.length > 0 && (!oneForAll || state.accounts.length === 0)) state.problems.push(...absent)
    return asked === 0 ? { ...state, unchecked: true } : state
  })
}

/** The names of the fields in a template's content, in its order. */
export function keysOf(content: string): string[] {
  return [...content.matchAll(/\{\{\s*(\w+)\.DATA\s*\}\}/g)].map((found) => found[1] ?? '')
}

function missing(
  file: string,
  notice: ReadyNotice,
  account: string,
  id: string,
  templates: readonly AccountTemplate[],
): ContentProblem {
  const same = templates.find((each) => each.title === notice.title)
  const list = templates.map((each) => `${each.title} ${each.id}`).join('；')
  const fix = same ? `同名模板的 ID 是 ${same.id}` : list === '' ? '先在公众平台后台添加模板' : `后台现有：${list}`
  return problem({ file, field: 'template' }, `账号 ${account} 没有模板 ${id}`, fix)
}

function compare(file: string, notice: ReadyNotice, account: string, template: AccountTemplate): ContentProblem[] {
  const problems: ContentProblem[] = []
  const keys = keysOf(template.content).filter((key) => !droppedFields.includes(key))
  const written = notice.fields.map((field) => field.key)
  const at = (field: string) => ({ file, field })
  for (const key of keys.filter((key) => !written.includes(key)))
    problems.push(
      problem(at(`fields.${key}`), `账号 ${account} 的模板有 ${key}，这里没有写`, `补上：${lineOf(template, key)}`),
    )
  for (const field of notice.fields) {
    if (!keys.includes(field.key))
      problems.push(
        problem(
          at(`fields.${field.key}`),
          `账号 ${account} 的模板没有 ${field.key}`,
          `模板的字段是：${keys.join('、')}`,
        ),
      )
    const choices = template.choices?.[field.key]
    const fixed = literalOf(field)
    if (choices && fixed !== undefined && !choices.includes(fixed))
      problems.push(problem(at(`fields.${field.key}`), `“${fixed}”不在模板列出的值里`, `可用：${choices.join('、')}`))
  }
  if (notice.title !== undefined && notice.title !== template.title)
    problems.push(problem(at('title'), `后台的标题是“${template.title}”`, '改成后台的标题，或换模板 ID', 'warning'))
  return problems
}

const literalOf = (field: NoticeField) =>
  field.value.every((part) => typeof part === 'string') ? field.value.join('') : undefined

const lineOf = ({ content }: AccountTemplate, key: string) =>
  content.split('\n').find((line) => line.includes(`{{${key}.DATA}}`)) ?? key

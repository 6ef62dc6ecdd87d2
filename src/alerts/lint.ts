import { fillIn, parseExpression } from '../library/expression.js'
import { isClose } from '../library/fields.js'
import { COMMON, COMMON_OPTIONAL, isCatalogued, type Trigger, triggerOf } from './catalog.js'
import { valueAt } from './condition.js'
import { contentOf, MOST_BYTES, textOf } from './content.js'
import { type AlertDefinition, templatesOf } from './definition.js'

/** One thing wrong in a rule whose fields are all well written. */
export interface AlertFault {
  path: (string | number)[]
  message: string
  fix: string
  severity: 'error' | 'warning'
}

/** What a rule may name; a list that is not known is not looked at. */
export interface AlertNames {
  robots?: readonly string[]
  chats?: readonly string[]
  /** WeCom corporations, by account. */
  corps?: readonly string[]
  groupSends?: readonly string[]
}

/** What a trigger's facts hold, as a rule sees it; its own sample says more. */
export function sampleOf(trigger: Trigger, sample: Record<string, unknown> = {}): Record<string, unknown> {
  const props = { ...trigger.sample, ...sample }
  return { ...props, ...trigger.derive?.(props), ...COMMON }
}

/** Everything that is wrong about names: events, variables, recipients. */
export function lintAlert(definition: AlertDefinition, names: AlertNames = {}): AlertFault[] {
  return [...lintEvents(definition), ...lintTexts(definition), ...lintPlaces(definition, names)]
}

function lintEvents({ when, sample }: AlertDefinition): AlertFault[] {
  if (sample !== undefined) return []
  return when.flatMap((name, at) =>
    isCatalogued(name)
      ? []
      : [
          error(
            ['when', at],
            `不认识的事件 ${name}`,
            '改成 weloop alerts facts 里的名字；商城自定义的事件要在 sample 里写一份样例',
          ),
        ],
  )
}

function lintTexts(definition: AlertDefinition): AlertFault[] {
  const faults: AlertFault[] = []
  const kinds = definition.when.map((name) => {
    const trigger = triggerOf(name)
    return { name, trigger, data: sampleOf(trigger, definition.sample) }
  })
  const look = (path: (string | number)[], variable: string) => {
    const lacking = kinds.find(({ data }) => valueAt(data, variable) === undefined)
    if (!lacking) return true
    const known = variablesOf(lacking.data)
    const close = known.find((each) => isClose(each, variable))
    const hint = close ? `是否想写 ${close}？` : `可用：${known.join('、')}；没有列出的先写进 sample`
    faults.push(error(path, `${lacking.name} 没有变量 ${variable}`, hint))
    return false
  }
  for (const { path, text } of templatesOf(definition)) {
    const read = parseExpression(text)
    if ('message' in read) {
      faults.push(error(path, read.message, '变量写成 {orderNo} 或 {paidFen|money}；大括号本身写两次'))
      continue
    }
    for (const part of read) {
      if (typeof part === 'string' || !look(path, part.path.join('.'))) continue
      const variable = part.path.join('.')
      for (const { data } of kinds) {
        const found = fillIn([part], data, 'Asia/Shanghai')
        if ('message' in found) faults.push(error(path, found.message, '换一种格式，或换一个变量'))
      }
      const maybe = kinds.some(({ trigger }) => [...(trigger.optional ?? []), ...COMMON_OPTIONAL].includes(variable))
      if (maybe && part.fallback === undefined)
        faults.push({
          path,
          message: `${variable} 可能没有值，那时写作“—”`,
          fix: `写成 {${variable}?没有时的文字}`,
          severity: 'warning',
        })
    }
  }
  const inFacts = (path: (string | number)[], field: string) => {
    if (field === 'customer.name') faults.push(error(path, '客户的名字只能用在文字里', '改用 fact.contact'))
    else look(path, field)
  }
  for (const [at, { field }] of (definition.where ?? []).entries()) inFacts(['where', at, 'field'], field)
  for (const [at, field] of (definition.dedupe?.by ?? []).entries()) inFacts(['dedupe', 'by', at], field)
  if (faults.every(({ severity }) => severity === 'warning')) faults.push(...lintLength(definition, kinds[0]?.data))
  return faults
}

function lintLength(definition: AlertDefinition, data: unknown): AlertFault[] {
  const { content } = contentOf(definition, data, 'Asia/Shanghai')
  const long = Buffer.byteLength(textOf(content)) >= MOST_BYTES
  const wrong = content.kind === 'card' && content.link !== undefined && !URL.canParse(content.link)
  return [
    ...(long ? [error([], `填好以后超过 ${MOST_BYTES} 字节，会被截断`, '改短一些')] : []),
    ...(wrong ? [error(['card', 'link'], '填好以后不是网址', '写成 https://crm.example.com/orders/{orderNo}')] : []),
  ]
}

function lintPlaces({ to, account }: AlertDefinition, { robots, chats, corps, groupSends }: AlertNames): AlertFault[] {
  const faults: AlertFault[] = []
  const named = (path: string[], name: string | undefined, known: readonly string[] | undefined, fix: string) => {
    if (name !== undefined && known && !known.includes(name)) faults.push(error(path, `没有 ${name}`, fix))
  }
  const have = (known: readonly string[] | undefined) =>
    known?.length ? `已有：${known.join('、')}` : '现在一个也没有'
  named(['to', 'robot'], to.robot, robots, `在配置 alerts.robots 里加上它；${have(robots)}`)
  named(['to', 'chat'], to.chat, chats, `在配置 alerts.chats 里加上它；${have(chats)}`)
  named(['to', 'groupSend'], to.groupSend, groupSends, `在 content/group-sends 里写好它；${have(groupSends)}`)
  named(['account'], account, corps, `写配置里的企业微信账号；${have(corps)}`)
  const staff = to.staff !== undefined || to.customerStaff === true
  if (staff && corps && corps.length === 0)
    faults.push(error(['to'], '没有企业微信账号，发不了应用消息', '在配置 accounts 里加一个 platform: wecom 的账号'))
  return faults
}

/** The variables of data, down to plain values. */
export function variablesOf(data: Record<string, unknown>, before = ''): string[] {
  return Object.entries(data).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? variablesOf(value as Record<string, unknown>, `${before}${name}.`)
      : [`${before}${name}`],
  )
}

const error = (path: (string | number)[], message: string, fix: string): AlertFault => ({
  path,
  message,
  fix,
  severity: 'error',
})

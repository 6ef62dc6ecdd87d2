import { unreachable } from '../core/errors.js'
import type { Operator } from '../library/rule-condition.js'
import { isSystemField, systemFields } from '../library/rule-fields.js'
import type { Range, Span } from '../library/rule-time.js'
import type { Comparison, FollowLeaf, Leaf, Where } from './node.js'

/** A sentence in both languages of the product. */
export interface Words {
  zh: string
  en: string
}

/** A condition in plain words. */
export function wordsOf(leaf: Leaf): Words {
  switch (leaf.kind) {
    case 'field': {
      const { name } = leaf.field
      const label = isSystemField(name) ? systemFields[name] : { zh: `资料“${name}”`, en: `profile "${name}"` }
      return joined(label, conditionWords(leaf.condition))
    }
    case 'tag': {
      const names = leaf.names.join('、')
      return leaf.has
        ? { zh: `有标签 ${names} 之一`, en: `has one of the tags ${leaf.names.join(', ')}` }
        : { zh: `没有标签 ${names}`, en: `has none of the tags ${leaf.names.join(', ')}` }
    }
    case 'follow':
      return followWords(leaf)
    case 'consent': {
      const purpose = PURPOSES[leaf.purpose]
      const state = CONSENTS[leaf.state]
      return { zh: `${state.zh}${purpose.zh}`, en: `${state.en} ${purpose.en}` }
    }
    case 'bucket':
      return {
        zh: `落在“${leaf.salt}”分组的 ${leaf.from}%–${leaf.to}%`,
        en: `falls into ${leaf.from}%–${leaf.to}% of "${leaf.salt}"`,
      }
    case 'reachable':
      return { zh: `可以用 ${leaf.channel} 联系到`, en: `can be reached by ${leaf.channel}` }
    case 'event': {
      const facts = factWords(leaf)
      if (leaf.op === 'gte' && leaf.n === 1) return { zh: `${facts.zh}有过`, en: `${facts.en} happened` }
      if (leaf.op === 'eq' && leaf.n === 0) return { zh: `${facts.zh}没有过`, en: `${facts.en} never happened` }
      const { zh, en } = COMPARISONS[leaf.op]
      return { zh: `${facts.zh}次数${zh} ${leaf.n}`, en: `the number of ${facts.en} is ${en} ${leaf.n}` }
    }
    case 'sum': {
      const facts = factWords(leaf)
      const { zh, en } = COMPARISONS[leaf.op]
      const name = leaf.path.join('.')
      return {
        zh: `${facts.zh}的 ${name} 合计${zh} ${leaf.n}`,
        en: `the sum of ${name} over ${facts.en} is ${en} ${leaf.n}`,
      }
    }
    case 'last-before': {
      const [facts, span] = [factWords(leaf), spanWords(leaf.span)]
      return { zh: `最近一次${facts.zh}在 ${span.zh} 以前`, en: `the last ${facts.en} is older than ${span.en}` }
    }
    case 'sequence': {
      const range = rangeWords(leaf.range)
      const span = leaf.longest && spanWords(leaf.longest)
      return {
        zh: `${range.zh}依次发生 ${leaf.steps.join(' → ')}${span ? `，前后不超过 ${span.zh}` : ''}`,
        en: `${leaf.steps.join(' → ')} in this order${span ? ` within ${span.en} of the first` : ''}${range.en}`,
      }
    }
    default:
      return unreachable(leaf)
  }
}

const COMPARISONS: Record<Comparison, Words> = {
  eq: { zh: '等于', en: 'exactly' },
  ne: { zh: '不等于', en: 'not' },
  gt: { zh: '多于', en: 'more than' },
  gte: { zh: '不少于', en: 'at least' },
  lt: { zh: '少于', en: 'less than' },
  lte: { zh: '不多于', en: 'at most' },
}

const OPERATORS: Record<Exclude<Operator, 'exists'>, Words> = {
  eq: { zh: '是', en: 'is' },
  ne: { zh: '不是', en: 'is not' },
  in: { zh: '是其中之一：', en: 'is one of' },
  gt: { zh: '大于', en: 'is more than' },
  gte: { zh: '不小于', en: 'is at least' },
  lt: { zh: '小于', en: 'is less than' },
  lte: { zh: '不大于', en: 'is at most' },
  between: { zh: '介于', en: 'is between' },
  contains: { zh: '含有', en: 'contains' },
  startsWith: { zh: '开头是', en: 'starts with' },
  within: { zh: '在最近', en: 'is within the last' },
  olderThan: { zh: '早于', en: 'is older than' },
  withinNext: { zh: '在今后', en: 'is within the next' },
}

const PURPOSES: Record<'marketing' | 'care', Words> = {
  marketing: { zh: '推广', en: 'marketing' },
  care: { zh: '关怀', en: 'care' },
}

const CONSENTS: Record<'granted' | 'withdrawn' | 'never-asked' | 'not-withdrawn', Words> = {
  granted: { zh: '愿意收', en: 'agreed to' },
  withdrawn: { zh: '拒收', en: 'refused' },
  'never-asked': { zh: '没有问过是否愿意收', en: 'was never asked about' },
  'not-withdrawn': { zh: '没有拒收', en: 'did not refuse' },
}

function conditionWords({ op, value }: Where['condition']): Words {
  if (op === 'exists') {
    return value === false ? { zh: '没有填', en: 'is not known' } : { zh: '有填', en: 'is known' }
  }
  const { zh, en } = OPERATORS[op]
  const list = [value].flat().map(String)
  if (op === 'between') return { zh: `${zh} ${list.join(' 和 ')} 之间`, en: `${en} ${list.join(' and ')}` }
  return { zh: `${zh} ${list.join('、')}`, en: `${en} ${list.join(', ')}` }
}

function followWords({ platform, account, state, since }: FollowLeaf): Words {
  const place = account ?? (platform === 'wecom' ? '企业微信' : '公众号')
  const name = account ?? (platform === 'wecom' ? 'WeCom' : 'the Official Account')
  if (state === 'never') return { zh: `从未关注${place}`, en: `never followed ${name}` }
  if (state === 'unfollowed') return { zh: `关注过${place}，已取消`, en: `followed ${name} and left` }
  if (since === undefined) return { zh: `关注着${place}`, en: `follows ${name}` }
  const { zh, en } = spanWords(since.span)
  return since.within
    ? { zh: `关注${place}不到 ${zh}`, en: `has followed ${name} for less than ${en}` }
    : { zh: `关注${place}满 ${zh}`, en: `has followed ${name} for ${en} or more` }
}

function factWords({
  types,
  where,
  range,
}: {
  types: readonly string[]
  where: readonly Where[]
  range: Range
}): Words {
  const time = rangeWords(range)
  const more = where.map(({ path, condition }) => {
    const { zh, en } = conditionWords(condition)
    return { zh: `${path.join('.')} ${zh}`, en: `${path.join('.')} ${en}` }
  })
  const which =
    more.length === 0 ? undefined : { zh: more.map(({ zh }) => zh).join('，'), en: more.map(({ en }) => en).join(', ') }
  return {
    zh: `${time.zh}${types.join('、')}${which ? `（${which.zh}）` : ''}`,
    en: `${types.join(', ')}${which ? ` (${which.en})` : ''}${time.en}`,
  }
}

function rangeWords({ within, between }: Range): Words {
  if (within !== undefined) return { zh: `最近 ${within} `, en: ` within the last ${within}` }
  if (between) return { zh: `${between[0]} 到 ${between[1]} `, en: ` between ${between[0]} and ${between[1]}` }
  return { zh: '', en: '' }
}

function spanWords(span: Span): Words {
  if ('days' in span) return { zh: `${span.days} 天`, en: `${span.days} days` }
  const minutes = span.ms / 60_000
  const hours = minutes / 60
  return Number.isInteger(hours)
    ? { zh: `${hours} 小时`, en: `${hours} hours` }
    : { zh: `${minutes} 分钟`, en: `${minutes} minutes` }
}

const joined = (a: Words, b: Words): Words => ({ zh: `${a.zh}${b.zh}`, en: `${a.en} ${b.en}` })

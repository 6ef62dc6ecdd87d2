import { DateTime } from 'luxon'
import type { Person } from './contact-leaf.js'
import { leafHolds } from './judge.js'
import { isFactLeaf, type Leaf, type Node } from './node.js'
import { countsFor, type PastFact } from './tally.js'
import type { Moment } from './time.js'
import { valuesAt } from './values.js'
import { type Words, wordsOf } from './words.js'

/** A condition with its answer for one person, and what it is made of. */
export interface Explained {
  text: Words
  holds: boolean
  /** What was found that decides it. */
  found?: Words
  of?: Explained[]
}

const GROUPS: Record<'all' | 'any' | 'none', Words> = {
  all: { zh: '全部满足', en: 'all of' },
  any: { zh: '满足其一', en: 'any of' },
  none: { zh: '一个也不满足', en: 'none of' },
}

/** Says of every condition of a rule whether it holds for a person, and why. */
export function explain(node: Node, person: Person, history: readonly PastFact[], moment: Moment): Explained {
  switch (node.kind) {
    case 'all':
    case 'any':
    case 'none': {
      const of = node.of.map((each) => explain(each, person, history, moment))
      const held = of.filter((each) => each.holds).length
      const holds = node.kind === 'all' ? held === of.length : held > 0 === (node.kind === 'any')
      return { text: GROUPS[node.kind], holds, of }
    }
    case 'segment': {
      const inner = explain(node.of, person, history, moment)
      return { text: { zh: `属于人群 ${node.id}`, en: `belongs to ${node.id}` }, holds: inner.holds, of: [inner] }
    }
    default: {
      const found = foundOf(node, person, history, moment)
      return { text: wordsOf(node), holds: leafHolds(node, person, history, moment), ...(found && { found }) }
    }
  }
}

const MOST = 60

function foundOf(leaf: Leaf, { row }: Person, history: readonly PastFact[], moment: Moment): Words | undefined {
  if (isFactLeaf(leaf)) {
    const counted = history.filter(countsFor(leaf, moment)).map(({ at }) => at)
    if (counted.length === 0) return { zh: '没有记录', en: 'nothing recorded' }
    const last = timeText(Math.max(...counted), moment)
    return { zh: `${counted.length} 条，最近 ${last}`, en: `${counted.length}, the last ${last}` }
  }
  switch (leaf.kind) {
    case 'field': {
      const values = valuesAt(row, leaf.field.path).map((value) => valueText(value, moment))
      const text = [...values.join('、')].slice(0, MOST).join('')
      return values.length === 0 ? { zh: '没有值', en: 'no value' } : { zh: text, en: text }
    }
    case 'tag': {
      const text = row.tags.slice(0, 20).join('、')
      return text === '' ? { zh: '没有标签', en: 'no tags' } : { zh: text, en: text }
    }
    case 'consent': {
      const consent = row.consents[leaf.purpose]
      if (consent === undefined) return { zh: '没有问过', en: 'never asked' }
      const at = timeText(consent.at.getTime(), moment)
      return consent.allowed ? { zh: `${at} 同意`, en: `agreed ${at}` } : { zh: `${at} 拒绝`, en: `refused ${at}` }
    }
    case 'follow': {
      const ours = row.identities.filter(({ platform }) => platform === leaf.platform)
      const text = ours.map(
        ({ account, follow }) => `${account} ${follow.following ? '+' : '-'} ${timeText(follow.at.getTime(), moment)}`,
      )
      return ours.length === 0
        ? { zh: '没有这个身份', en: 'no such identity' }
        : { zh: text.join('，'), en: text.join(', ') }
    }
    default:
      return undefined
  }
}

function valueText(value: unknown, moment: Moment): string {
  if (value instanceof Date) return timeText(value.getTime(), moment)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const timeText = (at: number, { zone }: Moment) => DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm')

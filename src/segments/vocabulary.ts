import { MAX_DEPTH, MAX_LEAVES } from '../library/rule.js'
import { OPERATORS } from '../library/rule-condition.js'
import { systemFields } from '../library/rule-fields.js'
import { FOLLOW_CHANNELS, INBOUND, REACHABLE } from '../library/rule-leaves.js'
import type { Words } from './words.js'

/** A type of facts that a rule can ask for. */
export interface KnownEvent {
  type: string
  title: Words
  /** Its fields, as `where` and `sum` name them: `paidFen`, `items.category`. */
  fields: string[]
}

/** What a rule can be made of here: for those who build one by hand. */
export interface Vocabulary {
  depth: number
  leaves: number
  fields: { name: string; kind: 'number' | 'date' | 'text'; title: Words }[]
  operators: string[]
  events: KnownEvent[]
  follow: string[]
  reachable: string[]
  accounts: string[]
}

/** A shop's type of events as the registry lists it. */
export interface ListedEvent {
  type: string
  title: string
  person: 'required' | 'optional'
  props: Record<string, unknown>
}

const own = (type: string, zh: string, en: string, ...fields: string[]): KnownEvent => ({
  type,
  title: { zh, en },
  fields,
})

/** Facts that the product itself writes down of people. */
const OWN: readonly KnownEvent[] = [
  own(INBOUND, '任何来访（说话、点击、扫码、关注）', 'any visit (message, tap, scan, follow)'),
  own('follow.started', '关注公众号', 'followed', 'scene'),
  own('follow.ended', '取消关注', 'unfollowed'),
  own('scene.touched', '扫渠道码', 'came by a channel code', 'scene', 'how'),
  own('message.complaint', '说了投诉的话', 'said words of a complaint'),
  own('customer.added', '加了企业微信', 'became a WeCom customer', 'staff', 'state'),
  own('customer.lost', '删除了企业微信好友', 'deleted the member in WeCom', 'staff', 'by'),
  own('chat.joined', '进了客户群', 'joined a group', 'group', 'owner', 'name'),
  own('chat.left', '退出客户群', 'left a group', 'group', 'owner', 'name'),
  own('desk.voted', '评价了客服', 'rated the service', 'choice'),
  own('consent.granted', '同意接收', 'consented', 'purpose'),
  own('consent.withdrawn', '退订', 'withdrew consent', 'purpose'),
]

/** The words of rules, with the shop's own events. */
export function vocabularyOf(ports: { events: readonly ListedEvent[]; accounts: readonly string[] }): Vocabulary {
  const shop = ports.events.map(({ type, title, props }) => ({
    type,
    title: { zh: title, en: title },
    fields: fieldsIn(props),
  }))
  const known = new Set(shop.map(({ type }) => type))
  return {
    depth: MAX_DEPTH,
    leaves: MAX_LEAVES,
    fields: Object.entries(systemFields).map(([name, { kind, zh, en }]) => ({ name, kind, title: { zh, en } })),
    operators: [...OPERATORS],
    events: [...OWN.filter(({ type }) => !known.has(type)), ...shop],
    follow: [...FOLLOW_CHANNELS],
    reachable: [...REACHABLE],
    accounts: [...ports.accounts],
  }
}

const MOST_FIELDS = 60

/** The fields of a JSON Schema by their dotted names, those within objects and lists too. */
function fieldsIn(schema: Record<string, unknown>, before = '', depth = 0): string[] {
  const { properties } = schema
  if (!isObject(properties) || depth > 3) return []
  return Object.entries(properties)
    .flatMap(([name, inner]) => {
      if (!isObject(inner)) return []
      const place = before + name
      const nested = isObject(inner['items']) ? inner['items'] : inner
      const below = fieldsIn(nested, `${place}.`, depth + 1)
      return below.length > 0 ? below : [place]
    })
    .slice(0, MOST_FIELDS)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

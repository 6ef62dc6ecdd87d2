import type { Clock } from '../../src/core/clock.js'
import type {
  CannedLike,
  CannedPort,
  CannedValues,
  GroupLike,
  GroupsPort,
  JoinWayLike,
  MaterialsPort,
  OrderLike,
  WindowsPort,
} from '../../src/sidebar/ports.js'

const at = (text: string) => new Date(text)

/** The newest orders of whoever is asked for. */
export async function fakeOrders(contacts: readonly string[]): Promise<OrderLike[]> {
  if (contacts.length === 0) return []
  const shipments = [
    {
      carrier: '顺丰',
      trackingNo: 'SF1400001',
      shippedAt: at('2026-03-03T03:00:00Z'),
      deliveredAt: at('2026-03-04T03:00:00Z'),
    },
  ]
  const shared = { createdAt: at('2026-03-01T03:00:00Z'), paidAt: at('2026-03-01T03:01:00Z'), refunds: [] }
  return [
    {
      shop: 'demo',
      orderNo: 'A10086',
      order: { ...shared, paidFen: 19_900, items: [{ sku: 's1', name: '水洗棉四件套 <1.5m>', qty: 1 }], shipments },
    },
    {
      shop: 'demo',
      orderNo: 'A10010',
      order: { ...shared, paidFen: 5900, items: [{ sku: 's2', name: '枕套', qty: 2 }], shipments: [] },
    },
  ]
}

/** Follower `o-rain` has four messages left; nobody else has any. */
export function fakeWindows(clock: Clock): WindowsPort {
  return {
    async of(key) {
      if (key !== 'shop:o-rain') return { open: [], unexpired: false }
      const until = new Date(clock.now().getTime() + 20 * 3_600_000)
      return { open: [{ trigger: 'message', remaining: 4, until }], unexpired: true, lastActAt: clock.now() }
    },
  }
}

const REPLIES = [
  { slug: 'hello', title: '开场', text: '{name}您好，我是{staff}，请问有什么可以帮您？', group: '常用', keys: 'kc' },
  { slug: 'parcel', title: '查物流', text: '您的订单 {order} 已发出，运单号 {tracking}。', group: '物流', keys: 'cwl' },
  { slug: 'gift', title: '领券', card: 'coupons', group: '售前', keys: 'lq' },
  { slug: 'lost', title: '没有的文章', article: 'nowhere', group: '售前', keys: 'mydwz' },
].map((reply) => ({ ...reply, origin: 'file' as const }))

/** What staff put beside those of files, by slug. */
export const stored = new Map<string, CannedLike>()

/** Replies found by words and initials: two texts, a card, and one whose article is gone. */
export const fakeCanned: CannedPort = {
  search: async (query) => {
    const found = REPLIES.filter(({ title, text = '', keys }) =>
      [title, text, keys].some((part) => part.includes(query)),
    )
    return [...found, ...[...stored.values()].filter(({ title }) => title.includes(query))].map(plain)
  },
  find: async (slug) => {
    const found = REPLIES.find((reply) => reply.slug === slug) ?? stored.get(slug)
    return found && plain(found)
  },
  async put(slug, definition, { by, version }) {
    const before = stored.get(slug)?.version ?? 0
    if (before !== version) return { outcome: 'stale', version: before }
    const reply: CannedLike = { slug, ...definition, origin: 'store', version: version + 1, updatedBy: by }
    stored.set(slug, reply)
    return { outcome: 'stored', reply }
  },
  fill(text, values) {
    const missing: string[] = []
    const filled = text.replace(/\{(\w+)\}/g, (all, name: keyof CannedValues) => {
      if (values[name] === undefined) missing.push(name)
      return values[name] ?? all
    })
    return { text: filled, missing }
  },
}

/** Without the fields that are not set. */
const plain = (reply: object) => JSON.parse(JSON.stringify(reply)) as CannedLike

/** An article and two cards. */
export function fakeLibrary(url: string): MaterialsPort {
  const article = { slug: 'wash', title: '水洗棉怎么洗', digest: '三句话说清', cover: 'wash.jpg', tags: ['保养'] }
  const app = { appid: 'wx00000000000demo2', app: '微环小店' }
  return {
    articles: () => [{ ...article, url: `${url}/articles/wash` }],
    cards: () => [
      {
        ...app,
        slug: 'coupons',
        title: '领券中心：本月可领 30 元券',
        path: 'pages/coupons/index?id=9',
        thumb: 'c.jpg',
      },
      { ...app, slug: 'orders', title: '我的订单', path: 'pages/orders/list', thumb: 'o.jpg' },
    ],
  }
}

const GROUP: GroupLike = {
  chatId: 'wrGroup1',
  name: '母婴福利1群',
  owner: 'lihua',
  notice: '每周四晚八点拼团',
  admins: [],
  createdAt: at('2026-01-05T02:00:00Z'),
  hold: 'normal',
  status: 'active',
  count: 182,
  customers: 178,
  capacity: 200,
  nearlyFull: true,
  labels: ['母婴'],
  readAt: at('2026-03-05T01:59:00Z'),
  pending: false,
}

/** One group of 李华 with 王芳 in it. */
export function fakeGroups(): GroupsPort {
  const group = { ...GROUP, labels: [...GROUP.labels] }
  const mine = (account: string, chatId: string) => account === 'corp' && chatId === group.chatId
  const member = (id: string, name: string, way: string, more: object = {}) => {
    const kind = id.startsWith('wm') ? ('customer' as const) : ('staff' as const)
    return { member: id, kind, name, joinedAt: at('2026-02-01T02:00:00Z'), way, ...more }
  }
  return {
    get: async (account, chatId) => (mine(account, chatId) ? group : undefined),
    membersOf: async () => ({
      members: [
        member('lihua', '李华', 'unknown'),
        member('wangfang', '王芳', 'invited', { invitedBy: 'lihua' }),
        member('wmRain', '小雨', 'code', { state: 'parcel-card' }),
        member('wmBad', '<img src=x onerror=alert(1)>', 'link'),
      ],
    }),
    isMember: async (account, chatId, id) => mine(account, chatId) && ['lihua', 'wangfang', 'wmRain'].includes(id),
    labels: async () => [
      { label: '母婴', groups: 3 },
      { label: '新品', groups: 1 },
    ],
    async edit(_, __, { addLabels = [], removeLabels = [] }) {
      const kept = group.labels.filter((label) => !removeLabels.includes(label))
      Object.assign(group, { labels: [...new Set([...kept, ...addLabels])].toSorted() })
      return group
    },
  }
}

/** A way into the group, and one into others. */
export async function fakeWays(): Promise<JoinWayLike[]> {
  const way = { account: 'corp', room: true, picture: 'https://wework.example/code.png' }
  return [
    { ...way, name: 'parcel-card', title: '包裹卡入群', groups: ['wrGroup1', 'wrGroup2'], current: 'wrGroup1' },
    { ...way, name: 'other', title: '别的', groups: ['wrGroup3'], current: 'wrGroup3' },
  ]
}

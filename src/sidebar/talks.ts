import { AppError } from '../core/errors.js'
import type { Access, SeenCustomer } from './access.js'
import type { ConversationLike, DeskPort, EntryLike, SidebarPorts } from './ports.js'
import type { Visitor } from './sessions.js'
import { refusalWord } from './words.js'

/** A conversation as the page shows it. */
export interface TalkView {
  id: string
  /** Our words for the account. */
  where: string
  channel: string
  state: ConversationLike['state']
  staff?: string
  mine: boolean
  number?: number
  reason?: string
  /** Place in the queue, 1 is next. */
  place?: number
  since: Date
  lastAt?: Date
  /** What the visitor may do with it now. */
  can: ('take' | 'close' | 'transfer' | 'note')[]
}

/** One line of a conversation. */
export interface TalkLine {
  seq: number
  at: Date
  direction: string
  by: string
  words: string
  /** Set when it did not arrive, or nobody knows. */
  trouble?: string
  /** Set when nobody knows and nobody chose yet: what it is called in `settle`. */
  settle?: string
  /** A note that the visitor may write anew: what it is called in `amend`. */
  amend?: string
}

/** An act on a conversation. */
export type TalkAct =
  | { act: 'take' }
  | { act: 'close' }
  | { act: 'transfer'; to: string }
  | { act: 'note'; text: string; key: string }
  | { act: 'amend'; entry: string; text: string }
  /** 补发 or 视为已发 for a line whose end is unclear. */
  | { act: 'settle'; entry: string; choice: 'again' | 'sent' }

/** The desk's conversations with a customer. */
export interface Talks {
  list(visitor: Visitor, seen: SeenCustomer): Promise<TalkView[]>
  lines(visitor: Visitor, conversation: ConversationLike, before?: number): Promise<TalkLine[]>
  /** Throws AppError `conflict.<reason>` with the desk's refusal in words, `forbidden.act` for what is not theirs. */
  act(visitor: Visitor, customer: string, id: string, act: TalkAct): Promise<TalkView>
  members(): Promise<{ staff: string; name: string; online: boolean; load: number; capacity: number }[]>
}

type Ports = Pick<SidebarPorts, 'accountName'> & { desk: DeskPort; access: Pick<Access, 'conversation'> }

const MOST = 20
const LINES = 30

/** Conversations over the desk. */
export function createTalks({ desk, access, accountName }: Ports): Talks {
  async function view({ staff, role }: Visitor, row: ConversationLike): Promise<TalkView> {
    const mine = row.staff === staff && row.held === true
    const place = row.state === 'queued' ? await desk.place(row._id) : undefined
    const last = [row.lastInAt, row.lastOutAt].reduce((a, b) => (a && b ? (a > b ? a : b) : (a ?? b)), undefined)
    return {
      id: row._id,
      where: accountName?.(row.account) ?? row.account,
      channel: row.channel,
      state: row.state,
      ...(row.staff !== undefined && { staff: row.staff }),
      mine,
      ...(mine && row.number !== undefined && { number: row.number }),
      ...(row.reason !== undefined && { reason: row.reason === 'ticket' ? '非工作时间的留言' : row.reason }),
      ...(place !== undefined && { place }),
      since: row.queuedAt ?? row.createdAt,
      ...(last && { lastAt: last }),
      can: allowed(row, mine, role === 'supervisor'),
    }
  }

  /** Whoever wrote the line may, the member who has the person now, and a supervisor. */
  async function settle(
    visitor: Visitor,
    row: ConversationLike,
    { entry, choice }: TalkAct & { act: 'settle' },
    before: TalkView,
  ): Promise<TalkView> {
    const { staff, role } = visitor
    if (role !== 'supervisor' && !before.mine && row.staff !== staff) {
      throw new AppError('forbidden.act', '这个会话不在您手上')
    }
    const done = await desk.settle({ conversation: row._id, entry, staff, choice })
    if (done.outcome === 'done') return before
    throw new AppError(`conflict.${done.reason}`, refusalWord(done.reason))
  }

  return {
    async list(visitor, { contacts }) {
      const rows = (await Promise.all(contacts.map((contact) => desk.list({ contact, limit: MOST })))).flat()
      const open = (row: ConversationLike) => Number(row.state !== 'closed')
      const sorted = rows.toSorted((a, b) => open(b) - open(a) || +b.createdAt - +a.createdAt).slice(0, MOST)
      return Promise.all(sorted.map((row) => view(visitor, row)))
    },
    async lines({ staff, role }, conversation, before) {
      const rows = await desk.entries(conversation._id, { limit: LINES, ...(before !== undefined && { before }) })
      return rows.map((row) => {
        const own = row.direction === 'note' && (row.by === staff || role === 'supervisor')
        return { ...lineOf(row), ...(own && { amend: row._id }) }
      })
    },
    async act(visitor, customer, id, act) {
      const row = await access.conversation(visitor, customer, id)
      const before = await view(visitor, row)
      const { staff, role } = visitor
      const force = role === 'supervisor'
      if (act.act === 'settle') return settle(visitor, row, act, before)
      if (act.act !== 'take' && !before.can.includes(act.act === 'amend' ? 'note' : act.act)) {
        throw new AppError('forbidden.act', row.state === 'closed' ? '会话已经结束' : '这个会话不在您手上')
      }
      const done = await run(act)
      if (done.outcome === 'done') return view(visitor, done.conversation)
      const who = done.conversation?.staff
      const by = done.reason === 'taken' && who !== undefined ? `（${who}）` : ''
      throw new AppError(`conflict.${done.reason}`, `${refusalWord(done.reason)}${by}`)

      function run(act: Exclude<TalkAct, { act: 'settle' }>) {
        switch (act.act) {
          case 'take':
            if (force && row.held && row.staff !== staff)
              return desk.transfer({ conversation: id, staff, to: staff, force })
            return desk.accept({ conversation: id, staff, ...(row.state === 'bot' && { force: true }) })
          case 'close':
            return desk.close({ conversation: id, staff: force ? (row.staff ?? staff) : staff })
          case 'transfer':
            return desk.transfer({ conversation: id, staff, to: act.to, ...(force && { force }) })
          case 'note':
            return desk.note({ conversation: id, staff, text: act.text, key: `sidebar:${staff}:${act.key}` })
          case 'amend':
            return desk.amendNote({ conversation: id, entry: act.entry, staff, text: act.text, any: force })
        }
      }
    },
    async members() {
      return (await desk.members()).map(({ userid, name, online, load, capacity }) => {
        return { staff: userid, name, online, load, capacity }
      })
    },
  }
}

/** A supervisor may take a conversation away from a colleague; that is asked for once more on the page. */
function allowed(row: ConversationLike, mine: boolean, any: boolean): TalkView['can'] {
  if (row.state === 'closed') return mine || any ? ['note'] : []
  const can: TalkView['can'] = []
  if (!mine && (row.state === 'queued' || row.state === 'bot' || any)) can.push('take')
  if (mine || (any && row.held === true)) can.push('close', 'transfer')
  if (mine || any || row.held !== true) can.push('note')
  return can
}

function lineOf({ _id, seq, at, direction, by, content, delivery, settled }: EntryLike): TalkLine {
  const unclear = delivery?.state === 'uncertain'
  const trouble =
    delivery && (unclear && settled?.choice === 'again' ? '已补发，等待结果' : TROUBLE.get(delivery.state))
  return {
    ...{ seq, at, direction, by, words: contentWords(content) },
    ...(trouble !== undefined && { trouble }),
    ...(unclear && settled === undefined && { settle: _id }),
  }
}

const TROUBLE: ReadonlyMap<string, string> = new Map([
  ['failed', '没有送达'],
  ['skipped', '没有发出'],
  ['expired', '过期没有发'],
  ['uncertain', '不确定是否送达'],
  ['cancelled', '已撤销'],
  ['pending', '正在发送'],
])

function contentWords(content: { kind: string }): string {
  const field = (name: string) => {
    const value = (content as unknown as Record<string, unknown>)[name]
    return typeof value === 'string' ? value : ''
  }
  switch (content.kind) {
    case 'text':
      return field('text')
    case 'image':
      return '[图片]'
    case 'voice':
      return field('transcript') ? `[语音] ${field('transcript')}` : '[语音]'
    case 'video':
      return '[视频]'
    case 'file':
      return `[文件] ${field('name')}`
    case 'location':
      return `[位置] ${field('label')}`
    case 'link':
      return `[链接] ${field('title')}`
    case 'card':
      return `[小程序] ${field('title')}`
    case 'article':
      return `[文章] ${field('slug')}`
    case 'choices':
      return `[菜单] ${field('head')}`
    case 'menu':
      return `[点击菜单] ${field('key')}`
    default:
      return `[${field('what') || '其他消息'}]`
  }
}

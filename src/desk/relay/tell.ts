import { unreachable } from '../../core/errors.js'
import { choices } from '../../core/message.js'
import { lineOf } from '../entries.js'
import type { ConversationRow, EntryMedia } from '../model.js'
import type { RelayPort } from '../ports.js'
import type { Boxes } from './box.js'
import type { Cards } from './cards.js'
import { pressKeys } from './keys.js'
import type { People } from './people.js'
import type { RelayPorts } from './ports.js'
import { historyOf, historyPart, itemsOf } from './render.js'
import { excerpt, reasonOf, releasedText } from './words.js'

type TellPorts = Pick<RelayPorts, 'desk' | 'links' | 'outbox' | 'timeZone' | 'log'> & {
  boxes: Boxes
  cards: Cards
  people: People
}

const READ = 60
/** Why staff were asked, as the bot or the API said. */
const reasonLine = ({ reason = '', ticket }: ConversationRow) =>
  ticket !== undefined && reason === 'ticket' ? '非工作时间的留言' : reason === '' ? '' : `原因：${excerpt(reason, 60)}`

const HOW = { accepted: '您已接入', assigned: '分配给您', transferred: '转给您' } as const

/** What the desk tells staff, as items of their app chats. */
export function createTelling({ desk, links, outbox, timeZone, log, boxes, cards, people }: TellPorts): RelayPort {
  const linkOf = (account: string) => (media: EntryMedia, name?: string) =>
    media.file === undefined ? (links.of(account, media, name) ?? media.url) : undefined

  /** The last thing the person said, for those who decide whether to take it. */
  async function lastWords({ _id }: ConversationRow): Promise<string> {
    const entries = await desk().entries(_id, { limit: READ })
    const last = entries.findLast(({ direction }) => direction === 'in')
    return excerpt(last ? lineOf(last.content) : '', 80)
  }

  /** What the conversation is called to a member, also when it is another's by now, under another number. */
  async function markFor(staff: string, conversation: ConversationRow): Promise<string> {
    const known = (await boxes.of(staff))?.marks?.[conversation._id]
    if (known !== undefined) return known
    return conversation.staff === staff ? people.mark(conversation) : people.nameOf(conversation)
  }

  /** The others need not try any more. */
  async function closeOffers(conversation: ConversationRow, staff: string): Promise<void> {
    const nameOf = await people.staffNames()
    const closed = await cards.closeOffers(conversation._id, `${nameOf(staff)} 已接入`)
    for (const card of closed) {
      if (card.code !== undefined) continue
      const line = card._id.replace(/^relay:/, '')
      if (!(await boxes.drop({ _id: line }))) await outbox.cancelOne(card._id, 'desk').catch(() => false)
    }
  }

  return {
    async offered({ id, conversation, staff, place }) {
      const head = excerpt(`${await people.title(conversation)} 请求人工`, 36)
      const said = await lastWords(conversation)
      const why = reasonLine(conversation)
      const skill = conversation.skill === undefined ? '' : ` · ${conversation.skill}`
      const tail = `${said === '' ? '' : `“${said}”\n`}${why === '' ? '' : `${why}\n`}排队第 ${place} 位${skill}`
      const key = pressKeys.take(conversation._id, conversation.offer?.round ?? 0)
      const message = choices(head, [{ id: key, text: '接入' }], tail)
      for (const one of staff) {
        await cards.add({ _id: boxes.keyOf(id, one), kind: 'offer', staff: one, conversation: conversation._id })
        await boxes.post({ id, staff: one, items: [{ kind: 'message', message }] })
      }
    },

    async taken({ id, conversation, staff, how }) {
      await closeOffers(conversation, staff)
      if (conversation.staff !== staff) return
      await boxes.name(staff, conversation._id, await people.mark(conversation))
      const staffName = await people.staffNames()
      const name = await people.nameOf(conversation)
      const past = historyPart(await desk().entries(conversation._id, { limit: READ }))
      const about = { name, staffName, timeZone, link: linkOf(conversation.account) }
      const why = reasonLine(conversation)
      const title = `${await people.title(conversation)}（${HOW[how]}）${why === '' ? '' : `\n${why}`}`
      const first = `${title}\n${await people.meter(conversation)}`
      const items = past.length === 0 ? [first] : [first, `—— 之前的 ${past.length} 条 ——\n${historyOf(past, about)}`]
      await boxes.post({ id, staff, conversation, items: items.map((text) => ({ kind: 'text', text })) })
    },

    async incoming({ id, conversation, entry }) {
      const { staff, account } = conversation
      if (staff === undefined) return
      const items = itemsOf(entry.content, { account, link: linkOf(account) })
      await boxes.post({ id, staff, conversation, items, head: await people.mark(conversation) })
    },

    async ended({ id, conversation, entry }) {
      const { delivery, by: staff } = entry
      if (!delivery) return
      const about = excerpt(lineOf(entry.content), 30)
      const mark = await markFor(staff, conversation)
      switch (delivery.state) {
        case 'sent':
          return cards.closeQuestions(delivery.key, '已确认送达')
        case 'uncertain': {
          const items = [
            { id: pressKeys.again(delivery.key), text: '补发' },
            { id: pressKeys.sent(delivery.key), text: '视为已发' },
          ]
          const tail = `“${about}”\n平台没有回音，可能已送达。补发时对方可能收到两遍。`
          const message = choices(excerpt(`${mark} 不确定是否送达`, 36), items, tail)
          const card = { kind: 'uncertain', staff, conversation: conversation._id, delivery: delivery.key } as const
          await cards.add({ ...card, _id: boxes.keyOf(id, staff) })
          return boxes.post({ id, staff, items: [{ kind: 'message', message }] })
        }
        case 'failed':
        case 'skipped':
        case 'expired':
        case 'cancelled': {
          await cards.closeQuestions(delivery.key, '未送达')
          const meter = await people.meter(conversation)
          const text = `⚠️ ${mark} 没有收到“${about}”：${reasonOf(delivery)}。\n${meter}`
          return boxes.post({ id, staff, items: [{ kind: 'text', text }] })
        }
        default:
          log.warn({ entry: entry._id, state: delivery.state }, 'the desk told an end that is none')
      }
    },

    async released({ id, conversation, staff, why }) {
      await boxes.forget(staff, conversation._id)
      if (why === 'left') {
        await boxes.drop({ staff, conversation: conversation._id })
        return
      }
      const text = `${await markFor(staff, conversation)}：${releasedText(why, conversation)}`
      await boxes.post({ id, staff, items: [{ kind: 'text', text }] })
    },

    async alert({ id, conversation, what, staff, minutes, ticket }) {
      const text = await alertText(what, minutes, conversation, ticket)
      for (const one of staff) await boxes.post({ id, staff: one, items: [{ kind: 'text', text }] })
    },
  }

  async function alertText(
    what: Parameters<RelayPort['alert']>[0]['what'],
    minutes: number,
    conversation: ConversationRow | undefined,
    ticket: Parameters<RelayPort['alert']>[0]['ticket'],
  ): Promise<string> {
    switch (what) {
      case 'unanswered': {
        if (!conversation) return `⏰ 有会话 ${minutes} 分钟未回复`
        const nameOf = await people.staffNames()
        const who = conversation.staff === undefined ? '' : `（${nameOf(conversation.staff)}）`
        const last = await lastWords(conversation)
        return `⏰ ${await people.title(conversation)}${who}已等 ${minutes} 分钟未回复${last === '' ? '' : `：“${last}”`}`
      }
      case 'queue':
        return conversation
          ? `⏰ ${await people.title(conversation)} 已排队 ${minutes} 分钟，无人接入`
          : `⏰ 有会话已排队 ${minutes} 分钟，无人接入`
      case 'ticket-overdue':
        return `⏰ 留言 ${ticket === undefined ? '' : `#${ticket.number} “${excerpt(ticket.question, 60)}” `}已超时 ${minutes} 分钟`
      default:
        return unreachable(what)
    }
  }
}

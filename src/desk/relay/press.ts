import type { StaffCardPressed } from '../../core/corp-update.js'
import { choices, type Reply, text } from '../../core/message.js'
import type { Cards } from './cards.js'
import { type Press, pressKeys } from './keys.js'
import type { createListening } from './listen.js'
import type { CardRow } from './model.js'
import type { People } from './people.js'
import type { RelayPorts, StaffReply } from './ports.js'
import { refusedText } from './words.js'

type PressPorts = Pick<RelayPorts, 'desk'> & {
  cards: Cards
  people: People
  listening: Pick<ReturnType<typeof createListening>, 'chosen'>
}

/** What follows from the buttons of our cards. The same press again changes nothing. */
export function createPressing({ desk, cards, people, listening }: PressPorts) {
  async function pressed(update: StaffCardPressed, press: Press): Promise<Reply> {
    switch (press.kind) {
      case 'take':
      case 'force':
        return take(update, press)
      case 'to':
        return to(update, press.conversation)
      default:
        return settle(update, press)
    }
  }

  const label = ({ from: staff, responseCode: code }: StaffCardPressed, said: string, filter: Partial<CardRow>) =>
    cards.pressed({ staff, code, label: said, filter })

  async function take(
    update: StaffCardPressed,
    { kind, conversation }: Press & { kind: 'take' | 'force' },
  ): Promise<StaffReply> {
    const { from: staff } = update
    const answer = await desk().accept({ conversation, staff, ...(kind === 'force' && { force: true }) })
    const offer = { conversation, kind: 'offer' } as const
    if (answer.outcome === 'done') {
      const { number } = answer.conversation
      await label(update, number === undefined ? '您已接入' : `您已接入 #${number}`, offer)
      return undefined
    }
    const { reason, conversation: row } = answer
    if (reason === 'taken' && row?.staff !== undefined) {
      const nameOf = await people.staffNames()
      await label(update, `${nameOf(row.staff)} 已接入`, offer)
      return undefined
    }
    await label(update, refusedText(reason), offer)
    return reason === 'full' && kind === 'take' ? overfull(staff, conversation) : undefined
  }

  async function overfull(staff: string, conversation: string): Promise<StaffReply> {
    const held = await desk().held(staff)
    const row = await desk().find(conversation)
    const who = row ? await people.nameOf(row) : '这位用户'
    const items = [{ id: pressKeys.force(conversation), text: '仍要接入' }]
    return choices(`${who} 还没有接入`, items, `您手上已有 ${held.length} 个会话，到了上限`)
  }

  async function to(update: StaffCardPressed, id: string): Promise<StaffReply> {
    const conversation = await desk().find(id)
    const mine = conversation?.held === true && conversation.staff === update.from
    if (!conversation || !mine) {
      await label(update, refusedText('not-yours'), NONE)
      return text('没有发出：这个会话已不在您手上。请重新选择号码')
    }
    await label(update, `→ ${await people.mark(conversation)}`, NONE)
    return listening.chosen(update, conversation)
  }

  /** 补发 or 视为已发: the first choice counts, pressed by whom it was asked. */
  async function settle(
    update: StaffCardPressed,
    { kind, delivery }: Press & { kind: 'again' | 'sent' },
  ): Promise<StaffReply> {
    const { from: staff } = update
    if (!(await cards.questions(delivery, staff))) return text('这张卡片不是给您的，或已过期')
    const done = await desk().settle({ entry: `out:${delivery}`, staff, choice: kind })
    const filter = { delivery, kind: 'uncertain' } as const
    if (done.choice === undefined) {
      await label(update, '已处理', filter)
      return text(done.outcome === 'refused' ? (UNSETTLED[done.reason] ?? '没有补发') : '')
    }
    await label(update, done.choice === 'again' ? '已补发' : '视为已发', filter)
    if (done.outcome === 'done') return undefined
    return text(done.choice === 'again' ? '这条先前已选择补发' : '这条先前已选择视为已发')
  }

  return { pressed }
}

const UNSETTLED: Readonly<Record<string, string>> = {
  'not-uncertain': '这条已有结果，不用再处理',
  gone: '这条已查不到，没有补发',
  unknown: '这条已查不到，没有补发',
}

/** Cards that nobody notes: a question is put again when its answer is lost. */
const NONE: Partial<CardRow> = { _id: '' }

import { unreachable } from '../../core/errors.js'
import { text, toMessage } from '../../core/message.js'
import { isClose } from '../../library/fields.js'
import type { ConversationRow } from '../model.js'
import type { Command } from './parse.js'
import type { People } from './people.js'
import type { DeskAnswer, RelayPorts, StaffReply } from './ports.js'
import { excerpt, HELP, refusedText } from './words.js'

/** A command with the conversation it is about. */
export interface Order {
  command: Command
  argument: string
  staff: string
  /** The same for the same line. */
  key: string
}

/** Those that need no conversation. */
export const WITHOUT: ReadonlySet<Command> = new Set(['list', 'help', 'on', 'off'])

/** Carries commands out; what the desk tells by itself afterwards (ended, transferred) is not said twice. */
export function createCommands(
  ports: Pick<RelayPorts, 'desk' | 'tagsOf' | 'ordersOf' | 'slugs' | 'clock'> & { people: People },
) {
  const { desk, people, clock } = ports

  /** `list`, `help`, `on`, `off`. */
  async function alone({ command, staff }: Order, current: string | undefined): Promise<StaffReply> {
    switch (command) {
      case 'on':
      case 'off': {
        await desk().setPresence({ staff, state: command === 'on' ? 'online' : 'offline' })
        return text(command === 'on' ? '已上线，有新会话会发给您' : '已下线，不再分配新会话；手上的会话请处理完或转出')
      }
      case 'list':
        return toMessage(await listOf(staff, current))
      default:
        return text(HELP)
    }
  }

  async function listOf(staff: string, current: string | undefined): Promise<string> {
    const held = await desk().held(staff)
    const member = await people.member(staff)
    const head = member ? `${member.name} · ${member.online ? '在线' : '离线'} · ${held.length}/${member.capacity}` : ''
    if (held.length === 0) return [head, '手上没有会话'].filter((line) => line !== '').join('\n')
    const lines = await Promise.all(
      held.map(async (one) => {
        const waits = one.state === 'staff' && one.lastInAt ? `等您回复 ${minutesSince(one.lastInAt)} 分钟` : '等对方'
        const here = one._id === current ? '▶ ' : ''
        return `${here}${await people.title(one)} · ${waits} · ${await people.meter(one)}`
      }),
    )
    return [head, ...lines].join('\n')
  }

  const minutesSince = (at: Date) => Math.max(0, Math.floor((clock.now().getTime() - at.getTime()) / 60_000))

  async function run(order: Order, conversation: ConversationRow): Promise<StaffReply> {
    const { command, argument, staff, key } = order
    const about = { conversation: conversation._id, staff }
    switch (command) {
      case 'close':
        return refusal(await desk().close(about))
      case 'bot':
        return refusal(await desk().toBot(about))
      case 'transfer':
        return transfer(argument, about)
      case 'note': {
        if (argument === '') return text('备注什么？请写：/备注 内容')
        const answer = await desk().note({ ...about, text: argument, key })
        return refusal(answer) ?? text('已备注')
      }
      case 'card':
      case 'article':
        return content(command, argument, { ...about, key })
      case 'order': {
        const lines = await ports.ordersOf(conversation.contact, argument === '' ? undefined : argument)
        const none = argument === '' ? '没有找到订单' : `没有找到订单 ${argument}`
        return text(`${await people.mark(conversation)}\n${lines.length === 0 ? none : lines.join('\n')}`)
      }
      case 'who': {
        const tags = await ports.tagsOf(conversation.contact)
        const reason = conversation.reason === undefined ? '' : `来由：${excerpt(conversation.reason, 60)}`
        const lines = [
          await people.title(conversation),
          tags.length === 0 ? '没有标签' : `标签：${tags.join('、')}`,
          reason,
          await people.meter(conversation),
        ]
        return text(lines.filter((line) => line !== '').join('\n'))
      }
      case 'list':
      case 'help':
      case 'on':
      case 'off':
        return alone(order, conversation._id)
      default:
        return unreachable(command)
    }
  }

  async function transfer(argument: string, about: { conversation: string; staff: string }): Promise<StaffReply> {
    const to = argument.replace(/^@/, '').trim()
    const members = await desk().members()
    const skills = [...new Set(members.flatMap((one) => one.skills))]
    const others = members.filter(({ userid }) => userid !== about.staff)
    const there = others.filter(({ online }) => online).map(({ name }) => name)
    const choice = [...there, ...skills].join('、')
    if (to === '') return text(`转给谁？请写：/转给 姓名或技能${choice === '' ? '' : `（${choice}）`}`)
    const named = members.filter(({ name, userid }) => name === to || userid === to)
    if (named.length > 1)
      return text(`有 ${named.length} 位 ${to}，请写账号：${named.map(({ userid }) => userid).join('、')}`)
    const [member] = named
    if (!member && !skills.includes(to))
      return text(`没有叫“${to}”的同事或技能${choice === '' ? '' : `，可以转给：${choice}`}`)
    return refusal(await desk().transfer({ ...about, to: member ? member.userid : { skill: to } }))
  }

  async function content(
    kind: 'card' | 'article',
    slug: string,
    about: { conversation: string; staff: string; key: string },
  ): Promise<StaffReply> {
    const word = kind === 'card' ? '卡片' : '文章'
    const all = ports.slugs(kind)
    if (!all.includes(slug)) {
      const near = all.filter((one) => slug !== '' && (one.includes(slug) || isClose(one, slug)))
      const shown = (near.length > 0 ? near : all).slice(0, 10).join('、')
      const asked = slug === '' ? `哪个${word}？` : `没有${word}“${excerpt(slug, 40)}”。`
      return text(`${asked}${shown === '' ? '' : `可以用：${shown}`}`)
    }
    const card = { kind: 'card', title: slug, appid: '', path: '', slug } as const
    const said = await desk().say({ ...about, content: kind === 'card' ? card : { kind, slug } })
    return said.outcome === 'done' ? undefined : text(refusedText(said.reason))
  }

  return { alone, run }
}

/** Why it was not done; undefined when it was. */
function refusal(answer: DeskAnswer): StaffReply {
  return answer.outcome === 'done' ? undefined : text(refusedText(answer.reason))
}

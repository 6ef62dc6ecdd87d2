import type { StaffCardPressed, StaffMessage } from '../../core/corp-update.js'
import { type Message, type Reply, text, toMessage } from '../../core/message.js'
import type { ConversationRow } from '../model.js'
import type { Answers } from './answers.js'
import type { Asking } from './asking.js'
import { type createCommands, WITHOUT } from './commands.js'
import { type Line, parseLine } from './parse.js'
import type { People } from './people.js'
import type { RelayPorts, StaffReply } from './ports.js'
import { excerpt } from './words.js'

/** What others say to an update that is none of ours. */
export type Run = () => Reply | Promise<Reply>

type ListenPorts = Pick<RelayPorts, 'desk' | 'corp'> & {
  people: People
  asking: Asking
  answers: Answers
  commands: ReturnType<typeof createCommands>
}

/** Reads what staff write to the app. Reading the same line again does nothing twice. */
export function createListening({ desk, corp, people, asking, answers, commands }: ListenPorts) {
  /** A line or a file of a staff member; who is not of the desk is left to the handlers. */
  async function heard(update: StaffMessage, run: Run): Promise<Reply> {
    const { from: staff, content } = update
    const line: Line = content.kind === 'text' ? parseLine(content.text) : { kind: 'say', text: '' }
    if (line.kind === 'empty') return run()
    const held = await desk().held(staff)
    if (held.length === 0 && !(await people.member(staff))) return run()
    return meant(line, update, held, run)
  }

  async function meant(line: Line, update: StaffMessage, held: readonly ConversationRow[], run: Run): Promise<Reply> {
    const { from: staff, content } = update
    const id = `${corp}:${update.id}`
    switch (line.kind) {
      case 'empty':
        return run()
      case 'unknown':
        return (await run()) ?? text(`没有指令 /${excerpt(line.word, 20)}，发 /帮助 查看`)
      case 'switch':
        return switched(staff, line.number)
      case 'command': {
        const { command, argument, number } = line
        const order = { command, argument, staff, key: `${id}:0` }
        if (WITHOUT.has(command)) return commands.alone(order, await asking.current(staff))
        const aim = await asking.aimOf(id, staff, number)
        if (aim.aim === 'conversation') return commands.run(order, aim.conversation)
        return aim.aim === 'ask' ? whichOf(aim.among) : unknown(aim.number)
      }
      default: {
        const aim = await asking.aimOf(id, staff, line.number)
        const said = content.kind === 'text' ? { ...content, text: line.text } : content
        if (aim.aim === 'ask') return asking.ask(id, staff, said, aim.among)
        if (aim.aim === 'unknown') {
          if (held.length > 0 || aim.number !== undefined) return unknown(aim.number)
          return (await run()) ?? unknown(undefined)
        }
        const { conversation, implicit } = aim
        const reply = await answers.give({ conversation, staff, content: said, key: `${id}:0` })
        if (reply !== undefined || !implicit) return reply
        return text(`→ ${await people.mark(conversation)}`)
      }
    }
  }

  async function switched(staff: string, number: number): Promise<StaffReply> {
    const conversation = await desk().byNumber(staff, number)
    if (!conversation) return unknown(number)
    const replies = await asking.answered(staff, conversation)
    const here = `当前会话 ${await people.title(conversation)}\n${await people.meter(conversation)}`
    return text([...replies.map(words), here].join('\n'))
  }

  async function whichOf(among: readonly ConversationRow[]): Promise<Message> {
    const marks = await Promise.all(among.map(people.mark))
    return text(`哪个会话？请在前面加号码，例如 #${among[0]?.number ?? 1} /结束\n${marks.join('\n')}`)
  }

  return {
    heard,
    /** `desk:to:...` was pressed: what waited goes there. */
    async chosen({ from: staff }: StaffCardPressed, conversation: ConversationRow): Promise<StaffReply> {
      const replies = (await asking.answered(staff, conversation)).map(words)
      return toMessage(replies.join('\n'))
    },
  }
}

function unknown(number: number | undefined): Message {
  return text(
    number === undefined ? '您手上没有会话。发 /列表 查看，/帮助 看用法' : `您手上没有 #${number}。发 /列表 查看`,
  )
}

const words = (reply: StaffReply) => (reply?.kind === 'text' ? reply.text : '')

import type { StaffContent } from '../../core/corp-update.js'
import { choices, type Message, text } from '../../core/message.js'
import { isDuplicate } from '../../store/duplicate.js'
import type { ConversationRow } from '../model.js'
import type { Answers } from './answers.js'
import type { Boxes } from './box.js'
import { currentOf } from './current.js'
import { pressKeys } from './keys.js'
import { type ActRow, RELAY_KEEP_MS, type RelayRows } from './model.js'
import type { People } from './people.js'
import type { RelayPorts, StaffReply } from './ports.js'
import { excerpt } from './words.js'

/** Whom a line is for. */
export type Aim =
  | { aim: 'conversation'; conversation: ConversationRow; implicit: boolean }
  | { aim: 'ask'; among: readonly ConversationRow[] }
  | { aim: 'unknown'; number?: number }

const BUTTONS = 6
/** What waited longer for an answer is not sent any more: the talk has moved on. */
const STALE_MS = 3_600_000

/** Finds whom a line is for, once for all, and keeps what waits for an answer to that question. */
export function createAsking(
  ports: Pick<RelayPorts, 'desk' | 'clock'> & { rows: RelayRows; boxes: Boxes; people: People; answers: Answers },
) {
  const { desk, clock, rows, boxes, people, answers } = ports

  async function currentFor(staff: string, held: readonly ConversationRow[]) {
    const box = await boxes.of(staff)
    return currentOf({ held: held.map(({ _id }) => _id), wrote: box?.wrote, told: box?.told ?? {}, now: clock.now() })
  }

  /** The aim of the line of that id; the same when it is asked again, whatever has changed meanwhile. */
  async function aimOf(id: string, staff: string, number: number | undefined): Promise<Aim> {
    const known = (await rows.acts.findOne({ _id: id }))?.conversation
    if (known !== undefined) {
      const conversation = await desk().find(known)
      return conversation ? { aim: 'conversation', conversation, implicit: false } : { aim: 'unknown' }
    }
    const held = await desk().held(staff)
    const found = number === undefined ? await implicit(staff, held) : await desk().byNumber(staff, number)
    if (found === undefined) return number === undefined ? { aim: 'unknown' } : { aim: 'unknown', number }
    if (Array.isArray(found)) return { aim: 'ask', among: found }
    const conversation = found as ConversationRow
    await note({ _id: id, staff, conversation: conversation._id })
    return { aim: 'conversation', conversation, implicit: number === undefined && held.length > 1 }
  }

  async function implicit(staff: string, held: readonly ConversationRow[]) {
    const current = await currentFor(staff, held)
    if (current === 'none') return undefined
    if ('ask' in current) return current.ask.flatMap((id) => held.find(({ _id }) => _id === id) ?? [])
    return held.find(({ _id }) => _id === current.conversation)
  }

  async function note(act: Pick<ActRow, '_id' | 'staff'> & Partial<ActRow>): Promise<void> {
    const at = clock.now()
    await rows.acts
      .insertOne({ ...act, at, expiresAt: new Date(at.getTime() + RELAY_KEEP_MS) })
      .catch((error: unknown) => {
        if (!isDuplicate(error)) throw error
      })
  }

  /** Keeps it until they say whom it is for; the question is put once for all that waits. */
  async function ask(
    id: string,
    staff: string,
    content: StaffContent,
    among: readonly ConversationRow[],
  ): Promise<Message> {
    await note({ _id: id, staff, asking: content })
    const fresh = new Date(clock.now().getTime() - STALE_MS)
    const open = { staff, asking: { $exists: true }, conversation: { $exists: false }, at: { $gt: fresh } }
    const [first] = await rows.acts.find(open).sort({ at: 1, _id: 1 }).limit(1).toArray()
    if (first && first._id !== id) return text('这条也先留着，请选择发给谁')
    const marks = await Promise.all(among.map(people.mark))
    if (among.length > BUTTONS) return text(`发给谁？请回复号码，例如 #1\n${marks.join('\n')}`)
    const items = among.map(({ _id }, at) => ({ id: pressKeys.to(_id), text: excerpt(marks[at] ?? '', 10) }))
    const said = content.kind === 'text' ? `“${excerpt(content.text, 60)}”` : '刚才发来的内容'
    return choices('发给谁？', items, `${said}\n也可以回复号码，例如 #1`)
  }

  /** They said whom it is for: everything that waits goes there, in order, each at most once. */
  async function answered(staff: string, conversation: ConversationRow): Promise<StaffReply[]> {
    await boxes.wrote(staff, conversation._id)
    const replies: StaffReply[] = []
    let stale = 0
    const waiting = await rows.acts
      .find({ staff, asking: { $exists: true } })
      .sort({ at: 1, _id: 1 })
      .toArray()
    for (const { _id, at, asking } of waiting) {
      if (asking === undefined) continue
      if (at.getTime() < clock.now().getTime() - STALE_MS) {
        stale += 1
      } else {
        await rows.acts.updateOne(
          { _id, conversation: { $exists: false } },
          { $set: { conversation: conversation._id } },
        )
        const meant = (await rows.acts.findOne({ _id }))?.conversation
        const to = meant === conversation._id ? conversation : await desk().find(meant ?? '')
        if (to) replies.push(await answers.give({ conversation: to, staff, content: asking, key: `${_id}:0` }))
      }
      await rows.acts.updateOne({ _id }, { $unset: { asking: '' } })
    }
    if (stale > 0) replies.push(text(`有 ${stale} 条等了太久，没有发出`))
    return replies.filter((reply) => reply !== undefined)
  }

  return {
    aimOf,
    ask,
    answered,
    /** The conversation a line without a number would go to. */
    async current(staff: string): Promise<string | undefined> {
      const current = await currentFor(staff, await desk().held(staff))
      return typeof current === 'object' && 'conversation' in current ? current.conversation : undefined
    },
  }
}

/** Finds whom lines are for. */
export type Asking = ReturnType<typeof createAsking>

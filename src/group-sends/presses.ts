import type { Update } from '../core/update.js'
import { groupSendRows, type Member, type TaskRow } from './model.js'
import type { GroupSendPorts } from './ports.js'
import { PRESSES, readPress } from './staff-words.js'
import { revise } from './work.js'

/**
 * Takes in what members press on their to-do cards, and that a member has left. Undefined for updates that are about
 * something else. The same update again changes nothing.
 */
export function applyUpdate(ports: GroupSendPorts, update: Update): Promise<void> | undefined {
  if (update.kind === 'staff.card') {
    const pressed = readPress(update.key)
    return pressed && press(ports, pressed, update)
  }
  if (update.kind === 'event.corp.directory' && update.change === 'delete_user' && update.user !== undefined) {
    return left(ports, update.account, update.user, update.at)
  }
  return undefined
}

async function press(
  ports: GroupSendPorts,
  { press: word, task }: NonNullable<ReturnType<typeof readPress>>,
  update: { account: string; from: string; at: Date; responseCode: string },
): Promise<void> {
  const { from: staff, account, at, responseCode } = update
  const row = await groupSendRows(ports.connection).tasks.findOne({ _id: task, account })
  if (row === null || !row.members.some((one) => one.staff === staff)) return
  const changed = row.endedAt
    ? undefined
    : await revise({ ports }, task, (newest) => pressed(ports, newest, staff, word, at))
  const label = changed === undefined ? '任务已结束' : word === 'later' ? '稍后会再提醒' : '已记下，谢谢'
  await ports
    .updateCard?.(account, staff, responseCode, label)
    .catch((reason: unknown) => ports.log.warn({ task, reason: String(reason) }, 'a card could not be changed'))
}

function pressed(ports: GroupSendPorts, task: TaskRow, staff: string, word: keyof typeof PRESSES, at: Date) {
  const member = task.members.find((one) => one.staff === staff)
  if (member === undefined || member.state === 'confirmed' || (member.at && member.at >= at)) return undefined
  if (word === 'later') return { snoozedUntil: new Date(at.getTime() + ports.settings.snooze) }
  const said: Member = { ...member, state: 'cannot', at, why: PRESSES[word] }
  return { members: task.members.map((one) => (one.staff === staff ? said : one)) }
}

async function left(ports: GroupSendPorts, account: string, staff: string, at: Date): Promise<void> {
  const { tasks } = groupSendRows(ports.connection)
  const open = await tasks.find({ open: true, account, 'members.staff': staff }, { projection: { _id: 1 } }).toArray()
  for (const { _id } of open)
    await revise({ ports }, _id, ({ members }) => {
      const gone = members.filter((one) => one.staff === staff && (one.state === 'waiting' || one.state === 'cannot'))
      if (gone.length === 0) return undefined
      return { members: members.map((one) => (gone.includes(one) ? { ...one, state: 'left' as const, at } : one)) }
    })
}

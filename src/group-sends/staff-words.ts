import { choices, type Message, text } from '../core/message.js'
import type { NewDelivery } from '../outbox/delivery.js'
import type { TaskRow } from './model.js'

/** What a member can press on the to-do card; the word is in the key of the button. */
export const PRESSES = {
  later: '稍后提醒',
  away: '我不在岗',
  content: '内容不合适',
  other: '其他原因',
} as const
export type Press = keyof typeof PRESSES

const PREFIX = 'group-send'

/** The key of a button; comes back with the press. */
export const pressKey = (press: Press, task: string): string => `${PREFIX}:${press}:${task}`

/** The press behind a button's key, or undefined for buttons of others. */
export function readPress(key: string): { press: Press; task: string } | undefined {
  const [prefix, press = '', ...rest] = key.split(':')
  if (prefix !== PREFIX || !Object.hasOwn(PRESSES, press) || rest.length === 0) return undefined
  return { press: press as Press, task: rest.join(':') }
}

type Brief = Pick<TaskRow, '_id' | 'kind' | 'name' | 'account' | 'run' | 'expiresAt'> & {
  targets: readonly string[]
}

/** The to-do to a member: what waits for confirmation and where. `again` names repetitions. */
export function todo(task: Brief, staff: string, again: number, dueAt: Date): NewDelivery {
  const head = again === 0 ? `待确认：${task.name}` : `还没有确认：${task.name}`
  const tail = `${countWords(task)}。请在企业微信手机端打开“${task.kind === 'moments' ? '客户朋友圈' : '群发助手'}”的通知，查看内容后点发送；不确认就不会发出。`
  const items = (Object.keys(PRESSES) as Press[]).map((press) => ({
    id: pressKey(press, task._id),
    text: PRESSES[press],
  }))
  const key = `${task._id}:${staff}:todo${again === 0 ? '' : `:${again}`}`
  return toStaff(task, staff, key, choices(head, items, tail), dueAt)
}

/** Tells a member what became of the task. */
export function thanks(task: Brief, staff: string, counts: string, dueAt: Date): NewDelivery {
  return toStaff(task, staff, `${task._id}:${staff}:done`, text(`已完成：${task.name}。${counts}`), dueAt)
}

/** Tells the other person that somebody has not confirmed. A task cannot be moved, and the message says so. */
export function alarm(task: Brief, to: string, who: readonly string[], said: string, dueAt: Date): NewDelivery {
  const words = [
    `群发未确认：${task.name}`,
    `${who.join('、')}${said}，${countWords(task)}。`,
    '企业微信不能把群发任务转给别人：请联系本人确认，或由您在客户端手动发送。',
  ]
  return toStaff(task, to, `${task._id}:alarm:${to}`, text(words.join('\n')), dueAt)
}

/** Tells the new owner that groups were really handed over, and why. */
export function moved(task: Brief, to: string, from: string, dueAt: Date): NewDelivery {
  const words = `${from} 没有确认群发“${task.name}”，${task.targets.length} 个客户群的群主已按设置变更为您，稍后您会收到新的群发任务。`
  return toStaff(task, to, `${task._id}:moved:${to}`, text(words), dueAt)
}

function countWords({ kind, targets }: Brief): string {
  if (kind === 'moments') return '一条客户朋友圈'
  return kind === 'groups' ? `${targets.length} 个客户群` : `${targets.length} 位客户`
}

function toStaff(task: Brief, to: string, key: string, message: Message, dueAt: Date): NewDelivery {
  return {
    key: `${PREFIX}:${key}`,
    account: task.account,
    to,
    purpose: 'service',
    message,
    dueAt,
    source: `${PREFIX}:${task._id}`,
    ...(dueAt < task.expiresAt && { expiresAt: task.expiresAt }),
  }
}

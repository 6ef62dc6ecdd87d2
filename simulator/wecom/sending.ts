import { shanghaiDay, shanghaiMonth } from '../clock.js'
import { ControlError } from '../control/person.js'
import type { CorpContent } from './content.js'
import type { Corp, Scene } from './corp.js'
import { showIn } from './groups.js'
import { tellMoment, tellStaff, tellTask } from './notices.js'
import { chatBetween } from './people.js'
import type { Moment, Sender, SendTask, Staff, Target } from './state.js'
import { countsOf } from './task-views.js'
import { show } from './thread.js'

/** How many group-sends a target may receive in the current window, and how many it has received. */
function isCapped(corp: Corp, target: string, now: number): boolean {
  const times = corp.reached.get(target) ?? []
  const { cap } = corp.settings
  if (cap === 'day') return times.filter((at) => shanghaiDay(at) === shanghaiDay(now)).length >= 1
  if (cap === 'week') return times.filter((at) => weekOf(at) === weekOf(now)).length >= 7
  return times.filter((at) => shanghaiMonth(at) === shanghaiMonth(now)).length >= daysOfMonth(now)
}

/** Weeks begin on Monday in Shanghai; day 0 (1970-01-01) was a Thursday. */
const weekOf = (at: number) => Math.floor((shanghaiDay(at) + 3) / 7)

function daysOfMonth(at: number): number {
  const month = shanghaiMonth(at)
  return new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate()
}

const KEPT_MS = 32 * 86_400_000

function reach(corp: Corp, target: string, now: number): void {
  const times = (corp.reached.get(target) ?? []).filter((at) => now - at < KEPT_MS)
  corp.reached.set(target, [...times, now])
}

/**
 * A member confirms a task in the client: everything, or only some targets. Gives how many got it, were over the cap or
 * not connected any more. 409 while it is dispatched, when cancelled or confirmed.
 */
export function confirmSend(scene: Scene, staff: Staff, task: SendTask, only: readonly string[] | undefined) {
  const { corp, now } = scene
  const sender = task.senders.get(staff.id)
  if (!sender) throw new ControlError(404, `${staff.name} has no part in the task ${task.id}`)
  if (task.dispatchedAt > now) throw new ControlError(409, 'the task is still being dispatched')
  if (task.cancelled) throw new ControlError(409, 'the task was cancelled')
  if (sender.confirmedAt !== undefined) throw new ControlError(409, `${staff.name} has confirmed it already`)
  if (sender.chooses) choose(corp, staff, sender, only)
  sender.confirmedAt = now
  const wanted = only === undefined ? undefined : new Set(only)
  for (const target of sender.targets) {
    if (wanted && !wanted.has(target.id)) continue
    target.status = outcomeOf(scene, staff, task, target)
    target.at = now
    if (target.status === 1) deliver(scene, staff, task, target.id)
  }
  tellTask(scene, task)
  tellStaff(scene, staff)
  const { waiting, ...counts } = countsOf(sender.targets)
  return { ...counts, left: waiting }
}

/** Without groups named by the task the owner picks some of her own. */
function choose(corp: Corp, staff: Staff, sender: Sender, only: readonly string[] | undefined): void {
  if (!only?.length) throw new ControlError(400, 'targets: choose the groups, the task names none')
  const foreign = only.find((id) => corp.groups.get(id)?.owner !== staff.id)
  if (foreign !== undefined) throw new ControlError(409, `${foreign} is no group of ${staff.name}`)
  sender.targets = only.map((id): Target => ({ id, status: 0, at: 0 }))
}

function outcomeOf({ corp, now }: Scene, staff: Staff, task: SendTask, { id }: Target): 1 | 2 | 3 {
  if (task.kind === 'groups') {
    const group = corp.groups.get(id)
    if (!group || group.dismissed || group.owner !== staff.id) return 2
  } else {
    const relation = staff.relations.get(id)
    if (!relation || relation.lost || relation.half) return 2
  }
  return isCapped(corp, id, now) ? 3 : 1
}

function deliver(scene: Scene, staff: Staff, task: SendTask, target: string): void {
  const { corp } = scene
  reach(corp, target, scene.now)
  const by = { from: 'staff', by: staff.id, name: staff.name, via: 'group-send', task: task.id } as const
  for (const content of task.message.contents) {
    const group = task.kind === 'groups' ? corp.groups.get(target) : undefined
    if (group) showIn(scene, group, { ...by, content })
    else show(scene, chatBetween(corp, staff.id, target), { ...by, content })
  }
}

/** A member publishes a moment to her customers. */
export function publishMoment(scene: Scene, staff: Staff, moment: Moment): { delivered: number } {
  const { corp, now } = scene
  const part = moment.staff.get(staff.id)
  if (!part) throw new ControlError(404, `${staff.name} has no part in the moment ${moment.id}`)
  if (moment.dispatchedAt > now) throw new ControlError(409, 'the task is still being dispatched')
  if (moment.cancelled) throw new ControlError(409, 'the moment was cancelled')
  if (part.publishedAt !== undefined) throw new ControlError(409, `${staff.name} has published it already`)
  part.publishedAt = now
  part.customers = part.customers.filter((id) => {
    const relation = staff.relations.get(id)
    return relation !== undefined && !relation.lost && corp.customers.has(id)
  })
  tellMoment(scene, moment)
  return { delivered: part.customers.length }
}

/** Puts a welcome into a conversation. */
export function deliverWelcome(scene: Scene, staff: Staff, customer: string, contents: readonly CorpContent[]): void {
  const chat = chatBetween(scene.corp, staff.id, customer)
  for (const content of contents) {
    show(scene, chat, { from: 'staff', by: staff.id, name: staff.name, via: 'welcome', content })
  }
}

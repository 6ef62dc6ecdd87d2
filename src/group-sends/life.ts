import { unreachable } from '../core/errors.js'

/** Where a push is in its life. */
export const PUSH_STATES = ['draft', 'estimated', 'approved', 'scheduled', 'running', 'done', 'stopped'] as const
export type PushState = (typeof PUSH_STATES)[number]

/** What people do with a push. */
export type PushAction = 'edit' | 'move' | 'estimate' | 'approve' | 'start' | 'stop'

const TABLE: Record<PushAction, Partial<Record<PushState, PushState>>> = {
  edit: { draft: 'draft', estimated: 'draft', approved: 'draft' },
  move: { draft: 'draft', estimated: 'estimated', approved: 'approved', scheduled: 'scheduled' },
  estimate: { draft: 'estimated', estimated: 'estimated', approved: 'approved', scheduled: 'scheduled' },
  approve: { estimated: 'approved', approved: 'approved' },
  start: { approved: 'scheduled', scheduled: 'scheduled', running: 'running' },
  stop: { scheduled: 'stopped', running: 'stopped', stopped: 'stopped' },
}

/** The state after an action; undefined when the state does not allow it. Done again it leads to the same state. */
export const stateAfter = (state: PushState, action: PushAction): PushState | undefined => TABLE[action][state]

/** What can be done now, for an error's advice. */
export const actionsIn = (state: PushState): PushAction[] =>
  (Object.keys(TABLE) as PushAction[]).filter((action) => TABLE[action][state] !== undefined)

/**
 * Where one run is. `surveying`: its audience is being frozen; `dividing`: tasks are being stored; `running`: tasks are
 * made, confirmed, counted; `cancelling`: what is not sent is being called back.
 */
export type RunState = 'due' | 'surveying' | 'dividing' | 'running' | 'cancelling' | 'done' | 'cancelled' | 'skipped'

/** Runs that something is still to be done for. */
export const OPEN_RUNS: readonly RunState[] = ['due', 'surveying', 'dividing', 'running', 'cancelling']

/**
 * Where a task is. `creating` is on the disk before the platform is called; `uncertain`: nobody knows whether it was
 * made, a person decides; `made`: the platform has it and its members are asked to confirm.
 */
export type TaskState =
  | 'planned'
  | 'creating'
  | 'uncertain'
  | 'made'
  | 'done'
  | 'failed'
  | 'expired'
  | 'cancelled'
  | 'handed-over'

/** Tasks that something is still to be done for. */
export const OPEN_TASKS: readonly TaskState[] = ['planned', 'creating', 'uncertain', 'made']

/** A member's part of a task. `cannot`: the member said so; `left`: is no member any more. */
export type MemberState = 'waiting' | 'confirmed' | 'cannot' | 'left' | 'expired' | 'cancelled' | 'unknown'

/**
 * What became of a group or customer. Nothing counts as `sent` before the platform's own result says so. `unknown`: the
 * platform gave no result in time, or nobody knows whether the task was made; `assumed`: an operator took it as made.
 */
export type TargetState =
  | 'planned'
  | 'waiting'
  | 'sent'
  | 'over-cap'
  | 'not-friend'
  | 'refused'
  | 'expired'
  | 'cancelled'
  | 'assumed'
  | 'unknown'
  | 'skipped'

/** Targets that may still get their message: they count towards the caps. */
export const OPEN_TARGETS: readonly TargetState[] = ['planned', 'waiting']

/** Targets that got it, or may have: they count towards the caps on the day of their message. */
export const REACHED_TARGETS: readonly TargetState[] = ['sent', 'assumed', 'unknown']

/** Why a target was left out before any task was made. */
export type SkipReason =
  | 'over-cap'
  | 'staff-gone'
  | 'no-staff'
  | 'group-dismissed'
  | 'unknown-group'
  | 'unknown-customer'
  | 'not-allowed'

/** How a task's state reads to people: honest about what is not proven yet. */
export function taskWords(state: TaskState): string {
  switch (state) {
    case 'planned':
      return '待创建'
    case 'creating':
      return '正在创建'
    case 'uncertain':
      return '不确定是否已创建，请核实'
    case 'made':
      return '待成员确认'
    case 'done':
      return '已完成'
    case 'failed':
      return '企业微信拒绝'
    case 'expired':
      return '已过期'
    case 'cancelled':
      return '已取消'
    case 'handed-over':
      return '已移交'
    default:
      return unreachable(state)
  }
}

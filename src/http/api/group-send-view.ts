import { z } from 'zod'
import type { SortedPage } from '../../core/sort.js'
import { sortBy } from './sorting.js'

/** A push, its runs and the result table as the API shows them. */

const counts = z.record(z.string(), z.int())

/** Where a push is in its life. */
export const pushState = z.enum(['draft', 'estimated', 'approved', 'scheduled', 'running', 'done', 'stopped'])

/** Where a task of a run is. */
export const taskState = z.enum([
  'planned',
  'creating',
  'uncertain',
  'made',
  'done',
  'failed',
  'expired',
  'cancelled',
  'handed-over',
])

/** What pushes can be ordered by; the last changed first unless given. */
export const pushSort = sortBy(['name', 'id', 'state', 'targets', 'tasks', 'next', 'updatedAt'])
/** What the tasks of a run can be ordered by; by their names unless given. */
export const taskSort = sortBy(['task', 'staff', 'state', 'expiresAt'])
/** What its targets can be ordered by; by their ids unless given. */
export const targetSort = sortBy(['target', 'staff'])

const estimate = z
  .object({
    asOf: z.date(),
    for: z.date().describe('when it would be sent: caps are judged for then'),
    version: z.int(),
    targets: z.int().describe('groups or customers it means; members asked, for moments'),
    planned: z.int().describe('those that would be put into tasks; none is sent before a member confirms'),
    owners: z.int(),
    largest: z.array(z.object({ staff: z.string(), targets: z.int() })),
    tasks: z.int(),
    skipped: counts.describe(
      'left out, by reason: over-cap, staff-gone, no-staff, group-dismissed, unknown-group, unknown-customer, not-allowed',
    ),
    notAllowed: counts.describe('of not-allowed: by the house’s own rule'),
    departments: z.int(),
    tookMs: z.number(),
  })
  .meta({ id: 'GroupSendEstimate' })

/** A push as it is shown; its definition is added where the schema is known. */
export const pushView = z
  .object({
    id: z.string(),
    state: pushState,
    version: z.int().describe('of the definition; name it when editing and approving'),
    authors: z.array(z.string()),
    createdAt: z.date(),
    updatedAt: z.date(),
    estimate: estimate.optional(),
    approval: z.object({ by: z.string(), at: z.date(), version: z.int(), targets: z.int() }).optional(),
    next: z.object({ key: z.string(), at: z.date(), manual: z.literal(true).optional() }).optional(),
    reason: z.object({ text: z.string(), at: z.date(), by: z.string().optional() }).optional(),
  })
  .meta({ id: 'GroupSend' })

/** One run of a push. */
export const pushRunView = z
  .object({
    occurrence: z.string(),
    kind: z.enum(['groups', 'customers', 'moments']),
    state: z.enum(['due', 'surveying', 'dividing', 'running', 'cancelling', 'done', 'cancelled', 'skipped']),
    dueAt: z.date(),
    version: z.int(),
    asOf: z.date().optional().describe('when its audience was frozen'),
    found: z.object({ targets: z.int(), skipped: z.int(), tasks: z.int() }).optional(),
    cancelled: z.object({ by: z.string(), at: z.date(), note: z.string().optional() }).optional(),
    endedAt: z.date().optional(),
    reason: z.object({ text: z.string(), at: z.date() }).optional(),
  })
  .meta({ id: 'GroupSendRun' })

/** Where a target is. */
export const targetState = z.enum([
  'planned',
  'waiting',
  'sent',
  'over-cap',
  'not-friend',
  'refused',
  'expired',
  'cancelled',
  'assumed',
  'unknown',
  'skipped',
])

/** One line of the table. */
export const taskLine = z
  .object({
    task: z.string(),
    staff: z.string().describe('empty for moments, which several members publish'),
    part: z.int(),
    state: taskState,
    words: z.string().describe('the state in words; 待成员确认 until the platform’s result proves more'),
    members: z.array(
      z.object({
        staff: z.string(),
        name: z.string().optional(),
        state: z.enum(['waiting', 'confirmed', 'cannot', 'left', 'expired', 'cancelled', 'unknown']),
        at: z.date().optional(),
        why: z.string().optional(),
      }),
    ),
    reminders: z.array(
      z.object({ at: z.date(), by: z.string(), end: z.string().optional(), reason: z.string().optional() }),
    ),
    targets: counts,
    createdAt: z.date(),
    madeAt: z.date().optional(),
    expiresAt: z.date(),
    polledAt: z.date().optional().describe('how old this is'),
    escalatedAt: z.date().optional(),
    escalateTo: z.string().optional(),
    attempts: z.int(),
    evidence: z.array(z.object({ at: z.date(), text: z.string() })),
    reason: z.string().optional(),
  })
  .meta({ id: 'GroupSendTask' })

/** The result table. */
export const tableView = z.object({
  run: pushRunView,
  tasks: z.array(taskLine),
  next: z.string().optional(),
  totals: z.object({ tasks: counts, members: counts, targets: counts, skipped: counts }),
})

/** One group or customer. */
export const targetView = z
  .object({
    target: z.string(),
    name: z.string().optional(),
    contact: z.string().optional(),
    staff: z.string().optional(),
    task: z.string().optional(),
    state: targetState,
    reason: z.string().optional(),
    detail: z.string().optional(),
    at: z.date(),
  })
  .meta({ id: 'GroupSendTarget' })

type Shown = Omit<z.input<typeof pushView>, 'id'>
/** A push as the engine gives it. */
export type PushShown = Shown & { _id: string; rev: number; definition: Record<string, unknown> }
type Run = z.input<typeof pushRunView>
type Table = Omit<z.input<typeof tableView>, 'run'> & { run: Run }

interface By {
  by: string
  note?: string
}

interface Page<Sort> {
  sort?: Sort | undefined
  after?: string | undefined
  size?: number | undefined
}

/** What the routes ask of pushes; `createGroupSends` is it. */
export interface GroupSendPort {
  page(query: {
    state?: z.output<typeof pushState> | undefined
    text?: string | undefined
    sort?: z.output<typeof pushSort>
    after?: string | undefined
    limit?: number | undefined
  }): Promise<SortedPage<PushShown>>
  show(id: string): Promise<{ push: PushShown; runs: Run[] }>
  create(given: By & { id: string; definition: unknown }): Promise<PushShown>
  edit(id: string, given: By & { version: number; definition: unknown }): Promise<PushShown>
  move(id: string, asked: By & { version: number; at: string }): Promise<PushShown>
  estimate(id: string, by: By): Promise<PushShown>
  approve(id: string, by: By & { version: number }): Promise<PushShown>
  start(id: string, by: By & { now?: boolean }): Promise<PushShown>
  cancel(id: string, by: By): Promise<PushShown>
  remind(id: string, by: By): Promise<number>
  refresh(id: string): Promise<number>
  table(
    id: string,
    occurrence: string,
    page: Page<z.output<typeof taskSort>> & { state?: z.output<typeof taskState> | undefined },
  ): Promise<Table>
  targets(
    id: string,
    occurrence: string,
    query: Page<z.output<typeof targetSort>> & {
      task?: string | undefined
      state?: z.output<typeof targetState> | undefined
    },
  ): Promise<{ targets: z.input<typeof targetView>[]; next?: string }>
  decide(task: string, as: 'again' | 'made', by: By): Promise<{ _id: string; state: string }>
}

/** Of an object only what a schema shows. */
export function only<T extends z.ZodRawShape>(schema: z.ZodObject<T>, value: object): z.input<z.ZodObject<T>> {
  const row = value as Record<string, unknown>
  const kept = Object.keys(schema.shape).flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]]))
  return Object.fromEntries(kept) as z.input<z.ZodObject<T>>
}

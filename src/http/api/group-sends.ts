import { z } from 'zod'
import { namesOf } from './campaigns.js'
import {
  type GroupSendPort,
  only,
  type PushShown,
  pushRunView,
  pushSort,
  pushState,
  pushView,
  tableView,
  targetSort,
  targetState,
  targetView,
  taskSort,
  taskState,
} from './group-send-view.js'
import { ApiError, type Route, route } from './route.js'
import { cursor, part } from './sorting.js'

/** What the routes are made of. */
export interface GroupSendRoutePorts {
  groupSends: GroupSendPort
  /** The JSON Schema of a definition, for the description. */
  definition: object
  /** What a person of the console is called. */
  nameOf?(id: string): Promise<string | undefined>
}

const TAG = 'Group sends'
const id = z.string().min(2).max(48).describe('the push’s name')
const one = z.strictObject({ id })
const inRun = one.extend({
  occurrence: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{4}$/, 'looks like 2026-09-24T1000'),
})
const noted = z.strictObject({ note: z.string().max(500).optional().describe('why, for the record') }).optional()
const paged = { after: cursor, size: z.coerce.number().int().min(1).max(200).optional() }
const UNKNOWN = { 404: 'There is no such push.' }
const STATES = { ...UNKNOWN, 409: 'Its state does not allow that; `detail` says what does.' }

const HONEST = `WeCom lets no server post into a customer group or write to a customer. A push makes *tasks* (企业群发): each owner or
member is asked to confirm on the phone, and until the platform's own result proves it a target is \`waiting\`, never \`sent\`. No event
tells that somebody confirmed: it is read after 5 min, 30 min, 2 h, then hourly; \`refresh\` asks sooner. What is sent cannot be recalled,
and a task cannot be moved to another member.`

/** Pushes to customer groups, customers and moments over HTTP. A worker carries out what was decided. */
export function createGroupSendRoutes({ groupSends, definition, nameOf }: GroupSendRoutePorts): Route[] {
  const written = z.record(z.string(), z.unknown()).meta({ ...definition, id: 'GroupSendDefinition' })
  const whole = pushView.extend({ definition: written })
  const shown = async (doing: Promise<PushShown>) => ({ body: viewOf(await refusable(doing)) })

  const list = route({
    id: 'listGroupSends',
    method: 'GET',
    path: '/group-sends',
    tag: TAG,
    summary: 'Pushes to groups, customers and moments, the last changed first.',
    description: HONEST,
    scope: 'groups:read',
    query: z.strictObject({
      state: pushState.optional(),
      text: part,
      sort: pushSort,
      after: cursor,
      limit: z.coerce.number().int().min(1).max(1000).optional(),
    }),
    answer: z.object({ groupSends: z.array(whole), next: z.string().optional() }),
    async handle({ query }) {
      const { rows, ...more } = await groupSends.page(query)
      return { body: { groupSends: rows.map(viewOf), ...more } }
    },
  })

  const create = route({
    id: 'createGroupSend',
    method: 'POST',
    path: '/group-sends',
    tag: TAG,
    summary: 'Make a push; it starts as a draft.',
    description: `The same name with the same definition again changes nothing.\n\n${HONEST}`,
    scope: 'groups:write',
    idempotent: true,
    body: z.strictObject({ id, definition: written }),
    answer: whole,
    errors: { 409: 'There is a push of that name.', 422: 'The definition has mistakes; `errors` names each.' },
    async handle({ body, caller }) {
      return { status: 201, ...(await shown(groupSends.create({ ...body, by: caller.id }))) }
    },
  })

  const get = route({
    id: 'getGroupSend',
    method: 'GET',
    path: '/group-sends/:id',
    tag: TAG,
    summary: 'A push with its newest runs.',
    scope: 'groups:read',
    params: one,
    answer: whole.extend({
      runs: z.array(pushRunView),
      names: z.record(z.string(), z.string()).describe('what the people named in it are called, by their ids'),
    }),
    errors: UNKNOWN,
    async handle({ params }) {
      const { push, runs } = await refusable(groupSends.show(params.id))
      const { authors, approval, reason } = push
      const named = [...authors, approval?.by, reason?.by, ...runs.map(({ cancelled }) => cancelled?.by)]
      const names = await namesOf(named, nameOf)
      return { body: { ...viewOf(push), runs: runs.map((run) => only(pushRunView, run)), names } }
    },
  })

  const edit = route({
    id: 'editGroupSend',
    method: 'PUT',
    path: '/group-sends/:id',
    tag: TAG,
    summary: 'Replace the definition; estimate and approval are taken back.',
    scope: 'groups:write',
    params: one,
    body: z.strictObject({ version: z.int().min(1), definition: written }),
    answer: whole,
    errors: { ...STATES, 422: 'The definition has mistakes; `errors` names each.' },
    handle: ({ params, body, caller }) => shown(groupSends.edit(params.id, { ...body, by: caller.id })),
  })

  const move = route({
    id: 'moveGroupSend',
    method: 'POST',
    path: '/group-sends/:id/move',
    tag: TAG,
    summary: 'Put one that runs once at another time, as a calendar does.',
    description: `One that was estimated is estimated anew for the new time, as the platform's caps are judged for then: \`estimate\` tells
who would be left out. The approval stays for a push so small that its author may approve it (\`groupSends.approvalAbove\`, or its own);
a larger one goes back to \`estimated\`, to be approved and started again: \`state\` tells. A draft is still to be estimated.`,
    scope: 'groups:write',
    params: one,
    body: z.strictObject({
      version: z.int().min(1).describe('the version that was looked at'),
      at: z
        .string()
        .max(40)
        .describe(
          'an instant with its offset (2026-09-24T10:00:00+08:00), put into the schedule’s own zone; or local text of that zone (2026-09-24T10:00)',
        ),
      note: z.string().max(500).optional(),
    }),
    answer: whole,
    errors: { ...STATES, 422: 'The time is over, or is no time.' },
    handle: ({ params, body: { version, at, note }, caller }) =>
      shown(groupSends.move(params.id, { by: caller.id, version, at, ...(note !== undefined && { note }) })),
  })

  const estimate = route({
    id: 'estimateGroupSend',
    method: 'POST',
    path: '/group-sends/:id/estimate',
    tag: TAG,
    summary: 'Look at every target: who would be asked to send, who is left out and why.',
    description: 'Members’ own mass messages are not known to us; the platform counts them towards its caps too.',
    scope: 'groups:write',
    params: one,
    answer: whole,
    errors: STATES,
    handle: ({ params, caller }) => shown(groupSends.estimate(params.id, { by: caller.id })),
  })

  const approve = route({
    id: 'approveGroupSend',
    method: 'POST',
    path: '/group-sends/:id/approve',
    tag: TAG,
    summary: 'Approve the version that was estimated.',
    scope: 'groups:write',
    params: one,
    body: z.strictObject({ version: z.int().min(1).describe('the version that was looked at') }),
    answer: whole,
    errors: { ...STATES, 403: 'It is too large for its author’s own approval.' },
    handle: ({ params, body, caller }) =>
      shown(groupSends.approve(params.id, { by: caller.id, version: body.version })),
  })

  const start = route({
    id: 'startGroupSend',
    method: 'POST',
    path: '/group-sends/:id/start',
    tag: TAG,
    summary: 'Make its tasks by its schedule, or at once.',
    description: HONEST,
    scope: 'groups:write',
    params: one,
    body: z.strictObject({ now: z.boolean().optional() }).optional(),
    answer: whole,
    errors: STATES,
    handle: ({ params, body, caller }) =>
      shown(groupSends.start(params.id, { by: caller.id, ...(body?.now !== undefined && { now: body.now }) })),
  })

  const cancel = route({
    id: 'cancelGroupSend',
    method: 'POST',
    path: '/group-sends/:id/cancel',
    tag: TAG,
    summary: 'Run it no more and call back what nobody has confirmed.',
    description: 'What is sent stays sent: the platform has no recall for it.',
    scope: 'groups:write',
    params: one,
    body: noted,
    answer: whole,
    errors: STATES,
    handle: ({ params, body, caller }) =>
      shown(groupSends.cancel(params.id, { by: caller.id, ...(body?.note !== undefined && { note: body.note }) })),
  })

  const asking = (name: 'remind' | 'refresh', summary: string, description: string) =>
    route({
      id: `${name}GroupSend`,
      method: 'POST',
      path: `/group-sends/:id/${name}`,
      tag: TAG,
      summary,
      description,
      scope: 'groups:write',
      params: one,
      answer: z.object({ tasks: z.int().describe('tasks it is done for') }),
      errors: UNKNOWN,
      async handle({ params, caller }) {
        const doing =
          name === 'remind' ? groupSends.remind(params.id, { by: caller.id }) : groupSends.refresh(params.id)
        return { body: { tasks: await refusable(doing) } }
      },
    })
  const remind = asking(
    'remind',
    'Remind everybody who has not confirmed.',
    'At most 3 times in 24 h a task (the platform’s limit) and never in quiet hours: then it waits.',
  )
  const refresh = asking('refresh', 'Read the results again now.', 'For tasks whose results are older than 30 s.')

  const table = route({
    id: 'getGroupSendTable',
    method: 'GET',
    path: '/group-sends/:id/runs/:occurrence',
    tag: TAG,
    summary: 'The result table of a run: per member and per state of the targets.',
    description: HONEST,
    scope: 'groups:read',
    params: inRun,
    query: z.strictObject({ ...paged, state: taskState.optional(), sort: taskSort }),
    answer: tableView,
    errors: { 404: 'There is no such run.' },
    async handle({ params, query }) {
      const { run, ...found } = await refusable(groupSends.table(params.id, params.occurrence, query))
      return { body: { ...found, run: only(pushRunView, run) } }
    },
  })

  const targets = route({
    id: 'listGroupSendTargets',
    method: 'GET',
    path: '/group-sends/:id/runs/:occurrence/targets',
    tag: TAG,
    summary: 'What became of each group or customer of a run, in pages.',
    scope: 'groups:read',
    params: inRun,
    query: z.strictObject({
      ...paged,
      sort: targetSort,
      task: z.string().max(400).optional(),
      state: targetState.optional(),
    }),
    answer: z.object({ targets: z.array(targetView), next: z.string().optional() }),
    errors: { 404: 'There is no such run.' },
    async handle({ params, query }) {
      const found = await refusable(groupSends.targets(params.id, params.occurrence, query))
      const shown_ = found.targets.map((row) => only(targetView, row))
      return { body: { targets: shown_, ...(found.next !== undefined && { next: found.next }) } }
    },
  })

  const decide = route({
    id: 'decideGroupSendTask',
    method: 'POST',
    path: '/group-sends/:id/decide',
    tag: TAG,
    summary: 'Decide about an uncertain task: make it again (再建), or take it as made (视为已建).',
    description: `When a call to make a task ends without an answer, the platform's list is searched. Where that cannot tell, a person
looks (管理后台 › 客户联系 › 群发记录) and decides. \`again\` may send twice if it was made after all; \`made\` leaves the results unknown.`,
    scope: 'groups:write',
    params: one,
    body: z.strictObject({
      task: z.string().max(400),
      as: z.enum(['again', 'made']),
      note: z.string().max(500).optional(),
    }),
    answer: z.object({ task: z.string(), state: z.string() }),
    errors: { 404: 'There is no such task.', 409: 'There is nothing to decide.' },
    async handle({ params, body: { task, as, note }, caller }) {
      if (!task.startsWith(`${params.id}:`))
        throw new ApiError(404, 'group-send.unknown', `'${params.id}' has no task '${task}'`)
      const by = { by: caller.id, ...(note !== undefined && { note }) }
      const { _id, state } = await refusable(groupSends.decide(task, as, by))
      return { body: { task: _id, state } }
    },
  })

  return [list, create, get, edit, move, estimate, approve, start, cancel, remind, refresh, table, targets, decide]
}

function viewOf({ _id, rev: _, definition, ...row }: PushShown) {
  return { ...only(pushView, { id: _id, ...row }), definition }
}

const STATUS: Readonly<Record<string, number>> = {
  'group-send.unknown': 404,
  'group-send.four-eyes': 403,
  'group-send.invalid': 422,
}

/** A refusal of the pushes as one of the API, with every field it is about. */
async function refusable<T>(doing: Promise<T>): Promise<T> {
  try {
    return await doing
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('group-send.'))) throw error
    const {
      code,
      message,
      fix,
      faults = [],
    } = error as Error & {
      code: string
      fix?: string
      faults?: readonly { field: string; message: string; fix?: string }[]
    }
    const problems = faults.length === 0 && fix !== undefined ? [{ field: '', message, fix }] : faults
    throw new ApiError(STATUS[code] ?? 409, code, message, { problems })
  }
}

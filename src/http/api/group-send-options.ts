import { z } from 'zod'
import { type Route, route } from './route.js'

const options = z
  .object({
    accounts: z.array(z.string()).describe('the corporations; a definition that names none is of the only one'),
    timeZone: z.string().describe('of schedules that name none'),
    approvalAbove: z.int().describe('for more targets somebody else than the authors must approve, unless a push says'),
    cap: z
      .enum(['month', 'week', 'day'])
      .describe('how many mass messages a target may get: as many a month as it has days, 7 a week, 1 a day'),
    expireAfterMinutes: z.int().describe('how long a task may be confirmed, unless a push says'),
    skipAfterMinutes: z.int().describe('a run that would begin this late is skipped'),
  })
  .meta({ id: 'GroupSendOptions' })

/** What the house says of group sends: the settings that whoever writes or approves one must know. */
export function groupSendOptionsRoute(given: () => z.input<typeof options>): Route {
  return route({
    id: 'groupSendOptions',
    method: 'GET',
    path: '/group-send-options',
    tag: 'Group sends',
    summary: 'The house’s rules for group sends: corporations, approval, cap, how long a task may be confirmed.',
    scope: 'groups:read',
    answer: options,
    handle: async () => ({ body: given() }),
  })
}

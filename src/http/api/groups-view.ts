import { z } from 'zod'

const hold = z.enum(['normal', 'owner-left', 'handing-over', 'handed-over'])
const way = z.enum(['invited', 'link', 'code', 'unknown'])
const counts = z.record(z.string(), z.int())

/** A group without its members. */
export const group = z
  .object({
    account: z.string(),
    chatId: z.string(),
    name: z.string(),
    owner: z.string(),
    notice: z.string(),
    admins: z.array(z.string()),
    createdAt: z.date().optional(),
    hold: hold.meta({ description: 'where it stands when its owner has left' }),
    status: z.enum(['active', 'dismissed']),
    dismissedAt: z.date().optional(),
    count: z.int(),
    customers: z.int(),
    nearlyFullAt: z.int(),
    capacity: z.int(),
    nearlyFull: z.boolean(),
    labels: z.array(z.string()),
    folder: z.string().optional(),
    readAt: z.date().optional(),
    pending: z.boolean().meta({ description: 'a change is known that is still being read from the platform' }),
  })
  .meta({ id: 'CustomerGroup' })

/** A group in a list, with today's movement where it was asked for. */
export const listedGroup = group.extend({
  today: z.object({ joined: z.int(), left: z.int() }).optional().meta({ description: 'absent before it was read' }),
})

/** Where a person is, or with `leftAt` was. */
export const stay = z.object({
  account: z.string(),
  chatId: z.string(),
  name: z.string().optional(),
  joinedAt: z.date(),
  leftAt: z.date().optional(),
  way,
  state: z.string().optional(),
})

/** Somebody in a group. */
export const member = z.object({
  member: z.string().meta({ description: 'the id of the member or customer on the platform' }),
  kind: z.enum(['staff', 'customer', 'unknown']),
  name: z.string().optional(),
  nickname: z.string().optional(),
  contact: z.string().optional(),
  joinedAt: z.date(),
  way,
  state: z.string().optional().meta({ description: 'of the join way' }),
  invitedBy: z.string().optional(),
})

/** A day of a group. */
export const day = z.object({
  day: z.iso.date(),
  joined: z.int(),
  left: z.int(),
  members: z.int().meta({ description: 'at the end of the day' }),
  byState: counts,
  byWay: counts,
  byLeave: counts,
})

/** The days of a group. */
export const history = z.object({ since: z.date().optional(), days: z.array(day) })

/** The platform's figures of an owner on a day. */
export const ownerDay = z.object({
  account: z.string(),
  owner: z.string(),
  day: z.iso.date(),
  groups: z.int(),
  newGroups: z.int(),
  groupsWithMessages: z.int(),
  members: z.int(),
  newMembers: z.int(),
  membersWithMessages: z.int(),
  messages: z.int(),
})

/** What is changed of a group. */
export const edit = z
  .strictObject({
    addLabels: z.array(z.string().trim().min(1).max(32)).max(50).optional(),
    removeLabels: z.array(z.string().max(32)).max(50).optional(),
    folder: z.string().trim().min(1).max(64).nullable().optional(),
    nearlyFullAt: z.int().min(2).max(500).nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change')

const difference = z.object({
  kind: z.enum(['new', 'members', 'name', 'owner', 'notice', 'admins', 'dismissed', 'unlisted', 'refused', 'later']),
  group: z.string(),
  detail: z.string(),
})

/** How a sync stands. */
export const syncState = z
  .object({
    account: z.string(),
    state: z.enum(['done', 'busy']),
    startedAt: z.date().optional(),
    finishedAt: z.date().optional(),
    counts: z.object({
      listed: z.int(),
      read: z.int(),
      added: z.int(),
      changed: z.int(),
      joined: z.int(),
      left: z.int(),
      dismissed: z.int(),
      failed: z.int(),
    }),
    differences: z.array(difference).readonly().meta({ description: 'the first hundred' }),
  })
  .meta({ id: 'GroupSync' })

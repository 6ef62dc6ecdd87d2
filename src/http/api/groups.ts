import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { messageOf } from '../../core/errors.js'
import { type ContactGroupsPort, contactGroups } from './contact-groups.js'
import { day, edit, group, history, listedGroup, member, ownerDay, syncState } from './groups-view.js'
import { ApiError, type Route, route } from './route.js'
import { cursor, part, sortBy } from './sorting.js'

/** What the routes ask of the customer groups; `src/groups/groups.ts` is it. */
export interface GroupsPort extends ContactGroupsPort {
  get(account: string, chatId: string): Promise<Group | undefined>
  list(query: GroupListQuery): Promise<{ groups: Group[]; next?: string }>
  today(
    groups: readonly { account: string; chatId: string }[],
  ): Promise<ReadonlyMap<string, { joined: number; left: number }>>
  labels(account: string): Promise<{ label: string; groups: number }[]>
  folders(account: string): Promise<{ folder: string; groups: number }[]>
  membersOf(
    account: string,
    chatId: string,
    page: {
      text?: string | undefined
      kind?: z.output<typeof member>['kind'] | undefined
      sort?: z.output<typeof memberSort>
      after?: string | undefined
      limit: number
    },
  ): Promise<{ members: z.input<typeof member>[]; next?: string }>
  history(account: string, chatId: string, options: { days: number }): Promise<z.input<typeof history>>
  edit(account: string, chatId: string, change: z.output<typeof edit>): Promise<Group | undefined>
  groupOf(account: string, opengid: string): Promise<string | undefined>
  ownerDays(account: string, query: { from: string; to: string; owner?: string }): Promise<z.input<typeof ownerDay>[]>
  sync(account: string): Promise<z.input<typeof syncState>>
  syncState(account: string): Promise<z.input<typeof syncState> | undefined>
}

type Group = z.input<typeof group>
type SyncState = z.input<typeof syncState>
const groupSort = sortBy(['id', 'name', 'owner', 'count', 'customers', 'folder', 'createdAt'])
const memberSort = sortBy(['id', 'member', 'kind', 'way', 'joinedAt'])
type GroupListQuery = {
  sort?: z.output<typeof groupSort>
  account?: string | undefined
  owner?: string | undefined
  label?: string | undefined
  folder?: string | undefined
  name?: string | undefined
  nearlyFull?: boolean | undefined
  status?: 'active' | 'dismissed' | undefined
  after?: string | undefined
  limit?: number | undefined
}

const TAG = 'groups'
const text = z.string().min(1).max(128)
const accountParams = z.strictObject({ account: text })
const groupParams = z.strictObject({ account: text, chatId: text })
const NO_GROUP = { 404: 'There is no such group in the roster.' }
const NOT_POSSIBLE =
  '企业微信没有以下服务端接口，本产品也不模拟：建群、解散、在群内直接发言、读取群消息、拉人、踢人、改群名或公告。' +
  '发消息请建群发任务（群主确认），加人请用「加入群聊」二维码，换群主请用群继承。\n\n' +
  'WeCom has no server call to create or dissolve a customer group, post into it, read its messages, add or remove people, ' +
  'or change its name or notice. Messages go as group-send tasks that the owner confirms, people come by join ways, ' +
  'owners change by hand-over.'

/** The routes of customer groups. */
export function groupRoutes({ groups, corps }: { groups: GroupsPort; corps: () => readonly string[] }): Route[] {
  const known = (account: string) => {
    if (corps().includes(account)) return account
    throw new ApiError(404, 'account.unknown', `the account '${account}' is no corporation`)
  }
  const found = <T>(row: T | undefined, chatId: string): T => {
    if (row !== undefined) return row
    throw new ApiError(404, 'group.unknown', `there is no group '${chatId}' in the roster; a sync reads new ones`)
  }

  const list = route({
    method: 'GET',
    path: '/groups',
    id: 'listGroups',
    summary: 'Customer groups, page by page',
    description: NOT_POSSIBLE,
    tag: TAG,
    scope: 'groups:read',
    query: z.strictObject({
      account: text.optional(),
      owner: text.optional(),
      label: text.optional(),
      folder: text.optional(),
      name: text.optional().meta({ description: 'a part of the name' }),
      nearlyFull: z.stringbool().optional(),
      status: z.enum(['active', 'dismissed']).optional(),
      sort: groupSort,
      after: cursor,
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      today: z.stringbool().optional().meta({ description: 'with who came and went today; at most 200 groups a page' }),
    }),
    answer: z.object({ groups: z.array(listedGroup), next: z.string().optional() }),
    async handle({ query: { today, ...query } }) {
      if (!today) return { body: await groups.list(query) }
      const page = await groups.list({ ...query, limit: Math.min(query.limit, MOST_TODAY) })
      const figures = await groups.today(page.groups)
      const listed = page.groups.map((row) => {
        const moved = figures.get(`${row.account}:${row.chatId}`)
        return { ...row, ...(moved && { today: moved }) }
      })
      return { body: { ...page, groups: listed } }
    },
  })

  const one = route({
    method: 'GET',
    path: '/groups/:account/:chatId',
    id: 'getGroup',
    summary: 'A customer group',
    description: NOT_POSSIBLE,
    tag: TAG,
    scope: 'groups:read',
    params: groupParams,
    answer: group,
    errors: NO_GROUP,
    handle: async ({ params }) => ({ body: found(await groups.get(params.account, params.chatId), params.chatId) }),
  })

  const members = route({
    method: 'GET',
    path: '/groups/:account/:chatId/members',
    id: 'listGroupMembers',
    summary: 'Who is in a group, with the way by which they came',
    tag: TAG,
    scope: 'groups:read',
    params: groupParams,
    query: z.strictObject({
      text: part,
      kind: member.shape.kind.optional(),
      sort: memberSort,
      after: cursor,
      limit: z.coerce.number().int().min(1).max(1000).default(200),
    }),
    answer: z.object({ members: z.array(member), next: z.string().optional() }),
    errors: NO_GROUP,
    async handle({ params: { account, chatId }, query }) {
      found(await groups.get(account, chatId), chatId)
      return { body: await groups.membersOf(account, chatId, query) }
    },
  })

  const days = route({
    method: 'GET',
    path: '/groups/:account/:chatId/days',
    id: 'listGroupDays',
    summary: 'Joins and leaves of a group by business day (Asia/Shanghai), by our own record',
    description:
      'One flat row a day, oldest first, ready for a table. `since`: before it, those who had left are not known. The platform itself counts by owner only: `/group-owner-days`.',
    tag: TAG,
    scope: 'groups:read',
    params: groupParams,
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(400).default(30) }),
    answer: history.extend({ days: z.array(day) }),
    errors: NO_GROUP,
    async handle({ params: { account, chatId }, query }) {
      found(await groups.get(account, chatId), chatId)
      return { body: await groups.history(account, chatId, query) }
    },
  })

  const change = route({
    method: 'PATCH',
    path: '/groups/:account/:chatId',
    id: 'editGroup',
    summary: 'Label a group, put it into a folder, set where it is nearly full',
    description: `Labels, folders and sizes are ours and stay here. ${NOT_POSSIBLE}`,
    tag: TAG,
    scope: 'groups:write',
    params: groupParams,
    body: edit,
    answer: group,
    errors: NO_GROUP,
    handle: async ({ params: { account, chatId }, body }) => ({
      body: found(await groups.edit(account, chatId, body), chatId),
    }),
  })

  const shelves = route({
    method: 'GET',
    path: '/group-labels/:account',
    id: 'listGroupLabels',
    summary: 'Labels and folders with how many groups they have',
    tag: TAG,
    scope: 'groups:read',
    params: accountParams,
    answer: z.object({
      labels: z.array(z.object({ label: z.string(), groups: z.int() })),
      folders: z.array(z.object({ folder: z.string(), groups: z.int() })),
    }),
    async handle({ params }) {
      const account = known(params.account)
      const [labels, folders] = await Promise.all([groups.labels(account), groups.folders(account)])
      return { body: { labels, folders } }
    },
  })

  const ofOpengid = route({
    method: 'GET',
    path: '/group-opengids/:account/:opengid',
    id: 'resolveOpengid',
    summary: 'The group in which a page of a mini program was opened',
    description:
      'The opengid is what `wx.getGroupEnterInfo` gives, decrypted. Groups of other corporations have none here.',
    tag: TAG,
    scope: 'groups:read',
    params: z.strictObject({ account: text, opengid: text }),
    answer: z.object({ account: z.string(), chatId: z.string(), group: group.optional() }),
    errors: { 404: 'It is no customer group of this corporation.' },
    async handle({ params: { account, opengid } }) {
      const chatId = await groups.groupOf(known(account), opengid)
      if (chatId === undefined) throw new ApiError(404, 'group.opengid', 'no customer group of this corporation')
      const row = await groups.get(account, chatId)
      return { body: { account, chatId, ...(row && { group: row }) } }
    },
  })

  const owners = route({
    method: 'GET',
    path: '/group-owner-days/:account',
    id: 'listGroupOwnerDays',
    summary: 'The platform’s own figures, by owner and day',
    description:
      'Over all groups of one owner: messages, active members. The platform gives no such figures for a single group.',
    tag: TAG,
    scope: 'groups:read',
    params: accountParams,
    query: z.strictObject({ from: z.iso.date(), to: z.iso.date(), owner: text.optional() }),
    answer: z.object({ days: z.array(ownerDay) }),
    async handle({ params, query: { from, to, owner } }) {
      const asked = { from, to, ...(owner !== undefined && { owner }) }
      return { body: { days: await groups.ownerDays(known(params.account), asked) } }
    },
  })

  return [
    list,
    contactGroups(groups),
    one,
    members,
    days,
    change,
    shelves,
    ofOpengid,
    owners,
    ...syncRoutes(groups, known),
  ]
}

function syncRoutes(groups: GroupsPort, known: (account: string) => string): Route[] {
  const start = route({
    method: 'POST',
    path: '/group-syncs/:account',
    id: 'syncGroups',
    summary: 'Read all groups from the platform now',
    description:
      'Answers at once; it takes minutes. Every night it happens by itself, and a run that was cut short goes on.',
    tag: TAG,
    scope: 'groups:write',
    params: accountParams,
    answer: syncState,
    errors: { 502: 'The platform refused.' },
    async handle({ params }) {
      const account = known(params.account)
      const under = groups.sync(account).catch((error: unknown) => {
        throw new ApiError(502, 'group.platform', messageOf(error))
      })
      const early = await Promise.race([under, wait(AT_ONCE_MS, undefined, { ref: false })])
      if (early) return { status: 200, body: early }
      under.catch(() => undefined)
      const busy: SyncState = { account, state: 'busy', counts: NOTHING, differences: [] }
      return { status: 202, body: (await groups.syncState(account)) ?? busy }
    },
  })

  const state = route({
    method: 'GET',
    path: '/group-syncs/:account',
    id: 'getGroupSync',
    summary: 'How the last reading of all groups stands, and what it found different',
    tag: TAG,
    scope: 'groups:read',
    params: accountParams,
    answer: syncState,
    errors: { 404: 'There was none yet.' },
    async handle({ params }) {
      const found = await groups.syncState(known(params.account))
      if (found) return { body: found }
      throw new ApiError(404, 'group.unsynced', 'the groups were never read; POST the same address')
    },
  })
  return [start, state]
}

const MOST_TODAY = 200
/** A small corporation is read in this time; others are answered before. */
const AT_ONCE_MS = 500
const NOTHING = { listed: 0, read: 0, added: 0, changed: 0, joined: 0, left: 0, dismissed: 0, failed: 0 }

import { z } from 'zod'
import { stay } from './groups-view.js'
import { type Route, route } from './route.js'

/** What the route asks of the customer groups. */
export interface ContactGroupsPort {
  many(account: string, chatIds: readonly string[]): Promise<{ chatId: string; name: string }[]>
  groupsOf(contact: string): Promise<readonly Omit<z.input<typeof stay>, 'name'>[]>
}

const TAG = 'groups'
const MOST = 200

/** The groups of a person. */
export function contactGroups(groups: ContactGroupsPort): Route {
  return route({
    method: 'GET',
    path: '/contacts/:id/groups',
    id: 'listContactGroups',
    summary: 'The groups a person is in, then those they were in, the latest first',
    tag: TAG,
    scope: 'groups:read',
    params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{24}$/, 'is no contact’s id') }),
    answer: z.object({ groups: z.array(stay) }),
    async handle({ params }) {
      const stays = (await groups.groupsOf(params.id)).slice(0, MOST)
      const names = new Map<string, string>()
      for (const account of new Set(stays.map((one) => one.account))) {
        const ids = stays.filter((one) => one.account === account).map(({ chatId }) => chatId)
        for (const { chatId, name } of await groups.many(account, [...new Set(ids)])) {
          names.set(`${account}:${chatId}`, name)
        }
      }
      const named = stays.map(({ account, chatId, joinedAt, leftAt, way, state }) => {
        const name = names.get(`${account}:${chatId}`)
        const about = {
          account,
          chatId,
          joinedAt,
          way,
          ...(leftAt && { leftAt }),
          ...(state !== undefined && { state }),
        }
        return { ...about, ...(name && { name }) }
      })
      return { body: { groups: named } }
    },
  })
}

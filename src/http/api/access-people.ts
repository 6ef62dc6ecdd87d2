import { z } from 'zod'
import type { RolePort } from '../console/access-port.js'
import { createEntry, type EntryPorts } from './access-entry.js'
import { linkShape, personShape, reasonText, sessionShape, shownPerson, shownSession } from './access-shapes.js'
import { ApiError, type Route, route } from './route.js'
import { cursor, sortBy } from './sorting.js'

const read = { tag: 'People', scope: 'people:read' } as const
const write = { tag: 'People', scope: 'people:write', audited: true } as const
const words = z.object({ zh: z.string(), en: z.string() })
const params = z.object({ id: z.string().max(64) })
const staff = z.strictObject({ corp: z.string().min(1).max(64), staff: z.string().min(1).max(64) })
const roles = z.array(z.string().max(32)).min(1).max(7)
const names = z.enum(['shown', 'masked'])
const ERRORS = {
  403: 'Only an owner may touch owners, and nobody themselves.',
  404: 'There is no such person.',
  409: 'It was changed meanwhile, is taken, or would leave no owner.',
}

/** People and roles. */
export function createPeopleRoutes(ports: EntryPorts & { roles: RolePort }): Route[] {
  const { access, publicUrl } = ports
  const { people, sessions } = access
  const entry = createEntry(ports)
  const shownLink = ({ token, endsAt }: { token: string; endsAt: Date }) => {
    return { url: `${publicUrl}/console/welcome#${token}`, endsAt }
  }

  return [
    route({
      tag: 'People',
      scope: 'account:own',
      id: 'listRoles',
      method: 'GET',
      path: '/roles',
      summary: 'The roles and what each may.',
      answer: z.object({
        roles: z.array(
          z.object({
            role: z.string(),
            title: words,
            about: words,
            scopes: z.array(z.string()),
            sees: z.object({ phones: z.literal('masked'), names }),
            canGive: z.boolean().describe('whether who asks may give it'),
          }),
        ),
        scopes: z.array(z.object({ scope: z.string(), title: words })),
      }),
      async handle({ caller }) {
        const { person } = await entry.session(caller)
        const rules = caller.scopes.includes('people:write')
        const isOwner = person.roles.includes('owner')
        return {
          body: {
            roles: ports.roles.roles.map((one) => ({
              role: one.role,
              title: one.title,
              about: one.about,
              scopes: [...one.scopes],
              sees: { phones: 'masked' as const, names: one.names },
              canGive: rules && (one.role !== 'owner' || isOwner),
            })),
            scopes: [...ports.roles.scopes],
          },
        }
      },
    }),
    route({
      ...read,
      id: 'listPeople',
      method: 'GET',
      path: '/people',
      summary: 'The people of the console, by login unless asked otherwise.',
      query: z.strictObject({
        filter: z.string().max(64).optional().describe('part of the login or the name'),
        role: z.string().max(32).optional(),
        state: z.enum(['active', 'disabled', 'invited']).optional(),
        sort: sortBy(['login', 'name', 'lastSignInAt']),
        cursor,
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.object({ people: z.array(personShape), next: z.string().optional() }),
      async handle({ query }) {
        const { filter: text, cursor: after, ...rest } = query
        const { rows, ...more } = await people.list({ ...rest, text, after })
        return { body: { people: rows.map(shownPerson), ...more } }
      },
    }),
    route({
      ...write,
      id: 'invitePerson',
      method: 'POST',
      path: '/people',
      summary: 'Let somebody in: gives a link for a password, good once and for a day.',
      body: z.strictObject({ login: z.string().max(64), name: z.string().max(40), roles, wecom: staff.optional() }),
      answer: z.object({ person: personShape, link: linkShape }),
      errors: ERRORS,
      async handle({ body, caller, head }) {
        const made = await people.invite(body, entry.by(caller, head))
        return { status: 201, body: { person: shownPerson(made.person), link: shownLink(made.link) } }
      },
    }),
    route({
      ...read,
      id: 'getPerson',
      method: 'GET',
      path: '/people/:id',
      summary: 'A person.',
      params,
      answer: personShape,
      errors: ERRORS,
      async handle({ params: { id } }) {
        const person = await people.find(id)
        if (!person) throw new ApiError(404, 'not-found.person', 'there is no such person')
        return { body: shownPerson(person) }
      },
    }),
    route({
      ...write,
      id: 'changePerson',
      method: 'PATCH',
      path: '/people/:id',
      summary: 'Change a person; `rev` is the state you saw.',
      params,
      body: z.strictObject({
        rev: z.int(),
        name: z.string().max(40).optional(),
        roles: roles.optional(),
        wecom: staff.nullable().optional(),
      }),
      answer: personShape,
      errors: ERRORS,
      async handle({ params: { id }, body: { rev, ...change }, caller, head }) {
        return { body: shownPerson(await people.change(id, rev, change, entry.by(caller, head))) }
      },
    }),
    route({
      ...write,
      id: 'disablePerson',
      method: 'POST',
      path: '/people/:id/disable',
      summary: 'Let somebody in no more; all sessions end at once.',
      params,
      body: z.strictObject({ reason: reasonText }),
      answer: personShape,
      errors: ERRORS,
      handle: async ({ params: { id }, body, caller, head }) => ({
        body: shownPerson(await people.disable(id, body.reason, entry.by(caller, head))),
      }),
    }),
    route({
      ...write,
      id: 'enablePerson',
      method: 'POST',
      path: '/people/:id/enable',
      summary: 'Let somebody in again.',
      params,
      answer: personShape,
      errors: ERRORS,
      handle: async ({ params: { id }, caller, head }) => ({
        body: shownPerson(await people.enable(id, entry.by(caller, head))),
      }),
    }),
    route({
      ...write,
      id: 'resetPerson',
      method: 'POST',
      path: '/people/:id/reset',
      summary: 'Password, second factor and sessions are gone; the link makes new ones.',
      params,
      body: z.strictObject({ reason: reasonText }),
      answer: z.object({ person: personShape, link: linkShape }),
      errors: ERRORS,
      async handle({ params: { id }, body, caller, head }) {
        const made = await people.reset(id, body.reason, entry.by(caller, head))
        return { body: { person: shownPerson(made.person), link: shownLink(made.link) } }
      },
    }),
    route({
      ...read,
      id: 'listSessionsOf',
      method: 'GET',
      path: '/people/:id/sessions',
      summary: 'Where a person is signed in.',
      params,
      answer: z.object({ sessions: z.array(sessionShape) }),
      async handle({ params: { id } }) {
        return { body: { sessions: (await sessions.list(id)).map((one) => shownSession(one)) } }
      },
    }),
    route({
      ...write,
      id: 'endSessionsOf',
      method: 'DELETE',
      path: '/people/:id/sessions',
      summary: 'End all sessions of a person.',
      params,
      answer: z.object({ ended: z.int() }),
      errors: ERRORS,
      handle: async ({ params: { id }, caller, head }) => ({
        body: { ended: await people.endSessions(id, entry.by(caller, head)) },
      }),
    }),
  ]
}

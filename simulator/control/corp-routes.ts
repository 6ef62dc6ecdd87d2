import type { z } from 'zod'
import type { Since } from './control.js'
import type { CorpAct, CorpControl } from './corp.js'
import { corpBodies, type corpChange } from './corp-schema.js'
import { kfRoute } from './kf-routes.js'
import type { ControlAnswer, ControlRequest } from './routes.js'
import { toolsRoute } from './tools.js'

/** Finds and runs a route below /control/corp; undefined for an unknown one. */
export function corpRoute(corp: CorpControl, request: ControlRequest): ControlAnswer {
  const [, area, id = '', verb = '', more] = request.path
  if (area === 'kf') return kfRoute(corp.kf, request)
  if (area === 'tools') return toolsRoute(corp.tools, request)
  if (more !== undefined) return undefined
  const given = { corp, id, verb, query: request.query, body: request.body ?? {} }
  const names = [
    `${request.method} /${area ?? ''}${id && '/:id'}${verb && `/${verb}`}`,
    `${request.method} /${area ?? ''}${id && '/:id'}${verb && '/:verb'}`,
  ]
  for (const name of names) {
    const run = Object.hasOwn(routes, name) ? routes[name] : undefined
    if (run) return run(given)
  }
  return undefined
}

interface Given {
  corp: CorpControl
  id: string
  verb: string
  query: URLSearchParams
  body: unknown
}

const routes: Record<string, (given: Given) => ControlAnswer> = {
  'GET /': ({ corp }) => corp.state(),
  'PATCH /': ({ corp, body }) => corp.set(body as z.input<typeof corpChange>),
  'GET /staff/:id': ({ corp, id }) => corp.staff(id),
  'GET /staff/:id/app': async ({ corp, id, query }) => ({ entries: await corp.app(id, since(query)) }),
  'GET /staff/:id/tasks': ({ corp, id }) => ({ tasks: corp.staffTasks(id) }),
  'GET /staff/:id/moments': ({ corp, id }) => ({ moments: corp.staffMoments(id) }),
  'GET /staff/:id/customers': ({ corp, id, query }) => corp.staffCustomers(id, part(query)),
  'GET /staff/:id/requests': ({ corp, id }) => ({ requests: corp.requests(id) }),
  'GET /customers': ({ corp, query }) => corp.customers(part(query)),
  'GET /customers/:id': ({ corp, id }) => corp.customer(id),
  'GET /customers/:id/people': ({ corp, id }) => corp.phone(id),
  'GET /chats/:id/:verb': async ({ corp, id, verb, query }) => ({ entries: await corp.chat(id, verb, since(query)) }),
  'GET /groups': ({ corp, query }) => corp.groups({ ...part(query), owner: query.get('owner') ?? undefined }),
  'GET /groups/:id': ({ corp, id }) => corp.group(id),
  'GET /groups/:id/thread': async ({ corp, id, query }) => ({ entries: await corp.groupThread(id, since(query)) }),
  'GET /tasks': ({ corp, query }) => ({ tasks: corp.tasks(part(query).limit) }),
  'GET /tasks/:id': ({ corp, id }) => corp.task(id),
  'GET /moments': ({ corp, query }) => ({ moments: corp.moments(part(query).limit) }),
  'GET /internal/:id': async ({ corp, id, query }) => ({ entries: await corp.internal(id, since(query)) }),
  'GET /robots/:id': async ({ corp, id, query }) => ({ entries: await corp.robot(id, since(query)) }),
  'GET /truth': ({ corp }) => corp.truth(),
  'POST /staff/:id/:verb': (given) =>
    acted(given, given.corp.staffAct(given.id, given.verb as never, given.body as never)),
  'POST /people/:id/:verb': (given) =>
    acted(given, given.corp.personAct(given.id, given.verb as never, given.body as never)),
  'POST /groups/:id/join': (given) => acted(given, given.corp.join(given.id, corpBodies.join.parse(given.body))),
  'POST /groups/:id/leave': (given) => acted(given, given.corp.leave(given.id, corpBodies.leave.parse(given.body))),
  'POST /staff': (given) => acted(given, given.corp.addStaff(corpBodies.newStaff.parse(given.body))),
  'PATCH /staff/:id': (given) => acted(given, given.corp.setStaff(given.id, corpBodies.staffChange.parse(given.body))),
  'POST /tags': (given) => acted(given, given.corp.addTags(corpBodies.newTags.parse(given.body))),
  'PATCH /tags/:id': (given) =>
    acted(given, given.corp.renameTag(given.id, corpBodies.tagChange.parse(given.body).name)),
  'DELETE /tags/:id': (given) => acted(given, given.corp.removeTag(given.id)),
  'POST /robots': ({ corp, body }) => corp.addRobot(corpBodies.newRobot.parse(body)),
  'PATCH /robots/:id': ({ corp, id, body }) => {
    corp.setRobot(id, corpBodies.robotChange.parse(body).active)
    return {}
  },
  'DELETE /robots/:id': ({ corp, id }) => {
    corp.removeRobot(id)
    return {}
  },
  'POST /tokens': ({ corp, body }) => {
    corp.endToken(corpBodies.tokens.parse(body).code)
    return {}
  },
  'POST /verify': ({ corp, body }) => corp.verify(corpBodies.verify.parse(body).tamper),
  'POST /push': (given) => acted(given, given.corp.push(corpBodies.push.parse(given.body))),
  'POST /sweep': (given) => acted(given, given.corp.sweep()),
  'POST /seed': ({ corp, body }) => corp.seed(corpBodies.seed.parse(body)),
  'POST /login': ({ corp, body }) => {
    corp.login(corpBodies.login.parse(body).staff)
    return {}
  },
}

const wholeOf = (query: URLSearchParams, name: string): number | undefined => {
  const value = Number(query.get(name) ?? Number.NaN)
  return Number.isInteger(value) && value >= 0 ? value : undefined
}

const since = (query: URLSearchParams): Since => ({
  after: wholeOf(query, 'after') ?? 0,
  waitMs: wholeOf(query, 'wait') ?? 0,
})

const part = (query: URLSearchParams) => ({ limit: wholeOf(query, 'limit'), offset: wholeOf(query, 'offset') })

/** With `?wait` the answer comes when every push of the act is over; otherwise at once. */
async function acted({ query }: Given, act: CorpAct): Promise<object> {
  const { exchange, done, ...own } = act
  const answer = { exchange: exchange?.id ?? null, ...own }
  return query.has('wait') ? { ...answer, results: await done } : answer
}

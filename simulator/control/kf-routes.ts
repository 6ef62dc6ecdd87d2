import type { z } from 'zod'
import type { CorpAct } from './corp-acts.js'
import type { KfControl } from './kf.js'
import { kfBodies } from './kf-schema.js'
import type { ControlAnswer, ControlRequest } from './routes.js'

interface Given {
  kf: KfControl
  id: string
  verb: string
  query: URLSearchParams
  body: unknown
}

/** Finds and runs a route below /control/corp/kf; undefined for an unknown one. */
export function kfRoute(kf: KfControl, request: ControlRequest): ControlAnswer {
  const [area = '', id = '', verb = '', last = '', more] = request.path.slice(2)
  if (more !== undefined) return undefined
  const given = { kf, id, verb, query: request.query, body: request.body ?? {} }
  const begin = `${request.method} /${area}${id && '/:id'}`
  const names = [`${begin}${verb && `/${verb}`}`, `${begin}${verb && '/:verb'}${last && `/${last}`}`]
  for (const name of names) {
    const run = Object.hasOwn(routes, name) ? routes[name] : undefined
    if (run) return run(given)
  }
  return undefined
}

const routes: Record<string, (given: Given) => ControlAnswer> = {
  'GET /': ({ kf }) => kf.state(),
  'PATCH /': ({ kf, body }) => kf.set(body as z.input<typeof kfBodies.settings>),
  'GET /accounts/:id': ({ kf, id }) => kf.account(id),
  'PATCH /accounts/:id': (given) => acted(given, given.kf.setAccount(given.id, kfBodies.account.parse(given.body))),
  'POST /accounts': (given) => acted(given, given.kf.addAccount(kfBodies.newAccount.parse(given.body))),
  'DELETE /accounts/:id': (given) => acted(given, given.kf.removeAccount(given.id)),
  'POST /accounts/:id/servicers': ({ kf, id, body }) => kf.servicers(id, kfBodies.servicers.parse(body)),
  'POST /accounts/:id/link': ({ kf, id, body }) => kf.link(id, kfBodies.link.parse(body)),
  'POST /accounts/:id/pages': ({ kf, id, body }) => {
    kf.pages(id, kfBodies.pages.parse(body).sizes)
    return {}
  },
  'GET /accounts/:id/chats': ({ kf, id, query }) =>
    kf.chats(id, { limit: wholeOf(query, 'limit'), offset: wholeOf(query, 'offset') }),
  'GET /chats/:id/:verb': ({ kf, id, verb }) => kf.chat(id, verb),
  'GET /chats/:id/:verb/thread': async ({ kf, id, verb, query }) => {
    const since = { after: wholeOf(query, 'after') ?? 0, waitMs: wholeOf(query, 'wait') ?? 0 }
    return { entries: await kf.thread(id, verb, since) }
  },
  'GET /people/:id': ({ kf, id }) => kf.phone(id),
  'GET /staff/:id': ({ kf, id }) => kf.staff(id),
  'POST /people/:id/:verb': (given) =>
    acted(given, given.kf.personAct(given.id, given.verb as never, given.body as never)),
  'POST /staff/:id/:verb': (given) =>
    acted(given, given.kf.staffAct(given.id, given.verb as never, given.body as never)),
  'POST /push': (given) => acted(given, given.kf.push(kfBodies.push.parse(given.body).kf)),
  'POST /fail': (given) => acted(given, given.kf.fail(kfBodies.fail.parse(given.body))),
  'POST /seed': ({ kf, body }) => kf.seed(kfBodies.seed.parse(body)),
}

const wholeOf = (query: URLSearchParams, name: string): number | undefined => {
  const value = Number(query.get(name) ?? Number.NaN)
  return Number.isInteger(value) && value >= 0 ? value : undefined
}

/** With `?wait` the answer comes when every push of the act is over; otherwise at once. */
async function acted({ query }: Given, act: CorpAct): Promise<object> {
  const { exchange, done, ...own } = act
  const answer = { exchange: exchange?.id ?? null, ...own }
  return query.has('wait') ? { ...answer, results: await done } : answer
}

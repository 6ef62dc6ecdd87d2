import type { z } from 'zod'
import { knownEvents } from '../official-account/push/events.js'
import type { Control, Since } from './control.js'
import { corpRoute } from './corp-routes.js'
import type { Act } from './person.js'
import * as schema from './schema.js'

/** A request of the control API. */
export interface ControlRequest {
  method: string
  /** Without `/control`, split at `/`. */
  path: string[]
  query: URLSearchParams
  body: unknown
}

/** An answer: 200 with this JSON, or undefined for an unknown route. */
export type ControlAnswer = Promise<object> | object | undefined

/** Finds and runs the route. Throws ControlError and ZodError for what is wrong with the request. */
export function route(control: Control, request: ControlRequest): ControlAnswer {
  const [area = '', id, verb] = request.path
  if (area === 'shop') return control.shop(request)
  if (area === 'corp') return corpRoute(control.corp(request.query.get('corp') ?? undefined), request)
  const key = `${request.method} /${area}${id === undefined ? '' : AREAS_WITH_IDS.has(area) ? '/:id' : `/${id}`}${verb === undefined ? '' : `/${verb}`}`
  const run = request.path.length > 3 ? undefined : routes[key]
  return run?.({ control, id: id ?? '', query: request.query, body: request.body ?? {} })
}

const AREAS_WITH_IDS = new Set(['followers', 'accounts', 'exchanges', 'faults'])

interface Given {
  control: Control
  id: string
  query: URLSearchParams
  body: unknown
}

const routes: Record<string, (given: Given) => ControlAnswer> = {
  'GET /state': ({ control }) => control.state(),
  'GET /knownevents': () => ({ events: knownEvents() }),
  'GET /followers': ({ control, query }) => ({
    followers: control.followers(query.get('account') ?? undefined, Number(query.get('limit') ?? 1000)),
  }),
  'POST /followers': ({ control, body }) => {
    const given = schema.newPerson.parse(body)
    return (given.count ?? 1) === 1 ? control.addFollower(given) : { added: control.addFollowers(given) }
  },
  'GET /followers/:id': ({ control, id }) => control.follower(id),
  'PATCH /followers/:id': ({ control, id, body }) => control.setFollower(id, schema.personChange.parse(body)),
  'POST /followers/:id/age': ({ control, id, body }) => control.age(id, schema.small.age.parse(body).ms),
  'POST /followers/:id/follow': (given) =>
    acted(given, given.control.follow(given.id, schema.sceneChoice.parse(given.body))),
  'POST /followers/:id/unfollow': (given) => acted(given, given.control.unfollow(given.id)),
  'POST /followers/:id/scan': (given) =>
    acted(given, given.control.scan(given.id, schema.sceneChoice.parse(given.body))),
  'POST /followers/:id/say': (given) => acted(given, given.control.say(given.id, schema.utterance.parse(given.body))),
  'POST /followers/:id/press': (given) => acted(given, given.control.press(given.id, schema.pressed.parse(given.body))),
  'POST /followers/:id/staff': (given) =>
    acted(given, given.control.staff(given.id, schema.small.staff.parse(given.body).text)),
  'DELETE /followers/:id/staff': (given) => acted(given, given.control.staff(given.id, undefined)),
  'POST /followers/:id/consent': (given) =>
    acted(given, given.control.consent(given.id, schema.life.consent.parse(given.body))),
  'DELETE /followers/:id/consent': (given) => {
    const { templateId, miniProgram } = schema.life.withdrawal.parse(given.body)
    return acted(given, given.control.withdraw(given.id, templateId, miniProgram))
  },
  'POST /followers/:id/comment': ({ control, id, body }) => control.comment(id, schema.life.comment.parse(body)),
  'POST /followers/:id/miniprogram': ({ control, id, body }) =>
    control.openMiniProgram(id, schema.life.visit.parse(body)),
  'POST /followers/:id/minitalk': (given) => {
    const { appid, ...said } = schema.life.miniTalk.parse(given.body)
    return acted(given, given.control.sayInMini(given.id, said, appid))
  },
  'GET /followers/:id/minitalk': async ({ control, id, query }) => ({
    entries: await control.miniTalk(id, { ...since(query), appid: query.get('appid') ?? undefined }),
  }),
  'POST /followers/:id/buy': ({ control, id, body }) => control.buy(id, schema.life.purchase.parse(body)),
  'POST /parcels': ({ control, body }) => {
    const { waybillId, status, account } = schema.life.parcel.parse(body)
    control.moveParcel(waybillId, status, account)
    return {}
  },
  'POST /trades': ({ control, body }) => {
    control.trade(schema.life.trade.parse(body))
    return {}
  },
  'GET /followers/:id/service': async ({ control, id, query }) => ({
    entries: await control.service(id, since(query)),
  }),
  'POST /decide': ({ control, body }) => {
    const { account, ...ends } = schema.life.ends.parse(body)
    control.decide(ends, account)
    return {}
  },
  'GET /followers/:id/thread': async ({ control, id, query }) => ({ entries: await control.thread(id, since(query)) }),
  'POST /push': (given) => acted(given, given.control.push(present(schema.rawPush.parse(given.body)))),
  'GET /exchanges': async ({ control, query }) => ({
    exchanges: await control.exchanges({
      ...since(query),
      follower: query.get('follower') ?? undefined,
      over: query.has('over'),
    }),
  }),
  'GET /exchanges/:id': ({ control, id }) => control.exchange(Number(id)),
  'GET /calls': async ({ control, query }) => ({
    calls: await control.calls({ ...since(query), path: query.get('path') ?? undefined }),
  }),
  'GET /codes': ({ control, query }) => ({ codes: control.codes(query.get('account') ?? undefined) }),
  'POST /codes': ({ control, body }) => {
    const { account, scene } = schema.small.code.parse(body)
    const { ticket, url } = control.addCode(account, scene)
    return { ticket, url, scene }
  },
  'PATCH /accounts/:id': ({ control, id, body }) => {
    control.setAccount(id, present(schema.accountChange.parse(body)))
    return control.state()
  },
  'POST /accounts/:id/verify': ({ control, id, body }) => control.verify(id, present(schema.small.verify.parse(body))),
  'POST /tokens': ({ control, body }) => {
    const { account, everyMs } = schema.small.tokens.parse(body)
    if (everyMs === undefined) control.invalidateTokens(account)
    else control.invalidateTokensEvery(everyMs, account)
    return { done: true }
  },
  'POST /quotas': ({ control, body }) => {
    control.setQuota(schema.small.quota.parse(body))
    return { done: true }
  },
  'GET /faults': ({ control }) => ({ faults: control.faults() }),
  'POST /faults': ({ control, body }) => control.addFault(present(schema.fault.parse(body))),
  'DELETE /faults': ({ control }) => {
    control.clearFaults()
    return { done: true }
  },
  'DELETE /faults/:id': ({ control, id }) => ({ removed: control.removeFault(Number(id)) }),
  'GET /clock': ({ control }) => ({ now: control.clock() }),
  'POST /clock': ({ control, body }) => ({ now: control.clock(schema.small.clock.parse(body)) }),
  'PATCH /timing': ({ control, body }) => control.timing(present(schema.small.timing.parse(body))),
  'POST /reset': ({ control }) => {
    control.reset()
    return control.state()
  },
  'GET /settled': async ({ control }) => {
    await control.settled()
    return { settled: true }
  },
}

function since(query: URLSearchParams): Since {
  return { after: Number(query.get('after') ?? 0), waitMs: Number(query.get('wait') ?? 0) }
}

/** With `?wait` the answer comes when the exchange is over; otherwise at once with its number. */
async function acted({ query }: Given, act: Act): Promise<object> {
  const open = act.open === undefined ? {} : { open: act.open }
  if (!act.exchange) return { exchange: null, ...open }
  if (!query.has('wait')) return { exchange: act.exchange.id, ...open }
  await act.done
  return { exchange: act.exchange.id, ...open, result: act.exchange }
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** The same object without its undefined fields. */
function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Present<T>
}

/** One sentence for each thing that is wrong with a body. */
export function problems(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ')
}

import { z } from 'zod'
import { fault } from '../control/schema.js'
import type { Fault } from '../faults.js'
import type { Bare } from './bare.js'
import { PRODUCTS } from './tally.js'
import type { WireReply, WireRequest } from './wire.js'

const settings = z.strictObject({
  latencyMs: z.number().min(0).max(600_000).optional(),
  jitterMs: z.number().min(0).max(600_000).optional(),
})
const asked = z.strictObject({
  people: z.array(z.string()).max(200_000),
  of: z.enum(PRODUCTS).optional(),
})
const tokens = z.strictObject({ everyMs: z.number().min(0).optional() })

/** Serves the control API of the bare platform: what arrived, faults, tokens, settings. */
export function controlBare(bare: Bare, request: WireRequest, reply: WireReply): void {
  const [, , area, id] = request.path.split('/')
  const run = routes[`${request.method} /${area}${id === undefined ? '' : area === 'faults' ? '/:id' : `/${id}`}`]
  if (!run) {
    reply.send(404, JSON.stringify({ error: `there is no ${request.method} ${request.path}` }))
    return
  }
  try {
    const body: unknown = request.body === '' ? {} : JSON.parse(request.body)
    reply.send(200, JSON.stringify(run(bare, body, id ?? '')))
  } catch (error) {
    reply.send(400, JSON.stringify({ error: error instanceof Error ? error.message : String(error) }))
  }
}

const routes: Record<string, (bare: Bare, body: unknown, id: string) => object> = {
  'GET /bare': (bare) => ({
    ...bare.tally.report(),
    connections: bare.connections(),
    settings: bare.settings,
  }),
  'PATCH /bare': (bare, body) => Object.assign(bare.settings, present(settings.parse(body))),
  'DELETE /bare': (bare) => {
    bare.clear()
    return { done: true }
  },
  'POST /bare/counts': (bare, body) => {
    const { people, of } = asked.parse(body)
    return { counts: bare.tally.counts(people, of) }
  },
  'GET /faults': (bare) => ({ faults: bare.faults.list() }),
  'POST /faults': (bare, body) => bare.faults.add(present(fault.parse(body)) as Fault),
  'DELETE /faults': (bare) => {
    bare.faults.clear()
    return { done: true }
  },
  'DELETE /faults/:id': (bare, _body, id) => ({ removed: bare.faults.remove(Number(id)) }),
  'POST /tokens': (bare, body) => {
    const { everyMs } = tokens.parse(body)
    if (everyMs === undefined) bare.tokens.invalidate()
    else bare.invalidateEvery(everyMs)
    return { done: true }
  },
}

function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T
}

import { type ZodType, z } from 'zod'
import type { AccessPort, RolePort } from '../console/access-port.js'
import { reasonText } from './access-shapes.js'
import { createMatcher } from './match.js'
import { describeIssues } from './problem.js'
import { ApiError, type ApiRequest, isAllowed, type Route, route } from './route.js'

/** What revealing stands on. */
export interface RevealPorts {
  access: Pick<AccessPort, 'audit' | 'throttle'>
  mask: RolePort['mask']
  /** All routes of the API, those that are made later included. */
  routes(): readonly Route[]
}

const LIMIT = { limit: 30, windowMs: 3_600_000 }

/**
 * Shows one masked value of an answer to somebody who gives a reason: the answer's route runs again for the same caller,
 * with the same rights, and the log is written before the value is told.
 */
export function createRevealRoutes({ access, mask, routes }: RevealPorts): Route[] {
  let match: ReturnType<typeof createMatcher> | undefined

  async function whole(path: string, asked: ApiRequest<unknown, unknown, unknown>): Promise<unknown> {
    match ??= createMatcher(routes())
    const [pathname = '', search = ''] = path.split('?', 2)
    const found = match('GET', pathname)
    if (!found || 'allow' in found || found.route.scope === 'anyone') throw unknownPath()
    const target = found.route
    if (!isAllowed(asked.caller.scopes, target.scope)) {
      throw new ApiError(403, 'scope.missing', `your roles lack the scope ${target.scope}`)
    }
    const { body } = await target.handle({
      ...asked,
      params: parse(target.params, found.params),
      query: parse(target.query, Object.fromEntries(new URLSearchParams(search))),
      body: undefined,
    })
    return target.answer.parse(body)
  }

  return [
    route({
      id: 'revealField',
      method: 'POST',
      path: '/reveals',
      tag: 'People',
      summary: 'Show one masked value; the audit log tells of it.',
      description: '`path` is the GET whose answer held it, `field` where it stood: `orders[0].order.receiver.phone`.',
      scope: 'personal:reveal',
      audited: true,
      unmasked: true,
      body: z.strictObject({
        path: z.string().startsWith('/').max(512),
        field: z.string().min(1).max(256),
        reason: reasonText,
      }),
      answer: z.object({ value: z.string() }),
      errors: { 404: 'Nothing is masked there.', 429: 'More than 30 in an hour.' },
      async handle(request) {
        const { body, caller, head } = request
        const wait = await access.throttle.take([{ name: `reveal:${caller.id}`, ...LIMIT }])
        if (wait !== undefined) {
          const message = 'no more than 30 values an hour are revealed to one person'
          throw new ApiError(429, 'reveal.many', message, { retryAfterSeconds: wait })
        }
        const answer = await whole(body.path, request)
        const value = at(answer, body.field)
        const masked = at(caller.sees?.(answer) ?? mask(answer, { names: 'masked' }), body.field)
        if ((typeof value !== 'string' && typeof value !== 'number') || masked === value) {
          throw new ApiError(404, 'reveal.nothing', 'nothing is masked there')
        }
        await access.audit.append({
          actor: { kind: 'person', id: caller.id, ...(caller.person && { name: caller.person.name }) },
          action: 'personal.revealed',
          target: body.path.split('?', 1)[0] ?? '',
          outcome: 'done',
          reason: body.reason,
          address: head.address,
          change: { field: body.field },
        })
        return { body: { value: String(value) } }
      },
    }),
  ]
}

function parse(schema: ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ApiError(400, 'request.invalid', 'the path is not as it should be', {
    problems: describeIssues(parsed.error),
  })
}

/** The value at `orders[0].order.receiver.phone`; own fields only. */
function at(answer: unknown, field: string): unknown {
  const steps = field.split(/\.|\[(\d+)\]/).filter((step): step is string => step !== undefined && step !== '')
  let value = answer
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

const unknownPath = () => new ApiError(404, 'path.unknown', 'no GET of the API has this path')

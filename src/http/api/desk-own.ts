import { ApiError, type Caller, type Route } from './route.js'

/** A person of the console as the desk knows them. */
export interface OwnStaff {
  userid: string
  /** A supervisor of the desk, or one who may everything: gives and takes colleagues' conversations. */
  rules: boolean
}

/** Gives who a caller is at the desk; undefined for API keys, which act for any staff. */
export type StaffOf = (caller: Caller) => Promise<OwnStaff | undefined>

/** What people do in their own name only, supervisors too: nobody puts words into a colleague's mouth. */
const ALWAYS_OWN: ReadonlySet<string> = new Set(['sayInConversation', 'noteInConversation'])

/**
 * The routes of the desk, as people of the console may use them: in their own name. A supervisor may also assign, hand
 * over and close what a colleague has. Keys of the API are trusted with the names of all.
 */
export function inOwnName(routes: readonly Route[], staffOf: StaffOf): Route[] {
  return routes.map((route) => {
    if (route.method === 'GET' || !('staff' in fieldsOf(route) || route.id === 'setDeskPresence')) return route
    return {
      ...route,
      async handle(request) {
        const own = await staffOf(request.caller)
        if (own) check(own, route.id, named(request.body) ?? named(request.params, 'userid'))
        return route.handle(request)
      },
    }
  })
}

function check({ userid, rules }: OwnStaff, id: string, staff: string | undefined): void {
  if (staff === userid || (rules && !ALWAYS_OWN.has(id))) return
  const message = staff === undefined ? 'say who does it' : `you are not '${staff}' at the desk, but '${userid}'`
  throw new ApiError(403, 'desk.not-you', message, {
    problems: [{ field: 'staff', message, fix: `give ${userid}; GET /desk/me tells it` }],
  })
}

function named(value: unknown, field = 'staff'): string | undefined {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined
  return typeof found === 'string' ? found : undefined
}

/** The fields of a route's body. */
function fieldsOf({ body }: Route): object {
  const { shape } = (body ?? {}) as { shape?: object }
  return shape ?? {}
}

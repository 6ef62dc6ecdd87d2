import { timingSafeEqual } from 'node:crypto'
import type { Authenticator } from '../api/authenticate.js'
import { ApiError, type Caller, isScope, PERSON_SCOPES, type Scope } from '../api/route.js'
import type { AccessPort, OpenConsoleSession, RolePort } from './access-port.js'
import type { Cookies } from './cookies.js'
import { checkOrigin } from './same-origin.js'

/** What tells people at the console apart. */
export interface SessionPorts {
  access: Pick<AccessPort, 'sessions' | 'rightsOf' | 'csrfOf'>
  mask: RolePort['mask']
  cookies: Cookies
  publicUrl: string
}

/**
 * Callers by the cookie of a session, beside API keys: all of `/api/v1` serves the console. What changes something needs
 * `X-CSRF-Token` as well and comes from our own pages only. `X-Background: 1` (and a stream of events) says that no person asked: it
 * does not prolong the session.
 */
export function createSessionAuthenticator(ports: SessionPorts): Authenticator {
  const { access, mask, cookies, publicUrl } = ports

  return {
    async begin(head) {
      if (head.header('authorization') !== undefined) return undefined
      const token = cookies.session.read(head)
      if (token === undefined) {
        if (head.header('sec-fetch-site') === undefined) return undefined
        throw new ApiError(401, 'session.missing', 'nobody is signed in')
      }
      checkOrigin(head, publicUrl)
      const touch = head.header('x-background') === undefined && head.header('accept') !== 'text/event-stream'
      const open = await access.sessions.find(token, { stage: 'full', touch })
      if (!open) throw new ApiError(401, 'session.ended', 'the session is over; sign in again')
      if (head.method !== 'GET') checkCsrf(head.header('x-csrf-token'), access.csrfOf(token))
      return async () => callerOf(open, token)
    },
  }

  function callerOf({ person }: OpenConsoleSession, token: string): Caller {
    const { scopes, names } = access.rightsOf(person)
    return {
      id: person._id,
      person: { name: person.name, token },
      scopes: scopes.filter(isAnyScope),
      shop: 'console',
      async again() {
        const now = await access.sessions.find(token, { stage: 'full', touch: false })
        return now && callerOf(now, token)
      },
      sees: (answer) => mask(answer, { names }),
    }
  }
}

const isAnyScope = (word: string): word is Scope => isScope(word) || PERSON_SCOPES.some((scope) => scope === word)

/** Throws ApiError 403 unless the token is the session's. */
export function checkCsrf(given: string | undefined, wanted: string): void {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(wanted)]
  if (a.length === b.length && timingSafeEqual(a, b)) return
  throw new ApiError(403, 'csrf.wrong', 'the X-CSRF-Token is not the session’s', {
    problems: [{ field: 'X-CSRF-Token', message: 'is missing or another', fix: 'GET /api/v1/session tells it' }],
  })
}

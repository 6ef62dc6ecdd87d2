import type { AccessPort, RolePort } from '../console/access-port.js'
import { createAuditCalls } from '../console/audit-calls.js'
import { createSessionAuthenticator } from '../console/authenticator.js'
import { createCookies } from '../console/cookies.js'
import { createAuditRoutes } from './access-audit.js'
import { createOwnRoutes } from './access-own.js'
import { createPeopleRoutes } from './access-people.js'
import { createRevealRoutes } from './access-reveal.js'
import { createSessionRoutes } from './access-session.js'
import { createWecomSignInRoutes, type StaffLoginPort } from './access-wecom.js'
import type { AuditPort } from './audited.js'
import type { Authenticator } from './authenticate.js'
import type { Route } from './route.js'

/** What the console's side of the API is made of. */
export interface AccessRoutePorts {
  access: AccessPort
  roles: RolePort
  logins: StaffLoginPort
  /** The address people use; `https` in it makes the cookies `__Host-` and `Secure`. */
  publicUrl: string
  /** All other routes of the API. */
  routes: readonly Route[]
}

/** What `createApi` takes for the console. */
export interface ConsoleApi {
  /** All routes, those of access included. */
  routes: Route[]
  authenticators: Authenticator[]
  audit: AuditPort
}

/** Puts people beside the API keys: their sessions, their routes, the log of what they do. */
export function createConsoleApi(ports: AccessRoutePorts): ConsoleApi {
  const { access, roles, logins } = ports
  const publicUrl = ports.publicUrl.replace(/\/+$/, '')
  const cookies = createCookies({ https: publicUrl.startsWith('https://') })
  const entry = { access, cookies, publicUrl }
  const { mask } = roles
  const routes: Route[] = [
    ...ports.routes,
    ...createSessionRoutes({ ...entry, corps: logins.corps }),
    ...(logins.corps.length > 0 ? createWecomSignInRoutes({ ...entry, logins }) : []),
    ...createOwnRoutes(entry),
    ...createPeopleRoutes({ ...entry, roles }),
    ...createAuditRoutes({ audit: access.audit }),
    ...createRevealRoutes({ access, mask, routes: () => routes }),
  ]
  return {
    routes,
    authenticators: [createSessionAuthenticator({ access, mask, cookies, publicUrl })],
    audit: createAuditCalls({ audit: access.audit, mask }),
  }
}

import type { Access } from './access/access.js'
import { mask } from './access/mask.js'
import { rolesInWords } from './access/roles.js'
import { apiRoutes, keyPort } from './api-routes.js'
import type { Config } from './config/schema.js'
import type { Clock } from './core/clock.js'
import type { Logger } from './core/log.js'
import { createConsoleApi } from './http/api/access.js'
import type { StaffLoginPort } from './http/api/access-wecom.js'
import { createApi } from './http/api/api.js'
import type { Streams } from './http/api/event-stream.js'
import type { Accounts } from './platforms/accounts.js'
import type { PushParts } from './push-parts.js'

export { createStreams } from './http/api/event-stream.js'

/** What `/api/v1` is put together from. */
export interface ApiPartPorts {
  config: Pick<Config, 'accounts' | 'http' | 'publicUrl'>
  access: Access
  accounts: Pick<Accounts, 'corp'>
  /** What the routes do their work with. */
  routes: Parameters<typeof apiRoutes>[0]
  push: Pick<PushParts, 'shop'>
  streams: Streams
  clock: Clock
  log: Logger
}

/**
 * The whole API, the console's side of it included. Nothing else imports this file, and a web role only at the first
 * request below `/api/v1`: its routes and schemas are a tenth of all memory, and a webhook needs none of them.
 */
export function createProductApi({ config, access, accounts, routes, push, streams, clock, log }: ApiPartPorts) {
  const { publicUrl } = config
  const roles = { ...rolesInWords, mask }
  const logins = staffLogins(config, accounts)
  return createApi({
    ...createConsoleApi({ access, roles, logins, publicUrl, routes: apiRoutes(routes) }),
    streams,
    keys: keyPort(push),
    nonces: push.shop.nonces,
    answers: push.shop.answers,
    log,
    clock,
    trustedProxies: config.http.trustedProxies,
    publicUrl,
  })
}

/** Members of the configured corporations, by WeCom's own sign-in. */
function staffLogins(config: Pick<Config, 'accounts'>, accounts: Pick<Accounts, 'corp'>): StaffLoginPort {
  const corps = Object.keys(config.accounts).filter((id) => accounts.corp(id) !== undefined)
  return {
    corps: corps.map((corp) => ({ corp, name: corp })),
    address: (corp, page) => accounts.corp(corp)?.logins.addressInBrowser(page) ?? '',
    async member(corp, code) {
      const person = await accounts.corp(corp)?.logins.person(code)
      return person?.who === 'staff' ? person.id : undefined
    },
  }
}

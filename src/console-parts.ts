import path from 'node:path'
import { type Access, createAccess } from './access/access.js'
import { mask } from './access/mask.js'
import { rolesInWords } from './access/roles.js'
import type { Config } from './config/schema.js'
import type { Clock } from './core/clock.js'
import type { Logger } from './core/log.js'
import { type ConsoleApi, createConsoleApi } from './http/api/access.js'
import type { StaffLoginPort } from './http/api/access-wecom.js'
import type { Route } from './http/api/route.js'
import type { Accounts } from './platforms/accounts.js'
import { ownSecret } from './shop/access/own-secret.js'
import { openVault } from './shop/access/vault.js'
import type { Connection } from './store/connect.js'

/** What access to the console is connected to. */
export interface AccessPartPorts {
  config: Pick<Config, 'api' | 'console'>
  /** Where this machine keeps its master key. */
  dataDir: string
  connection: Connection
  clock: Clock
  log: Logger
}

/** Opens access on a store; make it before `ensureIndexes`. Rejects with AppError `vault.key` for a bad master key. */
export async function openAccess({ config, dataDir, connection, clock, log }: AccessPartPorts): Promise<Access> {
  const vault = await openVault({ material: config.api.masterKey, dir: dataDir })
  const [cookies, audit] = await Promise.all([
    ownSecret({ connection, vault }, 'console-cookies'),
    ownSecret({ connection, vault }, 'audit-chain'),
  ])
  const { secondFactor } = config.console
  return createAccess({ connection, clock, log, seal: vault, keys: { cookies, audit }, secondFactor })
}

/** The console's side of the API, and who may use it. */
export interface ConsoleParts {
  access: Access
  /** Spread it into `createApi`: routes, authenticators, audit. */
  api: ConsoleApi
  /** At a start: prints the one-time link for the first owner while there is nobody. */
  greet(say: (line: string) => void): Promise<void>
}

/** Puts the console's access beside the other routes of the API. */
export function connectConsoleParts(ports: {
  config: Pick<Config, 'accounts' | 'publicUrl'>
  access: Access
  accounts: Pick<Accounts, 'corp'>
  routes: readonly Route[]
}): ConsoleParts {
  const { config, access, accounts, routes } = ports
  const { publicUrl } = config
  const roles = { ...rolesInWords, mask }
  const api = createConsoleApi({ access, roles, logins: staffLogins(config, accounts), publicUrl, routes })
  return {
    access,
    api,
    async greet(say) {
      const link = await access.firstStart()
      if (link) for (const line of describeOwnerLink(publicUrl, link)) say(line)
    },
  }
}

/** The link for an owner in words, for the terminal; never for a log that is kept. */
export function describeOwnerLink(publicUrl: string, link: { token: string; endsAt: Date }): string[] {
  return [
    `所有者注册链接 / make the owner's account (good once, until ${link.endsAt.toISOString()}):`,
    `  ${publicUrl.replace(/\/+$/, '')}/console/welcome#${link.token}`,
    'another one: weloop user owner-link',
  ]
}

/** The data folder of a project. */
export const dataDirOf = (root: string, config: Pick<Config, 'store'>): string => path.resolve(root, config.store.dir)

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

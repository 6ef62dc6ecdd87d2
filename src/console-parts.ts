import path from 'node:path'
import { type Access, createAccess } from './access/access.js'
import type { Config } from './config/schema.js'
import type { Clock } from './core/clock.js'
import type { Logger } from './core/log.js'
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

/** At a start: prints the one-time link for the first owner while there is nobody. */
export async function greetOwner(access: Access, publicUrl: string, say: (line: string) => void): Promise<void> {
  const link = await access.firstStart()
  if (link) for (const line of describeOwnerLink(publicUrl, link)) say(line)
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

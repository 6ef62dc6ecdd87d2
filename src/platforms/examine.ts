import { callbackOf } from '../config/accounts.js'
import type { Config } from '../config/schema.js'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { silentLogger } from '../core/log.js'
import { createMiniProgramClient } from './mini-program/client.js'
import { diagnoseMini } from './mini-program/doctor.js'
import { createClient } from './official-account/client.js'
import { diagnose } from './official-account/doctor.js'
import type { Finding } from './shared/finding.js'
import type { HttpClient } from './shared/http-client.js'
import { createMemoryTokenStore } from './shared/token-store.js'
import { createWecomClient } from './wecom/client.js'
import { diagnoseWecom } from './wecom/doctor.js'
import { diagnoseKf } from './wecom/kf/doctor.js'

/**
 * Looks one configured account over from the outside in, with clients of its own: what the running product remembers of
 * refusals is neither used nor changed. About ten API calls; nothing is sent to anybody. Undefined for a
 * customer-service account whose corporation's app is not configured. Throws AppError `account.unknown`.
 */
export async function examineAccount(
  config: Pick<Config, 'accounts' | 'publicUrl'>,
  id: string,
  http: HttpClient,
): Promise<Finding[] | undefined> {
  const account = Object.hasOwn(config.accounts, id) ? config.accounts[id] : undefined
  if (!account) {
    throw new AppError('account.unknown', `no account '${id}' is configured`, {
      fix: `use one of: ${Object.keys(config.accounts).join(', ')}`,
    })
  }
  const shared = { http, tokenStore: createMemoryTokenStore(systemClock), clock: systemClock, log: silentLogger }
  const about = { http, publicUrl: config.publicUrl, now: systemClock.now }
  if (account.platform === 'official-account') {
    const client = createClient({ ...account, ...shared })
    const found = await diagnose({ ...account, id }, { ...about, client }).finally(() => client.close())
    const { miniProgram } = account
    if (!miniProgram) return found
    const mini = createMiniProgramClient({ ...shared, ...miniProgram })
    const asked = { ...about, client: mini, callback: callbackOf(miniProgram) }
    return [...found, ...(await diagnoseMini(id, miniProgram, asked).finally(() => mini.close()))]
  }
  if (account.kind === 'kf') {
    const app = config.accounts[account.corp]
    if (app?.platform !== 'wecom' || app.kind !== 'app') return undefined
    const client = createWecomClient({ ...app, ...shared })
    return diagnoseKf(account.openKfId, client).finally(() => client.close())
  }
  const client = account.kind === 'app' ? createWecomClient({ ...account, ...shared }) : undefined
  const found = diagnoseWecom({ ...account, id }, { ...about, ...(client && { client }) })
  return found.finally(() => client?.close())
}

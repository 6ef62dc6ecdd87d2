import path from 'node:path'
import { callbackOf, type MiniProgramConfig } from '../config/accounts.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { silentLogger } from '../core/log.js'
import { createMiniProgramClient, type MiniProgramOptions } from '../platforms/mini-program/client.js'
import { type DiagnoseMiniOptions, diagnoseMini } from '../platforms/mini-program/doctor.js'
import { createClient } from '../platforms/official-account/client.js'
import { diagnose, type Finding } from '../platforms/official-account/doctor.js'
import { createHttpClient } from '../platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../platforms/shared/token-store.js'
import { createWecomClient } from '../platforms/wecom/client.js'
import { diagnoseWecom } from '../platforms/wecom/doctor.js'
import { diagnoseKf } from '../platforms/wecom/kf/doctor.js'
import { connectStore } from '../store/connect.js'
import { createPermissionStore } from '../store/permission-store.js'

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const

/**
 * Looks every account (or one) over from the outside in and says what to change and where, in Chinese and English.
 * Needs no store. Gives the exit code: 1 when something fails (warnings do not count).
 */
export async function doctor(options: {
  root: string
  env: NodeJS.ProcessEnv
  account?: string | undefined
  json: boolean
  /** Forget the permissions that the platform once refused (48001), so that they are tried again. */
  recheck?: boolean
}): Promise<number> {
  const config = loadConfig(options)
  if (options.recheck) await forgetRefusals(options.root, config, options.account)
  const names = options.account === undefined ? Object.keys(config.accounts) : [options.account]
  const http = createHttpClient()
  const results: Record<string, Finding[]> = {}
  try {
    for (const id of names) {
      const account = config.accounts[id]
      if (!account) {
        throw new AppError('account.unknown', `no account '${id}' is configured`, {
          fix: `use one of: ${Object.keys(config.accounts).join(', ')}`,
        })
      }
      const shared = { http, tokenStore: createMemoryTokenStore(systemClock), clock: systemClock, log: silentLogger }
      const about = { http, publicUrl: config.publicUrl, now: systemClock.now }
      if (account.platform === 'wecom' && account.kind === 'kf') {
        const app = config.accounts[account.corp]
        if (app?.platform !== 'wecom' || app.kind !== 'app') continue
        const client = createWecomClient({ ...app, ...shared })
        results[id] = await diagnoseKf(account.openKfId, client)
        await client.close()
      } else if (account.platform === 'wecom') {
        const client = account.kind === 'app' ? createWecomClient({ ...account, ...shared }) : undefined
        results[id] = await diagnoseWecom({ ...account, id }, { ...about, ...(client && { client }) })
        await client?.close()
      } else {
        const client = createClient({ ...account, ...shared })
        const found = await diagnose({ ...account, id }, { ...about, client })
        results[id] = found
        await client.close()
        if (account.miniProgram) found.push(...(await diagnoseMiniOf(id, account.miniProgram, shared, about)))
      }
      if (!options.json) console.log(describe(id, results[id] ?? []))
    }
  } finally {
    await http.close()
  }
  if (options.json) console.log(JSON.stringify(results, null, 2))
  return Object.values(results).some((found) => found.some((each) => each.state === 'fail')) ? 1 : 0
}

async function diagnoseMiniOf(
  id: string,
  program: MiniProgramConfig,
  shared: Omit<MiniProgramOptions, 'appid' | 'secret' | 'apiBase'>,
  about: Pick<DiagnoseMiniOptions, 'http' | 'publicUrl' | 'now'>,
): Promise<Finding[]> {
  const client = createMiniProgramClient({ ...shared, ...program })
  try {
    return await diagnoseMini(id, program, { ...about, client, callback: callbackOf(program) })
  } finally {
    await client.close()
  }
}

async function forgetRefusals(root: string, config: Config, account: string | undefined): Promise<void> {
  const dir = path.resolve(root, config.store.dir)
  const store = await connectStore({ ...config.store, dir }, silentLogger)
  try {
    const permissions = createPermissionStore(store.connection)
    for (const id of account === undefined ? Object.keys(config.accounts) : [account]) {
      await permissions.clear(id)
      await permissions.clear(`${id}:mini-program`)
    }
  } finally {
    await store.close()
  }
}

function describe(id: string, findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, state, found, fix }) => [
    `  ${MARKS[state]} ${check.padEnd(18)} ${found.en}`,
    `    ${''.padEnd(18)} ${found.zh}`,
    ...(state === 'ok' || fix === undefined
      ? []
      : [`    ${'Fix'.padEnd(18)} ${fix.en}`, `    ${'改法'.padEnd(16)} ${fix.zh}`]),
  ])
  return [`${id}`, ...lines].join('\n')
}

import path from 'node:path'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { silentLogger } from '../core/log.js'
import { examineAccount } from '../platforms/examine.js'
import type { Finding } from '../platforms/shared/finding.js'
import { createHttpClient } from '../platforms/shared/http-client.js'
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
      const found = await examineAccount(config, id, http)
      if (!found) continue
      results[id] = found
      if (!options.json) console.log(describe(id, found))
    }
  } finally {
    await http.close()
  }
  if (options.json) console.log(JSON.stringify(results, null, 2))
  return Object.values(results).some((found) => found.some((each) => each.state === 'fail')) ? 1 : 0
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

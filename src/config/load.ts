import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Problem, ProblemsError } from '../core/errors.js'
import { DEMO, DEMO_MINI_PROGRAM } from './accounts.js'
import { crossChecks, lineField, refuseDemo, refuseSecretsInFile } from './checks.js'
import { fromEnvironment, miniSuffix, SECRETS, variable } from './environment.js'
import { type Config, configSchema } from './schema.js'
import { isObject, type Json, merge, readSource, type Source } from './source.js'

/**
 * Reads `config/default.yaml`, then `config/local.yaml`, then the environment; checks all of it and throws one
 * ProblemsError that lists everything wrong. The only reader of `process.env` (callers pass it in).
 */
export function loadConfig(options: { root: string; env: NodeJS.ProcessEnv; overrides?: Json }): Config {
  const { root, env } = options
  const problems: Problem[] = []
  const sources = ['config/default.yaml', 'config/local.yaml']
    .filter((file) => existsSync(path.join(root, file)))
    .map((file) => readSource(root, file, problems))
  for (const source of sources) if (source.file.endsWith('local.yaml')) refuseSecretsInFile(source, problems)
  let merged: Json = {}
  for (const source of sources) merged = merge(merged, source.value)
  merged = merge(merged, fromEnvironment(merged, env))
  if (options.overrides) merged = merge(merged, options.overrides)
  fillDerived(merged)
  const parsed = configSchema.safeParse(merged)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(describe(issue, sources, merged))
  } else if (env['NODE_ENV'] === 'production') problems.push(...refuseDemo(parsed.data))
  if (parsed.success) problems.push(...crossChecks(parsed.data))
  if (problems.length > 0 || !parsed.success) throw new ProblemsError('config.invalid', problems)
  return parsed.data
}

/** Every secret value of a configuration, for the log scrubber. */
export function secretsOf(config: Config): string[] {
  const found = Object.values(config.accounts).flatMap((account) => [
    'secret' in account ? account.secret : '',
    ...('token' in account
      ? [account.token, account.aesKey ?? '', account.previousToken ?? '', account.previousAesKey ?? '']
      : []),
    ...(account.platform === 'official-account' ? secretsIn(account.miniProgram ?? {}) : []),
  ])
  const password = /^mongodb(?:\+srv)?:\/\/[^:/@]+:([^@]+)@/.exec(config.store.uri)?.[1]
  if (password) found.push(password, decodeURIComponent(password))
  found.push(...Object.values(config.alerts.robots))
  found.push(...config.api.masterKey.split(',').map((key) => key.trim()))
  return [...new Set(found.filter((value) => value.length >= 3))]
}

function secretsIn(holder: { [key in keyof typeof SECRETS]?: string | undefined }): string[] {
  const keys = Object.keys(SECRETS) as (keyof typeof SECRETS)[]
  return keys.map((key) => holder[key] ?? '')
}

/** Values that follow from others: our own address, and the simulator as the demo account's platform. */
function fillDerived(config: Json): void {
  const http = isObject(config['http']) ? config['http'] : {}
  const simulator = isObject(config['simulator']) ? config['simulator'] : {}
  if (!config['publicUrl']) config['publicUrl'] = `http://127.0.0.1:${String(http['port'] ?? 3000)}`
  const accounts = isObject(config['accounts']) ? config['accounts'] : {}
  for (const account of Object.values(accounts)) {
    if (!isObject(account)) continue
    const base = `http://127.0.0.1:${String(simulator['port'] ?? 3001)}`
    if (account['appid'] === DEMO.appid || account['corpid'] === DEMO.corpid) account['apiBase'] ??= base
    const mini = account['miniProgram']
    if (isObject(mini) && mini['appid'] === DEMO_MINI_PROGRAM) mini['apiBase'] ??= base
  }
}

function describe(
  issue: { path: readonly PropertyKey[]; message: string; code?: string; input?: unknown },
  sources: Source[],
  merged: Json,
): Problem {
  const keys = 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : []
  const field = [...issue.path, ...keys.slice(0, 1)]
  const value = field.reduce<unknown>((at, key) => (isObject(at) ? at[String(key)] : undefined), merged)
  const source = [...sources].reverse().find((candidate) => candidate.lineOf(field) !== undefined)
  const [top, id, key, rest] = field.map(String)
  const suffix = top === 'accounts' ? secretSuffix(key, rest) : undefined
  const missing = value === undefined && issue.code === 'invalid_type'
  return {
    file: suffix ? 'environment' : (source?.file ?? 'config'),
    ...lineField(suffix ? undefined : source?.lineOf(field)),
    field: field.join('.'),
    message: keys.length > 0 ? 'is not a known key' : missing ? 'is missing' : issue.message,
    fix: suffix
      ? `set the environment variable ${variable(String(id), suffix)}`
      : keys.length > 0
        ? 'remove it, or look up its spelling in config/default.yaml'
        : 'see the key in config/default.yaml and set it in config/local.yaml',
  }
}

/** The environment variable's suffix for a secret of an account, undefined for what is none. */
function secretSuffix(key: string | undefined, below: string | undefined): string | undefined {
  if (key === 'miniProgram') return below !== undefined && below in SECRETS ? miniSuffix(below as 'secret') : undefined
  return SECRETS[key as keyof typeof SECRETS]
}

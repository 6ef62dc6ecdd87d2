import { isObject, type Json } from './source.js'

/** Secret keys of an account and the suffix of their environment variable. */
export const SECRETS = {
  secret: 'SECRET',
  token: 'TOKEN',
  aesKey: 'AES_KEY',
  previousToken: 'PREVIOUS_TOKEN',
  previousAesKey: 'PREVIOUS_AES_KEY',
} as const

/** What stands before the suffix for a secret of the account's mini program: `WELOOP_SHOP_MINI_SECRET`. */
const MINI = 'MINI_'

/** The suffix of the variable for a secret of the account's mini program. */
export const miniSuffix = (key: keyof typeof SECRETS): string => MINI + SECRETS[key]

/** Webhook robots: `WELOOP_ROBOT_AFTER_SALES` holds the key of the robot `after-sales`. */
const ROBOT = 'WELOOP_ROBOT_'
const robotName = (name: string) => name.slice(ROBOT.length).toLowerCase().replaceAll('_', '-')

/** The environment variable that holds the key of a webhook robot. */
export const robotVariable = (name: string): string => ROBOT + name.toUpperCase().replaceAll('-', '_')

/** The environment variable that holds a secret of an account. */
export const variable = (id: string, suffix: string): string =>
  `WELOOP_${id.toUpperCase().replaceAll('-', '_')}_${suffix}`

/** What the environment sets, in the configuration's shape. */
export function fromEnvironment(config: Json, env: NodeJS.ProcessEnv): Json {
  const set: Json = {}
  const put = (field: string[], value: unknown) => {
    let at: Json = set
    for (const key of field.slice(0, -1)) {
      at[key] ??= {}
      at = at[key] as Json
    }
    at[String(field.at(-1))] = value
  }
  const text = (name: string, field: string[]) => {
    if (env[name]) put(field, env[name])
  }
  const whole = (name: string, field: string[]) => {
    if (env[name]) put(field, /^\d+$/.test(env[name]) ? Number(env[name]) : env[name])
  }
  text('PUBLIC_URL', ['publicUrl'])
  text('HOST', ['http', 'host'])
  whole('PORT', ['http', 'port'])
  text('MONGODB_URI', ['store', 'uri'])
  text('WELOOP_DATA_DIR', ['store', 'dir'])
  text('LOG_LEVEL', ['log', 'level'])
  text('WELOOP_MASTER_KEY', ['api', 'masterKey'])
  whole('SIMULATOR_PORT', ['simulator', 'port'])
  if (env['SIMULATOR']) put(['simulator', 'enabled'], ['1', 'true', 'yes'].includes(env['SIMULATOR']))
  for (const [id, account] of Object.entries(isObject(config['accounts']) ? config['accounts'] : {})) {
    if (isObject(account) && isObject(account['miniProgram'])) {
      for (const [key, suffix] of Object.entries(SECRETS)) {
        text(variable(id, MINI + suffix), ['accounts', id, 'miniProgram', key])
      }
    }
    for (const [key, suffix] of Object.entries(SECRETS)) text(variable(id, suffix), ['accounts', id, key])
  }
  for (const [name, key] of Object.entries(env)) {
    if (name.startsWith(ROBOT) && key) put(['alerts', 'robots', robotName(name)], key)
  }
  return set
}

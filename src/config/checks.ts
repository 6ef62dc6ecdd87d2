import type { Problem } from '../core/errors.js'
import { DEMO, kfAccounts, officialAccounts } from './accounts.js'
import { miniSuffix, robotVariable, SECRETS, variable } from './environment.js'
import type { Config } from './schema.js'
import { isObject, type Source } from './source.js'

const SECRET_KEYS = Object.keys(SECRETS) as (keyof typeof SECRETS)[]

/** Secrets in a file end up in backups and chats: only the environment may hold them. */
export function refuseSecretsInFile(source: Source, problems: Problem[]): void {
  const api = isObject(source.value['api']) ? source.value['api'] : {}
  if (api['masterKey'] !== undefined && api['masterKey'] !== '') {
    problems.push({
      file: source.file,
      ...lineField(source.lineOf(['api', 'masterKey'])),
      field: 'api.masterKey',
      message: 'a secret must not stand in a file',
      fix: 'remove it here and set the environment variable WELOOP_MASTER_KEY',
    })
  }
  const alerts = isObject(source.value['alerts']) ? source.value['alerts'] : {}
  for (const name of Object.keys(isObject(alerts['robots']) ? alerts['robots'] : {})) {
    problems.push({
      file: source.file,
      ...lineField(source.lineOf(['alerts', 'robots', name])),
      field: `alerts.robots.${name}`,
      message: 'a secret must not stand in a file',
      fix: `remove it here and set the environment variable ${robotVariable(name)}`,
    })
  }
  const accounts = isObject(source.value['accounts']) ? source.value['accounts'] : {}
  for (const [id, account] of Object.entries(accounts)) {
    if (!isObject(account)) continue
    const mini = isObject(account['miniProgram']) ? account['miniProgram'] : {}
    const held: [path: string[], value: unknown, suffix: string][] = [
      ...Object.entries(SECRETS).map(([key, suffix]): [string[], unknown, string] => [[key], account[key], suffix]),
      ...SECRET_KEYS.map((key): [string[], unknown, string] => [['miniProgram', key], mini[key], miniSuffix(key)]),
    ]
    for (const [path, value, suffix] of held) {
      if (value === undefined || Object.values(DEMO).some((demo) => demo === value)) continue
      problems.push({
        file: source.file,
        ...lineField(source.lineOf(['accounts', id, ...path])),
        field: `accounts.${id}.${path.join('.')}`,
        message: 'a secret must not stand in a file',
        fix: `remove it here and set the environment variable ${variable(id, suffix)}`,
      })
    }
  }
}

/** What a production process must not run with. */
export function refuseDemo(config: Config): Problem[] {
  const problems: Problem[] = []
  const refuse = (field: string, message: string, fix: string) =>
    problems.push({ file: 'config', field, message, fix: `${fix} (NODE_ENV=production)` })
  for (const [id, account] of Object.entries(config.accounts)) {
    const mini: Record<string, unknown> = (account.platform === 'official-account' && account.miniProgram) || {}
    for (const key of SECRET_KEYS) {
      const demo = key === 'secret' || key === 'token' || key === 'aesKey' ? DEMO[key] : undefined
      if (demo === undefined || mini[key] !== demo) continue
      refuse(`accounts.${id}.miniProgram.${key}`, `is the demo ${key}`, `set ${variable(id, miniSuffix(key))}`)
    }
    const demo = Object.entries(DEMO).filter(([key, value]) => (account as Record<string, unknown>)[key] === value)
    if (demo.length === 0) continue
    refuse(
      `accounts.${id}`,
      `uses the demo ${demo.map(([key]) => key).join(', ')}, which everybody knows`,
      `set real values, or remove the account with '${id}: null' in config/local.yaml`,
    )
  }
  if (config.simulator.enabled)
    refuse('simulator.enabled', 'the simulator must not run in production', 'set it to false')
  if (Object.keys(config.accounts).length === 0)
    refuse('accounts', 'no account is configured', 'add one in config/local.yaml')
  return problems
}

/** What no single key can tell. */
export function crossChecks(config: Config): Problem[] {
  const problems: Problem[] = []
  const refuse = (field: string, message: string, fix: string) => problems.push({ file: 'config', field, message, fix })
  if (config.inbox.replyBudget >= 5000)
    refuse('inbox.replyBudget', 'must be under 5s, when WeChat hangs up', 'use 4500ms or less')
  if (config.inbox.warnAfter > config.inbox.replyBudget)
    refuse('inbox.warnAfter', 'is longer than inbox.replyBudget', 'use a shorter time')
  if (config.inbox.keep < 7 * 86_400_000)
    refuse('inbox.keep', 'must be at least 7d, or resends would be handled twice', 'use 7d or more')
  try {
    new Intl.DateTimeFormat('en', { timeZone: config.timeZone })
  } catch {
    refuse('timeZone', `'${config.timeZone}' is not a time zone`, 'use a name such as Asia/Shanghai')
  }
  const appids = new Map<string, string>()
  for (const [id, account] of officialAccounts(config)) {
    const other = appids.get(account.appid)
    if (other) refuse(`accounts.${id}.appid`, `is also the appid of ${other}`, 'configure each account once')
    appids.set(account.appid, id)
    const { miniProgram } = account
    if (!miniProgram || (miniProgram.token === undefined && miniProgram.aesKey === undefined)) continue
    const field = `accounts.${id}.miniProgram`
    const told = `${publicPath(id)} is told to the mini program's console`
    if (miniProgram.token === undefined)
      refuse(`${field}.token`, `is missing beside aesKey: ${told}`, `set ${variable(id, miniSuffix('token'))}`)
    if (miniProgram.originalId === undefined)
      refuse(`${field}.originalId`, `is missing beside token: ${told}`, 'set the 原始ID of the mini program')
  }
  const desks = new Map<string, string>()
  for (const [id, { corp, openKfId }] of kfAccounts(config)) {
    const app = config.accounts[corp]
    if (app?.platform !== 'wecom' || app.kind !== 'app') {
      refuse(`accounts.${id}.corp`, `'${corp}' is no account of kind app`, 'name the self-built app it is given to')
    }
    const other = desks.get(`${corp}:${openKfId}`)
    if (other) refuse(`accounts.${id}.openKfId`, `is also the openKfId of ${other}`, 'configure each account once')
    desks.set(`${corp}:${openKfId}`, id)
  }
  return problems
}

const publicPath = (id: string) => `/wechat/${id}/mini`

/** A problem's `line`, left out when it is not known. */
export const lineField = (at: number | undefined): { line?: number } => (at === undefined ? {} : { line: at })

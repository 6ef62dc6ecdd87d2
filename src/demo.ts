import { demoCorp, demoMiniProgram } from '../simulator/options.js'
import { type Simulator, startSimulator } from '../simulator/start.js'
import type { App } from './app.js'
import { callbackOf, corpAccounts, DEMO, type MiniProgramConfig, officialAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import { messageOf } from './core/errors.js'
import type { Logger } from './core/log.js'

/** The simulator with the demo accounts of the configuration, calling this product. */
export function startDemo(config: Config, log: Logger, key: { id: string; secret: string }): Promise<Simulator> {
  const accounts = officialAccounts(config).filter(([, account]) => account.appid === DEMO.appid)
  const corps = corpAccounts(config).filter(([, account]) => account.corpid === DEMO.corpid)
  return startSimulator({
    port: config.simulator.port,
    log: (line) => log.info({ part: 'simulator' }, line),
    shop: { product: { url: `http://127.0.0.1:${config.http.port}`, keyId: key.id, secret: key.secret } },
    accounts: accounts.map(([id, account]) => ({
      id,
      name: '微环小店',
      miniPrograms: [miniOf(id, account.miniProgram, config)],
      kind: account.kind,
      verified: account.verified,
      appid: account.appid,
      originalId: account.originalId,
      token: account.token,
      ...(account.aesKey === undefined ? {} : { aesKey: account.aesKey }),
      secret: account.secret,
      mode: account.aesKey === undefined ? 'plain' : 'safe',
      callbackUrl: `http://127.0.0.1:${config.http.port}/wechat/${id}`,
    })),
    corps: corps.map(([id, { agentId, secret, token, aesKey }]) => ({
      ...demoCorp,
      id,
      agentId,
      secret,
      token,
      aesKey,
      callbackUrl: `http://127.0.0.1:${config.http.port}/wecom/${id}`,
    })),
  })
}

/** The demo mini program, calling its own door of this product. */
function miniOf(id: string, program: MiniProgramConfig | undefined, config: Config): typeof demoMiniProgram {
  const callback = program?.appid === demoMiniProgram.appid ? callbackOf(program) : undefined
  if (!callback) return demoMiniProgram
  const { originalId, token, aesKey } = callback
  const callbackUrl = `http://127.0.0.1:${config.http.port}/wechat/${id}/mini`
  return { ...demoMiniProgram, originalId, token, ...(aesKey !== undefined && { aesKey }), callbackUrl }
}

/** The demo accounts wear the menu of content/, anew when it is edited, and the corporation has its first groups. */
export async function dressDemo(app: App, config: Config, simulator: Simulator, log: Logger): Promise<void> {
  const demo = officialAccounts(config).filter(([, account]) => account.appid === DEMO.appid)
  const corps = corpAccounts(config).filter(([, account]) => account.corpid === DEMO.corpid)
  const dress = async () => {
    const menu = app.library.menus().find((each) => each.tag === undefined)
    if (menu) await Promise.all(demo.map(([id]) => app.accounts.pushMenu(id, menu)))
  }
  const tell = (error: unknown) => log.warn({ reason: messageOf(error) }, 'demo was not set up')
  app.library.onChange(() => void dress().catch(tell))
  await dress().catch(tell)
  for (const [id] of corps) await settleCorp(app, simulator, id).catch(tell)
}

/** Customer groups that staff of the demo corporation have made, and our labels on them. */
const GROUPS = [
  { owner: 'lihua', name: '新人福利群A', label: '新人群' },
  { owner: 'wangfang', name: '新人福利群B', label: '新人群' },
  { owner: 'chenjing', name: '会员老友群', label: '会员群' },
  { owner: 'lihua', name: '宝妈拼团群', label: '母婴' },
] as const

/**
 * The simulator forgets what the product keeps: groups are made again, and codes of an earlier run are made anew under
 * their old names.
 */
async function settleCorp(app: App, simulator: Simulator, account: string): Promise<void> {
  const { groups, newcomers, steering } = app.corp
  const corp = simulator.control.corp(account)
  for (const { owner, name } of GROUPS) {
    const made = await corp.staffAct(owner, 'create-group', { name, members: [] })
    await made.done
  }
  await groups.sync(account)
  for (const { name, label } of GROUPS) {
    const { groups: found } = await groups.list({ account, name })
    for (const { chatId } of found) await groups.edit(account, chatId, { addLabels: [label] })
  }
  await newcomers.ways.tick()
  const { gone } = await newcomers.ways.compare()
  for (const way of gone) await newcomers.ways.remake(account, way.slice(account.length + 1))
  await steering.ways.sync()
}

import { limits } from '../../../../rules/wecom/limits.js'
import type { Bilingual } from '../../shared/bilingual.js'
import type { Finding } from '../../shared/finding.js'
import type { WecomClient } from '../client.js'
import { foundOf, notChecked } from '../doctor-finding.js'
import { WecomApiError } from '../errors.js'

/**
 * Looks a customer-service account over: that it is there and answers by API, who is on duty, what may be offered. Makes 3
 * to 5 reads, none of the conversations (whose reading has one reader), and changes nothing. Never rejects.
 */
export async function diagnoseKf(
  openKfId: string,
  client: Pick<WecomClient, 'desk' | 'deskUpgrades'>,
): Promise<Finding[]> {
  const account = await checked('kf.account', () => checkAccount(openKfId, client))
  if (account.state === 'fail') return [account]
  return [
    account,
    await checked('kf.servicers', () => checkServicers(openKfId, client)),
    await checked('kf.upgrades', () => checkUpgrades(client)),
  ]
}

async function checked(check: string, look: () => Promise<Omit<Finding, 'check'>>): Promise<Finding> {
  try {
    return { check, ...(await look()) }
  } catch (error) {
    if (!(error instanceof WecomApiError) || error.class !== 'permission') return notChecked(check, error)
    return { check, state: 'fail', found: foundOf(error), fix: error.remedy }
  }
}

async function checkAccount(openKfId: string, { desk }: Pick<WecomClient, 'desk'>): Promise<Omit<Finding, 'check'>> {
  const page = limits.deskPage.value
  for (let offset = 0; offset < limits.deskAccounts.value; offset += page) {
    const accounts = await desk.list(offset)
    const mine = accounts.find(({ id }) => id === openKfId)
    if (mine?.managed)
      return ok({ zh: `客服账号“${mine.name}”可由接口接待`, en: `the API may answer for ${mine.name}` })
    if (mine) {
      return {
        state: 'fail',
        found: { zh: `客服账号“${mine.name}”未授权给该应用`, en: `${mine.name} is not given to the app` },
        fix: {
          zh: '微信客服 > 可调用接口的应用 > 该应用 > 管理客服账号，勾选该账号',
          en: 'Give it to the app at 微信客服 > 可调用接口的应用 > the app > 管理客服账号',
        },
      }
    }
    if (accounts.length < page) break
  }
  return {
    state: 'fail',
    found: { zh: `没有客服账号 ${openKfId}`, en: `there is no account ${openKfId}` },
    fix: { zh: '检查配置中的 openKfId 与 corp', en: 'Check openKfId and corp in the configuration' },
  }
}

async function checkServicers(openKfId: string, { desk }: Pick<WecomClient, 'desk'>): Promise<Omit<Finding, 'check'>> {
  const all = await desk.servicers(openKfId)
  const serving = all.filter((one) => 'staff' in one && one.serving).length
  if (serving > 0) return ok({ zh: `${serving} 名接待人员在接待`, en: `${serving} on duty` })
  return {
    state: 'warn',
    found: { zh: '没有接待人员在接待', en: 'nobody is on duty' },
    fix: {
      zh: '在 微信客服 > 客服账号 添加接待人员；转人工到企业微信客户端需要有人接待（微环坐席不需要）',
      en: 'Add servicers in 微信客服; only hand-over into the WeCom client needs them, our own desk does not',
    },
  }
}

async function checkUpgrades({ deskUpgrades }: Pick<WecomClient, 'deskUpgrades'>): Promise<Omit<Finding, 'check'>> {
  const { staff, departments, groups } = await deskUpgrades.range()
  const members = staff.length + departments.length
  const found: Bilingual = {
    zh: `升级服务：${members} 个成员或部门，${groups.length} 个客户群`,
    en: `upgrades: ${members} members or departments, ${groups.length} groups`,
  }
  if (members + groups.length > 0) return ok(found)
  const fix = { zh: '在 微信客服 > 升级服务 配置专员或客户群', en: 'Set members or groups up at 微信客服 > 升级服务' }
  return { state: 'warn', found, fix }
}

const ok = (found: Bilingual): Omit<Finding, 'check'> => ({ state: 'ok', found })

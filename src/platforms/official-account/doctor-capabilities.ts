import { accountKind, type Capability, capabilities } from '../../../rules/official-account/kinds.js'
import type { OfficialAccountConfig } from '../../config/accounts.js'
import type { OfficialAccountClient } from './client.js'
import { type Finding, foundOf, notChecked } from './doctor-finding.js'
import { WeChatApiError } from './errors.js'

/** The cheapest call that only works with the capability. */
const PROBES: Partial<Record<Capability, (client: OfficialAccountClient) => Promise<unknown>>> = {
  'customer-messages': (client) => client.staff.list(),
  menu: (client) => client.menus.current(),
  users: (client) => client.users.list(),
  'template-messages': (client) => client.templates.list(),
  'scene-codes': (client) => client.codes.temporary('weloop-doctor', 60),
}

const ENGLISH: Record<Capability, string> = {
  receive: 'receiving messages',
  'customer-messages': 'customer-service messages',
  'mass-by-tag': 'mass sending by tag',
  'mass-by-openid': 'mass sending by openid',
  'template-messages': 'template messages',
  'subscription-notices': 'subscription notices',
  'one-time-subscription': 'one-time subscription',
  users: 'followers and tags',
  'scene-codes': 'scene codes',
  'web-login': 'web login',
  menu: 'the menu',
  drafts: 'drafts',
  publish: 'publishing',
  statistics: 'statistics',
}

/** Tries what an account of this kind should be able to do, one cheap call each, and says what is missing. */
export async function checkCapabilities(
  account: OfficialAccountConfig & { id: string },
  client: OfficialAccountClient,
): Promise<Finding[]> {
  const kind = accountKind(account)
  const findings: Finding[] = []
  for (const [capability, probe] of Object.entries(PROBES) as [Capability, (typeof PROBES)[Capability]][]) {
    const rule = capabilities[capability]
    const check = `permission.${capability}`
    if (!rule[kind]) {
      findings.push({
        check,
        state: 'ok',
        found: {
          zh: `该类账号没有「${rule.zh}」，不使用`,
          en: `${ENGLISH[capability]}: not for this kind of account, not used`,
        },
      })
    } else if (probe) findings.push(await attempt(check, capability, account, () => probe(client)))
  }
  return findings
}

async function attempt(
  check: string,
  capability: Capability,
  account: OfficialAccountConfig & { id: string },
  probe: () => Promise<unknown>,
): Promise<Finding> {
  const { zh } = capabilities[capability]
  try {
    await probe()
    return { check, state: 'ok', found: { zh: `「${zh}」可用`, en: `${ENGLISH[capability]}: available` } }
  } catch (error) {
    if (!(error instanceof WeChatApiError)) return notChecked(check, error)
    if (error.class === 'banned') return { check, state: 'fail', found: foundOf(error), fix: error.remedy }
    if (error.class !== 'permission') return notChecked(check, error)
    return {
      check,
      state: 'fail',
      found: {
        zh: `缺少「${zh}」权限（${error.errcode}）`,
        en: `${ENGLISH[capability]}: no permission (${error.errcode})`,
      },
      fix: {
        zh: `在 公众平台 > 设置与开发 > 接口权限 查看「${zh}」：未认证的账号先到 公众平台 > 设置与开发 > 公众号设置 > 微信认证 完成认证（并检查是否过期），功能插件未开通的在 公众平台 > 新的功能 添加；若账号类型写错，修改 accounts.${account.id}.kind / verified`,
        en: `Look up ${ENGLISH[capability]} (${zh}) at mp.weixin.qq.com > 设置与开发 > 接口权限. Verify the account, or renew it, at 设置与开发 > 公众号设置 > 微信认证; add a missing plugin at 新的功能; or correct accounts.${account.id}.kind / verified`,
      },
    }
  }
}

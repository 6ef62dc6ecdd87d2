import type { OfficialAccountConfig } from '../../config/accounts.js'
import { messageOf } from '../../core/errors.js'
import { checkClock } from '../shared/doctor-clock.js'
import { createEnvelopeCrypto } from '../shared/envelope-crypto.js'
import type { HttpClient } from '../shared/http-client.js'
import { TokenProblem } from '../shared/token.js'
import type { OfficialAccountClient } from './client.js'
import { checkCallback } from './doctor-callback.js'
import { checkCapabilities } from './doctor-capabilities.js'
import { CONSOLE, type Finding, foundOf, notChecked } from './doctor-finding.js'
import { type Bilingual, WeChatApiError } from './errors.js'

export type { Finding } from './doctor-finding.js'

/** What the doctor works with. */
export interface DiagnoseOptions {
  client: OfficialAccountClient
  http: HttpClient
  /** `config.publicUrl`. */
  publicUrl: string
  /** The callback's path below it; standard `/wechat/<account>`. */
  path?: string
  now: () => Date
}

type Account = OfficialAccountConfig & { id: string }

/**
 * Looks an account over from the outside in: key, callback, clock, token, permissions, the platform's own checks.
 * Makes about ten API calls, sends nothing to anybody and changes nothing but one scene code that ends after 60 s.
 * Never rejects.
 */
export async function diagnose(account: Account, options: DiagnoseOptions): Promise<Finding[]> {
  const found = [
    checkAesKey(account),
    ...(await checkCallback(account, options)),
    await checkClock(account.apiBase, options),
  ]
  const token = await checkToken(options.client)
  found.push(token)
  if (token.state === 'fail') return found
  found.push(...(await checkCapabilities(account, options.client)))
  found.push(await checkReachability(options.client), await checkPushAddresses(options.client))
  return found
}

function checkAesKey(account: Account): Finding {
  const check = 'aes-key'
  if (account.aesKey === undefined) {
    return {
      check,
      state: 'warn',
      found: { zh: '未配置 EncodingAESKey，推送以明文传输', en: 'no EncodingAESKey: pushes travel in the clear' },
      fix: {
        zh: `在 ${CONSOLE.zh} 选择「安全模式」，把 43 位 EncodingAESKey 写入配置 accounts.${account.id}.aesKey`,
        en: `Choose safe mode (安全模式) at ${CONSOLE.en}, and set accounts.${account.id}.aesKey to the 43 characters shown`,
      },
    }
  }
  try {
    const crypto = createEnvelopeCrypto(account.aesKey, account.appid)
    const opened = crypto.open(crypto.seal('微信 self-test'))
    if (opened.ok && opened.text === '微信 self-test') {
      return {
        check,
        state: 'ok',
        found: { zh: 'EncodingAESKey 加解密自检通过', en: 'the EncodingAESKey encrypts and decrypts' },
      }
    }
  } catch {
    // said below
  }
  return {
    check,
    state: 'fail',
    found: { zh: 'EncodingAESKey 不可用', en: 'the EncodingAESKey cannot be used' },
    fix: {
      zh: `在 ${CONSOLE.zh} 重新复制 43 位 EncodingAESKey 到 accounts.${account.id}.aesKey`,
      en: `Copy the 43 characters again from ${CONSOLE.en} into accounts.${account.id}.aesKey`,
    },
  }
}

async function checkToken(client: OfficialAccountClient): Promise<Finding> {
  const check = 'token'
  try {
    await client.tokens.check()
    client.tokens.recheck()
    return { check, state: 'ok', found: { zh: '已取得 access_token', en: 'an access token was given' } }
  } catch (error) {
    const cause = error instanceof TokenProblem ? error.cause : error
    if (cause instanceof WeChatApiError) return { check, state: 'fail', found: foundOf(cause), fix: tokenFix(cause) }
    return {
      check,
      state: 'fail',
      found: { zh: `无法取得 access_token：${messageOf(error)}`, en: `no access token: ${messageOf(error)}` },
      fix: {
        zh: '检查本机到 apiBase 的网络，以及 AppID、AppSecret 配置',
        en: 'Check the network between this machine and apiBase, and the appid and secret in the configuration',
      },
    }
  }
}

function tokenFix(error: WeChatApiError): Bilingual {
  const ip = error.ip ?? "本机出口 IP / this machine's public address"
  switch (error.errcode) {
    case 40164:
      return {
        zh: `在 微信开发者平台 > 我的业务 > 公众号/服务号 > 开发密钥 > API IP白名单 添加 ${ip}`,
        en: `Add ${ip} at 微信开发者平台 > your account > 开发密钥 > API IP白名单 (IP allow-list)`,
      }
    case 40125:
    case 40001:
      return {
        zh: 'AppSecret 不正确：在 微信开发者平台 > 我的业务 > 公众号/服务号 > 开发密钥 > AppSecret 重置，写入该账号的 secret 环境变量',
        en: "The app secret is wrong: reset it at 微信开发者平台 > your account > 开发密钥 > AppSecret and set the account's secret in the environment",
      }
    case 40013:
      return {
        zh: 'AppID 不正确：在 公众平台 > 设置与开发 > 账号设置 复制 AppID（wx 开头 18 位）',
        en: 'The appid is wrong: copy it (18 characters from wx) from mp.weixin.qq.com > 设置与开发 > 账号设置',
      }
    default:
      return error.remedy
  }
}

async function checkReachability(client: OfficialAccountClient): Promise<Finding> {
  const check = 'callback.from-wechat'
  try {
    const { dns, ping } = await client.servers.checkCallback()
    const lost = ping.filter((row) => row.loss === '100%')
    const names = [...new Set(dns.map((row) => row.ip))].join(', ')
    if (dns.length === 0) {
      return {
        check,
        state: 'fail',
        found: { zh: '微信解析不到回调域名', en: "the platform cannot resolve the callback's name" },
        fix: {
          zh: `核对域名解析，以及 ${CONSOLE.zh} 中的「服务器地址(URL)」`,
          en: `Check the DNS record, and 服务器地址(URL) at ${CONSOLE.en}`,
        },
      }
    }
    if (lost.length > 0 && lost.length === ping.length) {
      return {
        check,
        state: 'warn',
        found: { zh: `微信解析到 ${names}，但 ping 不通`, en: `the platform resolves ${names} but gets no ping back` },
        fix: {
          zh: '若防火墙禁止 ICMP 可忽略；否则放行微信推送服务器 IP',
          en: "Ignore it when the firewall drops ICMP; else let the platform's push addresses in",
        },
      }
    }
    return {
      check,
      state: 'ok',
      found: { zh: `微信可访问回调：${names}`, en: `the platform reaches the callback: ${names}` },
    }
  } catch (error) {
    return notChecked(check, error)
  }
}

async function checkPushAddresses(client: OfficialAccountClient): Promise<Finding> {
  const check = 'push-addresses'
  try {
    const { length } = await client.servers.callbackIps()
    return {
      check,
      state: 'ok',
      found: { zh: `推送来自 ${length} 个 IP 段`, en: `pushes come from ${length} addresses` },
    }
  } catch (error) {
    return notChecked(check, error)
  }
}

import type { WecomConfig } from '../../config/accounts.js'
import { messageOf } from '../../core/errors.js'
import { checkCallbackOf } from '../shared/doctor-callback.js'
import { checkClock } from '../shared/doctor-clock.js'
import { createEnvelopeCrypto } from '../shared/envelope-crypto.js'
import type { Finding } from '../shared/finding.js'
import type { HttpClient } from '../shared/http-client.js'
import { randomNonce } from '../shared/random.js'
import { sign } from '../shared/signature.js'
import { TokenProblem } from '../shared/token.js'
import type { WecomClient } from './client.js'
import { checkFeatures } from './doctor-features.js'
import { CALLBACK_CONSOLE, foundOf, notChecked } from './doctor-finding.js'
import { WecomApiError } from './errors.js'

/** What the doctor works with. */
export interface WecomDiagnoseOptions {
  /** Absent for a smart bot, which calls no API. */
  client?: WecomClient
  http: HttpClient
  /** `config.publicUrl`. */
  publicUrl: string
  now: () => Date
}

/**
 * Looks an app or a smart bot over from the outside in: callback, clock, token and address, the app itself, the lists
 * 可调用接口的应用. Makes about ten API calls, sends nothing to anybody and changes nothing. Never rejects.
 */
export async function diagnoseWecom(
  account: WecomConfig & { id: string },
  options: WecomDiagnoseOptions,
): Promise<Finding[]> {
  const found = await checkCallback(account, options)
  const { client } = options
  if (account.kind === 'bot' || !client) return found
  found.push(await checkClock(account.apiBase, options))
  const token = await checkToken(client)
  found.push(token)
  if (token.state === 'fail') return found
  found.push(...(await checkApp(client)), ...(await checkFeatures(client)), await checkPushAddresses(client))
  return found
}

function checkCallback(account: WecomConfig & { id: string }, options: WecomDiagnoseOptions): Promise<Finding[]> {
  const address = new URL(options.publicUrl)
  address.pathname = `${address.pathname.replace(/\/$/, '')}/wecom/${account.id}`
  const echo = `weloop${randomNonce()}`
  const crypto = createEnvelopeCrypto(account.aesKey, account.kind === 'bot' ? '' : account.corpid)
  return checkCallbackOf({
    id: account.id,
    address,
    http: options.http,
    console: CALLBACK_CONSOLE,
    echo,
    query: (signed) => {
      const token = signed === 'rightly' ? account.token : `${account.token.slice(0, 24)}-wrong`
      const timestamp = String(Math.floor(options.now().getTime() / 1000))
      const nonce = randomNonce()
      const echostr = crypto.seal(echo)
      return { msg_signature: sign(token, timestamp, nonce, echostr), timestamp, nonce, echostr }
    },
  })
}

async function checkToken(client: WecomClient): Promise<Finding> {
  const check = 'token'
  try {
    await client.tokens.check()
    client.recheck()
    return { check, state: 'ok', found: { zh: '已取得 access_token', en: 'an access token was given' } }
  } catch (error) {
    const cause = error instanceof TokenProblem ? error.cause : error
    if (cause instanceof WecomApiError) {
      return { check, state: 'fail', found: foundOf(cause), fix: cause.class === 'ip' ? ipFix(cause.ip) : cause.remedy }
    }
    return {
      check,
      state: 'fail',
      found: { zh: `无法取得 access_token：${messageOf(error)}`, en: `no access token: ${messageOf(error)}` },
      fix: {
        zh: '检查本机到 apiBase 的网络，以及 corpid、secret 配置',
        en: 'Check the network between this machine and apiBase, and corpid and secret in the configuration',
      },
    }
  }
}

function ipFix(ip = "本机出口 IP / this machine's public address") {
  return {
    zh: `在 企业微信管理后台 > 应用管理 > 该应用 > 企业可信IP 添加 ${ip}（约一分钟生效；须先设置可信域名或接收消息 URL）`,
    en: `Add ${ip} at WeCom admin console > 应用管理 > the app > 企业可信IP (takes a minute; a trusted domain or callback address must be set first)`,
  }
}

/** Reads the app itself; an address that is not trusted (60020) shows with this call, not with the token. */
async function checkApp(client: WecomClient): Promise<Finding[]> {
  const check = 'agent'
  try {
    const { name, closed, staff, departments } = await client.servers.app()
    if (closed) {
      return [
        {
          check,
          state: 'fail',
          found: { zh: `应用「${name}」已停用`, en: `the app ${name} is switched off` },
          fix: { zh: '在 应用管理 > 该应用 启用它', en: 'Switch it on at 应用管理 > the app' },
        },
      ]
    }
    if (staff.length + departments === 0) {
      return [
        {
          check,
          state: 'warn',
          found: { zh: `应用「${name}」的可见范围为空`, en: `nobody can see the app ${name}` },
          fix: {
            zh: '在 应用管理 > 该应用 > 可见范围 加入客服成员或部门',
            en: 'Add the members or departments at 应用管理 > the app > 可见范围',
          },
        },
      ]
    }
    const range = `${staff.length} 名成员、${departments} 个部门`
    return [
      {
        check,
        state: 'ok',
        found: {
          zh: `应用「${name}」，可见范围 ${range}`,
          en: `app ${name}, visible to ${staff.length} members and ${departments} departments`,
        },
      },
    ]
  } catch (error) {
    if (error instanceof WecomApiError && error.class === 'ip') {
      return [{ check: 'trusted-ip', state: 'fail', found: foundOf(error), fix: ipFix(error.ip) }]
    }
    const found = notChecked(check, error)
    const wrong = error instanceof WecomApiError && error.class === 'credential'
    return [wrong ? { ...found, state: 'fail' } : found]
  }
}

async function checkPushAddresses(client: WecomClient): Promise<Finding> {
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

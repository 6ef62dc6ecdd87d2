import type { OfficialAccountConfig } from '../../config/schema.js'
import type { HttpClient, HttpEnd } from '../shared/http-client.js'
import { randomNonce } from '../shared/random.js'
import { sign } from '../shared/signature.js'
import { CONSOLE, type Finding } from './doctor-finding.js'

/** Asks our own callback as the platform would: a signed check must be answered, a wrongly signed one refused. */
export async function checkCallback(
  account: OfficialAccountConfig & { id: string },
  options: { http: HttpClient; publicUrl: string; path?: string; now: () => Date },
): Promise<Finding[]> {
  const address = new URL(options.publicUrl)
  address.pathname = address.pathname.replace(/\/$/, '') + (options.path ?? `/wechat/${account.id}`)
  const echo = `weloop${randomNonce()}`
  const ask = (token: string): Promise<HttpEnd> => {
    const url = new URL(address)
    const timestamp = String(Math.floor(options.now().getTime() / 1000))
    const nonce = randomNonce()
    const query = { signature: sign(token, timestamp, nonce), timestamp, nonce, echostr: echo }
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return options.http.request({ method: 'GET', url, maxBytes: 65_536, deadlineMs: 5_000 })
  }
  const good = judgeEcho(account, address, echo, await ask(account.token))
  if (good.state !== 'ok') return [good, ...addressFindings(address)]
  const stranger = await ask(`${account.token.slice(0, 24)}-wrong`)
  if (stranger.end === 'answered' && stranger.status === 200 && stranger.body.toString() === echo) {
    return [
      {
        check: 'callback.signature',
        state: 'fail',
        found: { zh: '回调地址接受了错误的签名', en: 'the callback accepts a wrong signature' },
        fix: {
          zh: `${address.href} 背后不是 WeLoop，或有代理缓存了响应：让代理直接转发到 WeLoop 且不缓存`,
          en: `Something other than WeLoop answers at ${address.href}, or a proxy caches: forward straight to WeLoop, without caching`,
        },
      },
    ]
  }
  return [good, ...addressFindings(address)]
}

function judgeEcho(account: OfficialAccountConfig & { id: string }, address: URL, echo: string, end: HttpEnd): Finding {
  const check = 'callback'
  if (end.end !== 'answered') {
    return {
      check,
      state: 'fail',
      found: { zh: `无法访问 ${address.href}：${end.reason}`, en: `${address.href} cannot be reached: ${end.reason}` },
      fix: {
        zh: '确认 WeLoop 已启动，域名解析、证书、防火墙与反向代理指向它；核对配置 publicUrl',
        en: 'See that WeLoop runs and that DNS, certificate, firewall and reverse proxy lead to it; check publicUrl in the configuration',
      },
    }
  }
  if (end.status === 200 && end.body.toString() === echo) {
    return {
      check,
      state: 'ok',
      found: { zh: `${address.href} 通过了签名校验`, en: `${address.href} answers a signed check` },
    }
  }
  if (end.status === 403) {
    return {
      check,
      state: 'fail',
      found: { zh: '回调地址拒绝了签名', en: 'the callback refuses our signature' },
      fix: {
        zh: `运行中的 WeLoop 使用了另一个 Token 或另一台机器时间不准：核对 accounts.${account.id}.token 与 ${CONSOLE.zh} 中的「令牌 Token」一致，然后重启`,
        en: `The running WeLoop has another token, or a wrong clock: accounts.${account.id}.token must equal 令牌 (Token) at ${CONSOLE.en}; then restart`,
      },
    }
  }
  return {
    check,
    state: 'fail',
    found: {
      zh: `${address.href} 返回 HTTP ${end.status}，不是 echostr`,
      en: `${address.href} answers HTTP ${end.status} instead of the echostr`,
    },
    fix: {
      zh: `反向代理须把 ${address.pathname} 原样（含查询参数）转发到 WeLoop，不跳转、不改写响应`,
      en: `The reverse proxy must pass ${address.pathname} on to WeLoop as it is, with its query, without redirect or rewriting`,
    },
  }
}

/** WeChat calls public host names on ports 80 and 443 only. */
function addressFindings(address: URL): Finding[] {
  const local = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/.test(address.hostname)
  const port = address.port !== ''
  if (!local && !port && address.protocol === 'https:') return []
  const what = local
    ? ['只有本机或内网能访问', 'is reachable from this machine or network only']
    : port
      ? ['端口不是 80 或 443', 'is not on port 80 or 443']
      : ['不是 https', 'is not https']
  return [
    {
      check: 'callback.address',
      state: 'warn',
      found: { zh: `${address.origin} ${what[0]}`, en: `${address.origin} ${what[1]}` },
      fix: {
        zh: `接入真实账号前，把 publicUrl 改为公网 https 域名，并在 ${CONSOLE.zh} 的「服务器地址(URL)」填写 <publicUrl>${address.pathname}`,
        en: `Before connecting a real account set publicUrl to a public https name, and enter <publicUrl>${address.pathname} as 服务器地址(URL) at ${CONSOLE.en}`,
      },
    },
  ]
}

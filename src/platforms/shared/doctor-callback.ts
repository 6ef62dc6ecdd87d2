import type { Bilingual } from './bilingual.js'
import type { Finding } from './finding.js'
import type { HttpClient, HttpEnd } from './http-client.js'

/** An account's callback as the doctor asks it. */
export interface CallbackCheck {
  /** The account's name in the configuration. */
  id: string
  /** The callback's whole address. */
  address: URL
  http: HttpClient
  /** Where the callback is set up. */
  console: Bilingual
  /** The clear text that must come back. */
  echo: string
  /** The query of a check of the address, signed with the account's token, or with a wrong one. */
  query(signed: 'rightly' | 'wrongly'): Record<string, string>
}

/** Asks our own callback as the platform would: a signed check must be answered, a wrongly signed one refused. */
export async function checkCallbackOf(check: CallbackCheck): Promise<Finding[]> {
  const { address, echo } = check
  const ask = (signed: 'rightly' | 'wrongly'): Promise<HttpEnd> => {
    const url = new URL(address)
    for (const [name, value] of Object.entries(check.query(signed))) url.searchParams.set(name, value)
    return check.http.request({ method: 'GET', url, maxBytes: 65_536, deadlineMs: 5_000 })
  }
  const good = judgeEcho(check, await ask('rightly'))
  if (good.state !== 'ok') return [good, ...addressFindings(check)]
  const stranger = await ask('wrongly')
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
  return [good, ...addressFindings(check)]
}

function judgeEcho({ id, address, echo, console }: CallbackCheck, end: HttpEnd): Finding {
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
        zh: `运行中的 WeLoop 使用了另一个 Token 或另一台机器时间不准：核对 accounts.${id}.token 与 ${console.zh} 中的「令牌 Token」一致，然后重启`,
        en: `The running WeLoop has another token, or a wrong clock: accounts.${id}.token must equal 令牌 (Token) at ${console.en}; then restart`,
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

/** The platforms call public host names on ports 80 and 443 only. */
function addressFindings({ address, console }: CallbackCheck): Finding[] {
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
        zh: `接入真实账号前，把 publicUrl 改为公网 https 域名，并在 ${console.zh} 的「服务器地址(URL)」填写 <publicUrl>${address.pathname}`,
        en: `Before connecting a real account set publicUrl to a public https name, and enter <publicUrl>${address.pathname} as 服务器地址(URL) at ${console.en}`,
      },
    },
  ]
}

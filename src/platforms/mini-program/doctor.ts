import type { MiniCallbackConfig, MiniProgramConfig } from '../../config/accounts.js'
import { messageOf } from '../../core/errors.js'
import { foundOf } from '../official-account/doctor-finding.js'
import { WeChatApiError } from '../official-account/errors.js'
import type { Bilingual } from '../shared/bilingual.js'
import { checkCallbackOf } from '../shared/doctor-callback.js'
import type { Finding } from '../shared/finding.js'
import type { HttpClient } from '../shared/http-client.js'
import { randomNonce } from '../shared/random.js'
import { sign } from '../shared/signature.js'
import { TokenProblem } from '../shared/token.js'
import type { MiniProgramClient } from './client.js'

const CONSOLE: Bilingual = {
  zh: '微信公众平台（小程序）> 开发管理 > 消息推送',
  en: 'the mini program at mp.weixin.qq.com > 开发管理 > 消息推送',
}

/** What the doctor works with. `callback` is undefined while no `originalId` and `token` are configured. */
export interface DiagnoseMiniOptions {
  client: Pick<MiniProgramClient, 'tokens'>
  callback: MiniCallbackConfig | undefined
  http: HttpClient
  /** `config.publicUrl`. */
  publicUrl: string
  now: () => Date
}

/**
 * Looks the mini program linked with an account over: its token, and the door of its customer service. Makes one API
 * call and asks our own callback. Never rejects.
 */
export async function diagnoseMini(
  host: string,
  program: MiniProgramConfig,
  options: DiagnoseMiniOptions,
): Promise<Finding[]> {
  const token = await checkToken(options.client)
  return [token, ...(await checkDoor(host, program, options))]
}

async function checkToken({ tokens }: Pick<MiniProgramClient, 'tokens'>): Promise<Finding> {
  const check = 'mini.token'
  try {
    await tokens.check()
    const found = { zh: '小程序已取得 access_token', en: 'the mini program was given an access token' }
    return { check, state: 'ok', found }
  } catch (error) {
    const cause = error instanceof TokenProblem ? error.cause : error
    if (cause instanceof WeChatApiError) return { check, state: 'fail', found: foundOf(cause), fix: cause.remedy }
    const found = {
      zh: `小程序无法取得 access_token：${messageOf(error)}`,
      en: `no token for the mini program: ${messageOf(error)}`,
    }
    const fix = {
      zh: '检查网络，以及小程序的 AppID 与 AppSecret',
      en: "Check the network and the mini program's appid and secret",
    }
    return { check, state: 'fail', found, fix }
  }
}

async function checkDoor(
  host: string,
  program: MiniProgramConfig,
  { callback, http, publicUrl, now }: DiagnoseMiniOptions,
): Promise<Finding[]> {
  if (!callback) return [noDoor(host)]
  const address = new URL(publicUrl)
  address.pathname = `${address.pathname.replace(/\/$/, '')}/wechat/${host}/mini`
  const echo = `weloop${randomNonce()}`
  const findings = await checkCallbackOf({
    id: `${host}.miniProgram`,
    address,
    http,
    console: CONSOLE,
    echo,
    query: (signed) => {
      const token = signed === 'rightly' ? callback.token : `${callback.token.slice(0, 24)}-wrong`
      const timestamp = String(Math.floor(now().getTime() / 1000))
      const nonce = randomNonce()
      return { signature: sign(token, timestamp, nonce), timestamp, nonce, echostr: echo }
    },
  })
  const sealed: Finding[] =
    program.aesKey === undefined
      ? [
          {
            check: 'aes-key',
            state: 'warn',
            found: { zh: '小程序的推送以明文传输', en: "the mini program's pushes travel in the clear" },
            fix: {
              zh: `在 ${CONSOLE.zh} 选择安全模式，把 43 位 EncodingAESKey 写入 accounts.${host}.miniProgram.aesKey`,
              en: `Choose safe mode at ${CONSOLE.en}, and set accounts.${host}.miniProgram.aesKey`,
            },
          },
        ]
      : []
  return [...findings, ...sealed].map((one) => ({ ...one, check: `mini.${one.check}` }))
}

function noDoor(host: string): Finding {
  return {
    check: 'mini.callback',
    state: 'warn',
    found: {
      zh: '小程序客服消息没有接进来：没有配置 originalId 与 token',
      en: 'what people write to the mini program does not come in: no originalId and token are configured',
    },
    fix: {
      zh: `需要时配置 accounts.${host}.miniProgram 的 originalId、token、aesKey，并在 ${CONSOLE.zh} 填写 <publicUrl>/wechat/${host}/mini`,
      en: `Where wanted set originalId, token and aesKey of accounts.${host}.miniProgram, and enter <publicUrl>/wechat/${host}/mini at ${CONSOLE.en}`,
    },
  }
}

import { messageOf } from '../../core/errors.js'
import type { Finding } from '../shared/finding.js'
import { type Bilingual, WeChatApiError } from './errors.js'

export type { Finding } from '../shared/finding.js'

/** Where the callback is set up. */
export const CONSOLE: Bilingual = {
  zh: '微信开发者平台 > 我的业务 > 公众号/服务号 > 开发信息与消息推送（旧版：公众平台 > 设置与开发 > 基本配置 > 服务器配置）',
  en: 'WeChat developer platform (微信开发者平台) > your account > 消息推送; formerly mp.weixin.qq.com > 设置与开发 > 基本配置 > 服务器配置',
}

/** What an API error says, with its code. */
export function foundOf(error: WeChatApiError): Bilingual {
  const code = error.errcode === undefined ? '' : `${error.errcode} `
  return { zh: `${code}${error.reason.zh}`, en: `${code}${error.reason.en}` }
}

/** A check that could not be made. */
export function notChecked(check: string, error: unknown): Finding {
  const api = error instanceof WeChatApiError ? error : undefined
  return {
    check,
    state: 'warn',
    found: api ? foundOf(api) : { zh: `未能检查：${messageOf(error)}`, en: `not checked: ${messageOf(error)}` },
    fix: api?.remedy ?? { zh: '稍后再次运行 weloop doctor', en: 'Run weloop doctor again later' },
  }
}

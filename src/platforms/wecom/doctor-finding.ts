import { messageOf } from '../../core/errors.js'
import type { Bilingual } from '../shared/bilingual.js'
import type { Finding } from '../shared/finding.js'
import { WecomApiError } from './errors.js'

/** Where an app's callback is set up. */
export const CALLBACK_CONSOLE: Bilingual = {
  zh: '企业微信管理后台 > 应用管理 > 该应用 > 接收消息 > 设置API接收',
  en: 'WeCom admin console > 应用管理 > the app > 接收消息 > 设置API接收',
}

/** What an API error says, with its code. */
export function foundOf(error: WecomApiError): Bilingual {
  const code = error.errcode === undefined ? '' : `${error.errcode} `
  return { zh: `${code}${error.reason.zh}`, en: `${code}${error.reason.en}` }
}

/** A check that could not be made. */
export function notChecked(check: string, error: unknown): Finding {
  const api = error instanceof WecomApiError ? error : undefined
  return {
    check,
    state: 'warn',
    found: api ? foundOf(api) : { zh: `未能检查：${messageOf(error)}`, en: `not checked: ${messageOf(error)}` },
    fix: api?.remedy ?? { zh: '稍后再次运行 weloop doctor', en: 'Run weloop doctor again later' },
  }
}

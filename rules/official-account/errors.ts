import { miniProgramRows } from '../mini-program/error-rows.js'
import { commonRows } from './error-rows.js'
import { contentRows } from './error-rows-content.js'
import type { ErrorClass, ErrorRule } from './error-rule.js'

export type { ErrorClass, ErrorRule } from './error-rule.js'

const GENERIC = {
  busy: ['It is retried by itself', '系统会自动重试'],
  token: ['It is refreshed by itself', '系统会自动刷新'],
} as Partial<Record<ErrorClass, [string, string]>>

/** Every known errcode; codes mean the same to Official Accounts and mini programs. */
export const errorRules: ReadonlyMap<number, ErrorRule> = new Map(
  [...commonRows, ...contentRows, ...miniProgramRows].map(([code, cls, errmsg, en, zh, fixEn, fixZh]) => {
    const [en2, zh2] = GENERIC[cls] ?? [
      'See the meaning; the update or delivery names the record',
      '请按含义检查对应记录',
    ]
    return [code, { code, class: cls, errmsg, en, zh, fix: { en: fixEn ?? en2, zh: fixZh ?? zh2 } }]
  }),
)

/** Where the table was read. */
export const errorSource = 'developers.weixin.qq.com: 全局返回码'

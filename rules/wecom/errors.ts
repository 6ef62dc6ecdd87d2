import { commonRows, customerRows, deskRows } from './error-rows.js'
import type { WecomErrorClass, WecomErrorRule } from './error-rule.js'

export type { WecomErrorClass, WecomErrorRule } from './error-rule.js'

const GENERIC: Partial<Record<WecomErrorClass, [en: string, zh: string]>> = {
  busy: ['It is retried by itself', '系统会自动重试'],
  concurrency: ['It is slowed down by itself', '系统会自动降低并发'],
  token: ['It is refreshed by itself', '系统会自动刷新'],
  quota: ['It is tried again after the window', '系统会在限制窗口过后重试'],
  relation: ['The relation is marked as ended', '系统会把该关系标记为已结束'],
  staff: ['Check the member in 通讯录 and the app’s visible range', '在通讯录与应用可见范围中检查该成员'],
  done: ['Nothing to do', '无需处理'],
}

/** Every known errcode of WeCom. */
export const wecomErrorRules: ReadonlyMap<number, WecomErrorRule> = new Map(
  [...commonRows, ...customerRows, ...deskRows].map(([code, cls, en, zh, fixEn, fixZh]) => {
    const [en2, zh2] = GENERIC[cls] ?? [
      'See the meaning; the task or delivery names the record',
      '请按含义检查对应记录',
    ]
    return [code, { code, class: cls, en, zh, fix: { en: fixEn ?? en2, zh: fixZh ?? zh2 } }]
  }),
)

/** Where the table was read. */
export const wecomErrorSource = 'developer.work.weixin.qq.com: 全局错误码'

import type { Window } from '../official-account/windows.js'

/** Customer-service message windows of a mini program: a message opens 5 for 48 h, entering the session 2 for 1 min. */
export const miniProgramWindows: readonly (Omit<Window, 'trigger'> & { trigger: 'message' | 'enter' })[] = [
  {
    trigger: 'message',
    messages: 5,
    ms: 172_800_000,
    source: 'developers.weixin.qq.com: 小程序客服消息',
    verified: true,
  },
  { trigger: 'enter', messages: 2, ms: 60_000, source: 'developers.weixin.qq.com: 小程序客服消息', verified: true },
]

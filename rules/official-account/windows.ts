/**
 * Customer-service message windows (客服消息), in force since 2023-06-12: what a follower did, how many messages it
 * allows, for how long from the event's own time. A window opens when the event happens and ends exactly then.
 */
export interface Window {
  readonly trigger: 'message' | 'menu' | 'subscribe' | 'scan'
  readonly messages: number
  readonly ms: number
  readonly source: string
  readonly verified: boolean
}

const SOURCE = 'developers.weixin.qq.com: 客服消息 下发条数'

/** One row a trigger. `menu` is click, scancode_push, scancode_waitmsg and a tapped choice; view buttons open none. */
export const windows: readonly Window[] = [
  { trigger: 'message', messages: 5, ms: 172_800_000, source: SOURCE, verified: true },
  { trigger: 'menu', messages: 3, ms: 60_000, source: SOURCE, verified: true },
  { trigger: 'subscribe', messages: 3, ms: 60_000, source: SOURCE, verified: true },
  { trigger: 'scan', messages: 3, ms: 60_000, source: SOURCE, verified: true },
]

import { encrypt, getSignature } from '@wecom/crypto'
import { DEMO, type OfficialAccountConfig } from '../../src/config/accounts.js'
import type { Update } from '../../src/core/update.js'
import type { Envelope, Received, WebhookRequest } from '../../src/platforms/platform.js'

/** The demo shop in safe mode. */
export const shop: OfficialAccountConfig & { id: string } = {
  id: 'shop',
  platform: 'official-account',
  kind: 'service',
  verified: true,
  appid: DEMO.appid,
  originalId: 'gh_weloopdemo01',
  secret: DEMO.secret,
  token: DEMO.token,
  aesKey: DEMO.aesKey,
  apiBase: 'https://api.weixin.qq.com',
  mediaHosts: [],
  subscriptionNotices: false,
}

const { aesKey: _, ...withoutKey } = shop
/** The same shop without an AES key: plaintext pushes. */
export const plainShop: OfficialAccountConfig & { id: string } = withoutKey

/** When the pushes of the tests happen: 2026-01-01 08:00:00 in Shanghai. */
export const AT = 1_767_225_600

let nonces = 0
/** A nonce that was not used before in this run. */
export const freshNonce = (): string => String(1_000_000_000 + ++nonces)

/** What a push says, and how it is signed; every part can be made wrong. */
export interface PushOptions {
  mode?: 'plain' | 'compatible' | 'safe'
  format?: 'xml' | 'json'
  token?: string
  key?: string
  appid?: string
  timestamp?: string
  nonce?: string
  /** The whole encrypted part, when it is to be something special. */
  encrypted?: string
  /** Parameters to add or replace. */
  params?: Record<string, string>
  now?: Date
}

/** A follower's text message as clear XML. */
export function textPush(content: string, messageId = '24680135791357001', from = 'oWeLoopFollower'): string {
  return (
    `<xml><ToUserName><![CDATA[gh_weloopdemo01]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName>` +
    `<CreateTime>${AT}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content>` +
    `<MsgId>${messageId}</MsgId></xml>`
  )
}

/** Signs (and encrypts) a push as WeChat does, with the reference implementation. */
export function push(clear: string, options: PushOptions = {}): WebhookRequest & { method: 'POST' } {
  const { mode = 'safe', format = 'xml', token = shop.token, key = DEMO.aesKey, appid = shop.appid } = options
  const { timestamp = String(AT), nonce = freshNonce() } = options
  const params: Record<string, string> = {
    signature: getSignature(token, timestamp, nonce, ''),
    timestamp,
    nonce,
    openid: 'oWeLoopFollower',
  }
  let body = clear
  if (mode !== 'plain') {
    const Encrypt = options.encrypted ?? encrypt(key, clear, appid)
    params['encrypt_type'] = 'aes'
    params['msg_signature'] = getSignature(token, timestamp, nonce, Encrypt)
    body = format === 'json' ? JSON.stringify({ ToUserName: shop.originalId, Encrypt }) : envelope(Encrypt, mode, clear)
  }
  return {
    method: 'POST',
    query: new URLSearchParams({ ...params, ...options.params }).toString(),
    body: Buffer.from(body),
    now: options.now ?? new Date((AT + 1) * 1000),
  }
}

function envelope(encrypted: string, mode: 'compatible' | 'safe', clear: string): string {
  const clearFields = mode === 'compatible' ? clear.trim().slice('<xml>'.length, -'</xml>'.length) : ''
  const receiver = mode === 'safe' ? '<ToUserName><![CDATA[gh_weloopdemo01]]></ToUserName>' : ''
  return `<xml>${receiver}${clearFields}<Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`
}

/** The update of an accepted push; fails the test with the reason when it was refused. */
export function accepted(received: Received): { update: Update; envelope: Envelope } {
  if (received.type === 'update') return received
  throw new Error(received.type === 'refused' ? `refused: ${received.reason}` : 'an echo')
}

/** The reason of a refusal; fails the test when there was none. */
export function refusal(received: Received): string {
  if (received.type === 'refused') return received.reason
  throw new Error(`not refused but ${received.type}`)
}

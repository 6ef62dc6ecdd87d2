import { encrypt, getSignature } from '@wecom/crypto'
import { DEMO, type WecomAppConfig, type WecomConfig } from '../../../src/config/accounts.js'
import type { WebhookRequest } from '../../../src/platforms/platform.js'
import { AT, freshNonce } from '../../helpers/door.js'

/** The demo corporation's app. */
export const corp: WecomAppConfig & { id: string } = {
  id: 'corp',
  platform: 'wecom',
  kind: 'app',
  corpid: DEMO.corpid,
  agentId: 1_000_002,
  secret: DEMO.secret,
  token: DEMO.token,
  aesKey: DEMO.aesKey,
  apiBase: 'https://qyapi.weixin.qq.com',
  mirrorTags: [],
  mirrorTagGroup: '微环',
}

/** A smart bot of the same corporation. */
export const bot: WecomConfig & { id: string } = {
  id: 'robot',
  platform: 'wecom',
  kind: 'bot',
  botId: 'aibDEMO',
  token: DEMO.token,
  aesKey: DEMO.aesKey,
}

/** How a push is signed and sealed; every part can be made wrong. */
export interface PushOptions {
  token?: string
  key?: string
  receiver?: string
  timestamp?: string
  nonce?: string
  encrypted?: string
  params?: Record<string, string>
  now?: Date
}

/** Signs and encrypts a push as WeCom does, with the reference implementation. */
export function push(clear: string, options: PushOptions = {}): WebhookRequest & { method: 'POST' } {
  const json = clear.trimStart().startsWith('{')
  const { token = DEMO.token, key = DEMO.aesKey, receiver = json ? '' : DEMO.corpid } = options
  const sealed = options.encrypted ?? encrypt(key, clear, receiver)
  const body = json
    ? JSON.stringify({ encrypt: sealed })
    : `<xml><ToUserName><![CDATA[${DEMO.corpid}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`
  return { method: 'POST', ...signed(sealed, token, options), body: Buffer.from(body) }
}

/** The check of our address: the echo is encrypted too. */
export function check(echo: string, options: PushOptions = {}): WebhookRequest {
  const { token = DEMO.token, key = DEMO.aesKey, receiver = DEMO.corpid } = options
  const sealed = options.encrypted ?? encrypt(key, echo, receiver)
  const params = { ...options.params, echostr: sealed }
  return { method: 'GET', ...signed(sealed, token, { ...options, params }), body: Buffer.alloc(0) }
}

function signed(sealed: string, token: string, options: PushOptions): { query: string; now: Date } {
  const { timestamp = String(AT), nonce = freshNonce(), params = {} } = options
  const msg_signature = getSignature(token, timestamp, nonce, sealed)
  const query = new URLSearchParams({ msg_signature, timestamp, nonce, ...params }).toString().replaceAll('+', '%20')
  return { query, now: options.now ?? new Date((AT + 1) * 1000) }
}

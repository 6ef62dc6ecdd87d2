import { createCipheriv } from 'node:crypto'
import { encrypt, getSignature } from '@wecom/crypto'

/** The account that both servers serve in the attack list. */
export const account = {
  token: 'weloop-demo-token',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  appid: 'wx00000000000demo1',
  originalId: 'gh_weloopdemo01',
}

/** A signed request, ready to be sent or spoiled. */
export interface Signed {
  params: Record<string, string>
  body: Buffer
}

let messages = 0
let nonces = 0

/** Seconds since 1970, as platforms write them. */
export const timestamp = (): string => String(Math.floor(Date.now() / 1000))
/** A nonce not used before; begins with 9, so that it sorts behind any timestamp. */
export const nonce = (): string => String(9_000_000_000 + ++nonces)

/** A text message with a MsgId of its own. */
export function textMessage(content: string, receiver = account.originalId): string {
  messages += 1
  return (
    `<xml><ToUserName><![CDATA[${receiver}]]></ToUserName><FromUserName><![CDATA[oAttacker]]></FromUserName>` +
    `<CreateTime>${timestamp()}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content>` +
    `<MsgId>${2_468_013_579_000_000 + messages}</MsgId></xml>`
  )
}

/** A clear push, signed over what plain mode signs: not the body. */
export function plain(body: string | Buffer, at = timestamp(), once = nonce()): Signed {
  const signature = getSignature(account.token, at, once, '')
  return { params: { signature, timestamp: at, nonce: once }, body: Buffer.from(body) }
}

/** An encrypted push; the envelope may be given, whatever it holds. */
export function safe(
  clear: string,
  { appid = account.appid, encrypted = encrypt(account.aesKey, clear, appid) } = {},
): Signed {
  const [at, once] = [timestamp(), nonce()]
  return {
    params: {
      signature: getSignature(account.token, at, once, ''),
      timestamp: at,
      nonce: once,
      encrypt_type: 'aes',
      msg_signature: getSignature(account.token, at, once, encrypted),
    },
    body: Buffer.from(
      `<xml><ToUserName><![CDATA[${account.originalId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
    ),
  }
}

/** An envelope whose length field or padding is not what it should be. */
export function spoiledEnvelope(clear: string, spoil: { length?: number; pad?: number }): string {
  const text = Buffer.from(clear)
  const head = Buffer.alloc(20, 7)
  head.writeUInt32BE(spoil.length ?? text.length, 16)
  const content = Buffer.concat([head, text, Buffer.from(account.appid)])
  const pad = 32 - (content.length % 32)
  const padding = Buffer.alloc(pad, spoil.pad ?? pad)
  padding[pad - 1] = pad
  const key = Buffer.from(`${account.aesKey}=`, 'base64')
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(Buffer.concat([content, padding])), cipher.final()]).toString('base64')
}

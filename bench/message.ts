import { createHash } from 'node:crypto'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'

/** The demo account that every server under test is configured with. */
export const ACCOUNT = {
  id: 'shop',
  appid: 'wx00000000000demo1',
  originalId: 'gh_weloopdemo01',
  token: 'weloop-demo-token',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}

export type Mode = 'plain' | 'safe'

let serial = Date.now() * 1000

/** A complete HTTP request with a signed text message; every call has its own MsgId. */
export function signedRequest(mode: Mode, path: string, content: string, follower: string): Buffer {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = String(serial)
  const clear = `<xml><ToUserName><![CDATA[${ACCOUNT.originalId}]]></ToUserName><FromUserName><![CDATA[${follower}]]></FromUserName><CreateTime>${timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content><MsgId>${serial++}</MsgId></xml>`
  const signature = createHash('sha1').update([ACCOUNT.token, timestamp, nonce].sort().join('')).digest('hex')
  let query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&openid=${follower}`
  let body = clear
  if (mode === 'safe') {
    const cipher = encrypt(ACCOUNT.aesKey, clear, ACCOUNT.appid)
    query += `&encrypt_type=aes&msg_signature=${getSignature(ACCOUNT.token, timestamp, nonce, cipher)}`
    body = `<xml><ToUserName><![CDATA[${ACCOUNT.originalId}]]></ToUserName><Encrypt><![CDATA[${cipher}]]></Encrypt></xml>`
  }
  return Buffer.from(
    `POST ${path}?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** Opens a reply and says whether it is a correct answer to `follower`. */
export function isCorrectReply(mode: Mode, body: string, follower: string): boolean {
  let clear = body
  if (mode === 'safe') {
    const cipher = /<Encrypt><!\[CDATA\[([^\]]+)\]\]><\/Encrypt>/.exec(body)?.[1]
    const signature = /<MsgSignature><!\[CDATA\[([0-9a-f]{40})\]\]>/.exec(body)?.[1]
    const timestamp = /<TimeStamp>(?:<!\[CDATA\[)?(\d+)/.exec(body)?.[1]
    const nonce = /<Nonce><!\[CDATA\[([^\]]+)\]\]>/.exec(body)?.[1]
    if (!cipher || !timestamp || !nonce) return false
    if (getSignature(ACCOUNT.token, timestamp, nonce, cipher) !== signature) return false
    const opened = decrypt(ACCOUNT.aesKey, cipher)
    if (opened.id !== ACCOUNT.appid) return false
    clear = opened.message
  }
  return (
    clear.includes(`<ToUserName><![CDATA[${follower}]]></ToUserName>`) &&
    clear.includes(`<FromUserName><![CDATA[${ACCOUNT.originalId}]]></FromUserName>`) &&
    /<MsgType><!\[CDATA\[(text|news)\]\]><\/MsgType>/.test(clear)
  )
}

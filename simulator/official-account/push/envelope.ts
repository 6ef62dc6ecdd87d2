import { seconds } from '../../clock.js'
import { encrypt, sign } from '../../crypto.js'
import type { Exchange } from '../../exchanges.js'
import type { PushFault } from '../../faults.js'
import { randomBlock } from '../../ids.js'
import { compactJson } from '../../json.js'
import type { PushMode } from '../../options.js'
import { writeXml, type XmlFields } from '../../xml.js'
import type { Account } from '../account.js'
import type { Update } from './events.js'

/** A push, ready to send. */
export interface Envelope {
  xml: string
  body: string
  query: Record<string, string>
  signature: Exchange['signature']
}

/** Addresses, encrypts and signs a push in the account's mode; `tamper` spoils one part. */
export function seal(
  account: Account,
  update: Update,
  openid: string,
  now: number,
  given: { mode?: PushMode; tamper?: PushFault['part']; xml?: string } = {},
): Envelope {
  const fields: XmlFields = {
    ToUserName: account.options.originalId,
    FromUserName: update.from ?? openid,
    CreateTime: seconds(now),
    ...update.fields,
  }
  const json = account.options.pushFormat === 'json'
  const write = json ? compactJson : writeXml
  const xml = given.xml ?? write(fields)
  const mode = given.mode ?? account.options.mode
  const { tamper } = given
  const { token } = account.options
  const timestamp = String(seconds(tamper === 'timestamp' ? now - 86_400_000 : now))
  const nonce = String(randomBlock(4).readUInt32BE())
  const signature = [{ name: 'signature', parts: ['token', timestamp, nonce], value: sign(token, timestamp, nonce) }]
  const query: Record<string, string> = {
    signature: spoil(signature[0]?.value ?? '', tamper === 'signature'),
    timestamp,
    nonce,
    openid: update.from ?? openid,
  }
  if (mode === 'plain') return { xml, body: tamper === 'body' ? xml.slice(0, -9) : xml, query, signature }
  if (!account.key) throw new Error(`account ${account.options.id} has no AES key`)
  const sealed = encrypt(account.key, xml, tamper === 'appid' ? 'wx99999999999other' : account.options.appid)
  const encrypted = tamper === 'padding' ? sealed.slice(0, 64) : sealed
  const value = sign(token, timestamp, nonce, encrypted)
  signature.push({ name: 'msg_signature', parts: ['token', timestamp, nonce, 'Encrypt'], value })
  query['encrypt_type'] = 'aes'
  query['msg_signature'] = spoil(value, tamper === 'msg_signature')
  const carried =
    tamper === 'body' ? encrypt(account.key, xml.replace('CreateTime', 'Createtime'), account.options.appid) : encrypted
  const outer: XmlFields = { ToUserName: account.options.originalId, Encrypt: carried }
  const clear = () =>
    json ? compactJson({ ...fields, Encrypt: carried }) : xml.replace('</xml>', writeXml({ Encrypt: carried }).slice(5))
  const body = mode === 'safe' ? write(outer) : clear()
  return { xml, body, query, signature }
}

function spoil(value: string, wrong: boolean): string {
  return wrong ? value.replace(/^./, (first) => (first === '0' ? '1' : '0')) : value
}

import { seconds } from '../../clock.js'
import { encrypt, sign } from '../../crypto.js'
import type { Exchange } from '../../exchanges.js'
import type { PushFault } from '../../faults.js'
import { randomBlock } from '../../ids.js'
import { writeXml, type XmlFields } from '../../xml.js'
import type { Corp } from '../corp.js'

/** A push before it is addressed. */
export interface CorpUpdate {
  /** `text`, or `event.` with the event and its change. */
  kind: string
  /** Fields after CreateTime, with MsgType. */
  fields: XmlFields
  /** FromUserName: a userid, or `sys`; undefined: the push has none. */
  from: string | undefined
  /** What it is about: external id, chat id or userid. */
  subject: string
}

/** A push, ready to send. */
export interface CorpEnvelope {
  xml: string
  body: string
  query: Record<string, string>
  signature: Exchange['signature']
}

/** Addresses, encrypts for the corporation and signs over the ciphertext; `tamper` spoils one part. */
export function sealCorp(
  corp: Corp,
  update: CorpUpdate,
  now: number,
  given: { tamper?: PushFault['part']; xml?: string } = {},
): CorpEnvelope {
  const { corpid, token, agentId } = corp.options
  const { tamper } = given
  const fields: XmlFields = {
    ToUserName: corpid,
    ...(update.from === undefined ? {} : { FromUserName: update.from }),
    CreateTime: seconds(now),
    ...update.fields,
  }
  const xml = given.xml ?? writeXml(fields)
  const timestamp = String(seconds(tamper === 'timestamp' ? now - 86_400_000 : now))
  const nonce = String(randomBlock(4).readUInt32BE())
  const sealed = encrypt(corp.key, xml, tamper === 'appid' ? 'ww9999999999other' : corpid)
  const encrypted = tamper === 'padding' ? sealed.slice(0, 64) : sealed
  const value = sign(token, timestamp, nonce, encrypted)
  const carried = tamper === 'body' ? encrypt(corp.key, `${xml} `, corpid) : encrypted
  return {
    xml,
    body: writeXml({ ToUserName: corpid, AgentID: String(agentId), Encrypt: carried }),
    query: {
      msg_signature: tamper === 'msg_signature' || tamper === 'signature' ? spoil(value) : value,
      timestamp,
      nonce,
    },
    signature: [{ name: 'msg_signature', parts: ['token', 'timestamp', 'nonce', 'Encrypt'], value }],
  }
}

const spoil = (value: string) => value.replace(/^./, (first) => (first === '0' ? '1' : '0'))

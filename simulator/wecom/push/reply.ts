import { decrypt, sameSignature, sign } from '../../crypto.js'
import { parseXml, textOf, type XmlElement } from '../../xml.js'
import type { Corp } from '../corp.js'

/** What an HTTP 200 carried: nothing, a reply in clear, or something that is no reply. */
export type CorpReply =
  | { reply: 'none' }
  | { reply: 'xml'; clear: string; root: XmlElement }
  | { reply: 'bad'; why: string }

/** Opens a passive reply: encrypted for the corporation, signed, from it to this member. */
export function readCorpReply(corp: Corp, raw: string, to: string): CorpReply {
  if (raw === '' || raw === 'success') return { reply: 'none' }
  const outer = parseXml(raw)
  if (typeof outer === 'string') return bad(`the answer is neither empty nor XML: ${outer}`)
  const encrypted = textOf(outer, 'Encrypt') ?? ''
  const [timestamp, nonce] = [textOf(outer, 'TimeStamp') ?? '', textOf(outer, 'Nonce') ?? '']
  if (encrypted === '') return bad('the reply is not encrypted')
  if (!/^\d{10}$/.test(timestamp)) return bad('TimeStamp of the reply is not in seconds')
  const signature = sign(corp.options.token, timestamp, nonce, encrypted)
  if (!sameSignature(textOf(outer, 'MsgSignature') ?? '', signature)) return bad('MsgSignature of the reply is wrong')
  const opened = decrypt(corp.key, encrypted)
  if (!opened.ok) return bad(opened.reason)
  if (opened.appid !== corp.options.corpid) return bad(`the reply is encrypted for ${opened.appid}`)
  const root = parseXml(opened.message)
  if (typeof root === 'string') return bad(`the decrypted reply is not XML: ${root}`)
  if (textOf(root, 'ToUserName') !== to) return bad('ToUserName is not the member')
  if (textOf(root, 'FromUserName') !== corp.options.corpid) return bad('FromUserName is not the corporation')
  return { reply: 'xml', clear: opened.message, root }
}

const bad = (why: string): CorpReply => ({ reply: 'bad', why })

import { seconds } from '../../clock.js'
import type { Content } from '../../content.js'
import { decrypt, sameSignature, sign } from '../../crypto.js'
import { asRecord, parseRecord } from '../../json.js'
import { parseXml, textOf, type XmlElement } from '../../xml.js'
import type { Account } from '../account.js'
import { readReply } from './reply.js'

/** What the platform makes of an answer. */
export type Verdict =
  | { ok: true; reply: 'none'; clear?: string; warnings: string[] }
  | { ok: true; reply: 'message'; content: Content; clear?: string; warnings: string[] }
  | { ok: true; reply: 'staff'; kfAccount: string | undefined; clear?: string; warnings: string[] }
  | { ok: false; reason: string; clear?: string }

/** The pushed message that an answer belongs to. */
export interface Question {
  account: Account
  openid: string
  kind: string
  now: number
}

const DAY_S = 86_400

/**
 * Judges an answer as WeChat does: empty or `success`, or a reply in XML, encrypted when the mode asks for it, to the
 * right follower, CreateTime in seconds, one article. Anything else is a fault that the follower gets to see.
 */
export function judge(question: Question, status: number, raw: string): Verdict {
  if (status !== 200) return { ok: false, reason: `HTTP ${status}; only 200 is an answer` }
  if (raw === '' || raw === 'success') return { ok: true, reply: 'none', warnings: [] }
  const parse = question.account.options.pushFormat === 'json' ? parseJson : parseXml
  const outer = parse(raw)
  if (typeof outer === 'string') return { ok: false, reason: `neither empty, nor "success", nor XML: ${outer}` }
  if (outer.name !== 'xml') return { ok: false, reason: `the root is <${outer.name}>, not <xml>` }
  const { mode } = question.account.options
  if (textOf(outer, 'Encrypt') === undefined) {
    if (mode === 'safe') return { ok: false, reason: 'the reply is in clear; safe mode needs it encrypted' }
    return judgeClear(question, outer)
  }
  if (mode === 'plain') return { ok: false, reason: 'the reply is encrypted; the account is in plain mode' }
  const opened = open(question.account, outer)
  if (!opened.ok) return { ok: false, reason: opened.reason }
  const inner = parse(opened.message)
  if (typeof inner === 'string')
    return { ok: false, reason: `the decrypted reply is not XML: ${inner}`, clear: opened.message }
  return { ...judgeClear(question, inner), clear: opened.message }
}

/** A reply in JSON, as the elements that the same reply in XML has. */
function parseJson(source: string): XmlElement | string {
  const found = parseRecord(source)
  return found === undefined ? 'not a JSON object' : elementOf('xml', found)
}

function elementOf(name: string, value: unknown): XmlElement {
  const inner = asRecord(value)
  if (inner === undefined) return { name, text: typeof value === 'string' ? value : String(value), children: [] }
  return { name, text: '', children: Object.entries(inner).map(([key, item]) => elementOf(key, item)) }
}

function open(account: Account, outer: XmlElement): { ok: true; message: string } | { ok: false; reason: string } {
  const encrypted = textOf(outer, 'Encrypt') ?? ''
  const timestamp = textOf(outer, 'TimeStamp') ?? ''
  const nonce = textOf(outer, 'Nonce') ?? ''
  const signature = textOf(outer, 'MsgSignature') ?? ''
  if (!/^\d{10}$/.test(timestamp)) return { ok: false, reason: 'TimeStamp of the reply is not in seconds' }
  if (nonce === '') return { ok: false, reason: 'the reply has no Nonce' }
  if (!sameSignature(signature, sign(account.options.token, timestamp, nonce, encrypted))) {
    return { ok: false, reason: 'MsgSignature of the reply is wrong' }
  }
  if (!account.key) return { ok: false, reason: 'the account has no AES key' }
  const opened = decrypt(account.key, encrypted)
  if (!opened.ok) return opened
  if (opened.appid !== account.options.appid) return { ok: false, reason: `the reply is encrypted for ${opened.appid}` }
  return opened
}

function judgeClear(question: Question, root: XmlElement): Verdict {
  const fault = addressFault(question, root)
  if (fault !== undefined) return { ok: false, reason: fault }
  const reply = readReply(question, root)
  return typeof reply === 'string' ? { ok: false, reason: reply } : reply
}

function addressFault({ account, openid, now }: Question, root: XmlElement): string | undefined {
  const names = root.children.map((item) => item.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) return `${twice} stands twice`
  if (textOf(root, 'ToUserName') !== openid) return 'ToUserName is not the follower'
  if (textOf(root, 'FromUserName') !== account.options.originalId) return 'FromUserName is not the account'
  const created = textOf(root, 'CreateTime') ?? ''
  if (!/^\d{1,10}$/.test(created)) return `CreateTime ${created} is not in seconds`
  return Math.abs(Number(created) - seconds(now)) > DAY_S ? `CreateTime ${created} is more than a day off` : undefined
}

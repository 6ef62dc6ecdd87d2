import { limits } from '../../../rules/wecom/limits.js'
import type { WecomConfig } from '../../config/accounts.js'
import { AppError } from '../../core/errors.js'
import type { Update } from '../../core/update.js'
import type { Envelope, Platform, Received, WebhookRequest } from '../platform.js'
import { decodeUtf8 } from '../shared/characters.js'
import { createEnvelopeCrypto, type EnvelopeCrypto } from '../shared/envelope-crypto.js'
import { type Fields, textOf } from '../shared/fields.js'
import { parseJson } from '../shared/json.js'
import { readQuery } from '../shared/query.js'
import { randomNonce } from '../shared/random.js'
import { createReplayMemory } from '../shared/replay.js'
import { sealedIn } from '../shared/sealed-xml.js'
import { isSignature, sign } from '../shared/signature.js'
import { faultOfSigned } from '../shared/signed-query.js'
import { parseXml, type XmlRules } from '../shared/xml.js'
import { decode } from './decode.js'
import { decodeBot } from './decode-bot.js'
import { ACKNOWLEDGED, fit, writeBotReply, writeReply } from './encode.js'

/** The door's half of a platform. */
export type Receiver = Pick<Platform, 'receive' | 'decode' | 'fit' | 'answer'>

export interface ReceiverOptions {
  /** How far a push's timestamp may be from our clock; the platform names no limit, resends keep the first one. */
  timestampWindowMs: number
  /** How many signatures are remembered against replay with another body. */
  replayCapacity?: number
}

interface Opened {
  clear: string
  token: string
  crypto: EnvelopeCrypto
}

/** A card's answer nests its chosen options seven deep. */
const BOT_DEPTH = 8

const XML: XmlRules = {
  repeatable: new Set(['Item', 'item', 'SelectedItem', 'OptionId', 'AuthAddOpenKfId', 'AuthDelOpenKfId']),
  maxElements: limits.pushElements.value,
}

/**
 * Verifies, decrypts, decodes and answers the pushes to one self-built app (XML) or one smart bot (JSON). Everything is
 * encrypted here, the URL check too. The signature covers the ciphertext, so nothing is decrypted before it holds
 * (current or previous token); then the envelope must open completely for this corporation (for a smart bot: for nobody).
 */
export function createReceiver(
  account: WecomConfig & { id: string },
  options: ReceiverOptions = { timestampWindowMs: 600_000 },
): Receiver {
  const bot = account.kind === 'bot'
  const tokens = [account.token, account.previousToken].filter((token) => token !== undefined)
  const keys = [account.aesKey, account.previousAesKey].filter((key) => key !== undefined)
  const cryptos = keys.map((key) => createEnvelopeCrypto(key, bot ? '' : account.corpid))
  const replays = createReplayMemory(2 * options.timestampWindowMs, options.replayCapacity)
  /** An answer to a smart bot carries its question's nonce; one under an old token or key is answered under the same. */
  const asked = new WeakMap<Envelope, Opened & { nonce: string }>()

  /** The clear text of a ciphertext whose signature holds, or why not. */
  function open(sealed: string, query: ReadonlyMap<string, string>): Opened | string {
    const [timestamp, nonce] = [query.get('timestamp') ?? '', query.get('nonce') ?? '']
    const given = query.get('msg_signature') ?? ''
    const token = tokens.find((one) => isSignature(given, one, timestamp, nonce, sealed))
    if (token === undefined) return 'wrong msg_signature: another token, or a stranger'
    let reason = ''
    for (const crypto of cryptos) {
      const opened = crypto.open(sealed)
      if (opened.ok) return { clear: opened.text, token, crypto }
      reason ||= opened.reason
    }
    return `envelope: ${reason}`
  }

  function read(clear: string, now: Date): Update | string {
    const fields = parse(clear)
    if (typeof fields === 'string') return fields
    if (account.kind === 'bot') return decodeBot(fields, { id: account.id, botId: account.botId }, now)
    return decode(clear, fields, { id: account.id, corpid: account.corpid, agentId: account.agentId })
  }

  function parse(text: string): Fields | string {
    return bot ? parseJson(text, BOT_DEPTH) : parseXml(text, XML)
  }

  function push(request: WebhookRequest, query: ReadonlyMap<string, string>): Received {
    const body = decodeUtf8(request.body)
    if (body === undefined) return { type: 'refused', reason: 'not UTF-8' }
    const sealed = sealedPart(body)
    if (sealed.text === '') return { type: 'refused', reason: sealed.reason }
    const opened = open(sealed.text, query)
    if (typeof opened === 'string') return { type: 'refused', reason: opened }
    const update = read(opened.clear, request.now)
    if (typeof update === 'string') return { type: 'refused', reason: update }
    if (!replays.admit(query.get('msg_signature') ?? '', opened.clear, request.now)) {
      return { type: 'refused', reason: 'a signature that came with another body before' }
    }
    const envelope: Envelope = { body: opened.clear, mode: 'safe', format: bot ? 'json' : 'xml' }
    asked.set(envelope, { ...opened, nonce: query.get('nonce') ?? '' })
    return { type: 'update', update, envelope }
  }

  function sealedPart(body: string): { text: string; reason: string } {
    const quick = bot ? undefined : sealedIn(body)
    if (quick) return { text: quick, reason: '' }
    const fields = parse(body)
    if (typeof fields === 'string') return { text: '', reason: `envelope: ${fields}` }
    return { text: textOf(fields, bot ? 'encrypt' : 'Encrypt'), reason: 'the envelope holds nothing encrypted' }
  }

  return {
    receive(request) {
      const query = readQuery(request.query)
      if (query === undefined) return { type: 'refused', reason: 'a parameter comes twice or is broken' }
      const fault = faultOfSigned(query, request.now, options.timestampWindowMs)
      if (fault !== undefined) return { type: 'refused', reason: fault }
      if (request.method === 'POST') return push(request, query)
      const opened = open((query.get('echostr') ?? '').replaceAll(' ', '+'), query)
      return typeof opened === 'string' ? { type: 'refused', reason: opened } : { type: 'echo', text: opened.clear }
    },

    decode(body) {
      const update = read(body, new Date())
      if (typeof update !== 'string') return update
      throw new AppError('push.unreadable', `this is no push to account '${account.id}': ${update}`, {
        fix: 'it must be the clear XML (app) or JSON (smart bot) of one push',
      })
    },

    fit,

    answer(update, envelope, message, now) {
      if (message === undefined || update.from === '') return ACKNOWLEDGED
      const stream = update.kind === 'staff.bot' ? (update.stream ?? update.id) : ''
      const reply = bot
        ? writeBotReply(message, stream)
        : writeReply(message, { from: account.corpid, to: update.from }, now)
      const [crypto] = cryptos
      if (reply === undefined || crypto === undefined) return ACKNOWLEDGED
      const sealer = asked.get(envelope) ?? { token: account.token, crypto, nonce: randomNonce() }
      return seal(reply, sealer, now)
    },
  }

  function seal(
    reply: string,
    { token, crypto, nonce }: { token: string; crypto: EnvelopeCrypto; nonce: string },
    now: Date,
  ): string {
    const time = Math.floor(now.getTime() / 1000)
    const sealed = crypto.seal(reply)
    if (bot) {
      const msgsignature = sign(token, String(time), nonce, sealed)
      return JSON.stringify({ encrypt: sealed, msgsignature, timestamp: time, nonce })
    }
    const fresh = randomNonce()
    const signature = sign(token, String(time), fresh, sealed)
    return `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${time}</TimeStamp><Nonce><![CDATA[${fresh}]]></Nonce></xml>`
  }
}

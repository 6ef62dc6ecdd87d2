import type { OfficialAccountConfig } from '../../config/accounts.js'
import { AppError } from '../../core/errors.js'
import type { ResolvedMessage } from '../../core/message.js'
import type { PlatformName, Update } from '../../core/update.js'
import type { Envelope, Platform, Received, ReplyFit, WebhookRequest } from '../platform.js'
import { decodeUtf8 } from '../shared/characters.js'
import { createEnvelopeCrypto, type EnvelopeCrypto } from '../shared/envelope-crypto.js'
import { textOf } from '../shared/fields.js'
import { readQuery } from '../shared/query.js'
import { randomNonce } from '../shared/random.js'
import { createReplayMemory } from '../shared/replay.js'
import { sealedIn } from '../shared/sealed-xml.js'
import { isSignature, sign } from '../shared/signature.js'
import { faultOfSigned } from '../shared/signed-query.js'
import { decode, type Format, formatOf, parse } from './decode.js'
import { ACKNOWLEDGED, fit, writeReply } from './encode.js'

/** The door's half of a platform. `fit` also takes a whole update, which sorts menu scans exactly. */
export type Receiver = Pick<Platform, 'receive' | 'decode' | 'answer'> & {
  fit(push: Update['kind'] | Update, message: ResolvedMessage): ReplyFit
}

export interface ReceiverOptions {
  /** How far a push's timestamp may be from our clock; the platform names no limit. */
  timestampWindowMs: number
  /** How many signatures are remembered against replay with another body. */
  replayCapacity?: number
}

/** Whose pushes a door takes: what the platform's console says of the callback. `platform` where it is no Official Account. */
export type CallbackOf = Pick<
  OfficialAccountConfig,
  'appid' | 'originalId' | 'token' | 'aesKey' | 'previousToken' | 'previousAesKey'
> & { id: string; platform?: PlatformName }

type Query = ReadonlyMap<string, string>
/** Found to hold, or the reason why not. */
type Checked<T> = { ok: true; value: T } | { ok: false; reason: string }
interface Sealer {
  token: string
  crypto: EnvelopeCrypto
}

const ECHO = /^[A-Za-z0-9+/=_-]{1,512}$/

/**
 * Verifies, decrypts, decodes and answers the pushes of one Official Account, or of one mini program. Nothing is trusted before its signature:
 * parameters come once and have their shape, the timestamp is near, both signatures hold (current or previous token),
 * the envelope opens completely (current or previous key) for this appid, and the fields are strict XML or JSON. With an
 * AES key configured a clear push is refused; without one an encrypted push is.
 */
export function createReceiver(
  account: CallbackOf,
  options: ReceiverOptions = { timestampWindowMs: 600_000 },
): Receiver {
  const tokens = [account.token, ...(account.previousToken === undefined ? [] : [account.previousToken])]
  const keys = account.aesKey === undefined ? [] : [account.aesKey, account.previousAesKey]
  const cryptos = keys.filter((key) => key !== undefined).map((key) => createEnvelopeCrypto(key, account.appid))
  const replays = createReplayMemory(2 * options.timestampWindowMs, options.replayCapacity)
  /** A push that came under an old token or key is answered under the same. */
  const previous = new WeakMap<Envelope, Sealer>()

  /** The token that signed the parameters. */
  function authenticate(query: Query, now: Date): Checked<string> {
    const fault = faultOfSigned(query, now, options.timestampWindowMs)
    if (fault !== undefined) return refused(fault)
    const [timestamp, nonce] = [query.get('timestamp') ?? '', query.get('nonce') ?? '']
    const given = query.get('signature') ?? ''
    for (const token of tokens) if (isSignature(given, token, timestamp, nonce)) return { ok: true, value: token }
    return refused('wrong signature: another token, or a stranger')
  }

  /** The clear text inside an encrypted body, and what opened it. */
  function unseal(
    outer: string,
    query: Query,
    token: string,
  ): Checked<{ text: string; mode: Envelope['mode']; crypto: EnvelopeCrypto }> {
    const envelope = readEnvelope(outer)
    if (typeof envelope === 'string') return refused(envelope)
    const { encrypted, mode } = envelope
    const [timestamp, nonce] = [query.get('timestamp') ?? '', query.get('nonce') ?? '']
    if (!isSignature(query.get('msg_signature') ?? '', token, timestamp, nonce, encrypted)) {
      return refused('wrong msg_signature')
    }
    let reason = ''
    for (const crypto of cryptos) {
      const opened = crypto.open(encrypted)
      if (opened.ok) {
        return { ok: true, value: { text: opened.text, mode, crypto } }
      }
      reason ||= opened.reason
    }
    return refused(`envelope: ${reason}`)
  }

  function push(request: WebhookRequest, query: Query, token: string): Received {
    const body = decodeUtf8(request.body)
    if (body === undefined) return { type: 'refused', reason: 'not UTF-8' }
    const encryption = query.get('encrypt_type') ?? 'raw'
    if (encryption !== 'raw' && encryption !== 'aes') return { type: 'refused', reason: 'unknown encrypt_type' }
    if (encryption === 'raw' && cryptos.length > 0) {
      return { type: 'refused', reason: 'a clear push although an AES key is configured' }
    }
    if (encryption === 'aes' && cryptos.length === 0) {
      return { type: 'refused', reason: 'an encrypted push although no AES key is configured' }
    }
    const opened = encryption === 'aes' ? unseal(body, query, token) : undefined
    if (opened?.ok === false) return { type: 'refused', reason: opened.reason }
    const clear = opened?.value.text ?? body
    const format = formatOf(clear)
    const update = read(clear, format)
    if (typeof update === 'string') return { type: 'refused', reason: update }
    if (!replays.admit(query.get('signature') ?? '', opened ? clear : request.body, request.now)) {
      return { type: 'refused', reason: 'a signature that came with another body before' }
    }
    const envelope: Envelope = { body: clear, mode: opened?.value.mode ?? 'plain', format }
    if (opened && (opened.value.crypto !== cryptos[0] || token !== account.token)) {
      previous.set(envelope, { token, crypto: opened.value.crypto })
    }
    return { type: 'update', update, envelope }
  }

  function read(clear: string, format: Format): Update | string {
    const fields = parse(clear, format)
    return typeof fields === 'string' ? fields : decode(clear, fields, account)
  }

  return {
    receive(request) {
      const query = readQuery(request.query)
      if (query === undefined) return { type: 'refused', reason: 'a parameter comes twice or is broken' }
      const token = authenticate(query, request.now)
      if (!token.ok) return { type: 'refused', reason: token.reason }
      if (request.method === 'POST') return push(request, query, token.value)
      const text = query.get('echostr') ?? ''
      return ECHO.test(text) ? { type: 'echo', text } : { type: 'refused', reason: 'no echostr, or not one' }
    },

    decode(body) {
      const update = read(body, formatOf(body))
      if (typeof update !== 'string') return update
      throw new AppError('push.unreadable', `this is no push to account '${account.id}': ${update}`, {
        fix: `it must be the clear XML or JSON of one push with ToUserName ${account.originalId}`,
      })
    },

    fit,

    answer(update, envelope, message, now) {
      if (message === undefined || update.from === '') return ACKNOWLEDGED
      const reply = writeReply(message, { from: account.originalId, to: update.from }, now, envelope.format)
      if (reply === undefined) return ACKNOWLEDGED
      const [crypto] = cryptos
      if (envelope.mode === 'plain' || crypto === undefined) return reply
      return seal(reply, envelope.format, previous.get(envelope) ?? { token: account.token, crypto }, now)
    },
  }
}

/** The encrypted text of a body, and whether clear fields stand beside it (compatible mode). */
function readEnvelope(outer: string): { encrypted: string; mode: 'safe' | 'compatible' } | string {
  const sealed = sealedIn(outer)
  if (sealed !== undefined && sealed !== '') return { encrypted: sealed, mode: 'safe' }
  const fields = parse(outer, formatOf(outer))
  if (typeof fields === 'string') return `envelope: ${fields}`
  const encrypted = textOf(fields, 'Encrypt')
  if (encrypted === '') return 'the envelope holds nothing encrypted'
  return { encrypted, mode: textOf(fields, 'MsgType') === '' ? 'safe' : 'compatible' }
}

/** The encrypted answer. None of its parts holds anything that XML or JSON would have to escape. */
function seal(reply: string, format: Format, { token, crypto }: Sealer, now: Date): string {
  const time = Math.floor(now.getTime() / 1000)
  const nonce = randomNonce()
  const sealed = crypto.seal(reply)
  const signature = sign(token, String(time), nonce, sealed)
  return format === 'json'
    ? `{"Encrypt":"${sealed}","MsgSignature":"${signature}","TimeStamp":${time},"Nonce":"${nonce}"}`
    : `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${time}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
}

function refused(reason: string): { ok: false; reason: string } {
  return { ok: false, reason }
}

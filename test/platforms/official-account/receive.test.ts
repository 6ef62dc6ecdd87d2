import { describe, expect, test } from '@jest/globals'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'
import fc from 'fast-check'
import { text } from '../../../src/core/message.js'
import { createReceiver } from '../../../src/platforms/official-account/receive.js'
import type { WebhookRequest } from '../../../src/platforms/platform.js'
import { AT, accepted, freshNonce, plainShop, push, refusal, shop, textPush } from '../../helpers/door.js'

const safe = createReceiver(shop)
const plain = createReceiver(plainShop)
const hello = textPush('你好')
const now = new Date((AT + 1) * 1000)

/** A push whose query is changed after it was signed. */
function withParams(request: WebhookRequest, params: Record<string, string>): WebhookRequest {
  const query = new URLSearchParams(request.query)
  for (const [name, value] of Object.entries(params)) query.set(name, value)
  return { ...request, query: query.toString() }
}

function check(params: Record<string, string> = {}, token = shop.token): WebhookRequest {
  const nonce = freshNonce()
  const signature = getSignature(token, String(AT), nonce, '')
  const query = new URLSearchParams({
    signature,
    timestamp: String(AT),
    nonce,
    echostr: '5936258129934262112',
    ...params,
  })
  return { method: 'GET', query: query.toString(), body: Buffer.alloc(0), now }
}

describe('the URL check', () => {
  test('is answered with the echostr', () => {
    expect(safe.receive(check())).toEqual({ type: 'echo', text: '5936258129934262112' })
  })

  test('W6: with markup for an echostr is refused', () => {
    expect(refusal(safe.receive(check({ echostr: '<script>alert(1)</script>' })))).toContain('echostr')
    expect(refusal(safe.receive(check({ echostr: '' })))).toContain('echostr')
  })

  test('with a wrong signature, or none, is refused', () => {
    expect(refusal(safe.receive(check({}, 'another-token')))).toContain('wrong signature')
    expect(refusal(safe.receive({ ...check(), query: 'echostr=1' }))).toContain('timestamp')
  })
})

describe('a push', () => {
  test('of the published sample is accepted in plain and safe mode', () => {
    const sample = {
      ...shop,
      token: 'demoToken01',
      appid: 'wx0123456789abcdef',
      originalId: 'gh_demo00000001',
      aesKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
    }
    const clear =
      '<xml><ToUserName><![CDATA[gh_demo00000001]]></ToUserName><FromUserName><![CDATA[oDemoUser0001]]></FromUserName><CreateTime>1760000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>1234567890123456</MsgId></xml>'
    const random = Buffer.from('0123456789abcdef')
    const encrypted = encrypt(sample.aesKey, clear, sample.appid, random)
    expect(encrypted.startsWith('4j/AuRx71kQlxVlzbpsMWKArmag+eIKe8fW3F8UUT6wginOqd')).toBe(true)
    const query =
      'signature=77e354ece3e179c9c88a168a93bb54f3154723d3&timestamp=1760000000&nonce=nonce123&encrypt_type=aes&msg_signature=48c980c120b41b8e26d07abbe2b355341cbefd45'
    const body = Buffer.from(
      `<xml><ToUserName><![CDATA[gh_demo00000001]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
    )
    const request: WebhookRequest = { method: 'POST', query, body, now: new Date(1_760_000_001_000) }
    expect(accepted(createReceiver(sample).receive(request)).update).toMatchObject({
      kind: 'message.text',
      text: '你好',
    })
    const { aesKey: _, ...withoutKey } = sample
    const clearRequest = { ...request, query: query.split('&encrypt')[0] ?? '', body: Buffer.from(clear) }
    expect(accepted(createReceiver(withoutKey).receive(clearRequest)).envelope.mode).toBe('plain')
  })

  test('in compatible mode is read from its encrypted part', () => {
    const request = push(hello, { mode: 'compatible' })
    const forged = { ...request, body: Buffer.from(request.body.toString().replace('你好', '转账')) }
    const { update, envelope } = accepted(safe.receive(forged))
    expect(update).toMatchObject({ text: '你好' })
    expect(envelope.mode).toBe('compatible')
  })

  test('under the token and the key before a rotation is accepted, and answered under them', () => {
    const [oldToken, oldKey] = ['previous-token', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8']
    const rotating = createReceiver({ ...shop, previousToken: oldToken, previousAesKey: oldKey })
    for (const token of [shop.token, oldToken]) {
      for (const key of [String(shop.aesKey), oldKey]) {
        const { update, envelope } = accepted(rotating.receive(push(hello, { token, key })))
        const answer = rotating.answer(update, envelope, text('好的'), now)
        const field = (name: string) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(answer)?.[1] ?? ''
        expect(decrypt(key, field('Encrypt')).message).toContain('好的')
        expect(getSignature(token, field('TimeStamp'), field('Nonce'), field('Encrypt'))).toBe(field('MsgSignature'))
      }
    }
    expect(refusal(safe.receive(push(hello, { token: oldToken })))).toContain('wrong signature')
    expect(refusal(safe.receive(push(hello, { key: oldKey })))).toContain('envelope')
  })

  test('at the edge of the time window is accepted, beyond it refused with the distance', () => {
    const at = (seconds: number) => push(hello, { now: new Date((AT + seconds) * 1000) })
    accepted(safe.receive(at(600)))
    accepted(safe.receive(at(-600)))
    expect(refusal(safe.receive(at(601)))).toContain('601 s from our clock')
    expect(refusal(safe.receive(at(-601)))).toContain('601 s')
    const narrow = createReceiver(shop, { timestampWindowMs: 5000 })
    expect(refusal(narrow.receive(at(6)))).toContain('6 s')
  })
})

describe('what other packages let in is refused', () => {
  test('C1: a push encrypted for another appid', () => {
    expect(refusal(safe.receive(push(hello, { appid: 'wx00000000000demo9' })))).toContain('another receiver')
  })

  test('C2, C3: an envelope cut anywhere', () => {
    const bytes = Buffer.from(encrypt(String(shop.aesKey), hello, shop.appid), 'base64')
    for (let end = 16; end < bytes.length; end += 16) {
      const request = push(hello, { encrypted: bytes.subarray(0, end).toString('base64') })
      expect(refusal(safe.receive(request))).toContain('envelope')
    }
  })

  test('C4: a push with any bit flipped; nothing is decrypted before its signature holds', () => {
    const good = push(hello)
    accepted(safe.receive(good))
    fc.assert(
      fc.property(fc.nat(good.body.length * 8 - 1), (bit) => {
        const body = Buffer.from(good.body)
        body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const received = safe.receive({ ...good, body })
        // The clear ToUserName of the envelope is not signed, and not used.
        if (received.type !== 'refused')
          expect(received).toMatchObject({ update: { kind: 'message.text', text: '你好' } })
      }),
      { numRuns: 20_000 },
    )
  })

  test('C4: a ciphertext with any bit flipped and signed anew is never another message', () => {
    const bytes = Buffer.from(encrypt(String(shop.aesKey), hello, shop.appid), 'base64')
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 - 128 }), (nth) => {
        const bit = nth + 128
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const received = safe.receive(push(hello, { encrypted: flipped.toString('base64') }))
        expect(received.type).toBe('refused')
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['a timestamp of 11 digits', { timestamp: `${AT}0` }],
    ['a timestamp with a blank', { timestamp: ` ${AT}` }],
    ['no timestamp', { timestamp: '' }],
    ['a nonce with other characters', { nonce: 'a b' }],
    ['a nonce of 65 characters', { nonce: 'a'.repeat(65) }],
    ['no nonce', { nonce: '' }],
    ['no signature', { signature: '' }],
    ['a signature in capitals', { signature: 'A'.repeat(40) }],
    ['another nonce', { nonce: '1' }],
    ['another timestamp', { timestamp: String(AT + 1) }],
    ['no msg_signature', { msg_signature: '' }],
    ['another msg_signature', { msg_signature: '0'.repeat(40) }],
    ['an unknown encryption', { encrypt_type: 'rot13' }],
  ])('C5, C6: %s', (_, params) => {
    expect(safe.receive(withParams(push(hello), params)).type).toBe('refused')
  })

  test.each(['', 'a b', 'a'.repeat(65), '你好', '1&2'])(
    'C5: a nonce of another shape, though rightly signed: %p',
    (nonce) => {
      expect(refusal(safe.receive(push(hello, { nonce })))).toContain('nonce')
    },
  )

  test('C5: a parameter that comes twice', () => {
    const request = push(hello)
    expect(refusal(safe.receive({ ...request, query: `${request.query}&nonce=1` }))).toContain('twice')
    expect(refusal(safe.receive({ ...request, query: `nonce=1&${request.query}` }))).toContain('twice')
  })

  test('C5: the parts of a captured signature, cut at another place', () => {
    const nonce = freshNonce()
    const captured = push(hello, { mode: 'plain', nonce })
    accepted(plain.receive(captured))
    const joined = `${nonce}${AT}`
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.boolean(), (cut, swap) => {
        const [a, b] = [joined.slice(0, cut), joined.slice(cut)]
        const [timestamp, other] = swap ? [b, a] : [a, b]
        if (timestamp === String(AT)) return
        const request = withParams({ ...captured, body: Buffer.from(textPush('转账')) }, { timestamp, nonce: other })
        expect(plain.receive(request).type).toBe('refused')
      }),
    )
  })

  test('C7: an envelope that is not base64, not whole, not UTF-8, not there', () => {
    for (const encrypted of ['你好', 'AAAA', `${'A'.repeat(43)}=`, ' ', '!'.repeat(64)]) {
      expect(refusal(safe.receive(push(hello, { encrypted })))).toContain('envelope')
    }
    const request = push(hello)
    expect(refusal(safe.receive({ ...request, body: Buffer.from('<xml><A>1</A></xml>') }))).toContain(
      'nothing encrypted',
    )
    expect(refusal(safe.receive({ ...request, body: Buffer.of(0xff, 0xfe) }))).toContain('UTF-8')
  })

  test('W1: a clear push to an account with an AES key', () => {
    expect(refusal(safe.receive(push(hello, { mode: 'plain' })))).toContain('clear push')
    expect(refusal(safe.receive(push(hello, { mode: 'plain', params: { encrypt_type: 'raw' } })))).toContain(
      'clear push',
    )
    for (const type of ['', 'AES', 'rot13']) {
      const request = push(hello, { mode: 'plain', params: { encrypt_type: type } })
      expect(refusal(safe.receive(request))).toContain('encrypt_type')
      expect(refusal(plain.receive(request))).toContain('encrypt_type')
    }
  })

  test('W2: an old signature, and a fresh one with another body', () => {
    const old = push(hello, { mode: 'plain', timestamp: '1000000000' })
    expect(refusal(plain.receive(old))).toContain('from our clock')
    const captured = push(hello, { mode: 'plain' })
    accepted(plain.receive(captured))
    expect(refusal(plain.receive({ ...captured, body: Buffer.from(textPush('转账')) }))).toContain(
      'another body before',
    )
    accepted(plain.receive(captured))
  })

  test('W2: in safe mode too, also when the other body is encrypted and signed', () => {
    const nonce = freshNonce()
    accepted(safe.receive(push(hello, { nonce })))
    accepted(safe.receive(push(hello, { nonce })))
    expect(refusal(safe.receive(push(textPush('转账'), { nonce })))).toContain('another body before')
  })

  test('W2: a refused push does not reserve its signature', () => {
    const good = push(hello, { mode: 'plain' })
    expect(plain.receive({ ...good, body: Buffer.from('<xml>') }).type).toBe('refused')
    accepted(plain.receive(good))
  })

  test('W3: a foreign appid, and a push addressed to another account', () => {
    expect(safe.receive(push(hello, { appid: '' })).type).toBe('refused')
    const foreign = hello.replace('gh_weloopdemo01', 'gh_somebodyelse')
    expect(refusal(safe.receive(push(foreign)))).toContain('another account')
  })

  test('W5: a resend, encrypted afresh, has the id of the first', () => {
    const ids = [1, 2, 3].map(() => accepted(safe.receive(push(hello))).update.id)
    expect(new Set(ids)).toEqual(new Set([`${shop.appid}:24680135791357001`]))
  })

  test.each([
    ['no XML at all', 'hello'],
    ['an entity', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>'],
    ['a field twice', hello.replace('<MsgId>', '<MsgId>1</MsgId><MsgId>')],
    ['JSON with a prototype', '{"__proto__":{"a":1}}'],
    ['an empty body', ''],
  ])('W7, W9: %s', (_, body) => {
    expect(plain.receive(push(body, { mode: 'plain' })).type).toBe('refused')
    expect(safe.receive(push(body)).type).toBe('refused')
  })

  test('W7: an encrypted push to an account without an AES key, with the reason for the operator', () => {
    expect(refusal(plain.receive(push(hello)))).toContain('no AES key is configured')
  })

  test('W10: there is no switch that turns signatures off', () => {
    const unsigned = withParams(push(hello, { mode: 'plain' }), { signature: '' })
    const open = createReceiver({ ...plainShop, isDebug: true, debug: true } as typeof plainShop)
    expect(open.receive(unsigned).type).toBe('refused')
  })
})

describe('the whole door', () => {
  test('never throws and accepts nothing that was not signed', () => {
    const params = fc.dictionary(
      fc.constantFrom('signature', 'timestamp', 'nonce', 'encrypt_type', 'msg_signature', 'echostr', 'openid'),
      fc.oneof(fc.string(), fc.constantFrom(String(AT), 'aes', 'raw', '0'.repeat(40))),
    )
    const method = fc.constantFrom('GET' as const, 'POST' as const)
    fc.assert(
      fc.property(method, params, fc.string({ unit: 'binary' }), (verb, query, body) => {
        const request = { method: verb, query: new URLSearchParams(query).toString(), body: Buffer.from(body), now }
        expect(safe.receive(request).type).toBe('refused')
        expect(plain.receive({ ...request, query: body }).type).toBe('refused')
      }),
      { numRuns: 5000 },
    )
  })
})

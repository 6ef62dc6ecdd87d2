import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { decrypt, encrypt } from '@wecom/crypto'
import fc from 'fast-check'
import { createEnvelopeCrypto } from '../../../src/platforms/shared/envelope-crypto.js'

const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const ID = 'wxb11529c136998cb6'
const envelopes = createEnvelopeCrypto(KEY, ID)

/** Encrypts any bytes as they are: an envelope whose inside is wrong. */
function raw(plain: Buffer, key = KEY): string {
  const secret = Buffer.from(`${key}=`, 'base64')
  const cipher = createCipheriv('aes-256-cbc', secret, secret.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

/** A right inside, of which every part can be made wrong. */
function inside({
  text = 'hello',
  id = ID,
  length = Buffer.byteLength(text),
  pad = (n: number) => Buffer.alloc(n, n),
} = {}): Buffer {
  const head = Buffer.alloc(20, 7)
  head.writeUInt32BE(length, 16)
  const content = Buffer.concat([head, Buffer.from(text), Buffer.from(id)])
  return Buffer.concat([content, pad(32 - (content.length % 32))])
}

const reasonOf = (encrypted: string) => {
  const opened = envelopes.open(encrypted)
  return opened.ok ? 'opened' : opened.reason
}

describe('published samples', () => {
  test('an Official Account envelope opens', () => {
    const sample = 'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=='
    expect(envelopes.open(sample)).toEqual({ ok: true, text: '我是中文abcd123' })
  })

  test('the WeCom URL check opens', () => {
    const wecom = createEnvelopeCrypto('jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', 'wx5823bf96d3bd56c7')
    const sample = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=='
    expect(wecom.open(sample)).toEqual({ ok: true, text: '1616140317555161061' })
  })

  test('the envelope of a whole push opens', () => {
    const demo = createEnvelopeCrypto('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8', 'wx0123456789abcdef')
    const opened = demo.open(
      '4j/AuRx71kQlxVlzbpsMWKArmag+eIKe8fW3F8UUT6wginOqd/RaPoAgJFashUgqW2kt3h0w9PWz1yMkbJF/jfVrUz0o3DWmb6am77vs0MaOBH6yueqxWEyjSlB0Q/pTWm+CWVV31TlHryuaUwx+U5QZcLcOpLFAH4+7wdKqV7NQu/MUtxKm6c2t1RpTRpcaRpQcGE0dxa4JhkCw37aXq8yL4K63gMfQvZo+Vxl+cYMpfEC101euM/9Jbsp2ry3FcxzFfbi2PlbnJkXjRK17EpHeZSiRiUWXrriS2vGsOMsYs8J9PT82wD7BLRbORkk+1jfBmad2dD/fIcJkaF1ltqssNvgYKka5FjymF0f9zPZN83hHaurmrjPP8Ith7H/j2ThRHvQ5OcCn2DWQ8tEetyenpB2BlrW9IRVPAOlxSLk=',
    )
    expect(opened).toMatchObject({ ok: true, text: expect.stringContaining('<Content><![CDATA[你好]]></Content>') })
  })
})

describe('against the reference implementation', () => {
  test('both read what the other wrote, in any order and size', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.boolean(), (text, interleave) => {
        const message = text.replace(/\p{Cs}/gu, '')
        if (interleave) envelopes.open(raw(randomBytes(64)))
        expect(envelopes.open(encrypt(KEY, message, ID))).toEqual({ ok: true, text: message })
        expect(decrypt(KEY, envelopes.seal(message))).toMatchObject({ message, id: ID })
      }),
      { numRuns: 10_000 / 5 },
    )
  })

  test('every length up to 200 bytes opens, and a robot without an id', () => {
    const robot = createEnvelopeCrypto(KEY, '')
    for (let length = 0; length <= 200; length++) {
      const text = 'x'.repeat(length)
      expect(envelopes.open(encrypt(KEY, text, ID))).toEqual({ ok: true, text })
      expect(robot.open(robot.seal(text))).toEqual({ ok: true, text })
    }
  })

  test('the same text never looks the same twice', () => {
    expect(new Set(Array.from({ length: 500 }, () => envelopes.seal('你好'))).size).toBe(500)
    // The first of each process too, before there is anything left over from another message.
    expect(new Set(Array.from({ length: 500 }, () => createEnvelopeCrypto(KEY, ID).seal('你好'))).size).toBe(500)
  })
})

describe('defects of the reference that are answered', () => {
  test('C1: an envelope for another receiver is refused', () => {
    expect(reasonOf(encrypt(KEY, 'x', 'ww_ATTACKER'))).toMatch(/length|another receiver/)
    expect(reasonOf(encrypt(KEY, 'x', 'wxb11529c136998cb7'))).toBe('encrypted for another receiver')
    expect(reasonOf(encrypt(KEY, 'x', ''))).toBe('the length does not fit')
  })

  test('C2: every byte of the padding must be right', () => {
    expect(reasonOf(raw(inside()))).toBe('opened')
    const wrong = [
      (n: number) => Buffer.alloc(n, 0),
      (n: number) => Buffer.alloc(n, 200),
      (n: number) => Buffer.alloc(n, 33),
      (n: number) => Buffer.alloc(n + 32, n + 32),
      (n: number) => Buffer.concat([randomBytes(n - 1).fill(9), Buffer.of(n)]),
      (n: number) => Buffer.concat([Buffer.of(n + 1), Buffer.alloc(n - 1, n)]),
    ]
    for (const pad of wrong) expect(reasonOf(raw(inside({ pad })))).toBe('wrong padding')
  })

  test('C3: the length must be exactly that of the text', () => {
    for (const length of [0, 4, 6, 0x7fffffff, 0xffffffff]) {
      expect(reasonOf(raw(inside({ length })))).toBe('the length does not fit')
    }
  })

  test('C4: with any bit of the end flipped, it is refused; the signature guards the rest', () => {
    const bytes = Buffer.from(envelopes.seal('你好'), 'base64')
    for (let bit = (bytes.length - 32) * 8; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(reasonOf(flipped.toString('base64'))).not.toBe('opened')
    }
  })

  test('C7: base64 is canonical, blocks are whole, text is UTF-8, and nothing throws', () => {
    const good = envelopes.seal('你好')
    for (const bad of [`${good} `, good.slice(1), `${good}=`, good.replace(/=?$/, '*'), `\n${good}`, '', '你好', 'A']) {
      expect(reasonOf(bad)).toMatch(/base64|blocks/)
    }
    expect(reasonOf('-_'.repeat(64))).toBe('not base64')
    expect(reasonOf(raw(randomBytes(48)))).toBe('not whole blocks')
    expect(reasonOf(raw(Buffer.alloc(32)))).toBe('wrong padding')
    const notText = inside()
    notText[20] = 0xff
    expect(reasonOf(raw(notText))).toBe('not UTF-8')
  })

  test('C7: a key of another length or with other characters is refused at once', () => {
    for (const key of ['', KEY.slice(1), `${KEY}A`, `${KEY.slice(1)} `, `${KEY.slice(1)}+`]) {
      expect(() => createEnvelopeCrypto(key, ID)).toThrow('exactly 43 letters and digits')
    }
  })

  test('an envelope cut at a block is refused', () => {
    const bytes = Buffer.from(envelopes.seal('一条很长的消息'.repeat(20)), 'base64')
    for (let end = 0; end < bytes.length; end += 16) {
      expect(reasonOf(bytes.subarray(0, end).toString('base64'))).not.toBe('opened')
    }
  })

  test('random bytes never open and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 160 }), (bytes) => {
        expect(reasonOf(Buffer.from(bytes).toString('base64'))).not.toBe('opened')
      }),
      { numRuns: 5000 },
    )
  })

  test('an envelope of another key is refused, and the next good one opens', () => {
    const other = createEnvelopeCrypto('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8', ID)
    for (let round = 0; round < 200; round++) {
      expect(reasonOf(other.seal(`消息 ${round}`))).not.toBe('opened')
      expect(envelopes.open(envelopes.seal(`消息 ${round}`))).toEqual({ ok: true, text: `消息 ${round}` })
    }
  })
})

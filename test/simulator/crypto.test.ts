import { describe, expect, test } from '@jest/globals'
import * as wecom from '@wecom/crypto'
import fc from 'fast-check'
import { aesKey, decrypt, encrypt, sign } from '../../simulator/crypto.js'
import { parseXml, textOf, writeXml } from '../../simulator/xml.js'

const vector = {
  key: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
  token: 'demoToken01',
  appid: 'wx0123456789abcdef',
  timestamp: '1760000000',
  nonce: 'nonce123',
  message:
    '<xml><ToUserName><![CDATA[gh_demo00000001]]></ToUserName><FromUserName><![CDATA[oDemoUser0001]]></FromUserName><CreateTime>1760000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>1234567890123456</MsgId></xml>',
  encrypted:
    '4j/AuRx71kQlxVlzbpsMWKArmag+eIKe8fW3F8UUT6wginOqd/RaPoAgJFashUgqW2kt3h0w9PWz1yMkbJF/jfVrUz0o3DWmb6am77vs0MaOBH6yueqxWEyjSlB0Q/pTWm+CWVV31TlHryuaUwx+U5QZcLcOpLFAH4+7wdKqV7NQu/MUtxKm6c2t1RpTRpcaRpQcGE0dxa4JhkCw37aXq8yL4K63gMfQvZo+Vxl+cYMpfEC101euM/9Jbsp2ry3FcxzFfbi2PlbnJkXjRK17EpHeZSiRiUWXrriS2vGsOMsYs8J9PT82wD7BLRbORkk+1jfBmad2dD/fIcJkaF1ltqssNvgYKka5FjymF0f9zPZN83hHaurmrjPP8Ith7H/j2ThRHvQ5OcCn2DWQ8tEetyenpB2BlrW9IRVPAOlxSLk=',
}

describe('the envelope', () => {
  test('matches the published vector in both directions, with both signatures', () => {
    const { key, token, appid, timestamp, nonce, message, encrypted } = vector
    expect(encrypt(aesKey(key), message, appid, Buffer.from('0123456789abcdef'))).toBe(encrypted)
    expect(decrypt(aesKey(key), encrypted)).toEqual({ ok: true, message, appid })
    expect(sign(token, timestamp, nonce)).toBe('77e354ece3e179c9c88a168a93bb54f3154723d3')
    expect(sign(token, timestamp, nonce, encrypted)).toBe('48c980c120b41b8e26d07abbe2b355341cbefd45')
  })

  test('goes to and from @wecom/crypto for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const key = aesKey(vector.key)
        expect(wecom.decrypt(vector.key, encrypt(key, text, 'wx1'))).toMatchObject({ message: text, id: 'wx1' })
        expect(decrypt(key, wecom.encrypt(vector.key, text, 'wx1'))).toEqual({
          ok: true,
          message: text,
          appid: 'wx1',
        })
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['not base64', '***'],
    ['half a block', Buffer.alloc(16).toString('base64')],
    ['zero padding', Buffer.alloc(64).toString('base64')],
  ])('refuses %s', (_name, encrypted) => {
    expect(decrypt(aesKey(vector.key), encrypted)).toMatchObject({ ok: false })
  })

  test('refuses a key that is not 43 letters and digits', () => {
    expect(() => aesKey('short')).toThrow('43 characters')
  })
})

describe('XML', () => {
  test('reads back every text it wrote', () => {
    const allowed = fc
      .string({ unit: 'binary' })
      .filter((text) => !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    fc.assert(
      fc.property(allowed, (text) => {
        const root = parseXml(writeXml({ Content: text, Nested: { Item: ['a', 'b'] } }))
        if (typeof root === 'string') throw new Error(root)
        expect(textOf(root, 'Content')).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    '<xml><a>1</b></xml>',
    '<xml><a>1</a>',
    '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>',
    '<xml a="1"></xml>',
    '<xml></xml><xml></xml>',
    '<xml>&nope;</xml>',
    `<xml>${'<a>'.repeat(20)}${'</a>'.repeat(20)}</xml>`,
    'hello',
    '',
  ])('refuses %s', (source) => {
    expect(typeof parseXml(source)).toBe('string')
  })
})

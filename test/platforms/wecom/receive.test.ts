import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'
import fc from 'fast-check'
import { DEMO } from '../../../src/config/accounts.js'
import { card, text } from '../../../src/core/message.js'
import type { WebhookRequest } from '../../../src/platforms/platform.js'
import { createReceiver } from '../../../src/platforms/wecom/receive.js'
import { AT, accepted, freshNonce, refusal } from '../../helpers/door.js'
import { bot, check, corp, push } from './door.js'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/wecom/${name}`, import.meta.url), 'utf8')
const app = createReceiver(corp)
const robot = createReceiver(bot)
const hello = fixture('staff.message.text.xml')
const question = fixture('staff.bot.group.json')
const now = new Date((AT + 1) * 1000)

describe('the URL check', () => {
  test('is answered with the decrypted echo, also when a proxy turned its plus signs into blanks', () => {
    expect(app.receive(check('1616140317555161061'))).toEqual({ type: 'echo', text: '1616140317555161061' })
  })

  test('of the published vectors holds', () => {
    const echostr = 'Q3stYC6hdFzMh9T8HCvyDH0IHJENRtL8kKsqSYgg4gBXCiCptMxCb76lHsB3AcPbekwdOtS4uxlLXmWW5jq+/g=='
    const account = {
      ...corp,
      corpid: 'wwdemo0001',
      token: 'Tk9demoToken',
      aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
    }
    const query = `msg_signature=63cd5dc68e887d84a9ae3288331bd0e72d755fc7&timestamp=1760000000&nonce=n0nce1&echostr=${encodeURIComponent(echostr)}`
    const request: WebhookRequest = { method: 'GET', query, body: Buffer.alloc(0), now: new Date(1_760_000_001_000) }
    expect(createReceiver(account).receive(request)).toEqual({ type: 'echo', text: '1616140317555161061' })
  })

  test('is refused with a wrong signature, for another corporation, or without an echo', () => {
    expect(refusal(app.receive(check('1', { token: 'another-token' })))).toContain('msg_signature')
    expect(refusal(app.receive(check('1', { receiver: 'ww00000000000demo9' })))).toContain('another receiver')
    expect(refusal(app.receive({ ...check('1'), query: `timestamp=${AT}&nonce=n&msg_signature=x` }))).toContain(
      'msg_signature',
    )
  })
})

describe('a push', () => {
  test('under the token and key before a rotation is accepted, and answered under them', () => {
    const [oldToken, oldKey] = ['previous-token', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8']
    const rotating = createReceiver({ ...corp, previousToken: oldToken, previousAesKey: oldKey })
    for (const token of [DEMO.token, oldToken]) {
      for (const key of [DEMO.aesKey, oldKey]) {
        const { update, envelope } = accepted(rotating.receive(push(hello, { token, key })))
        const answer = rotating.answer(update, envelope, text('收到'), now)
        const field = (name: string) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(answer)?.[1] ?? ''
        expect(decrypt(key, field('Encrypt'))).toMatchObject({ id: DEMO.corpid })
        expect(decrypt(key, field('Encrypt')).message).toContain('<ToUserName><![CDATA[lihua]]></ToUserName>')
        expect(getSignature(token, field('TimeStamp'), field('Nonce'), field('Encrypt'))).toBe(field('MsgSignature'))
      }
    }
    expect(refusal(app.receive(push(hello, { token: oldToken })))).toContain('msg_signature')
    expect(refusal(app.receive(push(hello, { key: oldKey })))).toContain('envelope')
  })

  test('to a smart bot is answered in JSON with the nonce of the question', () => {
    const request = push(question, { nonce: 'n0nce1' })
    const { update, envelope } = accepted(robot.receive(request))
    const answer = JSON.parse(robot.answer(update, envelope, text('还有 12 件'), now))
    expect(answer.nonce).toBe('n0nce1')
    expect(getSignature(DEMO.token, String(answer.timestamp), 'n0nce1', answer.encrypt)).toBe(answer.msgsignature)
    const { message, id } = decrypt(DEMO.aesKey, answer.encrypt)
    expect(id).toBe('')
    expect(JSON.parse(message)).toMatchObject({ msgtype: 'stream', stream: { finish: true, content: '还有 12 件' } })
  })

  test('about a customer, a group or the desk takes no passive reply', () => {
    for (const name of ['event.customer.added.xml', 'event.group.changed.joined.xml', 'event.kf.pending.xml']) {
      const { update } = accepted(app.receive(push(fixture(name))))
      expect(app.fit(update, text('欢迎'))).toMatchObject({ fit: 'later' })
    }
    const { update, envelope } = accepted(app.receive(push(hello)))
    expect(app.fit(update, text('好'))).toMatchObject({ fit: 'passive' })
    expect(
      app.fit(update, { kind: 'mini-program', title: 't', appid: 'a', path: 'p', thumb: { file: 'x.jpg' } }),
    ).toMatchObject({
      fit: 'later',
    })
    expect(app.answer(update, envelope, undefined, now)).toBe('')
    expect(card('x').kind).toBe('card')
  })

  test('whose text is longer than one message is continued, never cut', () => {
    const { update } = accepted(app.receive(push(hello)))
    const long = '很长的话。'.repeat(400)
    const fit = app.fit(update, text(long))
    if (fit.fit !== 'passive') throw new Error('later')
    const pieces = [fit.message, ...fit.rest].map((piece) => (piece.kind === 'text' ? piece.text : ''))
    expect(pieces.join('')).toBe(long)
    for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(2048)
  })
})

describe('what is refused', () => {
  test('C1: a push encrypted for another corporation, and one to a bot encrypted for anybody', () => {
    expect(refusal(app.receive(push(hello, { receiver: 'ww_ATTACKER' })))).toContain('envelope')
    expect(refusal(robot.receive(push(question, { receiver: 'ww_ATTACKER' })))).toContain('envelope')
  })

  test('C2, C3: an envelope cut anywhere', () => {
    const bytes = Buffer.from(encrypt(DEMO.aesKey, hello, DEMO.corpid), 'base64')
    for (let end = 16; end < bytes.length; end += 16) {
      expect(refusal(app.receive(push(hello, { encrypted: bytes.subarray(0, end).toString('base64') })))).toContain(
        'envelope',
      )
    }
  })

  test('C4: a push with any bit flipped; nothing is decrypted before its signature holds', () => {
    const good = push(hello)
    fc.assert(
      fc.property(fc.nat(good.body.length * 8 - 1), (bit) => {
        const body = Buffer.from(good.body)
        body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const received = app.receive({ ...good, body })
        if (received.type !== 'refused') expect(received).toMatchObject({ update: { kind: 'staff.message' } })
      }),
      { numRuns: 5000 },
    )
  })

  test('C5: a signature whose parts are split anew', () => {
    const sealed = encrypt(DEMO.aesKey, hello, DEMO.corpid)
    const nonce = freshNonce()
    const request = push(hello, { encrypted: sealed, nonce })
    const query = new URLSearchParams(request.query)
    query.set('timestamp', `${AT}${nonce.slice(0, 1)}`)
    query.set('nonce', nonce.slice(1))
    expect(refusal(app.receive({ ...request, query: query.toString() }))).toContain('timestamp')
    expect(refusal(app.receive({ ...request, query: `${request.query}&nonce=x` }))).toContain('twice')
  })

  test('C7: junk for a ciphertext, an app’s clear push, a document type', () => {
    expect(refusal(app.receive(push(hello, { encrypted: 'AAAA BBBB' })))).toContain('envelope')
    const sealed = encrypt(DEMO.aesKey, hello, DEMO.corpid)
    expect(refusal(app.receive({ ...push(hello, { encrypted: sealed }), body: Buffer.from(hello) }))).toContain(
      'nothing encrypted',
    )
    const doctype = '<!DOCTYPE xml [<!ENTITY a "b">]>'
    const request = push(hello)
    expect(refusal(app.receive({ ...request, body: Buffer.concat([Buffer.from(doctype), request.body]) }))).toContain(
      'envelope',
    )
  })

  test('a captured signature with another body, and one that is too old', () => {
    const request = push(hello, { nonce: 'same-nonce' })
    accepted(app.receive(request))
    accepted(app.receive(request))
    expect(refusal(app.receive(push(hello, { now: new Date((AT + 601) * 1000) })))).toContain('601 s')
  })

  test('a push to another corporation or another app of it', () => {
    const elsewhere = hello.replace(DEMO.corpid, 'ww00000000000demo9')
    expect(refusal(app.receive(push(elsewhere)))).toContain('another corporation')
    expect(refusal(app.receive(push(hello.replace('<AgentID>1000002', '<AgentID>1000009'))))).toContain('another app')
    expect(refusal(robot.receive(push(question.replace('aibDEMO', 'aibOTHER'))))).toContain('another bot')
  })
})

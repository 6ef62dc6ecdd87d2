import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import { handOver, text } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import type { Platform, Received, WebhookRequest } from '../../src/platforms/platform.js'
import { accepted, refusal } from '../helpers/door.js'
import { memoryLog } from '../platforms/official-account/client/fixture.js'

/** How a push of a case is signed and sealed; every part can be made wrong. */
export interface Wrongs {
  token?: string
  key?: string
  /** The appid or corpid it is sealed for. */
  receiver?: string
  timestamp?: string
  nonce?: string
  /** The whole encrypted part. */
  encrypted?: string
  /** Parameters to add or replace. */
  params?: Record<string, string>
}

/** A platform with an API of our own behind it. */
export interface PlatformCase {
  platform: Platform
  /** When the pushes happen, seconds. */
  at: number
  push(clear: string, wrongs?: Wrongs): WebhookRequest
  check(echo: string, wrongs?: Wrongs): WebhookRequest
  /** The clear text of a message that a person wrote. */
  message(content: string, id: string): string
  /** The clear text of an event that takes no answer. */
  silent: string
  /** The platform shows no answer to a push but a hand-over: what is said goes out by its API. */
  onlyHandsOver?: boolean
  /** What an answer says, once opened as the platform does. */
  open(answer: string): string
  /** The answer to a push that is only taken note of. */
  acknowledged: string
  /** Where a delivery goes. */
  to: string
  /** The texts that came to the API. */
  delivered(): string[]
  /** The next send is refused with this errcode. */
  refuse(errcode: number): void
  /** The next send is cut after it was read. */
  cut(): void
  /** Ends that have a meaning on this platform: errcode and what follows. */
  ends: readonly [errcode: number, outcome: object][]
  /** From now on nobody answers. */
  stop(): Promise<void>
  close(): Promise<void>
}

/** What every `Platform` must do, whoever is behind it. */
export function platformSuite(name: string, start: () => Promise<PlatformCase>): void {
  describe(`the platform contract: ${name}`, () => {
    let one: PlatformCase
    const receive = (request: WebhookRequest): Received => one.platform.receive(request)
    const hello = (wrongs?: Wrongs) => one.push(one.message('你好', '9000000000000001'), wrongs)
    beforeAll(async () => {
      one = await start()
    })
    afterAll(() => one.close())

    test('the check of the address is answered with its echo, a stranger’s is refused', () => {
      expect(receive(one.check('1616140317555161061'))).toEqual({ type: 'echo', text: '1616140317555161061' })
      expect(refusal(receive(one.check('1', { token: 'not-the-token' })))).not.toBe('')
    })

    test('a push becomes an update of this account, the same one however often it comes', () => {
      const { update } = accepted(receive(hello()))
      expect(update).toMatchObject({ platform: one.platform.platform, account: one.platform.account })
      expect(update.id).not.toBe('')
      expect(update.from).not.toBe('')
      expect(update.at).toEqual(new Date(one.at * 1000))
      expect(accepted(receive(hello())).update).toEqual(update)
      expect(accepted(receive(one.push(one.message('你好', '9000000000000002')))).update.id).not.toBe(update.id)
    })

    test('a push under a wrong token, key or receiver, too old, cut or empty is refused', () => {
      const attacks: Wrongs[] = [
        { token: 'not-the-token' },
        { key: 'zyxwvutsrqponmlkjihgfedcba9876543210ZYXWVUT' },
        { receiver: 'ww99999999999999x9' },
        { timestamp: String(one.at - 86_400) },
        { timestamp: 'soon' },
        { encrypted: 'AAAA' },
        { encrypted: Buffer.alloc(64, 7).toString('base64') },
        { params: { timestamp: `${one.at}`, nonce: 'x', msg_signature: 'f'.repeat(40), signature: 'f'.repeat(40) } },
      ]
      for (const wrongs of attacks) expect(refusal(receive(hello(wrongs)))).not.toBe('')
      const good = hello()
      for (const body of ['', 'no xml', '<xml>', '{}', '{"a":', '<!DOCTYPE xml><xml/>']) {
        expect(refusal(receive({ ...good, body: Buffer.from(body) }))).not.toBe('')
      }
      expect(refusal(receive({ ...good, body: Buffer.from([0xff, 0xfe, 0x3c]) }))).not.toBe('')
      expect(refusal(receive({ ...good, query: '' }))).not.toBe('')
      expect(refusal(receive({ ...good, query: `${good.query}&${good.query}` }))).not.toBe('')
    })

    test('a signature that has been used does not carry another body', () => {
      const [nonce, first] = ['424242', one.message('转账 1 元', '9000000000000003')]
      const request = one.push(first, { nonce })
      accepted(receive(request))
      const other = one.push(one.message('转账 9 元', '9000000000000004'), { nonce })
      refusal(receive({ ...request, body: other.body }))
    })

    test('whatever comes in, nothing is thrown and nothing is taken that was not signed', () => {
      fc.assert(
        fc.property(fc.string(), fc.uint8Array({ maxLength: 300 }), fc.boolean(), (query, body, post) => {
          const now = new Date(one.at * 1000)
          const method = post ? 'POST' : 'GET'
          expect(receive({ method, query, body: Buffer.from(body), now }).type).toBe('refused')
        }),
        { numRuns: 300 },
      )
      const good = hello()
      fc.assert(
        fc.property(fc.nat(good.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const body = Buffer.from(good.body)
          body[at] = (body[at] ?? 0) ^ flip
          const received = receive({ ...good, body })
          const same = received.type === 'update' && received.update.id === accepted(receive(good)).update.id
          expect(received.type === 'refused' || same).toBe(true)
        }),
        { numRuns: 200 },
      )
    })

    test('a stored body is read again as the same update; what is none is refused with an AppError', () => {
      const { update, envelope } = accepted(receive(hello()))
      expect(one.platform.decode(envelope.body)).toEqual(update)
      for (const body of ['', '<xml/>', '{}', one.message('x', '1').slice(0, -9)]) {
        expect(() => one.platform.decode(body)).toThrow(AppError)
      }
    })

    test('a reply rides the answer where one is taken, and no word of it is lost', () => {
      const { update } = accepted(receive(hello()))
      const long = '微环！'.repeat(1500)
      for (const push of [update, update.kind]) {
        const fit = one.platform.fit(push, text(long))
        expect(fit.fit).toBe(one.onlyHandsOver ? 'later' : 'passive')
        const all = fit.fit === 'passive' ? [fit.message, ...fit.rest] : fit.messages
        const pieces = all.map((piece) => (piece.kind === 'text' ? piece.text : ''))
        expect(pieces.join('')).toBe(long)
        for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(2048)
      }
      expect(one.platform.fit(update, handOver('amy')).fit).toMatch(/passive|later/)
      const event = accepted(receive(one.push(one.silent))).update
      expect(one.platform.fit(event, text('x'))).toEqual({ fit: 'later', messages: [text('x')] })
    })

    test('an answer can be opened by the platform alone and says what was said; none is an acknowledgement', () => {
      const { update, envelope } = accepted(receive(hello()))
      const now = new Date((one.at + 1) * 1000)
      const said = one.onlyHandsOver ? handOver() : text('收到 ]]> & <b>')
      const word = one.onlyHandsOver ? 'transfer_customer_service' : '收到'
      const answer = one.platform.answer(update, envelope, said, now)
      expect(answer).not.toContain(word)
      expect(one.open(answer)).toContain(word)
      expect(one.platform.answer(update, envelope, said, now)).not.toBe(answer)
      expect(one.platform.answer(update, envelope, undefined, now)).toBe(one.acknowledged)
      const stranger: Update = { ...update, from: update.from }
      expect(() => one.platform.answer(stranger, { ...envelope }, text('x'), now)).not.toThrow()
    })

    test('a delivery that the platform took is sent', async () => {
      const outcome = await one.platform.deliver(text('您的订单已发货'), { to: one.to, key: 'contract-1' })
      expect(outcome.state).toBe('sent')
      expect(one.delivered().some((said) => said.includes('您的订单已发货'))).toBe(true)
    })

    test('every refusal ends as what follows from it, never as a throw', async () => {
      for (const [errcode, expected] of one.ends) {
        one.refuse(errcode)
        const outcome = await one.platform.deliver(text('x'), { to: one.to, key: `contract-${errcode}` })
        expect({ errcode, ...outcome }).toMatchObject({ errcode, ...expected })
      }
    })

    test('what the platform cannot carry fails without a call; a cut line is uncertain', async () => {
      const before = one.delivered().length
      expect(await one.platform.deliver(handOver(), { to: one.to, key: 'contract-h' })).toMatchObject({
        state: 'failed',
      })
      expect(await one.platform.deliver(text(' '), { to: one.to, key: 'contract-e' })).toMatchObject({
        state: 'failed',
      })
      expect(one.delivered()).toHaveLength(before)
      one.cut()
      expect((await one.platform.deliver(text('x'), { to: one.to, key: 'contract-c' })).state).toBe('uncertain')
    })

    test('with nobody there a delivery is retried, warming logs, and closing ends', async () => {
      await one.stop()
      const outcome = await one.platform.deliver(text('x'), { to: one.to, key: 'contract-s' })
      expect(outcome.state).toBe('retry')
      await one.platform.warm(memoryLog())
      await one.platform.close()
    })
  })
}

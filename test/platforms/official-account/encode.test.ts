import { describe, expect, test } from '@jest/globals'
import { decrypt, getSignature } from '@wecom/crypto'
import fc from 'fast-check'
import type { ResolvedMessage } from '../../../src/core/message.js'
import * as say from '../../../src/core/message.js'
import type { UpdateKind } from '../../../src/core/update.js'
import { createReceiver } from '../../../src/platforms/official-account/receive.js'
import { parseXml } from '../../../src/platforms/shared/xml.js'
import { AT, accepted, plainShop, push, shop, textPush } from '../../helpers/door.js'

const safe = createReceiver(shop)
const plain = createReceiver(plainShop)
const now = new Date(AT * 1000 + 987)
const media = { mediaId: 'MEDIA_demo' }
const reply = (message: ResolvedMessage) => {
  const { update, envelope } = accepted(plain.receive(push(textPush('你好'), { mode: 'plain' })))
  return plain.answer(update, envelope, message, now)
}
const head = { ToUserName: 'oWeLoopFollower', FromUserName: 'gh_weloopdemo01', CreateTime: String(AT) }

describe('passive replies', () => {
  test.each<[string, ResolvedMessage, object]>([
    [
      'text',
      say.text('好的 <a href="https://x">看看</a>'),
      { MsgType: 'text', Content: '好的 <a href="https://x">看看</a>' },
    ],
    ['a picture', say.image(media), { MsgType: 'image', Image: { MediaId: 'MEDIA_demo' } }],
    ['a voice', say.voice(media), { MsgType: 'voice', Voice: { MediaId: 'MEDIA_demo' } }],
    [
      'a video',
      say.video(media, { title: '开箱', description: '面霜' }),
      { MsgType: 'video', Video: { MediaId: 'MEDIA_demo', Title: '开箱', Description: '面霜' } },
    ],
    [
      'music',
      say.music({ title: '歌', url: 'https://x/a.mp3', thumb: media }),
      {
        MsgType: 'music',
        Music: {
          Title: '歌',
          Description: '',
          MusicUrl: 'https://x/a.mp3',
          HQMusicUrl: 'https://x/a.mp3',
          ThumbMediaId: 'MEDIA_demo',
        },
      },
    ],
    [
      'a link',
      say.link({ title: '退货', description: '怎么退', url: 'https://x/a?b=1&c=2', picture: 'https://x/p.jpg' }),
      {
        MsgType: 'news',
        ArticleCount: '1',
        Articles: {
          item: { Title: '退货', Description: '怎么退', PicUrl: 'https://x/p.jpg', Url: 'https://x/a?b=1&c=2' },
        },
      },
    ],
    ['a hand-over', say.handOver(), { MsgType: 'transfer_customer_service' }],
    [
      'a hand-over to somebody',
      say.handOver('amy@weloopdemo'),
      { MsgType: 'transfer_customer_service', TransInfo: { KfAccount: 'amy@weloopdemo' } },
    ],
  ])('carry %s, with the time in seconds (W8)', (_, message, fields) => {
    expect(parseXml(reply(message))).toEqual({ ...head, ...fields })
  })

  test('W4: no text leaves its field', () => {
    const evil = ']]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA['
    expect(parseXml(reply(say.text(evil)))).toEqual({ ...head, MsgType: 'text', Content: evil })
  })

  test('any text comes back as it was, but for characters that XML cannot carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        const legal = value.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
        const answer = reply(say.text(value))
        if (legal === '') expect(answer).toBe('success')
        else expect(parseXml(answer)).toEqual({ ...head, MsgType: 'text', Content: legal })
      }),
      { numRuns: 2000 },
    )
  })

  test('nothing to say is `success`, in every mode, and so is a text of nothing but control characters', () => {
    for (const mode of ['safe', 'compatible'] as const) {
      const { update, envelope } = accepted(safe.receive(push(textPush('你好'), { mode })))
      expect(safe.answer(update, envelope, undefined, now)).toBe('success')
    }
    expect(reply(say.text('\u0000\u0001'))).toBe('success')
  })

  test.each(['safe', 'compatible'] as const)(
    'are encrypted and signed in %s mode, with a nonce of their own',
    (mode) => {
      const { update, envelope } = accepted(safe.receive(push(textPush('你好'), { mode })))
      const nonces = [1, 2].map(() => {
        const fields = parseXml(safe.answer(update, envelope, say.text('好的'), now))
        if (typeof fields === 'string') throw new Error(fields)
        const { Encrypt, MsgSignature, TimeStamp, Nonce } = fields as Record<string, string>
        expect(TimeStamp).toBe(String(AT))
        expect(getSignature(shop.token, String(TimeStamp), String(Nonce), String(Encrypt))).toBe(MsgSignature)
        const { message, id } = decrypt(String(shop.aesKey), String(Encrypt))
        expect(id).toBe(shop.appid)
        expect(parseXml(message)).toEqual({ ...head, MsgType: 'text', Content: '好的' })
        return Nonce
      })
      expect(nonces[0]).not.toBe(nonces[1])
    },
  )

  test('are JSON when the push was JSON, encrypted too', () => {
    const clear = JSON.stringify({
      ...head,
      ToUserName: 'gh_weloopdemo01',
      FromUserName: 'o1',
      MsgType: 'text',
      MsgId: 1,
    })
    const open = accepted(plain.receive(push(clear, { mode: 'plain' })))
    const expected = {
      ToUserName: 'o1',
      FromUserName: 'gh_weloopdemo01',
      CreateTime: AT,
      MsgType: 'text',
      Content: '好的',
    }
    expect(JSON.parse(plain.answer(open.update, open.envelope, say.text('好的'), now))).toEqual(expected)
    const sealed = accepted(safe.receive(push(clear, { format: 'json' })))
    const outer = JSON.parse(safe.answer(sealed.update, sealed.envelope, say.text('好的'), now))
    expect(Object.keys(outer).sort()).toEqual(['Encrypt', 'MsgSignature', 'Nonce', 'TimeStamp'])
    expect(JSON.parse(decrypt(String(shop.aesKey), outer.Encrypt).message)).toEqual(expected)
  })
})

describe('what rides the response', () => {
  const takes: UpdateKind[] = [
    'message.text',
    'message.voice',
    'event.subscribe',
    'event.scan',
    'event.menu.click',
    'event.location',
  ]
  const takesNot: UpdateKind[] = [
    'event.unsubscribe',
    'event.menu.view',
    'event.menu.mini-program',
    'event.menu.photo',
    'event.notice.sent',
    'event.mass.sent',
    'event.subscription.answered',
    'event.consent.revoked',
    'unknown',
  ]

  test.each(takes)('a text answers %s at once', (kind) => {
    expect(safe.fit(kind, say.text('好'))).toEqual({ fit: 'passive', message: say.text('好'), rest: [] })
  })

  test.each(takesNot)('%s takes no reply: it is sent later', (kind) => {
    expect(safe.fit(kind, say.text('好'))).toEqual({ fit: 'later', messages: [say.text('好')] })
  })

  test('a menu scan takes a reply only while WeChat waits for one', () => {
    const scan = (event: string) => accepted(plain.receive(push(scanPush(event), { mode: 'plain' }))).update
    expect(safe.fit(scan('scancode_waitmsg'), say.text('好')).fit).toBe('passive')
    expect(safe.fit(scan('scancode_push'), say.text('好')).fit).toBe('later')
    expect(safe.fit('event.menu.scan', say.text('好')).fit).toBe('later')
  })

  test.each<[string, ResolvedMessage]>([
    ['a mini-program card', say.miniProgram({ title: '面霜', appid: 'wx1', path: 'pages/a', thumb: media })],
    ['choices', say.choices('满意吗', [{ id: '1', text: '满意' }])],
    ['a picture that is not uploaded yet', say.image({ file: 'cream.jpg' })],
    [
      'music whose cover is not uploaded yet',
      say.music({ title: '歌', url: 'https://x', thumb: { url: 'https://x/c.jpg' } }),
    ],
  ])('%s has no passive form and follows', (_, message) => {
    expect(safe.fit('message.text', message)).toEqual({ fit: 'later', messages: [message] })
  })

  test('a message can be handed over to staff at once, an event cannot', () => {
    expect(safe.fit('message.text', say.handOver()).fit).toBe('passive')
    expect(safe.fit('event.menu.click', say.handOver()).fit).toBe('later')
  })

  test('text above 2048 bytes is split: the first piece rides, the others follow, nothing is lost', () => {
    const long = '退货说明：七天无理由。👨‍👩‍👧‍👦'.repeat(200)
    const fitted = safe.fit('message.text', say.text(long))
    if (fitted.fit !== 'passive') throw new Error('not passive')
    const pieces = [fitted.message, ...fitted.rest].map((message) => (message.kind === 'text' ? message.text : ''))
    expect(pieces.join('')).toBe(long)
    expect(pieces.length).toBeGreaterThan(3)
    for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(2048)
    expect(safe.fit('event.menu.view', say.text(long))).toEqual({
      fit: 'later',
      messages: pieces.map((piece) => say.text(piece)),
    })
  })
})

describe('a frozen message, which many people get', () => {
  const shared = Object.freeze(
    say.link({ title: '退货', description: '怎么退', url: 'https://x/a', picture: 'https://x/p' }),
  )

  test('is written for each of them as one that is made for them alone', () => {
    for (const [from, seconds] of [
      ['oFirst', 1],
      ['oSecond', 2],
      ['oFirst', 3],
    ] as const) {
      const { update, envelope } = accepted(plain.receive(push(textPush('你好'), { mode: 'plain' })))
      const to = { ...update, from }
      const at = new Date(now.getTime() + seconds * 1000)
      const xml = plain.answer(to, envelope, shared, at)
      expect(xml).toBe(plain.answer(to, envelope, { ...shared }, at))
      expect(parseXml(xml)).toMatchObject({ ToUserName: from, CreateTime: String(AT + seconds) })
      const json = plain.answer(to, { ...envelope, format: 'json' }, shared, at)
      expect(JSON.parse(json)).toMatchObject({ ToUserName: from, CreateTime: AT + seconds, MsgType: 'news' })
    }
  })

  test('is not remembered when it may still be changed', () => {
    const message = { ...shared }
    const before = reply(message)
    message.title = '换货'
    expect(reply(message)).toBe(before.replace('退货', '换货'))
  })
})

function scanPush(event: string): string {
  return (
    `<xml><ToUserName>gh_weloopdemo01</ToUserName><FromUserName>o1</FromUserName><CreateTime>${AT}</CreateTime>` +
    `<MsgType>event</MsgType><Event>${event}</Event><EventKey>K</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType>` +
    `<ScanResult>1</ScanResult></ScanCodeInfo></xml>`
  )
}

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { choices, handOver, image, link, type Media, miniProgram, text } from '../../../src/core/message.js'
import type { Platform } from '../../../src/platforms/platform.js'
import type { MediaIds } from '../../../src/platforms/shared/media-ids.js'
import { createStaffDeliver, STAFF_TEXT_BYTES, type StaffMediaType } from '../../../src/platforms/wecom/deliver.js'
import { markOf } from '../../../src/platforms/wecom/duplicate.js'
import { startWecomWorld, type WecomWorld } from './world.js'

const SEND = '/cgi-bin/message/send'
let world: WecomWorld
let deliver: Platform['deliver']
let renewals: number

/** Media ids without files: `a.png` is M1, after a refusal M2. */
const media: MediaIds<StaffMediaType> = {
  idOf: async (one) => ('mediaId' in one ? one.mediaId : `M${renewals + 1}`),
  replace: async (one) => {
    renewals += 1
    return 'mediaId' in one ? undefined : `M${renewals + 1}`
  },
}

beforeEach(async () => {
  world = await startWecomWorld()
  renewals = 0
  deliver = createStaffDeliver({ messages: world.client.messages, media })
})
afterEach(() => world.close())

const to = (key = 'k1') => ({ to: 'lihua', key })
const bodies = () => world.wecom.sent(SEND) as Record<string, Record<string, unknown>>[]
const words = (at: number) => String(bodies()[at]?.['text']?.['content'])
const png: Media = { file: 'a.png' }

describe('a message to a staff member', () => {
  test('is sent once with the duplicate check on, and its id is the receipt', async () => {
    world.wecom.next(SEND, { errcode: 0, msgid: 'MSG1' })
    expect(await deliver(text('有新退款'), to())).toEqual({ state: 'sent', receipt: 'MSG1' })
    expect(bodies()[0]).toMatchObject({ touser: 'lihua', enable_duplicate_check: 1, duplicate_check_interval: 14_400 })
  })

  test('repeated for the same delivery is the same content; another delivery of the same words is not', async () => {
    for (const key of ['k1', 'k1', 'k2']) await deliver(text('有新退款'), to(key))
    expect(words(0)).toBe(words(1))
    expect(words(0)).not.toBe(words(2))
    for (const at of [0, 2]) expect(words(at).replace(/[\u200b-\u200d\u2060]/g, '')).toBe('有新退款')
    expect(Buffer.byteLength(markOf('k1'))).toBe(24)
  })

  test('too long for the mark goes without, too long for a message fails', async () => {
    await deliver(text('x'.repeat(STAFF_TEXT_BYTES + 1)), to())
    expect(words(0)).toHaveLength(STAFF_TEXT_BYTES + 1)
    expect(bodies()[0]).toMatchObject({ duplicate_check_interval: 600 })
    expect(await deliver(text('x'.repeat(2049)), to())).toMatchObject({ state: 'failed' })
    expect(await deliver(text(' '), to())).toMatchObject({ state: 'failed' })
  })

  test('as a link or a card of a mini program is an article', async () => {
    await deliver(link({ title: 't', description: 'd', url: 'https://a.example', picture: '' }), to())
    await deliver(miniProgram({ title: 'm', appid: 'wx1', path: 'pages/a', thumb: png }), to())
    expect(bodies()).toMatchObject([
      { news: { articles: [{ title: 't', url: 'https://a.example' }] } },
      { news: { articles: [{ title: 'm', appid: 'wx1', pagepath: 'pages/a' }] } },
    ])
  })

  test('with a long head and description shows their beginnings', async () => {
    const long = { title: '好'.repeat(64), description: '长'.repeat(300), url: 'https://a.example', picture: '' }
    expect(await deliver(link(long), to())).toMatchObject({ state: 'sent' })
    const [article] = (bodies()[0]?.['news']?.['articles'] ?? []) as { title: string; description: string }[]
    expect(article?.title).toBe(`${'好'.repeat(41)}…`)
    expect(article?.description).toContain(`长…${markOf('k1')}`)
    expect(Buffer.byteLength(article?.description ?? '')).toBeLessThanOrEqual(512)
  })

  test('with up to 6 choices has buttons that bring back the choice, with more a numbered list', async () => {
    const items = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `c${at}`, text: `选${at}` }))
    await deliver(choices('谁来处理?', items(2), '请选择'), to())
    await deliver(choices('谁来处理?', items(7)), to())
    expect(bodies()[0]).toMatchObject({
      template_card: {
        card_type: 'button_interaction',
        main_title: { title: '谁来处理?' },
        sub_title_text: '请选择',
        button_list: [{ key: 'c0', text: '选0' }, { key: 'c1' }],
      },
    })
    expect(words(1)).toContain('7. 选6')
  })

  test('with buttons tells the code that lets the card be changed; that this fails does not unsend it', async () => {
    const codes: object[] = []
    const cardSent = async (card: object) => {
      codes.push(card)
      throw new Error('the store is away')
    }
    const noting = createStaffDeliver({ messages: world.client.messages, media, cardSent })
    world.wecom.next(SEND, { errcode: 0, msgid: 'M', response_code: 'RC1' }, { errcode: 0, msgid: 'M2' })
    expect(await noting(choices('接入?', [{ id: 'take', text: '接入' }]), to())).toEqual({
      state: 'sent',
      receipt: 'M',
    })
    await noting(text('x'), to('k2'))
    expect(codes).toEqual([{ key: 'k1', to: 'lihua', responseCode: 'RC1' }])
  })

  test('whose media id has worn out is sent with a new one, once', async () => {
    world.wecom.next(SEND, { errcode: 40007, errmsg: 'invalid media_id' })
    expect(await deliver(image(png), to())).toMatchObject({ state: 'sent' })
    expect(bodies()).toMatchObject([{ image: { media_id: 'M1' } }, { image: { media_id: 'M2' } }])
    world.wecom.always(SEND, { errcode: 40007, errmsg: 'invalid media_id' })
    expect(await deliver(image(png), to())).toMatchObject({ state: 'failed', code: 40007 })
    expect(await deliver(image({ mediaId: 'GIVEN' }), to())).toMatchObject({ state: 'failed', code: 40007 })
  })

  test('that is none fails without a call', async () => {
    expect(await deliver(handOver(), to())).toMatchObject({ state: 'failed' })
    expect(world.wecom.calls).toHaveLength(0)
  })
})

describe('the end of a delivery follows from the class of the error', () => {
  test.each([
    [81013, { state: 'skipped', reason: 'identity-unknown' }],
    [60111, { state: 'skipped', reason: 'identity-unknown' }],
    [48002, { state: 'skipped', reason: 'no-permission' }],
    [50003, { state: 'skipped', reason: 'no-permission' }],
    [45009, { state: 'retry', park: true, afterMs: 60_000 }],
    [60020, { state: 'retry', park: true, afterMs: 60_000 }],
    [40056, { state: 'retry', park: true, afterMs: 600_000 }],
    [-1, { state: 'retry', afterMs: 30_000 }],
    [40058, { state: 'failed' }],
    [987_654, { state: 'failed' }],
  ])('%i', async (errcode, outcome) => {
    world.wecom.always(SEND, { errcode, errmsg: 'x' })
    expect(await deliver(text('x'), to())).toMatchObject({ ...outcome, code: errcode })
  })

  test('a member whom the platform passed over is not called reached', async () => {
    world.wecom.next(SEND, { errcode: 0, invaliduser: 'lihua' }, { errcode: 0, unlicenseduser: 'lihua' })
    expect(await deliver(text('x'), to())).toMatchObject({ state: 'skipped', reason: 'identity-unknown' })
    expect(await deliver(text('x'), to())).toMatchObject({ state: 'skipped', reason: 'no-permission' })
  })

  test('a member who has had 30 in this minute waits for the rest of it, the others do not', async () => {
    for (let at = 0; at < 30; at++) await deliver(text('x'), to(`k${at}`))
    const outcome = await deliver(text('x'), to('k31'))
    expect(outcome).toEqual({ state: 'retry', reason: expect.stringContaining('30'), afterMs: 60_000 })
    expect(await deliver(text('x'), { to: 'wangfang', key: 'k32' })).toEqual({ state: 'sent' })
  })

  test('a cut line is uncertain, a line that never was is retried', async () => {
    world.wecom.next(SEND, (response) => response.destroy())
    expect(await deliver(text('x'), to())).toMatchObject({ state: 'uncertain' })
    await world.http.close()
    expect(await deliver(text('x'), to())).toMatchObject({ state: 'retry', afterMs: 5_000 })
  })

  test('a wrong secret parks the account', async () => {
    const wrong = createStaffDeliver({ messages: world.another('wrong').messages, media })
    expect(await wrong(text('x'), to())).toMatchObject({ state: 'retry', park: true, afterMs: 600_000 })
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  choices,
  handOver,
  image,
  link,
  type Media,
  miniProgram,
  music,
  text,
  video,
  voice,
} from '../../../../src/core/message.js'
import { createDeliver, DELIVER_TEXT_BYTES } from '../../../../src/platforms/official-account/deliver.js'
import { createMediaIds } from '../../../../src/platforms/official-account/media.js'
import { createMemoryMediaStore } from '../../../../src/platforms/official-account/media-store.js'
import { untilMidnightShanghai } from '../../../../src/platforms/official-account/outcome.js'
import type { Platform } from '../../../../src/platforms/platform.js'
import { createDownloads, type Downloads } from '../../../../src/platforms/shared/download.js'
import { startWorld, type World } from './fixture.js'

const SEND = '/cgi-bin/message/custom/send'
const UPLOAD = '/cgi-bin/media/upload'
const PNG = Buffer.from('\x89PNG\r\n\x1a\npicture', 'latin1')
const JPG = Buffer.from('\xff\xd8\xff\xe0picture', 'latin1')
const MP3 = Buffer.from('ID3 sound', 'latin1')
const MP4 = Buffer.from('\0\0\0\x18ftypmp42', 'latin1')

let world: World
let dir: string
let downloads: Downloads
let deliver: Platform['deliver']
let waits: number[]
const to = { to: 'o1', key: 'k1' }
const bodies = () => world.wechat.sent(SEND)
const uploads = () => world.wechat.calls.filter((call) => call.path === UPLOAD).length

function deliverOn(from: World, store = createMemoryMediaStore(from.clock), client = from.client) {
  const media = createMediaIds({
    account: 'shop',
    api: client.media,
    store,
    dir,
    downloads,
    clock: from.clock,
    log: from.log,
  })
  return createDeliver({
    messages: client.messages,
    media,
    clock: from.clock,
    wait: async (ms) => {
      waits.push(ms)
    },
  })
}

beforeEach(async () => {
  world = await startWorld()
  dir = await mkdtemp(join(tmpdir(), 'weloop-media-'))
  await Promise.all([
    writeFile(join(dir, 'gift.png'), PNG),
    writeFile(join(dir, 'cover.jpg'), JPG),
    writeFile(join(dir, 'hi.mp3'), MP3),
    writeFile(join(dir, 'clip.mp4'), MP4),
    writeFile(join(dir, 'page.svg'), '<svg/>'),
  ])
  downloads = createDownloads({ allowHosts: ['127.0.0.1'] })
  waits = []
  deliver = deliverOn(world)
  let serial = 0
  world.wechat.always(UPLOAD, (response, call) => {
    serial += 1
    response.end(JSON.stringify({ type: call.query['type'], media_id: `M${serial}` }))
  })
})
afterEach(async () => {
  await downloads.close()
  await world.close()
  await rm(dir, { recursive: true })
})

const gift = miniProgram({
  title: '新客礼包',
  appid: 'wxMP',
  path: 'pages/gift?from=poster',
  thumb: { file: 'gift.png' },
})

describe('every kind of message leaves in its form', () => {
  test('text', async () => {
    expect(await deliver(text('已发货'), to)).toEqual({ state: 'sent' })
    expect(bodies()).toEqual([{ touser: 'o1', msgtype: 'text', text: { content: '已发货' } }])
  })

  test("a card with its picture uploaded and its page's parameters", async () => {
    expect(await deliver(gift, to)).toEqual({ state: 'sent' })
    expect(bodies()).toEqual([
      {
        touser: 'o1',
        msgtype: 'miniprogrampage',
        miniprogrampage: { title: '新客礼包', appid: 'wxMP', pagepath: 'pages/gift?from=poster', thumb_media_id: 'M1' },
      },
    ])
  })

  test('a link as one article, choices as a menu', async () => {
    await deliver(link({ title: 't', description: 'd', url: 'https://a', picture: 'https://p' }), to)
    await deliver(choices('满意吗?', [{ id: '1', text: '满意' }], '谢谢'), to)
    expect(bodies()).toMatchObject([
      { msgtype: 'news', news: { articles: [{ title: 't', picurl: 'https://p' }] } },
      {
        msgtype: 'msgmenu',
        msgmenu: { head_content: '满意吗?', list: [{ id: '1', content: '满意' }], tail_content: '谢谢' },
      },
    ])
  })

  test('picture, voice, video and music with their files', async () => {
    await deliver(image({ file: 'gift.png' }), to)
    await deliver(voice({ file: 'hi.mp3' }), to)
    await deliver(video({ file: 'clip.mp4' }, { title: 't', thumb: { file: 'cover.jpg' } }), to)
    await deliver(music({ title: 't', url: 'https://a/1.mp3', thumb: { file: 'cover.jpg' } }), to)
    await deliver(image({ mediaId: 'GIVEN' }), to)
    expect(bodies()).toMatchObject([
      { image: { media_id: 'M1' } },
      { voice: { media_id: 'M2' } },
      { video: { media_id: 'M3', thumb_media_id: 'M4', title: 't' } },
      { music: { thumb_media_id: 'M4', hqmusicurl: 'https://a/1.mp3' } },
      { image: { media_id: 'GIVEN' } },
    ])
  })
})

test('a video without a cover goes out with a plain one', async () => {
  expect(await deliver(video({ file: 'clip.mp4' }), to)).toEqual({ state: 'sent' })
  expect(bodies()).toMatchObject([{ video: { media_id: 'M1', thumb_media_id: 'M2' } }])
})

describe('what cannot be sent fails before the call, with a plain reason', () => {
  test.each([
    ['a hand-over', handOver(), /answer to a message/],
    ['text above the limit', text('字'.repeat(DELIVER_TEXT_BYTES / 3 + 1)), /2049|bytes/],
    ['empty text', text(' '), /empty/],
    ['no choices', choices('?', []), /choices/],
    ['a missing file', image({ file: 'nothing.png' }), /no such file/],
    ['a file outside the folder', image({ file: '../../../../../../etc/hostname' }), /no such file|outside/],
    ['a picture format WeChat does not take', image({ file: 'page.svg' }), /unknown kind/],
    [
      'a PNG as a thumb',
      music({ title: 't', url: 'https://a', thumb: { file: 'gift.png' } }),
      /image\/png, not a thumb/,
    ],
    ['an address of a private network', image({ url: 'https://10.0.0.1/x.png' }), /public internet/],
  ])('%s', async (_, message, reason) => {
    expect(await deliver(message, to)).toMatchObject({ state: 'failed', reason: expect.stringMatching(reason) })
    expect(bodies()).toEqual([])
  })

  test('text of exactly the limit is sent', async () => {
    expect(await deliver(text('a'.repeat(DELIVER_TEXT_BYTES)), to)).toEqual({ state: 'sent' })
  })
})

describe('what the platform says decides the outcome', () => {
  test.each([
    [45015, { state: 'skipped', reason: 'window-closed' }],
    [45047, { state: 'skipped', reason: 'window-used-up' }],
    [43004, { state: 'skipped', reason: 'not-following' }],
    [43019, { state: 'skipped', reason: 'blocked' }],
    [48002, { state: 'skipped', reason: 'blocked' }],
    [43101, { state: 'skipped', reason: 'refused' }],
    [40003, { state: 'skipped', reason: 'identity-unknown' }],
    [48001, { state: 'skipped', reason: 'no-permission' }],
    [45011, { state: 'retry', afterMs: 60_000, code: 45011 }],
    [43117, { state: 'retry', afterMs: 90_000 }],
    [45002, { state: 'failed', code: 45002 }],
    [99999, { state: 'failed', code: 99999 }],
  ])('errcode %i', async (errcode, outcome) => {
    world.wechat.next(SEND, { errcode, errmsg: 'x' })
    expect(await deliver(text('hi'), to)).toMatchObject(outcome)
    expect(bodies()).toHaveLength(1)
  })

  test('a used-up daily quota waits for midnight in Shanghai', async () => {
    world.wechat.next(SEND, { errcode: 45009, errmsg: 'reach max api daily quota limit' })
    expect(await deliver(text('hi'), to)).toMatchObject({ state: 'retry', code: 45009, afterMs: 12 * 3_600_000 })
    expect(untilMidnightShanghai(new Date('2026-03-01T15:59:59Z'))).toBe(1000)
    expect(untilMidnightShanghai(new Date('2026-03-01T16:00:00Z'))).toBe(86_400_000)
  })

  test('busy is tried once more, no oftener', async () => {
    world.wechat.next(SEND, { errcode: -1 })
    expect(await deliver(text('hi'), to)).toEqual({ state: 'sent' })
    world.wechat.next(SEND, { errcode: -1 }, { errcode: -1 })
    expect(await deliver(text('hi'), to)).toMatchObject({ state: 'failed', code: -1 })
    expect(bodies()).toHaveLength(4)
    expect(waits).toHaveLength(2)
  })

  test('a refused token is replaced and the message goes out once', async () => {
    await deliver(text('one'), to)
    world.wechat.rotate()
    expect(await deliver(text('two'), to)).toEqual({ state: 'sent' })
  })

  test('no token because the secret is wrong: waits, does not fail, does not call', async () => {
    const broken = deliverOn(world, undefined, world.another('canary-wrong'))
    expect(await broken(text('hi'), to)).toMatchObject({ state: 'retry', afterMs: 60_000 })
    expect(bodies()).toEqual([])
  })

  test('a line cut after the request was written is uncertain and not repeated', async () => {
    world.wechat.next(SEND, (response) => response.destroy())
    expect(await deliver(text('hi'), to)).toMatchObject({ state: 'uncertain' })
    expect(bodies()).toHaveLength(1)
  })

  test('an answer that is no answer is uncertain', async () => {
    world.wechat.next(SEND, (response) => response.writeHead(502).end('bad gateway'))
    expect(await deliver(text('hi'), to)).toMatchObject({ state: 'uncertain' })
  })

  test('a platform that cannot be reached is worth another attempt', async () => {
    await deliver(text('one'), to)
    await world.wechat.close()
    await deliver(text('may meet the dying connection'), to)
    expect(await deliver(text('hi'), to)).toMatchObject({ state: 'retry' })
  })

  test('a caller who gives up during the call leaves it uncertain', async () => {
    const controller = new AbortController()
    world.wechat.next(SEND, () => controller.abort())
    expect(await deliver(text('hi'), { ...to, signal: controller.signal })).toMatchObject({ state: 'uncertain' })
  })
})

describe('media ids', () => {
  test('a file is uploaded once, however many need it at the same time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => deliver(gift, to)))
    expect(outcomes.every((outcome) => outcome.state === 'sent')).toBe(true)
    expect(uploads()).toBe(1)
  })

  test('another process finds the stored id', async () => {
    const store = createMemoryMediaStore(world.clock)
    await deliverOn(world, store)(gift, to)
    await deliverOn(world, store, world.another())(gift, to)
    expect(uploads()).toBe(1)
  })

  test('an id is renewed after 2.5 days, before the platform ends it', async () => {
    await deliver(gift, to)
    world.clock.pass(2.4 * 86_400_000)
    await deliver(gift, to)
    expect(uploads()).toBe(1)
    world.clock.pass(0.2 * 86_400_000)
    await deliver(gift, to)
    expect(uploads()).toBe(2)
    expect(bodies()).toMatchObject([
      { miniprogrampage: { thumb_media_id: 'M1' } },
      {},
      { miniprogrampage: { thumb_media_id: 'M2' } },
    ])
  })

  test('an id the platform has lost is uploaded again once and the message sent', async () => {
    await deliver(gift, to)
    world.wechat.next(SEND, { errcode: 40007, errmsg: 'invalid media_id' })
    expect(await deliver(gift, to)).toEqual({ state: 'sent' })
    expect(uploads()).toBe(2)
    world.wechat.next(SEND, { errcode: 40007 }, { errcode: 40007 })
    expect(await deliver(gift, to)).toMatchObject({ state: 'failed', code: 40007 })
    expect(uploads()).toBe(3)
  })

  test('many who find the id lost share one new upload', async () => {
    await deliver(gift, to)
    world.wechat.next(SEND, ...Array.from({ length: 10 }, () => ({ errcode: 40007 })))
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => deliver(gift, to)))
    expect(outcomes.every((outcome) => outcome.state === 'sent')).toBe(true)
    expect(uploads()).toBeLessThanOrEqual(3)
  })

  test('a store that cannot be reached leaves the message for later', async () => {
    const down = async () => {
      throw new Error('the store is not connected')
    }
    const without = deliverOn(world, { find: down, put: down, drop: down })
    expect(await without(gift, to)).toMatchObject({ state: 'retry' })
    expect(bodies()).toEqual([])
  })

  test('an id that was given and is refused cannot be renewed', async () => {
    world.wechat.next(SEND, { errcode: 40007 })
    expect(await deliver(image({ mediaId: 'OLD' }), to)).toMatchObject({ state: 'failed', code: 40007 })
    expect(uploads()).toBe(0)
  })

  test('an edited file is another file', async () => {
    await deliver(gift, to)
    await writeFile(join(dir, 'gift.png'), Buffer.concat([PNG, Buffer.from(' new')]))
    await deliver(gift, to)
    expect(uploads()).toBe(2)
  })

  test('an upload that broke off leaves the message unsent, not uncertain', async () => {
    world.wechat.next(UPLOAD, (response) => response.destroy())
    expect(await deliver(gift, to)).toMatchObject({ state: 'retry' })
    expect(bodies()).toEqual([])
    expect(await deliver(gift, to)).toEqual({ state: 'sent' })
  })

  test('an address of an allowed host is fetched once and uploaded once', async () => {
    await deliver(text('warm'), to)
    let fetched = 0
    world.wechat.always('/picture.png', (response) => {
      fetched += 1
      response.writeHead(200, { 'content-type': 'text/html' }).end(PNG)
    })
    const media: Media = { url: `${world.wechat.base}/picture.png?access_token=${world.wechat.token()}` }
    expect(await deliver(image(media), to)).toEqual({ state: 'sent' })
    expect(await deliver(image(media), to)).toEqual({ state: 'sent' })
    expect([fetched, uploads()]).toEqual([1, 1])
  })
})

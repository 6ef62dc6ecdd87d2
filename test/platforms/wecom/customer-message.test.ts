import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { choices, handOver, image, link, miniProgram, text, video, voice } from '../../../src/core/message.js'
import { createDownloads, type Downloads } from '../../../src/platforms/shared/download.js'
import { createMemoryMediaStore } from '../../../src/platforms/shared/media-store.js'
import { type CustomerMessages, createCustomerMessages } from '../../../src/platforms/wecom/customer-message.js'
import { createCustomerWelcome } from '../../../src/platforms/wecom/customer-welcome.js'
import { startWecomWorld, type WecomWorld } from './world.js'

const UPLOAD = '/cgi-bin/media/upload'
const MOMENTS = '/cgi-bin/media/upload_attachment'
const WELCOME = '/cgi-bin/externalcontact/send_welcome_msg'
const PNG = Buffer.from('\x89PNG\r\n\x1a\n-a-picture', 'latin1')
const MP4 = Buffer.from('\0\0\0\x18ftypmp42-a-film', 'latin1')

let world: WecomWorld
let dir: string
let downloads: Downloads
let messages: CustomerMessages

beforeEach(async () => {
  world = await startWecomWorld()
  dir = await mkdtemp(join(tmpdir(), 'weloop-media-'))
  await writeFile(join(dir, 'a.png'), PNG)
  await writeFile(join(dir, 'b.mp4'), MP4)
  await writeFile(join(dir, 'c.txt'), 'no picture at all')
  downloads = createDownloads()
  const { client, clock, log } = world
  messages = createCustomerMessages({
    account: 'corp',
    client,
    mediaStore: createMemoryMediaStore(clock),
    mediaDir: dir,
    downloads,
    clock,
    log,
  })
  let serial = 0
  const gives = (prefix: string) => (response: { end(body: string): void }) => {
    serial += 1
    response.end(JSON.stringify({ errcode: 0, media_id: `${prefix}${serial}` }))
  }
  world.wecom.always(UPLOAD, gives('M'))
  world.wecom.always(MOMENTS, gives('P'))
})
afterEach(async () => {
  await downloads.close()
  await world.close()
  await rm(dir, { recursive: true, force: true })
})

const png = image({ file: 'a.png' })
const card = miniProgram({ title: '见面礼', appid: 'wx1', path: 'pages/a', thumb: { file: 'a.png' } })
const page = link({ title: '指南', description: '', url: 'https://a.example/1', picture: '' })
const uploads = (path: string) => world.wecom.calls.filter((call) => call.path === path).length

describe('a message to customers', () => {
  test('is one text and attachments in the order given; the same file is uploaded once', async () => {
    const prepared = await messages.prepare([png, text('您好'), card, text('欢迎'), page], 'message')
    expect(prepared).toEqual({
      text: '您好\n欢迎',
      attachments: [
        { type: 'image', mediaId: 'M1' },
        { type: 'mini-program', title: '见面礼', appid: 'wx1', path: 'pages/a', pictureMediaId: 'M1' },
        { type: 'link', title: '指南', url: 'https://a.example/1' },
      ],
    })
    await messages.prepare([png], 'message')
    expect(uploads(UPLOAD)).toBe(1)
  })

  test('in a moment takes ids of its own, pictures or a film or a link', async () => {
    expect(await messages.prepare([text('上新'), png, png], 'moments')).toEqual({
      text: '上新',
      content: { type: 'images', mediaIds: ['P1', 'P1'] },
    })
    expect(await messages.prepare([video({ file: 'b.mp4' })], 'moments')).toEqual({
      content: { type: 'video', mediaId: 'P2' },
    })
    expect([uploads(UPLOAD), uploads(MOMENTS)]).toEqual([0, 2])
    expect(messages.problems([png, video({ file: 'b.mp4' })], 'moments')).toHaveLength(1)
    expect(messages.problems([card], 'moments')).toEqual([expect.stringContaining('messages[0]: moments show no')])
    expect(messages.problems([page], 'moments')).toEqual([expect.stringContaining('messages[0].picture')])
  })

  test('as the welcome of a group is a text and one other', async () => {
    expect(await messages.prepare([text('进群须知'), card], 'group-welcome')).toMatchObject({
      text: '进群须知',
      attachment: { type: 'mini-program', pictureMediaId: 'M1' },
    })
    expect(messages.problems([text('x'.repeat(3001))], 'group-welcome')).toEqual([
      expect.stringContaining('text: 3001'),
    ])
    expect(messages.problems([png, card], 'group-welcome')).toHaveLength(1)
  })

  test('that is too long is refused by the name of the field and never cut', async () => {
    const long = text('汉'.repeat(1334))
    expect(messages.problems([long], 'message')).toEqual([
      expect.stringMatching(/^text: 4002 bytes, the limit is 4000/),
    ])
    expect(messages.problems([text('汉'.repeat(1333))], 'message')).toEqual([])
    expect(messages.problems([text('x'.repeat(2000)), text('y'.repeat(2000))], 'message')).toHaveLength(1)
    const wide = { ...page, title: '题'.repeat(43), description: '述'.repeat(171) }
    expect(messages.problems([wide], 'message')).toEqual([
      expect.stringContaining('messages[0].title: 129'),
      expect.stringContaining('messages[0].description: 513'),
    ])
    await expect(messages.prepare([long], 'message')).rejects.toMatchObject({ code: 'customer-message.unfit' })
    expect(world.wecom.calls).toEqual([])
  })

  test('of a kind customers cannot be shown is refused, as is nothing and a tenth attachment', () => {
    const odd = [voice({ mediaId: 'V' }), choices('选', [{ id: 'a', text: 'A' }]), handOver()]
    expect(messages.problems(odd, 'message').map((each) => each.split(':')[0])).toEqual([
      'messages[0]',
      'messages[1]',
      'messages[2]',
    ])
    expect(messages.problems([], 'message')).toHaveLength(1)
    expect(messages.problems([text(' ')], 'message')).toHaveLength(1)
    expect(messages.problems(Array(9).fill(png), 'message')).toEqual([])
    expect(messages.problems(Array(10).fill(png), 'message')).toEqual([expect.stringContaining('10 given')])
  })

  test('names the file that is missing or of a wrong kind', async () => {
    await expect(messages.prepare([image({ file: 'gone.png' })], 'message')).rejects.toThrow(/gone\.png: no such file/)
    await expect(messages.prepare([image({ file: 'c.txt' })], 'message')).rejects.toMatchObject({
      code: 'media.format',
    })
  })
})

describe('a welcome', () => {
  const send = (code = 'WC1') =>
    createCustomerWelcome({ client: world.client, messages }).send(code, [text('您好'), png])

  test('is sent with its code', async () => {
    expect(await send()).toEqual({ end: 'sent' })
    expect(world.wecom.sent(WELCOME)).toEqual([
      {
        welcome_code: 'WC1',
        text: { content: '您好' },
        attachments: [{ msgtype: 'image', image: { media_id: 'M1' } }],
      },
    ])
  })

  test.each([
    [41050, { end: 'too-late' }],
    [41051, { end: 'not-due' }],
    [41096, { end: 'other-app' }],
    [41053, { end: 'failed', reason: expect.stringContaining('41053') }],
    [60020, { end: 'failed', reason: expect.stringContaining('60020') }],
  ])('refused with %i ends as a value', async (errcode, end) => {
    world.wecom.always(WELCOME, { errcode, errmsg: 'no' })
    expect(await send()).toEqual(end)
  })

  test('whose media id the platform refuses is uploaded anew once', async () => {
    world.wecom.next(WELCOME, { errcode: 40007, errmsg: 'invalid media_id' })
    expect(await send()).toEqual({ end: 'sent' })
    expect(world.wecom.sent(WELCOME)).toMatchObject([
      { attachments: [{ image: { media_id: 'M1' } }] },
      { attachments: [{ image: { media_id: 'M2' } }] },
    ])
    world.wecom.always(WELCOME, { errcode: 40007, errmsg: 'invalid media_id' })
    expect(await send('WC2')).toMatchObject({ end: 'failed' })
  })

  test('is unclear when the connection breaks after the request, and surely not sent when the platform is busy', async () => {
    world.wecom.next(WELCOME, (response) => response.destroy())
    expect(await send()).toMatchObject({ end: 'unclear' })
    world.wecom.always(WELCOME, { errcode: -1, errmsg: 'system busy' })
    expect(await send('WC2')).toMatchObject({ end: 'not-sent' })
  })
})

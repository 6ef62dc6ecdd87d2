import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Simulator, startSimulator } from '../../../../simulator/start.js'
import { DEMO } from '../../../../src/config/accounts.js'
import { systemClock } from '../../../../src/core/clock.js'
import { silentLogger } from '../../../../src/core/log.js'
import { choices, image, link, miniProgram, music, text, video, voice } from '../../../../src/core/message.js'
import { createClient, type OfficialAccountClient } from '../../../../src/platforms/official-account/client.js'
import { createDeliver } from '../../../../src/platforms/official-account/deliver.js'
import { createMediaIds } from '../../../../src/platforms/official-account/media.js'
import { createMemoryMediaStore } from '../../../../src/platforms/official-account/media-store.js'
import type { Platform } from '../../../../src/platforms/platform.js'
import { createDownloads, type Downloads } from '../../../../src/platforms/shared/download.js'
import { createHttpClient, type HttpClient } from '../../../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../../../src/platforms/shared/token-store.js'
import { rejectionOf } from './fixture.js'

let simulator: Simulator
let http: HttpClient
let downloads: Downloads
let client: OfficialAccountClient
let deliver: Platform['deliver']
let dir: string
let openid: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weloop-media-'))
  await writeFile(join(dir, 'a.png'), Buffer.from('\x89PNG\r\n\x1a\npicture', 'latin1'))
  await writeFile(join(dir, 'a.jpg'), Buffer.from('\xff\xd8\xff\xe0picture', 'latin1'))
  await writeFile(join(dir, 'a.mp3'), Buffer.from('ID3 sound', 'latin1'))
  await writeFile(join(dir, 'a.mp4'), Buffer.from('\0\0\0\x18ftypmp42', 'latin1'))
  simulator = await startSimulator({
    port: 0,
    accounts: [
      {
        id: 'shop',
        kind: 'service',
        verified: true,
        appid: DEMO.appid,
        originalId: 'gh_weloopdemo01',
        token: DEMO.token,
        secret: DEMO.secret,
        mode: 'plain',
        callbackUrl: 'http://127.0.0.1:9/wechat/shop',
        templates: [{ id: 'T1', title: '发货', content: '单号:{{character_string1.DATA}}' }],
        tokens: { overlapMs: 0 },
      },
    ],
  })
  http = createHttpClient()
  downloads = createDownloads()
  client = createClient({
    appid: DEMO.appid,
    secret: DEMO.secret,
    apiBase: simulator.url,
    http,
    tokenStore: createMemoryTokenStore(systemClock),
    clock: systemClock,
    log: silentLogger,
  })
  const media = createMediaIds({
    account: 'shop',
    api: client.media,
    store: createMemoryMediaStore(systemClock),
    dir,
    downloads,
    clock: systemClock,
    log: silentLogger,
  })
  deliver = createDeliver({ messages: client.messages, media, clock: systemClock })
  openid = simulator.control.addFollower({ following: true }).id
  simulator.control.say(openid, '你好')
})
afterEach(async () => {
  await http.close()
  await downloads.close()
  await simulator.close()
  await rm(dir, { recursive: true })
})

const send = (message: Parameters<typeof deliver>[0]) => deliver(message, { to: openid, key: 'k' })

describe("against the simulator, which enforces the platform's limits", () => {
  test.each([
    ['text', text('已发货')],
    ['a picture', image({ file: 'a.png' })],
    ['a voice', voice({ file: 'a.mp3' })],
    ['a video without a cover', video({ file: 'a.mp4' })],
    ['music', music({ title: '歌', url: 'https://a.example/1.mp3', thumb: { file: 'a.jpg' } })],
    [
      'a link',
      link({ title: '新品', description: '看看', url: 'https://a.example/1', picture: 'https://a.example/1.jpg' }),
    ],
    ['choices', choices('满意吗?', [{ id: '1', text: '满意' }], '谢谢')],
    [
      'a card',
      miniProgram({ title: '礼包', appid: 'wxdemo0000000001', path: 'pages/gift?from=a', thumb: { file: 'a.png' } }),
    ],
  ])('%s arrives', async (_, message) => {
    expect(await send(message)).toEqual({ state: 'sent' })
  })

  test('the sixth message of a window is skipped as used up, a stranger as not following', async () => {
    for (let at = 0; at < 5; at += 1) expect(await send(text(`第 ${at}`))).toEqual({ state: 'sent' })
    expect(await send(text('第 6'))).toMatchObject({ state: 'skipped', reason: 'window-used-up' })
    const stranger = simulator.control.addFollower({ following: false }).id
    expect(await deliver(text('hi'), { to: stranger, key: 'k' })).toMatchObject({ state: 'skipped' })
    expect(await deliver(text('hi'), { to: 'nobody', key: 'k' })).toMatchObject({
      state: 'skipped',
      reason: 'identity-unknown',
    })
  })

  test('a token invalidated elsewhere is replaced', async () => {
    await send(text('one'))
    simulator.control.invalidateTokens('shop')
    expect(await send(text('two'))).toEqual({ state: 'sent' })
  })

  test('menu, codes, people, templates and addresses', async () => {
    expect(await client.menus.get()).toBeUndefined()
    await client.menus.create({ button: [{ type: 'click', name: '查物流', key: 'LOGISTICS' }] })
    expect(await client.menus.get()).toMatchObject({ menu: { button: [{ name: '查物流' }] } })
    await client.menus.current()
    await client.menus.remove()
    const code = await client.codes.temporary('poster-01', 600)
    expect(code).toMatchObject({ expiresIn: 600, ticket: expect.stringMatching(/.{10}/) })
    expect((await client.users.list()).openids).toContain(openid)
    expect(await client.users.info(openid)).toMatchObject({ follows: true, openid })
    expect(await client.users.batchGet([openid])).toMatchObject([{ follows: true }])
    expect(await client.templates.list()).toMatchObject([{ id: 'T1' }])
    const notice = { to: openid, templateId: 'T1', data: { character_string1: 'SO1' }, clientMsgId: 'ship-1' }
    expect(await client.templates.send(notice)).toMatch(/^\d+$/)
    expect((await client.servers.callbackIps()).length).toBeGreaterThan(0)
    await client.servers.checkCallback()
  })

  test('a file that was uploaded comes back', async () => {
    const bytes = Buffer.from('\x89PNG\r\n\x1a\npicture', 'latin1')
    const id = await client.media.upload('image', { bytes, filename: 'a.png', contentType: 'image/png' })
    expect(await client.media.get(id)).toMatchObject({ bytes })
    expect(await rejectionOf(client.media.get('gone'))).toMatchObject({ class: 'media' })
  })
})

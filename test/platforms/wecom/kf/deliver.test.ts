import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { WecomKfConfig } from '../../../../src/config/accounts.js'
import { choices, handOver, image, link, miniProgram, text } from '../../../../src/core/message.js'
import { createDownloads } from '../../../../src/platforms/shared/download.js'
import { createMemoryMediaStore } from '../../../../src/platforms/shared/media-store.js'
import { connectKf } from '../../../../src/platforms/wecom/kf/connect.js'
import { messageIdOf } from '../../../../src/platforms/wecom/kf/deliver.js'
import { diagnoseKf } from '../../../../src/platforms/wecom/kf/doctor.js'
import { startWecomWorld, type WecomWorld } from '../world.js'

const SEND = '/cgi-bin/kf/send_msg'
const SETTINGS: WecomKfConfig = { platform: 'wecom', kind: 'kf', corp: 'corp', openKfId: 'wk1', history: 600_000 }

let world: WecomWorld
let made: ReturnType<typeof connectKf>
beforeEach(async () => {
  world = await startWecomWorld()
  world.wecom.always('/cgi-bin/media/upload', { errcode: 0, media_id: 'UP' })
  made = connectKf({
    account: 'desk',
    settings: SETTINGS,
    client: world.client,
    mediaStore: createMemoryMediaStore(world.clock),
    mediaDir: await mkdtemp(join(tmpdir(), 'weloop-kf-')),
    downloads: createDownloads(),
    clock: world.clock,
    log: world.log,
  })
})
afterEach(() => world.close())

const to = (key = 'k1') => ({ to: 'wm1', key })
const sent = () => world.wecom.sent(SEND) as Record<string, unknown>[]
const deliver: typeof made.platform.deliver = (message, target) => made.platform.deliver(message, target)

describe('a message of the desk', () => {
  test('carries an id made of its delivery, and its repetition counts as sent', async () => {
    const receipt = messageIdOf('k1')
    expect(receipt).toMatch(/^[\w-]{32}$/)
    expect(messageIdOf('k2')).not.toBe(receipt)
    expect(await deliver(text('您好'), to())).toEqual({ state: 'sent', receipt })
    expect(sent()[0]).toEqual({
      touser: 'wm1',
      open_kfid: 'wk1',
      msgid: receipt,
      msgtype: 'text',
      text: { content: '您好' },
    })
    world.wecom.next(SEND, { errcode: 40058, errmsg: 'msgid: used before' })
    expect(await deliver(text('您好'), to())).toEqual({ state: 'sent', receipt })
    world.wecom.next(SEND, { errcode: 40058, errmsg: 'invalid Request Parameter' })
    expect(await deliver(text('您好'), to())).toMatchObject({ state: 'failed', code: 40058 })
  })

  test('takes the platform’s form: menus, links and cards with a picture, media by id', async () => {
    await deliver(choices('请选择', [{ id: 'logi', text: '查物流' }], '或直接提问'), to())
    await deliver(
      link({ title: '标题'.repeat(60), description: '说明', url: 'https://x.example/a', picture: '' }),
      to('k2'),
    )
    await deliver(miniProgram({ title: '领券', appid: 'wx1', path: 'p/a', thumb: { mediaId: 'T' } }), to('k3'))
    await deliver(image({ mediaId: 'M' }), to('k4'))
    const many = Array.from({ length: 11 }, (_, at) => ({ id: `i${at}`, text: `选项${at}` }))
    await deliver(choices('请选择', many), to('k5'))
    const [menu, linked, card, picture, list] = sent()
    expect(menu).toMatchObject({
      msgtype: 'msgmenu',
      msgmenu: { head_content: '请选择', list: [{ type: 'click', click: { id: 'logi' } }], tail_content: '或直接提问' },
    })
    expect(linked).toMatchObject({ msgtype: 'link', link: { desc: '说明', thumb_media_id: 'UP' } })
    const { title = '' } = (linked?.['link'] ?? {}) as { title?: string }
    expect(title).toMatch(/…$/)
    expect(Buffer.byteLength(title)).toBeLessThanOrEqual(128)
    expect(card).toMatchObject({ miniprogram: { appid: 'wx1', pagepath: 'p/a', thumb_media_id: 'T' } })
    expect(picture).toMatchObject({ image: { media_id: 'M' } })
    expect(list).toMatchObject({ msgtype: 'text', text: { content: expect.stringContaining('11. 选项10') } })
  })

  test('a worn media id is made anew once', async () => {
    const message = link({ title: 'T', description: 'D', url: 'https://x.example/a', picture: '' })
    await deliver(message, to())
    world.wecom.always('/cgi-bin/media/upload', { errcode: 0, media_id: 'UP2' })
    world.wecom.next(SEND, { errcode: 40007, errmsg: 'invalid media_id' })
    expect(await deliver(message, to('k2'))).toMatchObject({ state: 'sent' })
    expect(sent().at(-1)).toMatchObject({ link: { thumb_media_id: 'UP2' } })
  })

  test.each([
    [95001, { state: 'skipped', reason: 'window-used-up' }],
    [95002, { state: 'skipped', reason: 'window-closed' }],
    [95018, { state: 'skipped', reason: 'with-staff', code: 95018 }],
    [95004, { state: 'failed', code: 95004 }],
    [45009, { state: 'retry', park: true }],
    [95011, { state: 'skipped', reason: 'no-permission' }],
  ])('errcode %i ends as what follows from it', async (errcode, expected) => {
    world.wecom.next(SEND, { errcode, errmsg: 'refused' })
    expect(await deliver(text('x'), to())).toMatchObject(expected)
  })

  test('what cannot be carried fails without a call; a cut line is uncertain; with nobody there it is retried', async () => {
    for (const message of [handOver(), text(' '), choices('x', []), text('长'.repeat(683))]) {
      expect(await deliver(message, to())).toMatchObject({ state: 'failed' })
    }
    expect(sent()).toEqual([])
    world.wecom.next(SEND, (response) => void response.destroy())
    expect((await deliver(text('x'), to())).state).toBe('uncertain')
    await world.wecom.close()
    expect((await deliver(text('x'), to('k9'))).state).toBe('retry')
  })

  test('nothing rides an answer, text is split and never cut, and nobody can call the account', () => {
    const long = '微环！'.repeat(1500)
    const fit = made.platform.fit('message.text', text(long))
    const pieces = fit.fit === 'later' ? fit.messages.map((piece) => (piece.kind === 'text' ? piece.text : '')) : []
    expect(pieces.join('')).toBe(long)
    expect(Math.max(...pieces.map((piece) => Buffer.byteLength(piece)))).toBeLessThanOrEqual(2048)
    expect(made.platform.conversation).toBe('kf-message')
    const request = { method: 'POST' as const, query: '', body: Buffer.from('<xml/>'), now: new Date() }
    expect(made.platform.receive(request).type).toBe('refused')
  })
})

describe('reading and moving', () => {
  test('a page comes as updates with what is stored of them; ends are values', async () => {
    const path = '/cgi-bin/kf/sync_msg'
    const row = {
      msgid: 'M1',
      open_kfid: 'wk1',
      external_userid: 'wm1',
      send_time: 1,
      origin: 3,
      msgtype: 'text',
      text: { content: 'a' },
    }
    world.wecom.next(path, { errcode: 0, next_cursor: 'N', has_more: 0, msg_list: [row, { ...row, open_kfid: 'wk2' }] })
    const found = await made.kf.read({ cursor: 'C', token: 'T' })
    if (found.end !== 'page') throw new Error('a page')
    expect(found).toMatchObject({
      next: 'N',
      more: false,
      entries: [{ update: { kind: 'message.text', id: 'M1', account: 'desk' } }],
    })
    expect(found.entries.map(({ envelope }) => made.platform.decode(envelope.body))).toEqual([found.entries[0]?.update])
    expect(world.wecom.sent(path)[0]).toMatchObject({ open_kfid: 'wk1', cursor: 'C', token: 'T' })
    for (const [errcode, position, expected] of [
      [95007, { cursor: '', token: 'T' }, { end: 'token' }],
      [40058, { cursor: 'C' }, { end: 'cursor' }],
      [45009, { cursor: '' }, { end: 'later', afterMs: 60_000, seldom: true }],
      [48002, { cursor: '' }, { end: 'later', stop: true }],
    ] as const) {
      world.wecom.next(path, { errcode, errmsg: 'x' })
      expect(await made.kf.read(position)).toMatchObject(expected)
    }
  })

  test('moves, codes and cards end as values', async () => {
    const { kf } = made
    world.wecom.next(
      '/cgi-bin/kf/service_state/trans',
      { errcode: 0, msg_code: 'MC' },
      { errcode: 95019, errmsg: 'x' },
      { errcode: 95016, errmsg: 'x' },
    )
    expect(await kf.move('wm1', 'waiting')).toEqual({ end: 'done', code: 'MC' })
    expect(await kf.move('wm1', 'staff', 'lihua')).toMatchObject({ end: 'refused', reason: 'off-duty' })
    expect(await kf.move('wm1', 'waiting')).toMatchObject({ end: 'refused', reason: 'state' })
    const onEvent = '/cgi-bin/kf/send_msg_on_event'
    world.wecom.next(
      onEvent,
      { errcode: 0, msgid: 'x' },
      { errcode: 41050, errmsg: 'x' },
      { errcode: 95018, errmsg: 'x' },
    )
    const ends = []
    for (let at = 0; at < 3; at++) ends.push((await kf.sayOnCode('C', text('您好'))).end)
    expect(ends).toEqual(['sent', 'too-late', 'failed'])
    world.wecom.next(onEvent, (response) => void response.destroy())
    expect((await kf.sayOnCode('C', text('您好'))).end).toBe('unclear')
    expect(kf.problem(image({ mediaId: 'M' }), 'welcome')).toBeDefined()
    expect(kf.problem(choices('x', [{ id: 'a', text: 'b' }]), 'queued')).toBeDefined()
    expect(kf.problem(choices('x', [{ id: 'a', text: 'b' }]), 'ended')).toBeUndefined()
    const upgrade = '/cgi-bin/kf/customer/upgrade_service'
    expect(await kf.upgrade('wm1', { group: 'wr1', wording: '进群' })).toEqual({ end: 'done' })
    expect(world.wecom.sent(upgrade)).toEqual([
      { open_kfid: 'wk1', external_userid: 'wm1', type: 2, groupchat: { chat_id: 'wr1', wording: '进群' } },
    ])
    world.wecom.next(upgrade, { errcode: 40058, errmsg: 'x' })
    expect(await kf.upgrade('wm1', { member: 'boss' })).toMatchObject({ end: 'refused', reason: 'range' })
  })

  test('the doctor says whether the account answers by API, who is on duty and what may be offered', async () => {
    const checks = async () => (await diagnoseKf('wk1', world.client)).map(({ check, state }) => `${check} ${state}`)
    expect(await checks()).toEqual(['kf.account fail'])
    world.wecom.always('/cgi-bin/kf/account/list', {
      errcode: 0,
      account_list: [{ open_kfid: 'wk1', name: '客服', manage_privilege: true }],
    })
    world.wecom.always('/cgi-bin/kf/servicer/list', { errcode: 0, servicer_list: [{ userid: 'lihua', status: 0 }] })
    expect(await checks()).toEqual(['kf.account ok', 'kf.servicers ok', 'kf.upgrades warn'])
  })
})

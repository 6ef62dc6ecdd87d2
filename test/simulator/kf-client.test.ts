import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { KfControl } from '../../simulator/control/kf.js'
import { demoCorp } from '../../simulator/options.js'
import { createHttpClient, type HttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { createWecomClient, type WecomClient } from '../../src/platforms/wecom/client.js'
import { memoryLog } from '../platforms/official-account/client/fixture.js'
import { pixel } from './api.js'
import { type CorpWorld, startCorpWorld } from './wecom-setup.js'

const KF = 'wkDEMO0000000001'

let world: CorpWorld
let kf: KfControl
let client: WecomClient
let http: HttpClient
let person: string

beforeEach(async () => {
  world = await startCorpWorld({}, { timing: { receiptMs: 0 } })
  kf = world.corp.kf
  person = world.simulator.control.addFollower({ name: '小雨' }).id
  http = createHttpClient()
  const clock = { now: () => new Date() }
  client = createWecomClient({
    corpid: demoCorp.corpid,
    agentId: demoCorp.agentId,
    secret: demoCorp.secret,
    apiBase: world.simulator.url,
    http,
    tokenStore: createMemoryTokenStore(clock),
    clock,
    log: memoryLog(),
    wait: async () => undefined,
  })
})
afterEach(async () => {
  await client.close()
  await http.close()
  await world.close()
})

const picture = () => client.media.upload('image', { bytes: pixel, filename: 'a.png', contentType: 'image/png' })

test('the real client keeps accounts, links and servicers', async () => {
  const id = await client.desk.add('售后', await picture())
  await client.desk.update(id, { name: '售后客服' })
  expect(await client.desk.list()).toMatchObject([
    { id: KF, name: '微环客服', managed: true },
    { id, name: '售后客服', managed: true },
  ])
  const link = await client.desk.link(id, 'oa_menu')
  const entered = kf.personAct(person, 'enter', { link: `${link}&scene_param=${encodeURIComponent('订单 1')}` })
  expect(entered).toMatchObject({ kf: id, welcomeCode: expect.any(String) })
  expect(await client.desk.customers([entered.customer])).toMatchObject([
    { id: entered.customer, nickname: '小雨', scene: 'oa_menu', sceneParam: '订单 1', unionid: expect.any(String) },
  ])
  const refused = await client.desk.addServicers(id, { staff: ['lihua', 'nobody'], departments: [3] })
  expect(refused).toMatchObject([{ who: 'nobody', refused: { errcode: 60111 } }])
  kf.staffAct('lihua', 'duty', { kf: id, on: false })
  expect(await client.desk.servicers(id)).toEqual([{ staff: 'lihua', serving: false }, { department: 3 }])
  expect(kf.account(id).servicers.map(({ staff }) => staff)).toEqual(['lihua', 'zhangwei', 'liuyang'])
  await client.desk.removeServicers(id, { departments: [3] })
  await client.desk.remove(id)
  expect(await client.desk.list()).toHaveLength(1)
})

test('the real client reads what was said, answers in every kind and is told what did not arrive', async () => {
  const { welcomeCode = '', customer } = kf.personAct(person, 'enter', { scene: 'qr' })
  kf.personAct(person, 'say', { text: '你好' })
  kf.personAct(person, 'say', { kind: 'image' })
  const [push] = await world.events('kf_msg_or_event')
  const read = await client.deskMessages.sync(KF, { token: push?.get('Token') ?? '' })
  expect(read).toMatchObject({ more: false, next: expect.any(String) })
  expect(read.entries).toMatchObject([
    { from: 'system', customer, content: { kind: 'entered', scene: 'qr', welcomeCode } },
    { from: 'customer', customer, account: KF, content: { kind: 'text', text: '你好' } },
    { from: 'customer', content: { kind: 'media', type: 'image', mediaId: expect.any(String) } },
  ])
  const menu = { type: 'menu' as const, head: '请选择', items: [{ id: 'a', text: '查物流' }] }
  await client.deskMessages.sendOnEvent(welcomeCode, menu)
  const thumbMediaId = await picture()
  const url = 'https://shop.example.cn/a'
  await client.deskMessages.send(KF, customer, { type: 'text', text: '您好' }, { id: 'k-1' })
  await client.deskMessages.send(KF, customer, { type: 'link', title: '新品', url, thumbMediaId })
  await client.deskMessages.send(KF, customer, { type: 'business-card', staff: 'lihua' })
  const card = { type: 'mini-program' as const, appid: 'wxdemo', title: '领券', path: 'pages/coupon', thumbMediaId }
  await client.deskMessages.send(KF, customer, card)
  expect(await client.deskMessages.send(KF, customer, { type: 'text', text: '您好' }, { id: 'k-1' })).toBe('k-1')
  await client.deskMessages.send(KF, customer, { type: 'image', mediaId: thumbMediaId })
  await expect(client.deskMessages.send(KF, customer, { type: 'text', text: '六' })).rejects.toMatchObject({
    errcode: 95001,
  })
  expect((await kf.thread(KF, person)).filter(({ from }) => from === 'app').map(({ content }) => content.kind)).toEqual(
    [...['menu', 'text', 'link', 'business-card', 'mini-program', 'image']],
  )
  kf.fail({ person, msgid: 'k-1', type: 4 })
  const { entries } = await client.deskMessages.sync(KF, { cursor: read.next })
  expect(entries).toMatchObject([{ content: { kind: 'send-failed', messageId: 'k-1', reason: 4 } }])
})

test('the real client moves a conversation to staff and back, and reads what they did', async () => {
  const { customer } = kf.personAct(person, 'enter')
  kf.personAct(person, 'say', { text: '人工' })
  const { next } = await client.deskMessages.sync(KF, {})
  const queued = await client.deskMessages.move(KF, customer, 'waiting')
  await client.deskMessages.sendOnEvent(queued.code ?? '', { type: 'text', text: '前面还有 1 位' })
  kf.staffAct('lihua', 'take', { person })
  expect(await client.deskMessages.state(KF, customer)).toEqual({ state: 'staff', staff: 'lihua' })
  await expect(client.deskMessages.send(KF, customer, { type: 'text', text: '机器人' })).rejects.toMatchObject({
    errcode: 95018,
  })
  kf.staffAct('lihua', 'say', { person, text: '我是李华' })
  kf.staffAct('lihua', 'end', { person })
  const { entries } = await client.deskMessages.sync(KF, { cursor: next })
  expect(entries).toMatchObject([
    { content: { kind: 'session', change: 1, after: 'lihua', code: expect.any(String) } },
    { from: 'servicer', staff: 'lihua', content: { kind: 'text', text: '我是李华' } },
    { content: { kind: 'session', change: 3, before: 'lihua', code: expect.any(String) } },
  ])
})

test('the real client offers a group and takes the offer back', async () => {
  const { customer } = kf.personAct(person, 'enter')
  const { group } = world.corp.staffAct('lihua', 'create-group', { name: '福利1群' })
  expect(await client.deskUpgrades.range()).toEqual({ staff: ['lihua', 'wangfang'], departments: [], groups: [group] })
  await client.deskUpgrades.offer(KF, customer, { group, wording: '进群领券' })
  await client.deskUpgrades.withdraw(KF, customer)
  await client.deskUpgrades.offer(KF, customer, { member: 'lihua' })
  expect((await kf.thread(KF, person)).map(({ content }) => content)).toMatchObject([
    { kind: 'upgrade', to: 'group', id: group, wording: '进群领券', state: 'cancelled' },
    { kind: 'upgrade', to: 'member', id: 'lihua', state: 'open' },
  ])
})

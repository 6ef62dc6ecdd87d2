import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { CorpControl } from '../../simulator/control/corp.js'
import { demoCorp } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { text } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import type { Envelope } from '../../src/platforms/platform.js'
import { createHttpClient, type HttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { createWecomClient, type WecomClient } from '../../src/platforms/wecom/client.js'
import { createReceiver } from '../../src/platforms/wecom/receive.js'
import { memoryLog } from '../platforms/official-account/client/fixture.js'
import { corp as account } from '../platforms/wecom/door.js'
import { pixel } from './api.js'

let simulator: Simulator
let server: Server
let corp: CorpControl
let client: WecomClient
let http: HttpClient
let updates: Update[]
/** What the product answers to a staff member, by the door. */
let reply: string | undefined

beforeEach(async () => {
  updates = []
  reply = undefined
  const door = createReceiver(account)
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const method = request.method === 'GET' ? 'GET' : 'POST'
      const query = (request.url ?? '').split('?')[1] ?? ''
      const received = door.receive({ method, query, body: Buffer.concat(chunks), now: new Date() })
      if (received.type === 'echo') return response.end(received.text)
      if (received.type !== 'update') return response.writeHead(403).end()
      updates.push(received.update)
      return response.end(answer(received.update, received.envelope))
    })
  })
  const answer = (update: Update, envelope: Envelope) =>
    door.answer(update, envelope, reply === undefined ? undefined : text(reply), new Date())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const callbackUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wecom/corp`
  simulator = await startSimulator({ port: 0, corps: [{ ...demoCorp, callbackUrl, detailDelayMs: 0, dispatchMs: 0 }] })
  corp = simulator.control.corp()
  http = createHttpClient()
  const clock = { now: () => new Date() }
  client = createWecomClient({
    corpid: demoCorp.corpid,
    agentId: demoCorp.agentId,
    secret: demoCorp.secret,
    apiBase: simulator.url,
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
  await simulator.close()
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

const pushed = async (kind: Update['kind']) => {
  await simulator.control.settled()
  const found = updates.filter((update) => update.kind === kind)
  expect(updates.filter((update) => update.kind === 'unknown')).toEqual([])
  return found
}

test('the real door passes the console’s check and opens what members, customers and groups do', async () => {
  expect(await corp.verify()).toMatchObject({ ok: true })
  expect(await corp.verify(true)).toMatchObject({ ok: false })
  const { id } = simulator.control.addFollower({ name: '小雨' })
  const way = await client.contactWays.add({ place: 'qr', staff: ['lihua'], state: 'poster' })
  corp.personAct(id, 'scan', { code: way.qrCode ?? '' })
  const [added] = await pushed('event.customer.added')
  expect(added).toMatchObject({ staff: 'lihua', state: 'poster', half: false, welcomeCode: expect.any(String) })
  const { group } = corp.staffAct('lihua', 'create-group', { name: '福利1群', members: ['wangfang'] })
  corp.join(group, { people: [id, { name: '阿强' }] })
  corp.personAct(id, 'leave', { group })
  corp.staffAct('lihua', 'rename', { group, name: '福利一群' })
  const changes = await pushed('event.group.changed')
  expect(changes.map((one) => 'change' in one && one.change).toSorted()).toEqual(['created', 'joined', 'left', 'name'])
  corp.addTags({ group: '来源', names: ['海报'] })
  expect(await pushed('event.corp.tag')).toHaveLength(2)
  corp.staffAct('lihua', 'open-app')
  corp.staffAct('wangfang', 'leave')
  expect(await pushed('staff.event')).toMatchObject([{ event: 'entered' }, { event: 'left' }])
  corp.personAct(id, 'delete', { staff: 'lihua' })
  expect(await pushed('event.customer.removed')).toMatchObject([{ by: 'customer', staff: 'lihua' }])
})

test('the real door’s reply to a member is shown in her chat', async () => {
  reply = '今日 12 单'
  const { exchange, done } = corp.staffAct('lihua', 'write', { text: '今日订单' })
  await done
  expect(exchange?.warnings).toEqual([])
  expect((await corp.app('lihua')).at(-1)).toMatchObject({
    via: 'passive',
    content: { kind: 'text', text: '今日 12 单' },
  })
})

test('the real client reads customers and groups, welcomes, tags and remarks', async () => {
  const { id, unionid } = simulator.control.addFollower({ name: '小雨' })
  const added = corp.staffAct('lihua', 'add', { person: id })
  expect(await client.welcome.send(added.welcomeCode ?? '', { text: '欢迎' })).toBe('sent')
  expect(await client.welcome.send(added.welcomeCode ?? '', { text: '欢迎' })).toBe('too-late')
  const made = await client.tags.add({ name: '来源' }, [{ name: '海报' }])
  const tag = made.tags[0]?.id ?? ''
  await client.tags.mark('lihua', added.customer, { add: [tag] })
  await client.contacts.remark('lihua', added.customer, { remark: '小雨-宝妈', mobiles: ['13800000000'] })
  const read = await client.contacts.get(added.customer)
  expect(read).toMatchObject({
    customer: { id: added.customer, unionid, kind: 'wechat' },
    relations: [{ staff: 'lihua', remark: '小雨-宝妈', tagIds: [tag], mobiles: ['13800000000'] }],
  })
  expect(await client.contacts.list('lihua')).toEqual([added.customer])
  expect((await client.contacts.batch(await client.contacts.followUsers())).items).toHaveLength(1)
  await client.tags.remove({ tags: [tag] })
  expect(await client.tags.list()).toEqual([])
  const { group } = corp.staffAct('lihua', 'create-group', { name: '福利1群' })
  const wayId = await client.joinWays.add({ place: 'qr', groups: [group], state: 'parcel' })
  corp.personAct(id, 'scan', { code: (await client.joinWays.get(wayId)).qrCode ?? '' })
  expect((await client.groups.list()).items).toEqual([{ id: group, state: 'normal' }])
  expect((await client.groups.get(group))?.members).toContainEqual(
    expect.objectContaining({ id: added.customer, way: 'code', state: 'parcel', unionid }),
  )
  expect(await client.groups.byOpengid(corp.group(group).opengid)).toBe(group)
  expect(await client.groups.get('wrNONE')).toBeUndefined()
})

test('the real client makes group-sends and moments that members confirm', async () => {
  const { group } = corp.staffAct('lihua', 'create-group', { name: '福利1群' })
  const { customer } = corp.staffAct('lihua', 'add', { person: { name: '阿强' } })
  const mediaId = await client.media.upload('image', { bytes: pixel, filename: 'a.png', contentType: 'image/png' })
  const message = { text: '周四拼团', attachments: [{ type: 'image' as const, mediaId }] }
  const task = await client.groupSend.create({ to: 'groups', sender: 'lihua', groups: [group] }, message)
  expect((await client.groupSend.members(task.id)).items).toEqual([{ staff: 'lihua', state: 'waiting' }])
  await client.groupSend.remind(task.id)
  corp.staffAct('lihua', 'send', { task: task.id })
  expect((await client.groupSend.members(task.id)).items).toMatchObject([{ state: 'confirmed' }])
  expect((await client.groupSend.results(task.id, 'lihua')).items).toMatchObject([{ target: group, state: 'sent' }])
  const now = Date.now()
  const records = await client.groupSend.records({
    to: 'groups',
    from: new Date(now - 3_600_000),
    upTo: new Date(now + 60_000),
  })
  expect(records.items).toMatchObject([{ id: task.id, message }])
  const picture = await client.media.uploadForMoments('image', {
    bytes: pixel,
    filename: 'a.png',
    contentType: 'image/png',
  })
  const job = await client.moments.create({
    text: '上新',
    content: { type: 'images', mediaIds: [picture] },
    staff: ['lihua'],
  })
  const done = await client.moments.job(job)
  if (done.state !== 'done') throw new Error(done.state)
  corp.staffAct('lihua', 'publish', { moment: done.id })
  expect((await client.moments.delivered(done.id, 'lihua')).items).toEqual([customer])
})

test('the real client hands over, messages staff, updates cards, writes to chats and robots', async () => {
  const { customer } = corp.staffAct('lihua', 'add', { person: { name: '阿强' } })
  const who = { from: 'lihua', to: 'wangfang' }
  expect(await client.transfer.customers(who, [customer])).toEqual([{ customer }])
  corp.personAct(customer, 'accept-transfer')
  expect((await client.transfer.results(who)).items).toMatchObject([{ customer, state: 'done' }])
  const buttons = [{ text: '我来处理', key: 'claim' }]
  const card = { kind: 'buttons' as const, title: '退款', task: 'ticket_1', buttons }
  const sent = await client.messages.send({ staff: ['lihua', 'wangfang'] }, { type: 'card', card })
  corp.staffAct('wangfang', 'press', { n: 1, key: 'claim' })
  const [pressed] = await pushed('staff.card')
  expect(pressed).toMatchObject({ from: 'wangfang', key: 'claim', task: 'ticket_1' })
  await client.messages.updateCard({ staff: ['lihua'] }, sent.responseCode ?? '', { label: '王芳 已认领' })
  expect(await corp.app('lihua')).toMatchObject([{ content: { label: '王芳 已认领' } }])
  const chat = await client.chats.create({ members: ['lihua', 'wangfang'], name: '协同' })
  await client.chats.send(chat, { type: 'markdown', text: '**群已满**' })
  expect(await corp.internal(chat)).toHaveLength(1)
  const { key } = corp.addRobot()
  await client.robots.send(key, { type: 'image', bytes: pixel })
  expect(await corp.robot(key)).toMatchObject([{ content: { kind: 'image' } }])
  expect((await client.jsSdk.agentSignature('https://shop.example.cn/side')).signature).toMatch(/^[0-9a-f]{40}$/)
  expect(await client.servers.app()).toMatchObject({ closed: false, staff: expect.arrayContaining(['lihua']) })
})

test('the real client replaces a token that was ended', async () => {
  await client.contacts.followUsers()
  corp.endToken(42001)
  expect(await client.contacts.followUsers()).toContain('lihua')
})

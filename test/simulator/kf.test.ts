import { afterEach, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { KfControl } from '../../simulator/control/kf.js'
import { type CorpWorld, startCorpWorld } from './wecom-setup.js'

const KF = 'wkDEMO0000000001'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

let world: CorpWorld
let kf: KfControl
let person: string

beforeEach(async () => {
  world = await startCorpWorld({}, { timing: { receiptMs: 0 } })
  kf = world.corp.kf
  person = world.simulator.control.addFollower({ name: '小雨' }).id
})
afterEach(() => world.close())

type Row = Record<string, unknown>
const rows = (answer: Row) => answer['msg_list'] as Row[]
const api = (path: string, body: object) => world.api(`/kf/${path}`, body)
const sync = (more: object = {}) => api('sync_msg', { open_kfid: KF, ...more })
const later = (ms: number) => world.simulator.control.clock({ advance: ms })
const send = (customer: string, content: string, more: object = {}) =>
  api('send_msg', { touser: customer, open_kfid: KF, msgtype: 'text', text: { content }, ...more })
const lastToken = async () => (await world.events('kf_msg_or_event')).at(-1)?.get('Token') ?? ''
const enter = () => kf.personAct(person, 'enter').customer

test('entering and every message push a token for one account, without FromUserName', async () => {
  enter()
  kf.personAct(person, 'say', { text: '在吗' })
  const pushes = await world.events('kf_msg_or_event')
  expect(pushes).toHaveLength(2)
  expect(pushes.map((one) => one.get('OpenKfId'))).toEqual([KF, KF])
  expect(pushes.map((one) => one.get('FromUserName'))).toEqual([undefined, undefined])
  expect(new Set(pushes.map((one) => one.get('Token'))).size).toBe(2)
})

test('sync_msg goes on from a cursor, tells whether there is more and gives short and empty pages', async () => {
  const customer = enter()
  for (const text of ['一', '二', '三']) kf.personAct(person, 'say', { text })
  kf.pages(KF, [0, 2])
  const empty = await sync()
  expect(empty).toMatchObject({ errcode: 0, has_more: 1, msg_list: [] })
  const short = await sync({ cursor: empty['next_cursor'] })
  expect(short).toMatchObject({ has_more: 1 })
  expect(rows(short)).toMatchObject([
    { msgtype: 'event', origin: 4, event: { event_type: 'enter_session', open_kfid: KF, external_userid: customer } },
    { msgtype: 'text', origin: 3, open_kfid: KF, external_userid: customer, text: { content: '一' } },
  ])
  const rest = await sync({ cursor: short['next_cursor'] })
  expect(rows(rest).map((row) => row['text'])).toEqual([{ content: '二' }, { content: '三' }])
  expect(rest).toMatchObject({ has_more: 0 })
  expect(Buffer.byteLength(String(rest['next_cursor']))).toBeLessThanOrEqual(64)
  expect(await sync({ cursor: rest['next_cursor'] })).toMatchObject({ has_more: 0, msg_list: [] })
  expect(await sync({ cursor: 'bm9uc2Vuc2U' })).toMatchObject({ errcode: 40058 })
})

test('a token is good for ten minutes and for its own account; without one reads are few', async () => {
  enter()
  const token = await lastToken()
  expect(await sync({ token })).toMatchObject({ errcode: 0 })
  const other = kf.addAccount({ name: '售后' }).id
  expect(await api('sync_msg', { open_kfid: other, token })).toMatchObject({ errcode: 95007 })
  later(10 * MINUTE)
  expect(await sync({ token })).toMatchObject({ errcode: 95007 })
  kf.set({ readsWithoutToken: 2 })
  later(MINUTE)
  expect(await sync()).toMatchObject({ errcode: 0 })
  expect(await sync()).toMatchObject({ errcode: 0 })
  expect(await sync()).toMatchObject({ errcode: 45009 })
})

test('history goes back three days', async () => {
  enter()
  kf.personAct(person, 'say', { text: '旧' })
  later(2 * 24 * HOUR)
  kf.personAct(person, 'say', { text: '新' })
  later(25 * HOUR)
  expect(rows(await sync()).map((row) => row['text'])).toEqual([{ content: '新' }])
})

test('five messages after each of hers, for 48 hours', async () => {
  const customer = enter()
  expect(await send(customer, '您好')).toMatchObject({ errcode: 95018 })
  kf.personAct(person, 'say', { text: '在吗' })
  for (let n = 1; n <= 5; n++) expect(await send(customer, `第${n}条`)).toMatchObject({ errcode: 0 })
  expect(await send(customer, '第6条')).toMatchObject({ errcode: 95001 })
  expect(kf.chat(KF, person)).toMatchObject({ state: 0, sent: 5, left: 0 })
  kf.personAct(person, 'say', { text: '收到' })
  expect(await send(customer, '第6条')).toMatchObject({ errcode: 0 })
  later(48 * HOUR + MINUTE)
  expect(await send(customer, '还在吗')).toMatchObject({ errcode: 95002 })
  const own = rows(await sync({ cursor: '' })).filter((row) => row['origin'] === 3)
  expect(own.length).toBe(2)
})

test('an own msgid is sent once, and a refused call leaves it free', async () => {
  const customer = enter()
  expect(await send(customer, 'a', { msgid: 'm-1' })).toMatchObject({ errcode: 95018 })
  kf.personAct(person, 'say', { text: '在吗' })
  expect(await send(customer, 'a', { msgid: 'm-1' })).toMatchObject({ errcode: 0, msgid: 'm-1' })
  const again = await send(customer, 'a', { msgid: 'm-1' })
  expect(again).toMatchObject({ errcode: 40058 })
  expect(again['errmsg']).toContain('msgid: used before')
  expect(await send(customer, 'a', { msgid: 'ä' })).toMatchObject({ errcode: 40058 })
  expect(await send(customer, 'a', { msgid: 'm'.repeat(33) })).toMatchObject({ errcode: 40058 })
  expect((await kf.thread(KF, person)).filter((entry) => entry.msgid === 'm-1')).toHaveLength(1)
})

test('states go only where the platform lets them, and a servicer must be on duty', async () => {
  const customer = enter()
  const trans = (service_state: number, servicer_userid?: string) =>
    api('service_state/trans', { open_kfid: KF, external_userid: customer, service_state, servicer_userid })
  expect(await trans(1)).toMatchObject({ errcode: 95013 })
  kf.personAct(person, 'say', { text: '转人工' })
  expect(await trans(4)).toMatchObject({ errcode: 95016 })
  expect(await trans(1)).not.toHaveProperty('msg_code')
  expect(await trans(3, 'zhangwei')).toMatchObject({ errcode: 95014 })
  kf.staffAct('wangfang', 'duty', { on: false })
  expect(await trans(3, 'wangfang')).toMatchObject({ errcode: 95019 })
  expect(await trans(2)).toMatchObject({ errcode: 0, msg_code: expect.any(String) })
  expect(await send(customer, '机器人')).toMatchObject({ errcode: 95018 })
  expect(await trans(3, 'lihua')).toMatchObject({ errcode: 0, msg_code: expect.any(String) })
  expect(await trans(3, 'lihua')).toMatchObject({ errcode: 95016 })
  expect(await api('service_state/get', { open_kfid: KF, external_userid: customer })).toMatchObject({
    service_state: 3,
    servicer_userid: 'lihua',
  })
  const { msg_code } = await trans(4)
  expect(await api('send_msg_on_event', { code: msg_code, msgtype: 'text', text: { content: '再见' } })).toMatchObject({
    errcode: 0,
  })
  expect(await trans(1)).toMatchObject({ errcode: 95013 })
  kf.personAct(person, 'say', { text: '又来了' })
  expect(kf.chat(KF, person)).toMatchObject({ state: 0, servicer: null })
})

test('a welcome code is good once and for 20 seconds, and none is given to whom wrote or was welcomed lately', async () => {
  const { welcomeCode = '' } = kf.personAct(person, 'enter', { scene: 'oa_menu', param: '小票 12' })
  const [entered] = rows(await sync())
  expect(entered).toMatchObject({
    event: { scene: 'oa_menu', scene_param: '小票 12', welcome_code: welcomeCode },
  })
  const greet = (code: string, more: object = { msgtype: 'text', text: { content: '欢迎' } }) =>
    api('send_msg_on_event', { code, ...more })
  expect(await greet(welcomeCode, { msgtype: 'image', image: { media_id: 'x' } })).toMatchObject({ errcode: 40008 })
  expect(await greet(welcomeCode)).toMatchObject({ errcode: 0 })
  expect(await greet(welcomeCode)).toMatchObject({ errcode: 41050 })
  expect(kf.personAct(person, 'enter')).not.toHaveProperty('welcomeCode')
  later(48 * HOUR)
  const late = kf.personAct(person, 'enter').welcomeCode ?? ''
  later(20_000)
  expect(await greet(late)).toMatchObject({ errcode: 41050 })
  kf.setAccount(KF, { welcome: '您好，这里是微环客服' })
  expect(kf.personAct(person, 'enter')).not.toHaveProperty('welcomeCode')
  expect((await kf.thread(KF, person)).at(-1)).toMatchObject({ via: 'welcome' })
})

test('a message fails later where she refuses, by a fault, or when a test says so', async () => {
  const customer = enter()
  kf.personAct(person, 'say', { text: '在吗' })
  kf.personAct(person, 'refuse', { on: true })
  await send(customer, 'a', { msgid: 'refused' })
  kf.personAct(person, 'refuse', { on: false })
  world.simulator.control.addFault({ side: 'receipt', kind: 'fail', of: 'desk', status: '4' })
  await send(customer, 'b', { msgid: 'fault' })
  await send(customer, 'c', { msgid: 'fine' })
  await world.simulator.control.settled()
  kf.fail({ person, msgid: 'fine', type: 5 })
  const failed = rows(await sync()).flatMap((row) => {
    const event = row['event'] as Row | undefined
    return event?.['event_type'] === 'msg_send_fail' ? [[event['fail_msgid'], event['fail_type']]] : []
  })
  expect(failed).toEqual([
    ['refused', 10],
    ['fault', 4],
    ['fine', 5],
  ])
  const shown = (await kf.thread(KF, person)).filter((entry) => entry.from === 'app')
  expect(shown.map((entry) => entry.failed)).toEqual([10, 4, 5])
})

test('menus have at most ten items of three kinds, and a tapped one is said with its id', async () => {
  const customer = enter()
  kf.personAct(person, 'say', { text: '菜单' })
  const menu = (list: object[]) =>
    api('send_msg', { touser: customer, open_kfid: KF, msgtype: 'msgmenu', msgmenu: { head_content: '请选择', list } })
  const click = { type: 'click', click: { id: 'logi', content: '查物流' } }
  expect(await menu(Array.from({ length: 11 }, () => click))).toMatchObject({ errcode: 95008 })
  expect(await menu([{ type: 'jump', jump: {} }])).toMatchObject({ errcode: 95009 })
  const view = { type: 'view', view: { url: 'https://h5.example.com/faq', content: '常见问题' } }
  expect(await menu([click, view])).toMatchObject({ errcode: 0 })
  const { n = 0 } = (await kf.thread(KF, person)).at(-1) ?? {}
  expect(kf.personAct(person, 'menu', { n, id: '1' })).toMatchObject({ open: { url: 'https://h5.example.com/faq' } })
  kf.personAct(person, 'menu', { n, id: 'logi' })
  expect(rows(await sync()).at(-1)).toMatchObject({ text: { content: '查物流', menu_id: 'logi' } })
})

test('servicers take, answer, pass on, refuse, recall and end in the client, each told as an event', async () => {
  const customer = enter()
  kf.personAct(person, 'say', { text: '转人工' })
  await api('service_state/trans', { open_kfid: KF, external_userid: customer, service_state: 2 })
  expect(() => kf.staffAct('zhangwei', 'take', { person })).toThrow('does not serve')
  kf.staffAct('lihua', 'take', { person })
  kf.staffAct('lihua', 'say', { person, text: '您好' })
  const { n = 0 } = (await kf.thread(KF, person)).at(-1) ?? {}
  kf.staffAct('lihua', 'recall', { person, n })
  expect(() => kf.staffAct('wangfang', 'say', { person, text: '我来' })).toThrow('does not have')
  kf.staffAct('lihua', 'pass', { person, to: 'wangfang' })
  kf.staffAct('wangfang', 'refuse', { person, on: true })
  expect(() => kf.personAct(person, 'say', { text: '喂' })).toThrow('takes no messages')
  kf.staffAct('wangfang', 'end', { person })
  kf.staffAct('lihua', 'duty', { on: false, paused: true })
  kf.staffAct('lihua', 'duty', { on: true })
  kf.staffAct('lihua', 'reopen', { person })
  const told = rows(await sync()).map((row) => (row['event'] as Row | undefined) ?? row)
  expect(told.slice(2)).toMatchObject([
    { event_type: 'session_status_change', change_type: 1, new_servicer_userid: 'lihua', msg_code: expect.any(String) },
    { origin: 5, servicer_userid: 'lihua', text: { content: '您好' } },
    { event_type: 'servicer_recall_msg', recall_msgid: expect.any(String) },
    { change_type: 2, old_servicer_userid: 'lihua', new_servicer_userid: 'wangfang' },
    { event_type: 'reject_customer_msg_switch_change', servicer_userid: 'wangfang', reject_switch: 1 },
    { change_type: 3, old_servicer_userid: 'wangfang', msg_code: expect.any(String) },
    { event_type: 'servicer_status_change', servicer_userid: 'lihua', status: 2, stop_type: 1 },
    { event_type: 'servicer_status_change', status: 1 },
    { change_type: 4, new_servicer_userid: 'lihua' },
  ])
  expect(told[4]).toHaveProperty('recall_msgid', told[3]?.['msgid'])
  expect(kf.staff('lihua')).toMatchObject({ mine: [{ person: customer }], queue: [] })
})

test('whatever the pages’ sizes, following the cursor gives each row once and in order', async () => {
  kf.set({ readsWithoutToken: 1000 })
  const counted = fc.array(fc.nat({ max: 3 }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(counted, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 9 }), async (sizes, limit, more) => {
      const account = kf.addAccount({ name: '售后' }).id
      kf.personAct(person, 'enter', { kf: account })
      for (let n = 1; n <= more; n++) kf.personAct(person, 'say', { kf: account, text: `第${n}条` })
      kf.pages(account, sizes)
      const seen: unknown[] = []
      for (let cursor = ''; ; ) {
        const page = await api('sync_msg', { open_kfid: account, cursor, limit })
        seen.push(...rows(page).map((row) => (row['text'] as Row | undefined)?.['content']))
        cursor = String(page['next_cursor'])
        if (page['has_more'] !== 1) break
      }
      expect(seen).toEqual([undefined, ...Array.from({ length: more }, (_, n) => `第${n + 1}条`)])
    }),
    { numRuns: 12 },
  )
})

test('a seeded account is read in full pages without a push', async () => {
  expect(kf.seed({ people: 300, messages: 5, hoursBack: 10 })).toEqual({ people: 300, messages: 1500 })
  expect(await world.events('kf_msg_or_event')).toEqual([])
  const first = await sync({ limit: 1000 })
  const second = await sync({ limit: 1000, cursor: first['next_cursor'] })
  expect([rows(first).length, first['has_more'], rows(second).length, second['has_more']]).toEqual([1000, 1, 500, 0])
  const times = [...rows(first), ...rows(second)].map((row) => Number(row['send_time']))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(new Set([...rows(first), ...rows(second)].map((row) => row['msgid'])).size).toBe(1500)
})

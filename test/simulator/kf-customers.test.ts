import { afterEach, beforeEach, expect, test } from '@jest/globals'
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
const enter = () => kf.personAct(person, 'enter').customer

test('everything a person can say is read, with files that can be fetched in both voice formats', async () => {
  enter()
  for (const kind of ['image', 'voice', 'video', 'file'] as const) kf.personAct(person, 'say', { kind })
  kf.personAct(person, 'say', { kind: 'location', lat: 23.1, lon: 113.3, name: '微环大厦', address: '天河路 1 号' })
  kf.personAct(person, 'say', { kind: 'link', title: '新品', url: 'https://shop.example.cn/a' })
  kf.personAct(person, 'say', { kind: 'mini-program', title: '订单', appid: 'wxdemo', path: 'pages/order' })
  kf.personAct(person, 'say', { kind: 'business-card', staff: 'lihua' })
  const all = rows(await sync()).slice(1)
  expect(all.map((row) => row['msgtype'])).toEqual([
    ...['image', 'voice', 'video', 'file', 'location', 'link', 'miniprogram', 'business_card'],
  ])
  const head = async (id: unknown) => {
    const token = await world.api('/gettoken', undefined, {
      corpid: 'ww00000000000demo1',
      corpsecret: 'weloop-demo-secret',
    })
    const query = new URLSearchParams({ access_token: String(token['access_token']), media_id: String(id) })
    const answer = await fetch(`${world.simulator.url}/cgi-bin/media/get?${query}`)
    return Buffer.from(await answer.arrayBuffer()).toString('latin1', 0, 10)
  }
  const voice = (list: Row[]) => (list[1]?.['voice'] as Row | undefined)?.['media_id']
  expect(await head(voice(all))).toContain('#!AMR')
  expect(await head(voice(rows(await sync({ voice_format: 1 })).slice(1)))).toContain('#!SILK_V3')
})

test('customers of the last 48 hours are told with unionid and scene', async () => {
  kf.personAct(person, 'enter', { scene: 'card', param: 'p' })
  const { person: id, unionid } = kf.chat(KF, person)
  const get = () => api('customer/batchget', { external_userid_list: [id, 'wmNONE'], need_enter_session_context: 1 })
  expect(await get()).toMatchObject({
    customer_list: [
      { external_userid: id, nickname: '小雨', unionid, enter_session_context: { scene: 'card', scene_param: 'p' } },
    ],
    invalid_external_userid: ['wmNONE'],
  })
  world.corp.set({ boundAccount: null })
  expect((await get())['customer_list']).not.toMatchObject([{ unionid }])
  later(48 * HOUR + MINUTE)
  expect(await get()).toMatchObject({ customer_list: [], invalid_external_userid: [id, 'wmNONE'] })
})

test('an offered member or group is taken up by the customer, or taken back', async () => {
  const customer = enter()
  kf.personAct(person, 'say', { text: '想进群' })
  const { group } = world.corp.staffAct('lihua', 'create-group', { name: '福利1群' })
  expect(await world.api('/kf/customer/get_upgrade_service_config')).toMatchObject({
    member_range: { userid_list: ['lihua', 'wangfang'] },
    groupchat_range: { chat_id_list: [group] },
  })
  const offer = (more: object) => api('customer/upgrade_service', { open_kfid: KF, external_userid: customer, ...more })
  expect(await offer({ type: 1, member: { userid: 'zhangwei' } })).toMatchObject({ errcode: 40058 })
  expect(await offer({ type: 2, groupchat: { chat_id: group, wording: '进群领券' } })).toMatchObject({ errcode: 0 })
  const last = async () => (await kf.thread(KF, person)).at(-1)?.n ?? 0
  kf.personAct(person, 'accept', { n: await last() })
  expect(world.corp.group(group).members.map(({ id }) => id)).toContain(customer)
  await offer({ type: 1, member: { userid: 'lihua', wording: '加李华' } })
  await api('customer/cancel_upgrade_service', { open_kfid: KF, external_userid: customer })
  const n = await last()
  expect(() => kf.personAct(person, 'accept', { n })).toThrow('offers nothing')
})

test('new conversations that nobody takes go where the account’s rule sends them', async () => {
  kf.setAccount(KF, { routing: 'staff', routeAfterMs: MINUTE })
  enter()
  kf.personAct(person, 'say', { text: '在吗' })
  expect(kf.chat(KF, person)).toMatchObject({ state: 0 })
  later(MINUTE)
  expect(kf.chat(KF, person)).toMatchObject({ state: 3, servicer: 'lihua' })
  expect(rows(await sync()).at(-1)).toMatchObject({ event: { change_type: 1, new_servicer_userid: 'lihua' } })
})

test('the app answers only for accounts that are there, not deleted and given to it', async () => {
  const customer = enter()
  expect(await api('sync_msg', { open_kfid: 'wkNONE' })).toMatchObject({ errcode: 95000 })
  kf.setAccount(KF, { managed: false })
  expect((await world.events('kf_account_auth_change')).map((one) => one.get('AuthDelOpenKfId'))).toEqual([KF])
  expect(await send(customer, 'a')).toMatchObject({ errcode: 95011 })
  kf.setAccount(KF, { managed: true })
  kf.removeAccount(KF)
  expect(await send(customer, 'a')).toMatchObject({ errcode: 95004 })
  expect(() => kf.personAct(person, 'say', { text: '在吗' })).toThrow('deleted')
  world.corp.set({ allowed: { desk: false } })
  expect(await sync()).toMatchObject({ errcode: 48002 })
})

test('figures of yesterday count sessions, messages, answers and votes', async () => {
  const customer = enter()
  kf.personAct(person, 'say', { text: '在吗' })
  await api('service_state/trans', {
    open_kfid: KF,
    external_userid: customer,
    service_state: 3,
    servicer_userid: 'lihua',
  })
  kf.personAct(person, 'say', { text: '喂' })
  kf.staffAct('lihua', 'say', { person, text: '您好' })
  kf.staffAct('lihua', 'end', { person })
  kf.personAct(person, 'vote', { score: 1 })
  expect(() => kf.personAct(person, 'vote', { score: 1 })).toThrow('voted')
  const day = Math.floor(Date.now() / 1000)
  const asked = { open_kfid: KF, start_time: day, end_time: day }
  expect(await api('get_corp_statistic', asked)).toMatchObject({ errcode: 40058 })
  later(24 * HOUR)
  expect(await api('get_corp_statistic', asked)).toMatchObject({
    statistic_list: [{ statistic: { session_cnt: 1, customer_cnt: 1, customer_msg_cnt: 2 } }],
  })
  expect(await api('get_servicer_statistic', { ...asked, servicer_userid: 'lihua' })).toMatchObject({
    statistic_list: [{ statistic: { session_cnt: 1, customer_msg_cnt: 1, reply_rate: 1, satisfied_rate: 1 } }],
  })
})

test('more customers than the corporation may serve get no answer of the API', async () => {
  kf.set({ customers: 1 })
  const first = enter()
  kf.personAct(person, 'say', { text: '在吗' })
  const second = kf.personAct(world.simulator.control.addFollower({ name: '阿强' }).id, 'enter').customer
  kf.personAct(second, 'say', { kind: 'raw', type: 'merged_msg', inner: { title: '聊天记录', item: [] } })
  expect(await send(first, '您好')).toMatchObject({ errcode: 0 })
  expect(await send(second, '您好')).toMatchObject({ errcode: 95003 })
  expect(await world.api('/kf/get_corp_qualification')).toMatchObject({ wechat_channels_binding: false })
  expect(rows(await sync()).at(-1)).toMatchObject({ msgtype: 'merged_msg', merged_msg: { title: '聊天记录' } })
})

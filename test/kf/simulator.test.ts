import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { limits } from '../../rules/wecom/limits.js'
import { choices } from '../../src/core/message.js'
import { contactKey, type Update } from '../../src/core/update.js'
import { type KfCodeRow, kfCodes } from '../../src/kf/model.js'
import { type DeskProcess, type DeskWorld, startDeskWorld } from './world.js'

const HOUR = 3_600_000
let it: DeskWorld
let one: DeskProcess
let person: string

beforeEach(async () => {
  it = await startDeskWorld({
    welcome: { text: '欢迎', choices: [{ id: 'logi', text: '查物流' }], scenes: {} },
    ended: { text: '再见', choices: [] },
  })
  one = await it.process()
  await one.kf.pull('desk')
  person = it.world.simulator.control.addFollower({ name: '小雨' }).id
})
afterEach(() => it.close())

const act = it_act()
function it_act() {
  return {
    enter: (body: object = {}) => it.desk.personAct(person, 'enter', body),
    says: (text: string) => it.desk.personAct(person, 'say', { text }),
  }
}
const customer = () => it.desk.chat(undefined, person).person
const me = () => ({ platform: 'wecom' as const, account: 'desk', externalId: customer() })
const remaining = async () => {
  const { open } = await it.windows.of(contactKey({ account: 'desk', from: customer() }), it.now())
  return open.reduce((sum, window) => sum + window.remaining, 0)
}
async function said(code: Pick<KfCodeRow, 'kind' | 'status'>): Promise<void> {
  while ((await kfCodes(it.people.store.connection).findOne(code)) === null) await new Promise(setImmediate)
}

describe('the desk over the client and the simulator', () => {
  test('who enters is welcomed, what she says goes through the handlers, and she is one with the follower', async () => {
    const shop = { platform: 'official-account', account: 'shop', externalId: person } as const
    const { unionid } = it.world.simulator.control.followers().find(({ id }) => id === person) ?? {}
    await it.people.contacts.resolve(shop)
    await it.people.contacts.join(shop, String(unionid), new Date(0))
    it.handler = (update) => (update.kind === 'message.text' ? `收到：${update.choice ?? update.text}` : undefined)
    act.enter({ link: it.desk.link(undefined as unknown as string, { scene: 'menu' }).url })
    await one.takeAll()
    await said({ kind: 'welcome', status: 'sent' })
    act.says('在吗')
    await one.takeAll()
    const menu = (await it.desk.thread(undefined, person)).find((entry) => entry.content.kind === ('menu' as string))
    it.desk.personAct(person, 'menu', { n: menu?.n ?? 0, id: 'logi' })
    await one.takeAll()
    await it.delivered()
    expect((await it.phone(person)).filter((line) => line.startsWith('app'))).toEqual([
      'app: 欢迎',
      'app: 收到：在吗',
      'app: 收到：logi',
    ])
    await one.close()
    const contact = await it.people.contacts.find(me())
    expect(contact).toBeDefined()
    expect(await it.people.contacts.find(shop)).toBe(contact)
    expect(it.seen.map(({ kind }) => kind)).toEqual(['event.session.entered', 'message.text', 'message.text'])
    const { props } = (await it.people.events.read({ type: 'kf.entered' }))[0] ?? {}
    expect(props).toMatchObject({ scene: 'menu' })
  })

  test('five messages in 48 h are kept to before the call, and a new message opens five again', async () => {
    act.enter()
    act.says('在吗')
    await one.takeAll()
    expect(await remaining()).toBe(limits.deskMessages.value)
    const put = (key: string) =>
      it.outbox.put({
        key,
        account: 'desk',
        to: customer(),
        purpose: 'reply',
        message: { kind: 'text', text: key },
        source: key,
      })
    for (let at = 1; at <= 6; at++) await put(`k${at}`)
    await it.delivered()
    expect(await it.rows()).toMatchObject([
      ...Array.from({ length: 5 }, () => ({ state: 'sent', channel: 'kf-message' })),
      { state: 'skipped', reason: 'window-used-up', attempts: 0 },
    ])
    expect(it.desk.chat(undefined, person)).toMatchObject({ sent: 5, left: 0 })
    it.pass(1000)
    act.says('还在吗')
    await one.takeAll()
    expect(await remaining()).toBe(5)
    it.pass(49 * HOUR)
    await put('k7')
    await it.delivered()
    expect((await it.rows()).at(-1)).toMatchObject({ state: 'skipped', reason: 'window-closed', attempts: 0 })
  })

  test('while a servicer has her the bot is silent; the end brings words; what was not delivered is told', async () => {
    it.handler = (update) => (update.kind === 'message.text' ? '机器人' : undefined)
    act.enter()
    act.says('转人工')
    await one.takeAll()
    await it.delivered()
    expect(await one.kf.desk.toQueue(me(), { kind: 'text', text: '正在排队' })).toEqual({
      outcome: 'done',
      said: 'sent',
    })
    it.desk.staffAct('lihua', 'take', { person })
    act.says('您好')
    it.desk.staffAct('lihua', 'say', { person, text: '我是李华' })
    await one.takeAll()
    expect(await one.kf.desk.state(me())).toEqual({ state: 'staff', staff: 'lihua' })
    it.desk.staffAct('lihua', 'end', { person })
    await one.takeAll()
    await said({ kind: 'ended', status: 'sent' })
    act.says('再问一下')
    await one.takeAll()
    await it.delivered()
    const lines = await it.phone(person)
    expect(lines.filter((line) => line === 'app: 机器人')).toHaveLength(2)
    expect(lines).toEqual(expect.arrayContaining(['app: 正在排队', 'staff: 我是李华', 'app: 再见']))
    it.desk.personAct(person, 'refuse', { on: true })
    const message = choices('满意吗', [{ id: 'v1', text: '满意' }])
    expect(await one.kf.desk.vote(me(), message, 'vote')).toBe('outbox')
    await it.delivered()
    await one.takeAll()
    await one.takeAll()
    expect((await it.rows()).at(-1)).toMatchObject({ _id: 'vote', state: 'failed', reason: 'refused' })
  })

  test('a message to somebody whom staff took unseen is skipped, and the bot is silent from then on', async () => {
    act.enter()
    act.says('在吗')
    await one.takeAll()
    await it.world.api('/kf/service_state/trans', {
      open_kfid: it.desk.account().id,
      external_userid: customer(),
      service_state: 3,
      servicer_userid: 'lihua',
    })
    it.handler = () => '机器人'
    act.says('一')
    await one.takeAll()
    await it.delivered()
    expect((await it.rows()).at(-1)).toMatchObject({ state: 'skipped', reason: 'with-staff', attempts: 1 })
    const before = it.seen.length
    act.says('二')
    await one.takeAll()
    expect(it.seen).toHaveLength(before)
  })

  test('an outage of almost three days loses nothing; two processes and odd pages hand each message on once, in order', async () => {
    act.enter()
    const words = Array.from({ length: 12 }, (_, at) => `第${at}句`)
    for (const text of words) act.says(text)
    it.pass(70 * HOUR)
    await it.world.simulator.control.settled()
    it.desk.pages(it.desk.account().id, [0, 2, 1, 0, 5])
    const two = await it.process()
    await Promise.all([one.takeAll(), two.takeAll(), two.kf.pull('desk'), one.kf.pull('desk')])
    await Promise.all([one.kf.pull('desk'), two.kf.pull('desk')])
    const texts = it.seen.filter(
      (update): update is Update & { kind: 'message.text' } => update.kind === 'message.text',
    )
    expect(texts.map(({ text }) => text)).toEqual(words)
    expect(await kfCodes(it.people.store.connection).findOne({ kind: 'welcome' })).toMatchObject({ status: 'too-late' })
  })

  test('a card of a group is offered to her', async () => {
    act.enter()
    act.says('怎么进群')
    await one.takeAll()
    it.desk.set({ upgrade: { staff: ['lihua'], departments: [], groups: [] } })
    expect(await one.kf.desk.upgrade(me(), { member: 'lihua', wording: '专属客服' })).toMatchObject({ outcome: 'done' })
    expect(await one.kf.desk.upgrade(me(), { group: 'wrNONE' })).toMatchObject({ outcome: 'refused', reason: 'range' })
    expect((await it.phone(person)).at(-1)).toContain('upgrade')
  })
})

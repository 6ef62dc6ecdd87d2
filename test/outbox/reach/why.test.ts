import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import { addWhyCommand } from '../../../src/commands/why.js'
import { createWhyRoutes } from '../../../src/http/api/why.js'
import { deliveries } from '../../../src/outbox/queue.js'
import { type CampaignOf, createWhy, type Why, type WhyQuestion } from '../../../src/outbox/reach/why.js'
import { serveApi } from '../../helpers/api.js'
import { booking, DAY_MS, NOON, openWorld, type World } from './setup.js'

let world: World
let count = 0
let openid = ''
let contact = ''
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  world.clock.pass(NOON.getTime() - world.clock.now().getTime())
  openid = `w${++count}`
  contact = await world.person(openid)
})

const campaign: CampaignOf = {
  id: 'spring',
  name: '春季上新',
  state: 'running',
  account: 'shop',
  purpose: 'marketing',
  channels: ['customer-message', 'mass'],
  inAudience: true,
  heldOut: false,
}

function asker(of: Partial<CampaignOf> = {}) {
  return createWhy({
    clock: world.clock,
    contacts: world.contacts,
    accounts: [{ account: 'shop', platform: 'official-account' }],
    reach: world.reach,
    history: (key, limit) => deliveries(world.store.connection).find({ contact: key }).limit(limit).toArray(),
    campaign: async (id) => (id === 'spring' ? { ...campaign, ...of } : undefined),
  })
}
async function why(question: Partial<WhyQuestion> = {}, of: Partial<CampaignOf> = {}): Promise<Why> {
  const found = await asker(of)({ who: openid, ...question })
  if (found === undefined) throw new Error('nobody was found')
  return found
}
const topic = (found: Why, name: string) => found.lines.filter((line) => line.topic === name)

describe('why', () => {
  test('somebody who can be reached: everything that was looked at says so', async () => {
    const found = await why()
    expect(found).toMatchObject({ contact, account: 'shop', to: openid, purpose: 'marketing', at: NOON })
    expect(found.verdict).toEqual({ zh: '现在可以通过群发送达', en: 'can be reached now by mass send', ok: true })
    expect(topic(found, 'follow')).toMatchObject([{ ok: true, zh: '2030-03-04 12:00 起关注着公众号', at: NOON }])
    expect(topic(found, 'consent')).toMatchObject([{ ok: true }])
    expect(topic(found, 'window')).toMatchObject([{ ok: false, evidence: { left: 0 } }])
    expect(topic(found, 'mass')).toMatchObject([{ ok: true, zh: '本月群发 0/4 次' }])
  })

  test('is found by our id as well as by the openid, and nobody else is found', async () => {
    expect(await why({ who: contact })).toEqual(await why({ who: openid }))
    expect(await asker()({ who: 'nobody' })).toBeUndefined()
  })

  test('somebody who refused', async () => {
    const said = { allowed: false, at: NOON, source: 'console' }
    await world.person(openid, { consents: { marketing: said } })
    const found = await why()
    expect(found.verdict).toMatchObject({ ok: false, zh: 'TA 明确拒绝了这类消息' })
    expect(topic(found, 'consent')).toMatchObject([{ ok: false, at: NOON, evidence: { source: 'console' } }])
    expect((await why({ purpose: 'service' })).verdict.ok).toBe(false)
    expect(topic(await why({ purpose: 'service' }), 'consent')).toMatchObject([{ ok: true }])
  })

  test('somebody who left', async () => {
    const person = { platform: 'official-account' as const, account: 'shop', externalId: openid }
    await world.contacts.correctFollow(person, { following: false, at: new Date(NOON.getTime() + 1000) })
    const found = await why({ who: openid })
    expect(found.verdict).toMatchObject({ ok: false, zh: 'TA 没有关注（或已取消关注）公众号' })
  })

  test('somebody whose caps are full: with the messages that count', async () => {
    await world.reach.reserve([{ contact }], booking(NOON, { source: 'summer:1' }))
    const found = await why()
    expect(found.verdict).toMatchObject({ ok: false })
    expect(found.verdict.zh).toBe('营销/关怀消息：今天 1/1，7 天 1/3，30 天 1/8，已达上限')
    expect(topic(found, 'caps')).toMatchObject([
      {
        ok: false,
        at: NOON,
        evidence: { touches: [{ channel: 'mass', source: 'summer:1', account: 'shop', at: NOON }] },
      },
    ])
  })

  test('quiet hours and a quota that is used up are told with their end', async () => {
    const night = 11 * 3_600_000
    world.clock.pass(night)
    const until = await world.reach.park('shop', 'mass', world.clock.now())
    const found = await why()
    expect(topic(found, 'quota')).toMatchObject([
      { ok: false, at: until, zh: '群发的额度已用完，2030-03-05 00:00 恢复' },
    ])
    expect(topic(found, 'quiet')).toMatchObject([{ ok: false, at: new Date('2030-03-05T00:00:00Z') }])
    expect(found.verdict).toMatchObject({ ok: false })
    await world.reach.unpark('shop', 'mass', world.clock.now())
    expect((await why()).verdict.zh).toBe('2030-03-05 08:00 之后可以送达：现在是免打扰时段')
  })

  test('the latest single deliveries are told, with what became of them', async () => {
    await deliveries(world.store.connection).insertOne({
      _id: `d-${openid}`,
      account: 'shop',
      to: openid,
      contact: `shop:${openid}`,
      purpose: 'service',
      message: { kind: 'text', text: '' },
      source: 'order:1',
      state: 'skipped',
      reason: 'window-closed',
      createdAt: NOON,
      dueAt: NOON,
      endedAt: NOON,
      nextAt: NOON,
      seq: 1,
      attempts: 0,
      fence: 1,
    })
    const found = topic(await why(), 'delivery')
    expect(found).toMatchObject([{ ok: false, at: NOON, evidence: { key: `d-${openid}`, reason: 'window-closed' } }])
    expect(found[0]?.zh).toContain('客服窗口已关闭')
  })
})

describe('why in a campaign', () => {
  test('what became of the person comes first', async () => {
    const end = { contact, to: openid, variant: 0, at: NOON }
    const sent = await why({ campaign: 'spring' }, { run: 'spring:1', end: { ...end, state: 'sent', channel: 'mass' } })
    expect(sent.verdict).toEqual({
      zh: '2030-03-04 12:00 通过群发已发送',
      en: 'was sent by mass send at 2030-03-04 12:00',
      ok: true,
    })
    const skipped = { ...end, state: 'skipped' as const, reason: 'cap-week' }
    const left = await why({ campaign: 'spring' }, { run: 'spring:1', end: skipped })
    expect(left.verdict).toMatchObject({
      ok: false,
      zh: '2030-03-04 12:00 没有发送：TA 最近 7 天收到的营销/关怀消息已达上限',
    })
    expect(left.lines.find(({ evidence }) => evidence?.['reason'] === 'cap-week')).toMatchObject({
      topic: 'campaign',
      at: NOON,
    })
    const unclear = await why({ campaign: 'spring' }, { end: { ...end, state: 'uncertain', code: -1 } })
    expect(unclear.verdict).toMatchObject({ ok: false, en: expect.stringContaining('may have arrived') })
  })

  test('somebody outside of the audience, or held out to compare with', async () => {
    expect((await why({ campaign: 'spring' }, { inAudience: false })).verdict).toMatchObject({
      ok: false,
      zh: 'TA 不在「春季上新」的人群里',
    })
    expect((await why({ campaign: 'spring' }, { heldOut: true })).verdict.zh).toContain('对照组')
  })

  test('its own booking of today is no cap against it', async () => {
    await world.reach.reserve([{ contact }], booking(NOON, { source: 'spring:1' }))
    const found = await why({ campaign: 'spring' }, { run: 'spring:1' })
    expect(topic(found, 'caps')).toMatchObject([{ ok: true }])
    expect(found.verdict.ok).toBe(true)
  })

  test('one that does not exist is refused, not explained away', async () => {
    await expect(why({ campaign: 'winter' })).rejects.toMatchObject({ code: 'campaign.unknown' })
    await expect(why({ account: 'other' })).rejects.toMatchObject({ code: 'account.unknown' })
  })
})

test('the API answers the same, and says what it does not know', async () => {
  const api = await serveApi(createWhyRoutes({ why: asker() }), { scopes: ['contacts:read'] })
  try {
    const { status, body } = await api.ask<Why>('GET', `/contacts/${contact}/why?campaign=spring`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ contact, campaign: 'spring', verdict: { ok: true }, at: NOON.toISOString() })
    expect(body.lines.map((line) => line.topic)).toContain('caps')
    expect((await api.ask('GET', '/contacts/nobody/why')).status).toBe(404)
    expect((await api.ask('GET', `/contacts/${contact}/why?campaign=winter`)).status).toBe(404)
    expect((await api.ask('GET', `/contacts/${contact}/why?purpose=fun`)).status).toBe(400)
  } finally {
    await api.close()
  }
})

describe('weloop why', () => {
  afterEach(() => {
    process.exitCode = undefined
  })

  async function run(...words: string[]): Promise<string[]> {
    const said: string[] = []
    const program = new Command().exitOverride()
    addWhyCommand(program, {
      open: async () => ({ why: asker(), close: async () => undefined }),
      say: (line) => said.push(line),
    })
    await program.parseAsync(['why', ...words], { from: 'user' })
    return said
  }

  test('tells a person in Chinese and English, and fails when something stands against it', async () => {
    const said = await run(openid)
    expect(said[0]).toBe('✔ 现在可以通过群发送达')
    expect(said.join('\n')).toContain('本月群发 0/4 次')
    expect(process.exitCode).toBeUndefined()
    await world.reach.reserve([{ contact }], booking(NOON))
    expect((await run(openid))[0]).toMatch(/^✘/)
    expect(process.exitCode).toBe(1)
    process.exitCode = undefined
    world.clock.pass(DAY_MS)
  })

  test('tells a program as JSON', async () => {
    const [json = ''] = await run(contact, '--campaign', 'spring', '--json')
    expect(JSON.parse(json)).toMatchObject({ contact, campaign: 'spring', verdict: { ok: true } })
  })

  test('refuses what it does not know, with what to do', async () => {
    await expect(run('nobody')).rejects.toMatchObject({ code: 'contact.unknown' })
    await expect(run(openid, '--purpose', 'fun')).rejects.toMatchObject({ fix: expect.stringContaining('marketing') })
  })
})

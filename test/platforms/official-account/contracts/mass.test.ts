import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rejectionOf } from '../client/fixture.js'
import { type ContractWorld, picture, startContractWorld } from './world.js'

let world: ContractWorld
afterEach(() => world.close())

const text = { type: 'text', content: '双十一预热' } as const
const people = (count: number) =>
  Array.from({ length: count }, () => world.simulator.control.addFollower({ following: true }).id)
const seen = async (openid: string) =>
  (await world.simulator.control.thread(openid)).filter((item) => item.via === 'mass')
let serial = 0
const key = () => {
  serial += 1
  return { clientMsgId: `test-${serial}` }
}

describe('a service account', () => {
  beforeEach(async () => {
    world = await startContractWorld()
  })

  test('sends an article to a tag: receipt by event, the page is public, the draft is used up', async () => {
    const { client } = world
    const [first = '', second = ''] = people(2)
    const tag = await client.tags.create('老客户')
    await client.tags.addMembers(tag, [first])
    const { mediaId } = await client.materials.add('image', picture)
    const draft = await client.drafts.add([
      { type: 'news', title: '上新', content: '<p>秋</p>', thumbMediaId: mediaId },
    ])
    const sent = await client.mass.toTag(tag, { type: 'article', mediaId: draft }, key())
    expect(sent).toMatchObject({ repeated: false, msgDataId: expect.stringMatching(/^\d+$/) })
    const event = await world.pushed('MASSSENDJOBFINISH')
    expect(event).toContain(`<MsgID>${sent.msgId}</MsgID>`)
    expect(event).toContain('<SentCount>1</SentCount>')
    expect(await seen(first)).toMatchObject([{ content: { kind: 'article', title: '上新' } }])
    expect(await seen(second)).toEqual([])
    expect(await client.mass.state(sent.msgId)).toBe('SEND_SUCCESS')
    expect(await client.drafts.count()).toBe(0)
    await client.mass.remove(sent.msgId)
    expect(await client.mass.state(sent.msgId)).toBe('DELETE')
  })

  test('reaches a follower 4 times a month and counts the rest as filtered', async () => {
    const [first = '', second = ''] = people(2)
    for (let at = 0; at < 4; at += 1) await world.client.mass.toOpenids([first, second], text, key())
    const [third = ''] = people(1)
    await world.simulator.control.settled()
    await world.client.mass.toOpenids([first, third], text, key())
    await world.simulator.control.settled()
    const events = (await world.simulator.control.exchanges({ waitMs: 1 })).map((item) => item.xml)
    expect(events.at(-1)).toContain('<TotalCount>2</TotalCount><FilterCount>1</FilterCount>')
    expect(await seen(first)).toHaveLength(4)
    expect(await seen(third)).toHaveLength(1)
    world.pass(32 * 86_400_000)
    await world.client.mass.toOpenids([first, third], text, key())
    await world.simulator.control.settled()
    expect(await seen(first)).toHaveLength(5)
  })

  test('the same clientmsgid is taken once: 45065 is success with the old id, too soon is 45066', async () => {
    const openids = people(2)
    const same = { clientMsgId: 'camp-2026-01-a' }
    const sent = await world.client.mass.toOpenids(openids, text, same)
    expect(await rejectionOf(world.client.mass.toOpenids(openids, text, same))).toMatchObject({
      class: 'frequency',
      errcode: 45066,
    })
    world.pass(61_000)
    expect(await world.client.mass.toOpenids(openids, text, same)).toEqual({ msgId: sent.msgId, repeated: true })
    expect(await seen(openids[0] ?? '')).toHaveLength(1)
    world.pass(25 * 3_600_000)
    expect((await world.client.mass.toOpenids(openids, text, same)).repeated).toBe(false)
  })

  test('to everybody once a day (45028)', async () => {
    const [first = ''] = people(1)
    await world.client.mass.toAll(text, key())
    expect(await rejectionOf(world.client.mass.toAll(text, key()))).toMatchObject({ errcode: 45028 })
    world.pass(86_400_000)
    await world.client.mass.toAll(text, key())
    await world.simulator.control.settled()
    expect(await seen(first)).toHaveLength(2)
  })

  test('a refused send is told by its event', async () => {
    const openids = people(2)
    world.simulator.control.decide({ mass: 'err(20008)' })
    const { msgId } = await world.client.mass.toOpenids(openids, text, key())
    expect(await world.pushed('MASSSENDJOBFINISH')).toContain('err(20008)')
    expect(await world.client.mass.state(msgId)).toBe('SEND_FAIL')
    expect(await seen(openids[0] ?? '')).toEqual([])
  })

  test('preview, pictures, voice, video and speed', async () => {
    const { mass, media, materials } = world.client
    const openids = people(2)
    await mass.preview({ openid: openids[0] ?? '' }, text)
    expect(await world.simulator.control.thread(openids[0] ?? '')).toMatchObject([{ via: 'preview' }])
    const image = await media.upload('image', picture)
    await mass.toOpenids(openids, { type: 'images', mediaIds: [image, image] }, key())
    const mp3 = { bytes: Buffer.from('ID3 sound'), filename: 'a.mp3', contentType: 'audio/mpeg' }
    await mass.toOpenids(openids, { type: 'voice', mediaId: await media.upload('voice', mp3) }, key())
    const mp4 = { bytes: Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), filename: 'a.mp4', contentType: 'video/mp4' }
    const { mediaId } = await materials.add('video', mp4, { title: '铺床', introduction: '' })
    const video = await mass.prepareVideo({ mediaId, title: '铺床', description: '一分钟' })
    await mass.toOpenids(openids, { type: 'video', mediaId: video }, key())
    await world.simulator.control.settled()
    expect((await seen(openids[0] ?? '')).map((item) => item.content.kind)).toEqual(['image', 'image', 'voice', 'text'])
    await mass.setSpeed(4)
    expect(await mass.speed()).toEqual({ step: 4, real: 10 })
  })

  test('what breaks a limit does not leave', async () => {
    const { mass } = world.client
    const refused = [
      mass.toOpenids(['o1'], text, key()),
      mass.toOpenids(Array(10_001).fill('o'), text, key()),
      mass.toOpenids(['o1', 'o2'], text, { clientMsgId: 'x'.repeat(61) }),
      mass.toOpenids(['o1', 'o2'], { type: 'text', content: '长'.repeat(683) }, key()),
      mass.toOpenids(['o1', 'o2'], { type: 'images', mediaIds: Array(21).fill('m') }, key()),
      mass.toTag('abc', text, key()),
      mass.setSpeed(5),
    ]
    for (const each of refused) expect(await rejectionOf(each)).toMatchObject({ class: 'request', errcode: undefined })
    expect(await world.simulator.control.calls({ waitMs: 1 })).toEqual([])
    expect(await rejectionOf(mass.toTag('999', text, key()))).toMatchObject({ errcode: 45159 })
  })
})

test('a subscription account sends once a day, to all or a tag', async () => {
  world = await startContractWorld('subscription')
  people(1)
  const tag = await world.client.tags.create('老客户')
  await world.client.mass.toTag(tag, text, key())
  expect(await rejectionOf(world.client.mass.toAll(text, key()))).toMatchObject({ class: 'quota-day', errcode: 45028 })
  expect(await rejectionOf(world.client.mass.toOpenids(['o1', 'o2'], text, key()))).toMatchObject({ errcode: 48001 })
})

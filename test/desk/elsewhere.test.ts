import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { lineOf } from '../../src/desk/entries.js'
import { type Bench, MINUTE, openBench, settings } from './setup.js'

let bench: Bench
const person = { platform: 'wecom', account: 'kf', externalId: 'wm1' } as const
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(() => bench.reset())

const ends = () => bench.desk.endedElsewhere({ person, staff: 'lihua' })
const inKf = { platform: 'wecom', account: 'kf' } as const
const votes = async () => (await bench.facts('desk.voted')).map(({ props }) => [props['choice'], props['staff']])

test('the end in the platform’s client asks for a vote, and a tap counts for whoever served', async () => {
  await bench.says('在吗', 'wm1', inKf)
  const asked = await ends()
  expect(asked).toMatchObject({ kind: 'choices', items: [{ text: '满意' }, { text: '一般' }, { text: '不满意' }] })
  expect(await ends()).toEqual(asked)
  expect(bench.put.size).toBe(0)
  const choice = asked?.items[1]?.id ?? ''
  expect(await bench.says('一般', 'wm1', { ...inKf, choice })).toBe(settings().texts.thanks)
  expect(await bench.says('满意', 'wm1', { ...inKf, choice: asked?.items[0]?.id ?? '' })).toBe(settings().texts.thanks)
  expect(await votes()).toEqual([[2, 'lihua']])
  const [row] = await bench.desk.list({ channel: 'kf' })
  expect(row).toMatchObject({ state: 'closed', closedBy: 'staff', staff: 'lihua', elsewhere: true })
})

test('what staff say in the platform’s client is an entry, once and in order', async () => {
  await bench.says('在吗', 'wm1', inKf)
  const at = bench.clock.now()
  const said = {
    kind: 'event.kf.said',
    id: 'm1',
    platform: 'wecom',
    account: 'kf',
    from: 'wm1',
    at,
    staff: 'lihua',
  } as const
  const content = { kind: 'text', text: '在的，请讲' } as const
  for (let times = 0; times < 2; times++) await bench.desk.apply({ ...said, content })
  await bench.desk.apply({ ...said, id: 'm2', content: { kind: 'other', name: 'business_card' } })
  await bench.says('谢谢', 'wm1', inKf)
  const [row] = await bench.desk.list({ channel: 'kf' })
  const lines = (await bench.desk.entries(row?._id ?? '')).map(({ by, content: one }) => [by, lineOf(one)])
  expect(lines).toEqual([
    ['customer', '在吗'],
    ['bot', 'bot: 在吗'],
    ['lihua', '在的，请讲'],
    ['lihua', '[business_card]'],
    ['customer', '谢谢'],
    ['bot', 'bot: 谢谢'],
  ])
})

test('a later end is another one; the person may be new to us', async () => {
  const first = await ends()
  bench.clock.pass(2 * MINUTE)
  const second = await ends()
  expect(second?.items[0]?.id).not.toBe(first?.items[0]?.id)
})

test('nothing is asked while our own desk has the person, without votes, and without a desk', async () => {
  await bench.says('人工', 'wm1', inKf)
  expect(await ends()).toBeUndefined()
  await bench.reset()
  bench.settings = settings({ times: { ...settings().times, voteFor: 0 } })
  expect(await ends()).toBeUndefined()
  bench.settings = undefined
  expect(await ends()).toBeUndefined()
})

import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createLanes } from '../../../src/platforms/wecom/client/lanes.js'
import { createPace } from '../../../src/platforms/wecom/client/pace.js'
import { handClock } from '../official-account/client/fixture.js'
import { refusalOf, startWecomWorld, type WecomWorld } from './world.js'

let world: WecomWorld
beforeEach(async () => {
  world = await startWecomWorld()
})
afterEach(() => world.close())

const BATCH = '/cgi-bin/externalcontact/batch/get_by_user'
const CREATE = '/cgi-bin/externalcontact/add_msg_template'
const batch = () => world.client.contacts.batch(['lihua'])
const busy = { errcode: -1, errmsg: 'system busy' }

describe('a busy platform', () => {
  test('is asked again, with growing waits, and then answers', async () => {
    world.wecom.next(BATCH, busy, busy)
    expect(await batch()).toEqual({ items: [] })
    expect(world.waits).toHaveLength(2)
    expect(world.waits[1]).toBeGreaterThan((world.waits[0] ?? 0) / 3)
  })

  test('is given up after 3 repetitions', async () => {
    world.wecom.always(BATCH, busy)
    expect((await refusalOf(batch())).class).toBe('busy')
    expect(world.wecom.sent(BATCH)).toHaveLength(4)
  })

  test('is asked again only once to make a task, and not at all while a task is dispatched', async () => {
    world.wecom.always(CREATE, busy)
    await refusalOf(world.client.groupSend.create({ to: 'groups', sender: 'lihua' }, { text: 'x' }))
    expect(world.wecom.sent(CREATE)).toHaveLength(2)
    const path = '/cgi-bin/externalcontact/get_groupmsg_task'
    world.wecom.always(path, { errcode: 41063, errmsg: 'dispatching' })
    expect((await refusalOf(world.client.groupSend.members('m1'))).class).toBe('busy')
    expect(world.wecom.sent(path)).toHaveLength(1)
  })

  test('a call that got no clear answer is never repeated', async () => {
    world.wecom.next(CREATE, (response: ServerResponse) => response.destroy())
    const error = await refusalOf(world.client.groupSend.create({ to: 'groups', sender: 'lihua' }, { text: 'x' }))
    expect(error.class).toBe('uncertain')
    expect(world.wecom.sent(CREATE)).toHaveLength(1)
  })
})

describe('reads of much', () => {
  test('go 5 at once, and fewer after the platform said that it is too many', async () => {
    await world.client.tokens.get()
    const held: ServerResponse[] = []
    world.wecom.always(BATCH, (response: ServerResponse) => void held.push(response))
    const all = Promise.all(Array.from({ length: 8 }, batch))
    await world.wecom.seen(BATCH, 5)
    expect(held).toHaveLength(5)
    expect(world.client.api.places(BATCH)).toBe(5)
    held.shift()?.end(JSON.stringify({ errcode: 45033, errmsg: 'api concurrent out of limit' }))
    world.wecom.always(BATCH, { errcode: 0, external_contact_list: [] })
    for (const response of held.splice(0)) response.end(JSON.stringify({ errcode: 0 }))
    await all
    expect(world.client.api.places(BATCH)).toBe(2)
    expect(world.wecom.sent(BATCH)).toHaveLength(9)
  })

  test('a narrowed lane never runs more than it has places, and widens again when all is quiet', async () => {
    const lanes = createLanes(() => 4)
    let busyNow = 0
    let most = 0
    const job = async () => {
      busyNow += 1
      most = Math.max(most, busyNow)
      await new Promise((resolve) => setImmediate(resolve))
      busyNow -= 1
    }
    await Promise.all(Array.from({ length: 40 }, () => lanes.run('x', job)))
    expect(most).toBe(4)
    await lanes.run('x', async () => lanes.crowded('x'))
    expect(lanes.places('x')).toBe(1)
    most = 0
    await Promise.all(Array.from({ length: 40 }, () => lanes.run('x', job)))
    expect(most).toBe(1)
    await Promise.all(Array.from({ length: 40 }, () => lanes.run('x', job)))
    expect(lanes.places('x')).toBe(2)
    expect(createLanes(() => undefined).places('y')).toBeUndefined()
  })
})

describe('the pace of messages', () => {
  test('counts each receiver in every window and takes all or nothing', () => {
    const clock = handClock()
    const pace = createPace(clock, [
      { most: 2, spanMs: 60_000 },
      { most: 3, spanMs: 3_600_000 },
    ])
    expect(pace.take(['a', 'a', 'b'])).toBeUndefined()
    clock.pass(10_000)
    expect(pace.take(['a'])).toBeUndefined()
    expect(pace.take(['a', 'b'])).toEqual({ waitMs: 50_000, full: ['a'] })
    expect(pace.take(['b'])).toBeUndefined()
    clock.pass(60_000)
    expect(pace.take(['a'])).toBeUndefined()
    expect(pace.take(['a'])).toEqual({ waitMs: 3_600_000 - 70_000, full: ['a'] })
    pace.giveBack(['a'])
    expect(pace.take(['a'])).toBeUndefined()
  })

  test('a 31st message to a member in a minute is not sent; the platform would drop it silently', async () => {
    const send = () => world.client.messages.send({ staff: ['lihua', 'wangfang'] }, { type: 'text', text: 'x' })
    for (let at = 0; at < 30; at++) await send()
    const error = await refusalOf(send())
    expect(error).toMatchObject({ class: 'quota', retryAfterMs: 60_000 })
    expect(error.message).toContain('30')
    expect(world.wecom.sent('/cgi-bin/message/send')).toHaveLength(30)
    world.clock.pass(60_000)
    await send()
  })

  test('what surely was not sent is not counted', async () => {
    for (let at = 0; at < 40; at++) {
      world.wecom.next('/cgi-bin/message/send', { errcode: 81013, errmsg: 'invalid' })
      expect((await refusalOf(world.client.messages.send({ staff: ['x'] }, { type: 'text', text: 'x' }))).class).toBe(
        'staff',
      )
    }
  })

  test('a robot speaks 20 times a minute', async () => {
    const send = () => world.client.robots.send('robot-key-1', { type: 'text', text: 'x' })
    for (let at = 0; at < 20; at++) await send()
    expect((await refusalOf(send())).class).toBe('quota')
    await world.client.robots.send('robot-key-2', { type: 'text', text: 'x' })
    expect(world.wecom.calls.every(({ query }) => query['access_token'] === undefined)).toBe(true)
  })
})

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { wayRows } from '../../../src/customers/ways/model.js'
import type { Ways } from '../../../src/customers/ways/ways.js'
import { came, NOW, openWayBench, type WayBench } from './bench.js'

const HOUR = 3_600_000
let bench: WayBench
let ways: Ways
beforeEach(async () => {
  bench = await openWayBench()
  ways = bench.open()
})
afterEach(() => bench.close())

const put = async (input: object, slug = 'parcel') => {
  const done = await ways.book.put('corp', slug, { name: '包裹卡', ...input }, 'test')
  expect(done).toMatchObject({ outcome: 'stored' })
  return ways.sync('corp', slug)
}
const onPlatform = () => [...bench.platform.all.values()].map(({ id, state, staff }) => ({ id, state, staff }))
const changes = () => bench.platform.calls.filter((call) => /^(add|update|remove)/.test(call))
const shifts = {
  slots: [{ when: { hours: '09:00-12:00' }, staff: ['lihua', 'wangfang'] }],
  spare: ['zhangwei'],
}

describe('a contact way', () => {
  test('is made once, with its channel, and not touched again while nothing changes', async () => {
    const row = await put({ staff: ['lihua'] })
    expect(row).toMatchObject({ state: 'parcel', made: { id: 'cfg1', qrCode: 'https://qr.example/cfg1' } })
    expect(row?.making).toBeUndefined()
    for (let minute = 0; minute < 3; minute++) {
      bench.clock.pass(60_000)
      await ways.tick()
    }
    expect(changes()).toEqual(['add lihua'])
    expect(onPlatform()).toEqual([{ id: 'cfg1', state: 'parcel', staff: ['lihua'] }])
  })

  test('changes its members when the hours change, only then', async () => {
    await put(shifts)
    bench.clock.pass(HOUR)
    await ways.tick()
    bench.clock.pass(HOUR)
    await ways.tick()
    await ways.tick()
    bench.clock.pass(22 * HOUR)
    await ways.tick()
    expect(changes()).toEqual(['add lihua,wangfang', 'update zhangwei', 'update lihua,wangfang'])
  })

  test('leaves a member out as soon as the daily cap is reached, and takes her back the next day', async () => {
    await put({ staff: ['lihua', 'wangfang'], spare: ['zhangwei'], dailyCap: 2 })
    for (const staff of ['lihua', 'lihua', 'wangfang', 'wangfang']) {
      await ways.apply(came({ staff }))
      await ways.close()
    }
    expect(changes()).toEqual(['add lihua,wangfang', 'update wangfang', 'update zhangwei'])
    bench.clock.pass(14 * HOUR)
    await ways.tick()
    expect(changes().at(-1)).toBe('update lihua,wangfang')
  })

  test('is made and taken away by its dates', async () => {
    await put({ staff: ['lihua'], from: '2026-03-05', until: '2026-03-05' })
    expect(changes()).toEqual([])
    bench.clock.pass(14 * HOUR)
    await ways.tick()
    bench.clock.pass(24 * HOUR)
    await ways.tick()
    expect(changes()).toEqual(['add lihua', 'remove cfg1'])
    expect((await bench.row('parcel')).made).toBeUndefined()
  })

  test('that is removed goes from the platform and keeps its row; made again it is another code of the same channel', async () => {
    await put({ staff: ['lihua'] })
    expect(await ways.book.remove('corp', 'parcel', 'test')).toBe('removed')
    await ways.sync('corp', 'parcel')
    expect(onPlatform()).toEqual([])
    expect(await ways.book.list('corp')).toEqual([])
    expect(await ways.book.remove('corp', 'parcel', 'test')).toBe('unknown')
    await put({ staff: ['lihua'] })
    expect(onPlatform()).toEqual([{ id: 'cfg2', state: 'parcel', staff: ['lihua'] }])
  })

  test('never changes its channel or place, and shares its channel with no other', async () => {
    await put({ staff: ['lihua'] })
    const other = (slug: string, input: object) =>
      ways.book.put('corp', slug, { name: '码', staff: ['lihua'], ...input }, 'test')
    expect(await other('parcel', { state: 'else' })).toMatchObject({ problems: [{ field: 'state' }] })
    expect(await other('parcel', { place: 'mini-program' })).toMatchObject({ problems: [{ field: 'place' }] })
    expect(await other('second', { state: 'parcel' })).toMatchObject({ problems: [{ field: 'state' }] })
    expect(await other('default', {})).toMatchObject({ problems: [{ field: 'slug' }] })
    expect(await other('third', { staff: [] })).toMatchObject({ problems: [{ field: 'staff' }] })
  })

  test('is put only over the version that was read', async () => {
    const given = { name: '码', staff: ['lihua'] }
    expect(await ways.book.put('corp', 'one', given, 'a', 0)).toMatchObject({ outcome: 'stored', row: { version: 1 } })
    expect(await ways.book.put('corp', 'one', given, 'b', 0)).toMatchObject({ outcome: 'stale' })
    expect(await ways.book.put('corp', 'one', given, 'b', 1)).toMatchObject({ outcome: 'stored', row: { version: 2 } })
    expect(await ways.book.put('corp', 'one', given, 'a', 1)).toEqual({ outcome: 'stale', version: 2 })
  })
})

describe('making, when it goes wrong', () => {
  test('a lost answer does not lead to a second code: the way is found by its channel', async () => {
    bench.platform.next('add', 'lost')
    await put({ staff: ['lihua'] }, 'other')
    bench.platform.next('add', 'lost')
    await put({ staff: ['lihua', 'wangfang'] })
    expect((await bench.row('parcel')).problem).toMatchObject({ kind: 'unclear' })
    await ways.tick()
    expect(changes()).toHaveLength(2)
    bench.clock.pass(61_000)
    await ways.tick()
    expect(onPlatform()).toHaveLength(2)
    const row = await bench.row('parcel')
    expect(row).toMatchObject({ made: { id: 'cfg2' }, applied: { staff: ['lihua', 'wangfang'] } })
    expect([row.problem, row.making]).toEqual([undefined, undefined])
  })

  test('what was not made after all is made once the platform’s list must show it', async () => {
    bench.platform.next('add', { end: 'fault', kind: 'unclear', reason: 'broken' })
    await put({ staff: ['lihua'] })
    for (let minute = 0; minute < 5; minute++) {
      bench.clock.pass(61_000)
      await ways.tick()
    }
    expect(onPlatform()).toEqual([{ id: 'cfg1', state: 'parcel', staff: ['lihua'] }])
    expect(changes()).toEqual(['add lihua', 'add lihua'])
    expect(bench.platform.calls.filter((call) => call.startsWith('list')).length).toBeGreaterThanOrEqual(2)
  })

  test('a process that died after the call, before it wrote the id, leaves one code that is found again', async () => {
    await put({ staff: ['lihua'] })
    const { connection } = bench.store
    await wayRows(connection).updateOne(
      { _id: 'corp:parcel' },
      { $unset: { made: '', applied: '' }, $set: { making: { since: NOW, by: 'dead' } } },
    )
    bench.clock.pass(30_000)
    await ways.tick()
    expect((await bench.row('parcel')).made).toBeUndefined()
    bench.clock.pass(31_000)
    await bench.open().tick()
    expect((await bench.row('parcel')).made).toMatchObject({ id: 'cfg1' })
    expect(changes()).toEqual(['add lihua'])
  })

  test('doubles of an earlier accident are removed', async () => {
    await put({ staff: ['lihua'] })
    await bench.platform.add({ place: 'qr', remark: '', addAtOnce: true, state: 'parcel', staff: ['lihua'] })
    await wayRows(bench.store.connection).updateOne(
      { _id: 'corp:parcel' },
      { $unset: { made: '', applied: '' }, $set: { making: { since: NOW, by: 'dead' } } },
    )
    bench.clock.pass(61_000)
    await ways.tick()
    expect(onPlatform()).toHaveLength(1)
    expect((await bench.row('parcel')).made?.id).toBe(onPlatform()[0]?.id)
  })

  test('two processes at once make one code', async () => {
    const two = bench.open()
    await ways.book.put('corp', 'parcel', { name: '包裹卡', staff: ['lihua'] }, 'test')
    await Promise.all([ways.tick(), two.tick(), ways.sync('corp', 'parcel'), two.sync('corp', 'parcel')])
    expect(changes()).toEqual(['add lihua'])
  })

  test('a full corporation is told and not asked again for an hour', async () => {
    bench.platform.next('add', { end: 'fault', kind: 'full', reason: '联系我数量已达上限（41045）' })
    const row = await put({ staff: ['lihua'] })
    expect(row?.problem).toMatchObject({ kind: 'full', message: expect.stringContaining('已达上限') })
    bench.clock.pass(59 * 60_000)
    await ways.tick()
    expect(changes()).toHaveLength(1)
    bench.clock.pass(2 * 60_000)
    await ways.tick()
    expect((await bench.row('parcel')).problem).toBeUndefined()
    expect(onPlatform()).toHaveLength(1)
  })
})

describe('a member whom the platform refuses', () => {
  test('is named, and the code is made with the others; once she can, she is on it', async () => {
    bench.platform.able.delete('wangfang')
    const row = await put({ staff: ['lihua', 'wangfang'] })
    expect(row?.problem).toMatchObject({ kind: 'staff', message: expect.stringMatching(/^成员 wangfang 不能接待客户/) })
    expect(onPlatform()).toMatchObject([{ staff: ['lihua'] }])
    bench.platform.able.add('wangfang')
    bench.clock.pass(601_000)
    await ways.tick()
    expect(onPlatform()).toMatchObject([{ staff: ['lihua', 'wangfang'] }])
    expect((await bench.row('parcel')).problem).toBeUndefined()
  })

  test('does not stop the hours from changing', async () => {
    await put(shifts)
    bench.platform.able.delete('wangfang')
    bench.clock.pass(2 * HOUR)
    await ways.tick()
    bench.clock.pass(22 * HOUR)
    await ways.tick()
    expect(onPlatform()).toMatchObject([{ staff: ['lihua'] }])
    bench.clock.pass(2 * HOUR)
    await ways.tick()
    expect(onPlatform()).toMatchObject([{ staff: ['zhangwei'] }])
  })

  test('who is the only one is named too', async () => {
    const row = await put({ staff: ['nobody'] })
    expect(row?.problem?.message).toContain('成员 nobody')
    expect(onPlatform()).toEqual([])
  })
})

describe('what somebody else did on the platform', () => {
  test('is found by the comparison and put right', async () => {
    await put({ staff: ['lihua'] })
    const kept = bench.platform.all.get('cfg1')
    if (kept) bench.platform.all.set('cfg1', { ...kept, staff: ['zhaomin'] })
    expect(await ways.compare()).toEqual({ compared: 1, changed: ['corp:parcel'], gone: [] })
    await ways.tick()
    expect(onPlatform()).toMatchObject([{ staff: ['lihua'] }])
    expect(await bench.row('parcel')).toMatchObject({ drifts: 1 })
    expect(await ways.compare()).toEqual({ compared: 1, changed: [], gone: [] })
  })

  test('a code that is gone is told, and made anew only when somebody says so', async () => {
    await put({ staff: ['lihua'] })
    bench.platform.all.clear()
    expect(await ways.compare()).toMatchObject({ gone: ['corp:parcel'] })
    await ways.tick()
    expect(onPlatform()).toEqual([])
    expect(await bench.row('parcel')).toMatchObject({ problem: { kind: 'gone' }, made: { id: 'cfg1' } })
    expect(await ways.remake('corp', 'parcel')).toBe(true)
    expect(onPlatform()).toEqual([{ id: 'cfg2', state: 'parcel', staff: ['lihua'] }])
    expect((await bench.row('parcel')).problem).toBeUndefined()
  })
})

describe('a file of content/contact-ways', () => {
  test('is a way that is read-only elsewhere; a broken one stays as it was, one that is gone goes on working', async () => {
    await bench.file('poster.yaml', 'name: 海报\nstaff: [lihua]\n')
    await ways.tick()
    expect(onPlatform()).toEqual([{ id: 'cfg1', state: 'poster', staff: ['lihua'] }])
    expect(await ways.book.put('corp', 'poster', { name: '码', staff: ['lihua'] }, 'x')).toEqual({
      outcome: 'read-only',
    })
    expect(await ways.book.remove('corp', 'poster', 'x')).toBe('read-only')
    await bench.file('poster.yaml', 'name: 海报\nstaff: []\n')
    expect(await ways.load()).toMatchObject([{ file: 'content/contact-ways/poster.yaml', line: 2, field: 'staff' }])
    await ways.tick()
    expect(changes()).toEqual(['add lihua'])
    expect((await bench.row('poster')).orphan).toBeUndefined()
    await bench.file('poster.yaml', 'name: 海报\nstaff: [lihua, wangfang]\n')
    await ways.tick()
    expect(onPlatform()).toMatchObject([{ staff: ['lihua', 'wangfang'] }])
    await rm(join(bench.store.dir, 'content', 'contact-ways', 'poster.yaml'))
    await ways.tick()
    expect(await bench.row('poster')).toMatchObject({ orphan: true })
    expect(onPlatform()).toHaveLength(1)
    expect(await ways.book.remove('corp', 'poster', 'x')).toBe('removed')
  })

  test('of no app, or with a channel that another has, is told and not taken over', async () => {
    await ways.book.put('corp', 'mine', { name: '码', staff: ['lihua'], state: 'poster' }, 'x')
    await bench.file('poster.yaml', 'name: 海报\nstaff: [lihua]\n')
    await bench.file('other.yaml', 'name: 别家\naccount: elsewhere\nstaff: [lihua]\n')
    await ways.load()
    expect((await ways.book.list('corp')).map(({ slug }) => slug)).toEqual(['mine'])
    expect(bench.log.lines.filter((line) => line.includes('not taken over'))).toHaveLength(2)
  })
})

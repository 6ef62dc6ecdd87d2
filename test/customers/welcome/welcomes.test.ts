import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { article, choices, text } from '../../../src/core/message.js'
import { welcomeRows } from '../../../src/customers/welcome/model.js'
import { welcomePersonalData } from '../../../src/customers/welcome/personal-data.js'
import { added, CAME, openWelcomeBench, type WelcomeBench, words } from './bench.js'

let bench: WelcomeBench
beforeEach(async () => {
  bench = await openWelcomeBench()
})
afterEach(() => bench.close())

const SENT = { end: 'sent' } as const
const no = () => undefined
/** Brings an update in as the product does: noted, then handled. */
async function bring(
  one: ReturnType<WelcomeBench['open']>,
  update: ReturnType<typeof added>,
  handle: () => unknown = no,
) {
  await one.apply(update)
  return one.answered(update, handle as () => undefined)
}

describe('a new customer', () => {
  test('is welcomed at once with what the handler replied, and the reply goes nowhere else', async () => {
    const one = bench.open({ ends: [SENT], said: words(['way', '包裹卡的话'], ['default', '欢迎']) })
    const update = added()
    expect(await bring(one, update, async () => text('您好'))).toBeUndefined()
    const row = await bench.ended(update.welcomeCode ?? '')
    expect(row).toMatchObject({ status: 'sent', source: 'handler', staff: 'lihua', tries: 1 })
    expect(row.said).toBeUndefined()
    expect(one.calls.map(({ code, said }) => [code, said])).toEqual([[update.welcomeCode, ['您好']]])
    expect(await bench.facts()).toEqual([
      { type: 'welcome.sent', props: { corp: 'corp', staff: 'lihua', state: 'parcel', from: 'handler' } },
    ])
  })

  test('is welcomed by the way when no handler replies, and by the account when the way says nothing', async () => {
    const way = bench.open({ ends: [SENT], said: words(['way', '包裹卡的话'], ['default', '欢迎']) })
    const first = added()
    await bring(way, first)
    expect(await bench.ended(first.welcomeCode ?? '')).toMatchObject({ source: 'way' })
    const other = bench.open({ ends: [SENT], said: [{ source: 'way', messages: [] }, ...words(['default', '欢迎'])] })
    const second = added()
    await bring(other, second)
    expect(await bench.ended(second.welcomeCode ?? '')).toMatchObject({ source: 'default' })
    expect(other.calls[0]?.said).toEqual(['欢迎'])
  })

  test('is not kept waiting by a slow handler, a failing one, or a reply that no customer can be shown', async () => {
    const one = bench.open({ ends: [SENT] })
    const [slow, failing, odd] = [added(), added(), added()]
    let release: (value: unknown) => void = no
    const handled = bring(one, slow, () => new Promise((resolve) => (release = resolve)))
    expect(await bench.ended(slow.welcomeCode ?? '')).toMatchObject({ status: 'sent', source: 'default' })
    release(text('太晚了'))
    expect(await handled).toBeUndefined()
    const failed = bring(one, failing, () => {
      throw new Error('broken')
    })
    await expect(failed).rejects.toThrow('broken')
    expect(await bench.ended(failing.welcomeCode ?? '')).toMatchObject({ source: 'default' })
    await bring(one, odd, () => choices('选', [{ id: 'a', text: 'A' }]))
    expect(await bench.ended(odd.welcomeCode ?? '')).toMatchObject({ source: 'default' })
    expect(one.log.lines).toContain('error welcome does not fit')
    expect(one.calls.map(({ said }) => said)).toEqual([['欢迎'], ['欢迎'], ['欢迎']])
  })

  test('whose handler names an article that is not there is welcomed by the account, and the handler fails', async () => {
    const one = bench.open({ ends: [SENT] })
    const update = added()
    await expect(bring(one, update, () => article('gone'))).rejects.toThrow('no article gone')
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({ source: 'default' })
  })

  test('nobody has words for is counted', async () => {
    const one = bench.open({ said: [] })
    const update = added()
    await bring(one, update)
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({ status: 'none' })
    expect(await bench.facts()).toMatchObject([{ type: 'welcome.missed', props: { reason: 'none' } }])
    expect(await one.counts({ from: CAME })).toEqual({ none: 1 })
  })

  test('without a welcome code is not welcomed, and a reply is dropped with a word', async () => {
    const one = bench.open({ ends: [SENT] })
    const { welcomeCode: _, ...update } = added()
    expect(one.apply(update)).toBeUndefined()
    expect(await one.answered(update, () => text('您好'))).toBeUndefined()
    expect(one.log.lines).toEqual(['warn reply to a new customer dropped: there is no welcome code'])
    expect(one.apply(added({ account: 'other' }))).toBeUndefined()
  })

  test('who agrees to the archive is welcomed by that code too', async () => {
    const one = bench.open({ ends: [SENT] })
    const { half: _, state: __, kind: ___, ...rest } = added()
    const agreed = { ...rest, kind: 'event.customer.archive-agreed' as const }
    await one.apply(agreed)
    await one.answered(agreed, no)
    expect(await bench.ended(rest.welcomeCode ?? '')).toMatchObject({ status: 'sent' })
  })
})

describe('the 20 seconds of a code', () => {
  test('count from the event or the receipt, whichever is sooner', async () => {
    const one = bench.open()
    const [old, ahead] = [added(), added({ at: new Date(CAME.getTime() + 60_000) })]
    await one.apply(old)
    await one.apply(ahead)
    expect((await bench.row(old.welcomeCode ?? ''))?.deadline).toEqual(new Date(CAME.getTime() + 20_000))
    expect((await bench.row(ahead.welcomeCode ?? ''))?.deadline).toEqual(new Date(CAME.getTime() + 20_800))
  })

  test('that are over are counted without a call', async () => {
    const one = bench.open({ ends: [SENT] })
    const update = added()
    bench.clock.pass(19_500)
    await bring(one, update)
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({ status: 'too-late', tries: 0 })
    expect(one.calls).toEqual([])
    expect(await bench.facts()).toMatchObject([{ type: 'welcome.missed', props: { reason: 'too-late' } }])
  })

  test('bound the tries of what surely was not sent', async () => {
    const one = bench.open({ ends: [{ end: 'not-sent', reason: 'no connection' }] })
    const update = added()
    await bring(one, update)
    const row = await bench.ended(update.welcomeCode ?? '')
    expect(row).toMatchObject({ status: 'too-late', reason: 'no connection' })
    expect(row.tries).toBe(one.calls.length)
    expect(one.calls.length).toBeGreaterThan(8)
    expect(one.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(19_200)
  })

  test('allow a try after a break', async () => {
    const one = bench.open({ ends: [{ end: 'not-sent', reason: 'no connection' }, SENT] })
    const update = added()
    await bring(one, update)
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({ status: 'sent', tries: 2 })
  })

  test.each([
    ['another app is sending one: one more try', [{ end: 'other-app' }], 2, 'failed'],
    ['another app was quicker', [{ end: 'other-app' }, { end: 'not-due' }], 2, 'not-due'],
    ['the conversation has begun', [{ end: 'not-due' }], 1, 'not-due'],
    ['the code was used', [{ end: 'too-late' }], 1, 'too-late'],
    ['it is unclear whether it arrived', [{ end: 'unclear', reason: 'broken' }], 1, 'failed'],
    ['the customer has not agreed', [{ end: 'failed', reason: '41053' }], 1, 'failed'],
  ] as const)('when %s', async (_, ends, calls, status) => {
    const one = bench.open({ ends: [...ends] })
    const update = added()
    await bring(one, update)
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({ status })
    expect(one.calls).toHaveLength(calls)
    await one.resume()
    expect(one.calls).toHaveLength(calls)
    expect((await bench.facts()).map(({ type }) => type)).toEqual(status === 'not-due' ? [] : ['welcome.missed'])
  })
})

describe('a welcome is sent once', () => {
  test('although the update comes again, here and in another process', async () => {
    const [one, two] = [bench.open({ ends: [SENT] }), bench.open({ ends: [SENT] })]
    const update = added()
    await Promise.all([bring(one, update), bring(two, update), bring(one, update)])
    await bench.ended(update.welcomeCode ?? '')
    await bring(two, update)
    await two.resume()
    expect(one.calls.length + two.calls.length).toBe(1)
    expect(await bench.facts()).toHaveLength(1)
  })

  test('by another process when the first is gone before it sent, with what its handler had replied', async () => {
    const gone = bench.open({ handlerMs: 5_000 })
    const update = added()
    await gone.apply(update)
    await gone.close()
    await gone.answered(update, () => text('您好'))
    expect(await bench.row(update.welcomeCode ?? '')).toMatchObject({ status: 'waiting' })
    const next = bench.open({ ends: [SENT] })
    await next.resume()
    expect(next.calls).toHaveLength(0)
    bench.clock.pass(2_100)
    await next.resume()
    expect(next.calls.map(({ said }) => said)).toEqual([['您好']])
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({ status: 'sent' })
  })

  test('is counted as too late, once, when the product comes up after the 20 s', async () => {
    const gone = bench.open({ handlerMs: 5_000 })
    const update = added()
    await gone.apply(update)
    await gone.close()
    bench.clock.pass(60_000)
    const next = bench.open({ ends: [SENT] })
    await bring(next, update)
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({ status: 'too-late' })
    await next.resume()
    await bring(next, update)
    expect(next.calls).toEqual([])
    expect(await bench.facts()).toHaveLength(1)
  })

  test('is not repeated when its process ended while sending: nobody knows whether it arrived', async () => {
    const gone = bench.open()
    const update = added()
    await bring(gone, update)
    await gone.called(1)
    const next = bench.open({ ends: [SENT] })
    await bring(next, update)
    bench.clock.pass(10_000)
    await next.resume()
    expect(await bench.row(update.welcomeCode ?? '')).toMatchObject({ status: 'sending' })
    bench.clock.pass(40_000)
    await next.resume()
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('unclear'),
    })
    expect(next.calls).toEqual([])
    gone.calls[0]?.end(SENT)
  })

  test('to the newer code when a second one of the same two comes while the first waits', async () => {
    const one = bench.open({ handlerMs: 5_000 })
    const first = added()
    await one.apply(first)
    const two = bench.open({ ends: [SENT] })
    const second = added({ from: first.from, at: new Date(CAME.getTime() + 1_000) })
    await bring(two, second)
    await bench.ended(second.welcomeCode ?? '')
    expect(await bench.row(first.welcomeCode ?? '')).toMatchObject({ status: 'superseded' })
    await one.answered(first, () => text('旧'))
    await one.close()
    expect(one.calls).toEqual([])
  })

  test('and its fact is written although the process died between the two', async () => {
    const events = { append: async () => Promise.reject(new Error('killed')) }
    const gone = bench.open({ ends: [SENT], events })
    const update = added()
    await bring(gone, update)
    await gone.called(1)
    await gone.close()
    expect(await bench.row(update.welcomeCode ?? '')).toMatchObject({ status: 'sent', untold: true })
    expect(await bench.facts()).toEqual([])
    await bench.open().resume()
    expect(await bench.facts()).toMatchObject([{ type: 'welcome.sent' }])
    expect((await bench.row(update.welcomeCode ?? ''))?.untold).toBeUndefined()
  })
})

describe('shutting down', () => {
  test('waits for what is being sent, and leaves what waits for a retry to the next process', async () => {
    let reached: () => void = no
    const waiting = new Promise<void>((resolve) => (reached = resolve))
    const wait = (_: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve())
        reached()
      })
    const one = bench.open({ ends: [{ end: 'not-sent', reason: 'no connection' }], wait })
    const update = added()
    await bring(one, update)
    await waiting
    await one.close()
    expect(await bench.row(update.welcomeCode ?? '')).toMatchObject({ status: 'waiting' })
    const next = bench.open({ ends: [SENT] })
    bench.clock.pass(2_100)
    await next.resume()
    expect(await bench.ended(update.welcomeCode ?? '')).toMatchObject({ status: 'sent' })
  })
})

describe('what is kept of a person', () => {
  test('is exported, and loses the person when she is erased', async () => {
    const one = bench.open({ ends: [SENT] })
    const update = added()
    await bring(one, update)
    await bench.ended(update.welcomeCode ?? '')
    const part = welcomePersonalData(bench.store.connection)
    const identities = [
      {
        key: '',
        platform: 'wecom' as const,
        account: 'corp',
        externalId: update.from,
        boundAt: CAME,
        follow: { following: true, at: CAME },
      },
    ]
    expect(await part.export('c', identities)).toMatchObject([{ staff: 'lihua', status: 'sent' }])
    await part.erase('c', identities, 'erased')
    expect(await part.export('c', identities)).toEqual([])
    expect(await welcomeRows(bench.store.connection).countDocuments({ status: 'sent' })).toBe(1)
  })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { miniProgram } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import { inboxModel } from '../../src/inbox/model.js'
import { readRows, takeOver } from '../../src/inbox/stored-rows.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { fakeOutbox, forever, gate, movableClock, openInbox, says, type TestInbox } from './setup.js'

let store: TestStore
const open: TestInbox[] = []

beforeAll(async () => {
  store = await openTestStore()
  inboxModel(store.connection)
  await store.ensureIndexes()
})
afterAll(async () => {
  for (const inbox of open) await inbox.close(50)
  await store.dispose()
})

async function started(...args: Parameters<typeof openInbox> extends [unknown, ...infer R] ? R : never) {
  const inbox = await openInbox(store, ...args)
  open.push(inbox)
  return inbox
}
const textOf = (update: Update) => (update.kind === 'message.text' ? update.text : '')
const rowOf = async (update: { id: string }) => (await readRows(store.connection, [`shop:${update.id}`]))[0]

describe('an update', () => {
  test('is stored, handled and answered with the response', async () => {
    const inbox = await started((update) => `你好 ${textOf(update)}`)
    const update = says('ming')
    expect(await inbox.push(update)).toBe('reply:你好 ming')
    await inbox.close()
    expect(await rowOf(update)).toMatchObject({
      account: 'shop',
      contact: 'shop:ming',
      state: 'done',
      answer: { kind: 'text', text: '你好 ming' },
      attempts: 1,
      envelope: { mode: 'plain', format: 'xml' },
    })
    expect((await rowOf(update))?.leaseUntil).toBeUndefined()
  })

  test('that nobody answers is acknowledged', async () => {
    const inbox = await started(() => undefined)
    expect(await inbox.push(says('?'))).toBe('ack')
  })

  test('resent three times runs its handlers once and gets the same answer', async () => {
    let runs = 0
    const inbox = await started(() => `answer ${++runs}`)
    const update = says('again')
    for (let push = 0; push < 4; push++) expect(await inbox.push(update)).toBe('reply:answer 1')
    expect(runs).toBe(1)
  })

  test('resent while its handler still runs waits for the same answer', async () => {
    const slow = gate<string>()
    let runs = 0
    const inbox = await started(() => {
      runs++
      return slow.promise
    })
    const update = says('slow')
    const pushes = [inbox.push(update), inbox.push(update), inbox.push(update)]
    slow.open('done')
    expect(await Promise.all(pushes)).toEqual(['reply:done', 'reply:done', 'reply:done'])
    expect(runs).toBe(1)
  })

  test('that reaches two processes at once is handled by one, and both answer alike', async () => {
    let runs = 0
    const run = () => `answer ${++runs}`
    const [one, two] = [await started(run, { timing: { poll: 5 } }), await started(run, { timing: { poll: 5 } })]
    const update = says('both')
    const answers = await Promise.all([one.push(update), two.push(update)])
    expect(answers).toEqual(['reply:answer 1', 'reply:answer 1'])
    expect(runs).toBe(1)
  })

  test('whose handler is slow elsewhere is acknowledged here when the budget is used up', async () => {
    const slow = gate<string>()
    const outbox = fakeOutbox()
    const config = { replyBudget: 60, warnAfter: 50 }
    const one = await started(() => slow.promise, { outbox })
    const two = await started(() => 'not me', { outbox, config, timing: { poll: 5 } })
    const update = says('slow')
    const first = one.push(update)
    expect(await two.push(update)).toBe('ack')
    slow.open('here')
    expect(await first).toBe('reply:here')
    expect(outbox.rows.size).toBe(0)
  })
})

describe('the reply', () => {
  test('that comes late goes by the outbox, once, also when the platform resends meanwhile', async () => {
    const slow = gate<string>()
    const inbox = await started(() => slow.promise, { config: { replyBudget: 40, warnAfter: 20 } })
    const update = says('slow')
    expect(await Promise.all([inbox.push(update), inbox.push(update)])).toEqual(['ack', 'ack'])
    expect(await inbox.push(update)).toBe('ack')
    slow.open('at last')
    await inbox.close()
    expect([...inbox.outbox.rows.values()]).toEqual([
      {
        key: `shop:${update.id}:reply:0`,
        account: 'shop',
        to: 'ming',
        purpose: 'reply',
        message: { kind: 'text', text: 'at last' },
        source: `shop:${update.id}`,
      },
    ])
    expect(await rowOf(update)).toMatchObject({ state: 'done', answer: null, late: true })
    expect(inbox.log.lines).toContain('warn handler was slow')
  })

  test('that does not fit one message continues by the outbox', async () => {
    const inbox = await started(() => 'the first twenty; then the rest of it')
    const update = says('long')
    expect(await inbox.push(update)).toBe('reply:the first twenty;')
    await inbox.close()
    expect(inbox.outbox.texts()).toEqual([' then the rest of it'])
    expect([...inbox.outbox.rows.keys()]).toEqual([`shop:${update.id}:reply:1`])
  })

  test('that has no passive form goes by the outbox', async () => {
    const card = miniProgram({ title: 't', appid: 'wx', path: 'p', thumb: { file: 'x.jpg' } })
    const inbox = await started(() => card)
    expect(await inbox.push(says('card'))).toBe('ack')
    await inbox.close()
    expect(inbox.outbox.texts()).toEqual(['mini-program'])
  })

  test('that cannot be put leaves the update to the sweep, which sends it once', async () => {
    const leaseClock = movableClock()
    const card = miniProgram({ title: 't', appid: 'wx', path: 'p', thumb: { file: 'x.jpg' } })
    const inbox = await started(() => card, { leaseClock })
    inbox.outbox.failing = true
    const update = says('card')
    expect(await inbox.push(update)).toBe('ack')
    inbox.outbox.failing = false
    await released(update)
    expect(await inbox.sweep()).toBe(1)
    await inbox.close()
    expect(inbox.outbox.texts()).toEqual(['mini-program'])
    expect(await rowOf(update)).toMatchObject({ state: 'done', attempts: 2 })
  })
})

/** Waits until the row was given back; the write happens behind the response. */
async function released(update: { id: string }): Promise<void> {
  while ((await rowOf(update))?.leaseUntil?.getTime() !== 0) await new Promise(setImmediate)
}

describe('a handler that throws', () => {
  test('is logged with the update, acknowledged, and its update can be replayed', async () => {
    let broken = true
    const inbox = await started(() => {
      if (broken) throw new Error('shop down, token=abc123')
      return 'fine now'
    })
    const update = says('x')
    expect(await inbox.push(update)).toBe('ack')
    expect(await inbox.push(update)).toBe('ack')
    while ((await rowOf(update))?.state !== 'failed') await new Promise(setImmediate)
    expect(await rowOf(update)).toMatchObject({ error: 'shop down, token=***' })
    expect(inbox.log.lines).toContain('error handler failed, update kept for replay')
    expect(inbox.log.fields).toContainEqual(expect.objectContaining({ update: `shop:${update.id}` }))
    expect(await inbox.sweep()).toBe(0)
    expect(await inbox.stats()).toMatchObject({ failures: 1 })
    broken = false
    expect(await inbox.replay(`shop:${update.id}`)).toBe('done')
    expect(inbox.outbox.texts()).toEqual(['fine now'])
    expect(await inbox.replay(`shop:${update.id}`)).toBeUndefined()
    expect(await inbox.stats()).toMatchObject({ failures: 0 })
  })

  test('or names content that does not exist fails alike', async () => {
    const inbox = await started(() => ({ kind: 'article', slug: 'nowhere' }))
    const update = says('x')
    expect(await inbox.push(update)).toBe('ack')
    await inbox.close()
    expect(await rowOf(update)).toMatchObject({ state: 'failed', error: 'there is no article nowhere' })
  })

  test('or never ends gives its lane free after the limit', async () => {
    const inbox = await started((update) => (textOf(update) === 'hang' ? forever : 'next'), {
      config: { replyBudget: 30, warnAfter: 20 },
      timing: { handlerLimit: 60 },
    })
    const [hanging, next] = [says('hang'), says('next')]
    expect(await Promise.all([inbox.push(hanging), inbox.push(next)])).toEqual(['ack', 'ack'])
    await inbox.close()
    expect(await rowOf(hanging)).toMatchObject({ state: 'failed', error: 'the handler did not end within 60 ms' })
    expect(inbox.outbox.texts()).toEqual(['next'])
  })
})

describe('the updates of one contact', () => {
  test('are handled in order, one at a time; others do not wait for them', async () => {
    const first = gate<string>()
    const log: string[] = []
    const inbox = await started(async (update) => {
      log.push(`start ${textOf(update)}`)
      const answer = textOf(update) === 'ming 1' ? await first.promise : textOf(update)
      log.push(`end ${textOf(update)}`)
      return answer
    })
    const ming = [inbox.push(says('ming 1')), inbox.push(says('ming 2')), inbox.push(says('ming 3'))]
    expect(await inbox.push(says('hua 1', 'hua'))).toBe('reply:hua 1')
    expect(log).toEqual(['start ming 1', 'start hua 1', 'end hua 1'])
    first.open('ming 1')
    expect(await Promise.all(ming)).toEqual(['reply:ming 1', 'reply:ming 2', 'reply:ming 3'])
    expect(log.slice(3)).toEqual(['end ming 1', 'start ming 2', 'end ming 2', 'start ming 3', 'end ming 3'])
  })

  test('beyond what may wait are left to the sweep, not lost', async () => {
    const first = gate<string>()
    const inbox = await started((update) => (textOf(update) === '0' ? first.promise : textOf(update)))
    const pushes = Array.from({ length: 70 }, (_, at) => inbox.push(says(String(at), 'flood')))
    const overflow = await Promise.all(pushes.slice(65))
    expect(overflow.every((answer) => answer === 'ack')).toBe(true)
    first.open('0')
    await Promise.all(pushes)
    while ((await inbox.stats()).open !== overflow.length) await new Promise(setImmediate)
    expect(await inbox.sweep()).toBe(overflow.length)
    await inbox.close()
    expect(inbox.outbox.texts()).toEqual(['65', '66', '67', '68', '69'])
  })
})

describe('after a crash', () => {
  test.each(['accepted', 'handled', 'answered', 'put'] as const)(
    'at point %s the update is handled by another process and what it sends is sent once',
    async (point) => {
      const leaseClock = movableClock()
      const outbox = fakeOutbox()
      const reached = gate()
      const run = () => 'the first twenty; then the rest of it'
      const dying = await openInbox(store, run, {
        leaseClock,
        outbox,
        fail: (at) => {
          if (at !== point) return undefined
          reached.open()
          return forever
        },
      })
      const update = says(point)
      void dying.push(update)
      await reached.promise
      await dying.close(0)
      const next = await started(run, { leaseClock, outbox })
      expect(await next.sweep()).toBe(0)
      leaseClock.pass(30_000)
      expect(await next.sweep()).toBe(1)
      await next.close()
      const keys = [0, 1].map((at) => `shop:${update.id}:reply:${at}`)
      expect([...outbox.rows.keys()].sort()).toEqual(keys)
      expect(await rowOf(update)).toMatchObject({ state: 'done', attempts: 2 })
    },
  )

  test('the platform resends: the update is taken over as soon as the lease has lapsed, and answered', async () => {
    const leaseClock = movableClock()
    const dying = await openInbox(store, () => forever, { leaseClock })
    const update = says('hello')
    void dying.push(update)
    while (!(await rowOf(update))) await new Promise(setImmediate)
    await dying.close(0)
    const next = await started(() => 'hello', { leaseClock, timing: { poll: 5 } })
    const answer = next.push(update)
    leaseClock.pass(7000)
    expect(await answer).toBe('reply:hello')
    await next.close()
    expect(await rowOf(update)).toMatchObject({ state: 'done', attempts: 2, answer: { text: 'hello' } })
  })

  test('a process that was only asleep cannot write over what the next one did', async () => {
    const leaseClock = movableClock()
    const slow = gate<string>()
    const asleep = await started(() => slow.promise, { leaseClock, timing: { lease: 6000 } })
    const update = says('zzz')
    const answer = asleep.push(update)
    while (!(await rowOf(update))) await new Promise(setImmediate)
    leaseClock.pass(30_000)
    const next = await started(() => 'from the next', { leaseClock, outbox: asleep.outbox })
    expect(await next.sweep()).toBe(1)
    await next.close()
    slow.open('from the sleeper')
    await answer
    await asleep.close()
    expect(await rowOf(update)).toMatchObject({ fence: 2, answer: null, late: true })
    expect(asleep.outbox.texts()).toEqual(['from the next'])
  })

  test('an update that kills its process again and again is set aside as dead and can be replayed', async () => {
    const leaseClock = movableClock()
    const update = says('poison')
    for (let life = 0; life < 3; life++) {
      const dying = await openInbox(store, () => forever, { leaseClock })
      if (life === 0) void dying.push(update)
      while (!(await rowOf(update))) await new Promise(setImmediate)
      if (life > 0) expect(await dying.sweep()).toBe(1)
      await dying.close(0)
      leaseClock.pass(30_000)
    }
    const next = await started(() => 'cured', { leaseClock })
    expect(await next.sweep()).toBe(0)
    expect(await rowOf(update)).toMatchObject({ state: 'dead' })
    expect(await next.replay(`shop:${update.id}`)).toBe('done')
    expect(next.outbox.texts()).toEqual(['cured'])
  })

  test('of two processes that take an update over at once, one gets it', async () => {
    const dying = await openInbox(store, () => forever)
    const update = says('mine')
    void dying.push(update)
    while (!(await rowOf(update))) await new Promise(setImmediate)
    await dying.close(0)
    const row = { _id: `shop:${update.id}`, fence: 1, state: 'received' as const }
    const taken = await Promise.all(['a', 'b'].map((owner) => takeOver(store.connection, row, owner, new Date())))
    expect(taken.filter((mine) => mine !== null)).toHaveLength(1)
    expect(await rowOf(update)).toMatchObject({ fence: 2, attempts: 2 })
    await store.connection.model('Inbox').deleteOne({ _id: row._id })
  })
})

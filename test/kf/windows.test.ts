import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { windows } from '../../rules/official-account/windows.js'
import { limits } from '../../rules/wecom/limits.js'
import { kfWindows } from '../../rules/wecom/windows.js'
import { triggerOf, windowHandle } from '../../src/contacts/windows.js'
import type { Outcome } from '../../src/core/outcome.js'
import type { Update } from '../../src/core/update.js'
import { channelRules, mayUse } from '../../src/outbox/channel-rules.js'
import { fakePlatform } from '../inbox/setup.js'
import { delivery, type OutboxBench, openBench } from '../outbox/setup.js'

let bench: OutboxBench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const AT = new Date('2026-03-04T04:00:00Z')
const base = { id: 'u1', platform: 'wecom' as const, account: 'shop', from: 'p', at: AT }

describe('the windows of the desk', () => {
  test('have the numbers of a follower’s message: one ledger reckons both', () => {
    const [law] = kfWindows
    const message = windows.find(({ trigger }) => trigger === 'message')
    expect(kfWindows).toHaveLength(1)
    expect(law).toMatchObject({ trigger: 'message', messages: message?.messages, ms: message?.ms })
    expect(law).toMatchObject({ messages: limits.deskMessages.value, ms: limits.deskHours.value * 3_600_000 })
  })

  test('are opened by every message, a tapped choice too, and by nothing else', async () => {
    const opens: Update[] = [
      { kind: 'message.text', ...base, text: '查物流', choice: 'logi' },
      { kind: 'message.file', ...base, mediaId: 'M', name: '' },
      { kind: 'message.other', ...base, name: 'business_card', fields: {} },
    ]
    for (const update of opens) {
      expect(triggerOf(update)).toBe('message')
      expect(await windowHandle(update, AT).remaining()).toBe(5)
    }
    const follower: Update = { kind: 'message.text', ...base, platform: 'official-account', text: 'x', choice: 'y' }
    expect(triggerOf(follower)).toBe('menu')
    expect(triggerOf({ kind: 'event.session.entered', ...base, source: 'menu' })).toBeUndefined()
    expect(triggerOf({ kind: 'event.kf.session', ...base, change: 'taken' })).toBeUndefined()
  })

  test('the channel carries replies and service, never marketing, and only in WeCom', () => {
    expect(channelRules['kf-message']).toMatchObject({
      class: 'keyed',
      consumes: 'window',
      purposes: ['reply', 'service'],
    })
    const may = () => true
    expect(mayUse({ platform: 'wecom', miniProgram: false, may }, 'kf-message')).toBe(true)
    expect(mayUse({ platform: 'official-account', miniProgram: true, may }, 'kf-message')).toBe(false)
  })
})

describe('what leaves by the desk', () => {
  const open = (answers: Outcome[]) => {
    const keys: string[] = []
    const desk = {
      ...fakePlatform(async (_, { key }) => {
        keys.push(key)
        return answers.shift() ?? { state: 'sent', receipt: `m-${key}` }
      }),
      conversation: 'kf-message' as const,
    }
    const outbox = bench.open({ platform: (account) => (account === 'shop' ? desk : undefined) })
    outbox.start()
    return { outbox, keys }
  }
  const failed = (messageId: string, why: string): Update => ({
    kind: 'event.kf.send-failed',
    ...base,
    id: `f-${messageId}`,
    messageId,
    reason: 6,
    why,
  })

  test('is repeated under its key after an unclear end, also much later', async () => {
    const { outbox, keys } = open([{ state: 'uncertain', reason: 'cut' }])
    const one = delivery('您好')
    await outbox.put(one)
    await bench.state(one.key, 'retry')
    outbox.clock.pass(3_600_000)
    outbox.leaseClock.pass(3_600_000)
    expect(await bench.state(one.key, 'sent')).toMatchObject({ channel: 'kf-message', attempts: 2 })
    expect(keys).toEqual([one.key, one.key])
  })

  test('ends as failed when the platform tells later that it was not delivered, whichever comes first', async () => {
    const { outbox } = open([])
    const [one, two] = [delivery('一'), delivery('二')]
    await outbox.put(one)
    await bench.state(one.key, 'sent')
    await outbox.settle(failed(`m-${one.key}`, 'window-used-up'))
    await outbox.settle(failed(`m-${one.key}`, 'window-used-up'))
    expect(await bench.state(one.key, 'failed')).toMatchObject({
      reason: 'window-used-up',
      attention: true,
      settled: { by: 'receipt', who: 'window-used-up' },
    })
    await outbox.settle(failed(`m-${two.key}`, 'session-closed'))
    await outbox.put(two)
    await bench.state(two.key, 'sent')
    await outbox.sweep()
    expect((await bench.state(two.key, 'failed')).reason).toContain('session-closed')
  })
})

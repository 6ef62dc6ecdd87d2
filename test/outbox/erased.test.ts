import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Identity } from '../../src/contacts/model.js'
import { outboxPersonalData } from '../../src/outbox/personal-data.js'
import { delivery, notice, type OutboxBench, openBench } from './setup.js'

let bench: OutboxBench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

test('of an erased person neither the ways of saying it nor the evidence is left, and nothing can be sent again', async () => {
  const outbox = bench.open({
    answer: (what) => (what === 'S' ? { state: 'failed', reason: 'no' } : { state: 'uncertain', reason: 'timeout' }),
  })
  outbox.start()
  const one = delivery(notice('subscription', 'S'), {
    alternatives: [{ kind: 'text', text: '小明，您好' }],
    to: 'ming',
  })
  await outbox.put(one)
  const before = await bench.state(one.key, 'uncertain')
  expect(before.tries?.['2']?.end).toHaveProperty('wrote')
  await outbox.close()
  const identity = { account: 'shop', externalId: 'ming' } as Identity
  await outboxPersonalData(bench.store.connection).erase('c1', [identity], 'erased')
  const row = await bench.row(one.key)
  expect(JSON.stringify(row)).not.toMatch(/小明|ming|timeout.*wrote/)
  for (const field of ['options', 'tries', 'reasons', 'receipt']) expect(row).not.toHaveProperty(field)
  await expect(outbox.resend(one.key, 'hua')).rejects.toMatchObject({ code: 'delivery.erased' })
})

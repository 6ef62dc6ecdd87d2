import { expect, test } from '@jest/globals'
import { limits } from '../../../rules/official-account/limits.js'
import { createMassSend, massKeyOf } from '../../../src/platforms/official-account/deliver-mass.js'

/** The longest name that a campaign may have. */
const LONG = `${'a-long-name-of-a-campaign-'.padEnd(48, 'x')}:2026-11-24T1030:0:mass:0123456789abcdef`

test('a send of a push with a long name has a key that the platform takes, the same each time it is asked', async () => {
  const asked: string[] = []
  const mass = {
    async toOpenids(_: readonly string[], __: unknown, { clientMsgId }: { clientMsgId: string }) {
      asked.push(clientMsgId)
      return { msgId: '1', repeated: false }
    },
  }
  const send = createMassSend({ mass: mass as never, clock: { now: () => new Date(0) } })
  const message = { kind: 'text', text: '你好' } as const
  for (const key of [LONG, LONG, `${LONG}1`]) expect((await send(message, ['o1', 'o2'], key)).state).toBe('sent')
  const [first = '', again, other] = asked
  expect(Buffer.byteLength(first)).toBeLessThanOrEqual(limits.massClientMsgId.value)
  expect([again === first, other === first]).toEqual([true, false])
})

test('a short key is the platform’s key itself', () => {
  expect(massKeyOf('spring:2026-03-04T1000:0')).toBe('spring:2026-03-04T1000:0')
})

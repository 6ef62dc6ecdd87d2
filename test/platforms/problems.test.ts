import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/core/outcome.js'
import { type AccountProblem, watched } from '../../src/platforms/problems.js'
import { fakePlatform } from '../inbox/setup.js'

async function toldOf(outcome: Outcome): Promise<AccountProblem[]> {
  const told: AccountProblem[] = []
  const platform = watched({ ...fakePlatform(), account: 'shop', deliver: async () => outcome }, (one) =>
    told.push(one),
  )
  expect(await platform.deliver({ kind: 'text', text: 'hello' }, { to: 'somebody', key: 'k' })).toBe(outcome)
  return told
}

describe('a refusal', () => {
  test('that concerns the account as a whole is told', async () => {
    expect(
      await toldOf({ state: 'skipped', reason: 'no-permission', detail: 'api unauthorized', code: 48001 }),
    ).toEqual([{ account: 'shop', name: 'text', what: 'permission', reason: 'api unauthorized', code: 48001 }])
    expect(await toldOf({ state: 'retry', reason: 'invalid ip', afterMs: 60_000, code: 40164, park: true })).toEqual([
      { account: 'shop', name: 'text', what: 'refused', reason: 'invalid ip', code: 40164 },
    ])
  })

  test.each<Outcome>([
    { state: 'sent' },
    { state: 'skipped', reason: 'window-closed' },
    { state: 'retry', reason: 'busy' },
    { state: 'failed', reason: 'content' },
    { state: 'uncertain', reason: 'reset' },
  ])('that is about one message is not: %j', async (outcome) => expect(await toldOf(outcome)).toEqual([]))
})

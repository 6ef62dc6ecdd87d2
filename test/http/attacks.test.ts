import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { attacks } from '../../bench/attack-list.js'
import { type Running, startCoWechat, startWeLoop } from '../../bench/attack-targets.js'

let weloop: Running
let coWechat: Running
beforeAll(async () => {
  weloop = await startWeLoop({ requestTimeoutMs: 400, headersTimeoutMs: 300, checkEveryMs: 50 })
  coWechat = await startCoWechat(600)
})
afterAll(async () => {
  await weloop.close()
  await coWechat.close()
})

describe('the attack list of the bench', () => {
  test.each(attacks.map((attack) => [`${attack.id} ${attack.title}`, attack] as const))(
    '%s is held off',
    async (_, attack) => {
      const { held, saw } = await attack.run(weloop)
      expect({ held, saw }).toEqual({ held: true, saw })
    },
  )

  test('is real: at least 20 of its rows get through the package that everybody copies', async () => {
    let failed = 0
    for (const attack of attacks) if (!(await attack.run(coWechat)).held) failed += 1
    expect(failed).toBeGreaterThanOrEqual(20)
  })
})

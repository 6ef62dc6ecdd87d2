import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createReplayMemory } from '../../../src/platforms/shared/replay.js'

const signature = (n: number) => createHash('sha1').update(String(n)).digest('hex')
const at = (seconds: number) => new Date(1_767_225_600_000 + seconds * 1000)

describe('the replay memory', () => {
  test('lets the platform send the same body again under the same signature', () => {
    const memory = createReplayMemory(1_200_000)
    expect([0, 5, 10, 15].map((seconds) => memory.admit(signature(1), '<xml/>', at(seconds)))).toEqual([
      true,
      true,
      true,
      true,
    ])
  })

  test('refuses another body under a signature that came before', () => {
    const memory = createReplayMemory(1_200_000)
    memory.admit(signature(1), '<xml>1</xml>', at(0))
    expect(memory.admit(signature(1), '<xml>2</xml>', at(1199))).toBe(false)
    expect(memory.admit(signature(1), '<xml>1</xml>', at(1199))).toBe(true)
    expect(memory.admit(signature(2), '<xml>2</xml>', at(1199))).toBe(true)
  })

  test('forgets a signature once its timestamp would be refused anyway', () => {
    const memory = createReplayMemory(1_200_000)
    memory.admit(signature(1), 'a', at(0))
    expect(memory.admit(signature(1), 'b', at(1201))).toBe(true)
  })

  test('holds what its capacity promises and stays bounded: the oldest go first', () => {
    const memory = createReplayMemory(1_200_000, 4096)
    for (let n = 0; n < 20_000; n++) memory.admit(signature(n), `body ${n}`, at(n / 100))
    const kept = (from: number, to: number) => {
      let count = 0
      for (let n = from; n < to; n++) if (!memory.admit(signature(n), 'another', at(201))) count++
      return count
    }
    expect(kept(19_000, 20_000)).toBeGreaterThan(990)
  })

  test('is small enough to work with eight entries', () => {
    const memory = createReplayMemory(1_200_000, 1)
    for (let n = 0; n < 8; n++) memory.admit(signature(n), 'a', at(n))
    for (let n = 0; n < 8; n++) expect(memory.admit(signature(n), 'b', at(9))).toBe(false)
    expect(memory.admit(signature(8), 'a', at(10))).toBe(true)
    expect(memory.admit(signature(0), 'b', at(11))).toBe(true)
  })
})

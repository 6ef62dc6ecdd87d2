import { expect, test } from '@jest/globals'
import { createBatch } from '../../src/store/batch.js'

test('what is asked for in one turn is done together, each with its own result', async () => {
  const runs: number[][] = []
  const double = createBatch<number, number>(async (items) => {
    runs.push([...items])
    return items.map((item) => item * 2)
  })
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6])
  expect(await double(4)).toBe(8)
  expect(runs).toEqual([[1, 2, 3], [4]])
})

test('what comes while a run is under way waits for it and goes together', async () => {
  const runs: number[][] = []
  const releases: (() => void)[] = []
  let started = () => {}
  const firstStarted = new Promise<void>((resolve) => {
    started = resolve
  })
  const slow = createBatch<number, number>(async (items) => {
    runs.push([...items])
    started()
    if (runs.length === 1) await new Promise<void>((resolve) => releases.push(resolve))
    return items
  })
  const first = slow(1)
  await firstStarted
  const others = [slow(2), slow(3)]
  await new Promise((resolve) => setImmediate(resolve))
  expect(runs).toEqual([[1]])
  for (const release of releases) release()
  expect(await Promise.all([first, ...others])).toEqual([1, 2, 3])
  expect(runs).toEqual([[1], [2, 3]])
})

test('a run has at most so many items', async () => {
  const sizes: number[] = []
  const echo = createBatch<number, number>(async (items) => {
    sizes.push(items.length)
    return items
  }, 2)
  expect(await Promise.all([1, 2, 3, 4, 5].map(echo))).toEqual([1, 2, 3, 4, 5])
  expect(sizes).toEqual([2, 2, 1])
})

test('a run that fails rejects its own items only', async () => {
  const flaky = createBatch<string, string>(async (items) => {
    if (items.includes('bad')) throw new Error('store gone')
    return items
  })
  const ends = await Promise.allSettled([flaky('bad'), flaky('good')])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await flaky('good')).toBe('good')
})

test('a run that forgets a result is an error, not a wrong answer', async () => {
  const short = createBatch<number, number>(async (items) => items.slice(1))
  await expect(Promise.all([short(1), short(2)])).rejects.toThrow('one result for each item')
})

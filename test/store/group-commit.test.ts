import { describe, expect, test } from '@jest/globals'
import { createGroupCommit, type GroupCommitOptions } from '../../src/store/group-commit.js'
import { gate } from '../inbox/setup.js'

/** A group commit whose writes end when the test says so. */
function held(options: Partial<GroupCommitOptions<number, void>> = {}) {
  const writes: { items: number[]; end(): void; fail(error: Error): void }[] = []
  const settled: number[][] = []
  const failed: number[][] = []
  const commits = createGroupCommit<number, void>({
    write: (items) =>
      new Promise<void>((end, fail) => {
        writes.push({ items, end, fail })
      }),
    settle: (items) => void settled.push(items),
    failed: (items) => void failed.push(items),
    ...options,
  })
  return { ...commits, idle: commits.idle, pending: () => commits.pending, writes, settled, failed }
}
const turn = () => new Promise(setImmediate)

describe('a group commit', () => {
  test('writes what arrives in one turn together, and gathers the rest while two writes are under way', async () => {
    const commits = held()
    for (const item of [1, 2, 3]) commits.add(item)
    await turn()
    commits.add(4)
    await turn()
    for (const item of [5, 6]) commits.add(item)
    await turn()
    expect(commits.writes.map((write) => write.items)).toEqual([[1, 2, 3], [4]])
    commits.writes[0]?.end()
    await turn()
    await turn()
    expect(commits.writes[2]?.items).toEqual([5, 6])
    for (const write of commits.writes) write.end()
    await commits.idle()
    expect(commits.pending()).toBe(0)
  })

  test('settles groups in the order in which they were written, whichever ends first', async () => {
    const commits = held()
    commits.add(1)
    await turn()
    commits.add(2)
    await turn()
    commits.writes[1]?.end()
    await turn()
    expect(commits.settled).toEqual([])
    commits.writes[0]?.end()
    await commits.idle()
    expect(commits.settled).toEqual([[1], [2]])
  })

  test('tells a failed group alone', async () => {
    const commits = held()
    commits.add(1)
    await turn()
    commits.add(2)
    await turn()
    commits.writes[0]?.fail(new Error('no'))
    commits.writes[1]?.end()
    await commits.idle()
    expect([commits.failed, commits.settled]).toEqual([[[1]], [[2]]])
  })

  test('keeps a group below its limits, but never refuses a single large item', async () => {
    const done = gate()
    const groups: number[][] = []
    const commits = createGroupCommit<number, void>({
      write: async (items) => void groups.push(items),
      settle: () => {
        if (groups.flat().length === 6) done.open()
      },
      failed: () => undefined,
      maxItems: 3,
      weigh: (item) => item,
      maxBytes: 10,
    })
    for (const item of [1, 2, 3, 4, 99, 5]) commits.add(item)
    await done.promise
    expect(groups).toEqual([[1, 2, 3], [4], [99], [5]])
  })

  test('writes half of the usual number as soon as it has come together, and the rest together too', async () => {
    const commits = held()
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
    const endAll = async () => {
      while (commits.pending() > 0) {
        for (const write of commits.writes) write.end()
        await turn()
      }
    }
    for (const n of numbers(40)) commits.add(n)
    await endAll()
    const before = commits.writes.length
    const sizes = () => commits.writes.slice(before).map(({ items }) => items.length)
    for (const n of numbers(25)) commits.add(n)
    const [half = 0] = sizes()
    expect(sizes()).toHaveLength(1)
    expect(half).toBeGreaterThan(12)
    expect(half).toBeLessThan(25)
    await turn()
    expect(sizes()).toEqual([half])
    for (const n of numbers(15)) commits.add(n)
    await turn()
    expect(sizes()[1]).toBeGreaterThan(12)
    await endAll()
    expect(commits.settled.flat()).toHaveLength(80)
  })

  test('that gathers writes when the time is over or the group is full, whichever is first', async () => {
    const commits = held({ gatherMs: 20, maxItems: 3, inFlight: 1 })
    for (const n of [1, 2]) commits.add(n)
    await turn()
    expect(commits.writes).toEqual([])
    commits.add(3)
    expect(commits.writes.map(({ items }) => items)).toEqual([[1, 2, 3]])
    for (const n of [4, 5, 6, 7]) commits.add(n)
    commits.writes[0]?.end()
    await turn()
    await turn()
    expect(commits.writes.map(({ items }) => items)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    commits.writes[1]?.end()
    while (commits.writes.length < 3) await turn()
    expect(commits.writes[2]?.items).toEqual([7])
    commits.writes[2]?.end()
    await commits.idle()
  })
})

import { createGroupCommit } from './group-commit.js'

/**
 * A function that does together what is asked for together: `run` gets the items of one turn of the event loop (or
 * that came while the run before was under way) and answers one result for each, in order. When it throws, every item
 * of that run is rejected with the error. Runs never overlap.
 */
export function createBatch<T, R>(
  run: (items: readonly T[]) => Promise<readonly R[]>,
  maxItems = 500,
): (item: T) => Promise<R> {
  const group = createGroupCommit<Waiting<T, R>, readonly R[]>({
    maxItems,
    inFlight: 1,
    async write(waiting) {
      const results = await run(waiting.map(({ item }) => item))
      if (results.length !== waiting.length) throw new RangeError('a batch answers one result for each item')
      return results
    },
    settle(waiting, results) {
      for (const [index, result] of results.entries()) waiting[index]?.resolve(result)
    },
    failed(waiting, error) {
      for (const { reject } of waiting) reject(error)
    },
  })
  return (item) => new Promise((resolve, reject) => group.add({ item, resolve, reject }))
}

interface Waiting<T, R> {
  item: T
  resolve(result: R): void
  reject(error: unknown): void
}

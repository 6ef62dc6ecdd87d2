import type { Connection } from '../../src/store/connect.js'

/** The process ended. */
export class Died extends Error {}

const WRITES: ReadonlySet<string | symbol> = new Set([
  ...['insertOne', 'updateOne', 'updateMany', 'findOneAndUpdate', 'replaceOne', 'deleteOne'],
  'command',
])

/**
 * A connection of a process that is killed at its `at`-th write, before it or after it has reached the store. From then
 * on nothing works any more.
 */
export function dyingConnection(connection: Connection, at: number, when: 'before' | 'after') {
  let writes = 0
  let dead = false

  const mortal = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          if (dead) throw new Died()
          if (name === 'collection') return mortal(Reflect.apply(value, target, args) as object)
          if (!WRITES.has(name)) return Reflect.apply(value, target, args) as unknown
          writes += 1
          const last = writes === at
          if (last) dead = true
          if (last && when === 'before') return Promise.reject(new Died())
          const done = Reflect.apply(value, target, args) as Promise<unknown>
          return last
            ? done.then(() => {
                throw new Died()
              })
            : done
        }
      },
    })

  const db = mortal(connection.db as object)
  const dying = new Proxy(connection, {
    get: (target, name) => (name === 'db' ? db : Reflect.get(target, name, target)),
  })
  return { connection: dying, died: () => dead }
}

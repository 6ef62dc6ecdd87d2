import { createRequire } from 'node:module'

interface Wire {
  prototype: { command(ns: unknown, command: object, ...rest: unknown[]): Promise<unknown> }
}

/**
 * Counts the commands that this process sends to the store from now on, heartbeats apart: what a round trip is. The
 * driver's own events must be asked for before it connects, so its class of connections is watched instead.
 */
export function countCommands(): () => number {
  const load = createRequire(createRequire(import.meta.url).resolve('mongoose'))
  const { Connection } = load('mongodb/lib/cmap/connection.js') as { Connection: Wire }
  const { command } = Connection.prototype
  let count = 0
  Connection.prototype.command = function (ns, what, ...rest) {
    if (!('hello' in what || 'isMaster' in what || 'ismaster' in what || 'endSessions' in what)) count++
    return command.call(this, ns, what, ...rest)
  }
  return () => count
}

import mongoose, { type Connection, type mongo } from 'mongoose'

/** A way past the driver, for commands that carry many documents; only the embedded store has one. */
export interface Lane {
  readonly database: string
  /** Runs a command given as BSON, its documents beside it as the sequence `field`; gives the server's answer. */
  run(body: Uint8Array, field: string, documents: Uint8Array): Promise<mongo.Document>
}

const lanes = new WeakMap<Connection, Lane>()

/** Sends the raw commands of a connection by `lane` from now on. */
export function useLane(connection: Connection, lane: Lane): void {
  lanes.set(connection, lane)
}

/** The connection's lane; undefined when it has none. */
export function laneOf(connection: Connection): Lane | undefined {
  return lanes.get(connection)
}

/** Documents as BSON, one behind the other, as the driver would write them. */
export function encodeAll(documents: readonly object[]): Buffer {
  return Buffer.concat(documents.map((document) => mongoose.mongo.BSON.serialize(document, { ignoreUndefined: false })))
}

/** The body of a command on a collection. Kept: there are a few dozen. */
export function commandBody(lane: Lane, command: 'insert' | 'update', collection: string): Uint8Array {
  const key = `${command} ${lane.database} ${collection}`
  const known = bodies.get(key)
  if (known !== undefined) return known
  const made = mongoose.mongo.BSON.serialize({ [command]: collection, ordered: false, $db: lane.database })
  if (bodies.size < 1000) bodies.set(key, made)
  return made
}

const bodies = new Map<string, Uint8Array>()

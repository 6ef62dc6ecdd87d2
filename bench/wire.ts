import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Binary, type Document, deserialize, serialize, UUID } from 'bson'

/**
 * Commands over the bare wire protocol. Making them ready and waiting takes a tenth of what the driver takes for a command,
 * which is as much as a store does: through the driver two stores look alike.
 */
export interface WireClient {
  /** Sends what was made ready, each connection its next when it has the answer; the first refusal rejects. */
  run(ready: readonly Buffer[]): Promise<void>
  close(): void
}

const HEADER = 16
const OP_MSG = 2013
const BODY_AT = HEADER + 5
/** Every refusal has this name in it. */
const REFUSED = Buffer.from('errmsg')

/** A command as the driver would send it, with a session. */
export function ready(command: Document): Buffer {
  const lsid = { id: new Binary(new UUID().buffer, Binary.SUBTYPE_UUID) }
  const body = serialize({ ...command, lsid, $db: 'bench' }, { ignoreUndefined: true })
  const message = Buffer.alloc(BODY_AT + body.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(OP_MSG, 12)
  message.set(body, BODY_AT)
  return message
}

/** Opens so many connections to the socket of a `mongodb://` address. */
export async function openWire(uri: string, connections: number): Promise<WireClient> {
  const path = decodeURIComponent(uri.replace(/^mongodb:\/\//, '').replace(/\/.*$/, ''))
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(path)
      await once(socket, 'connect')
      // a store that ends before its clients cuts them off; a command then stays without its answer, which the run shows
      socket.on('error', () => undefined)
      return socket
    }),
  )
  return {
    async run(messages) {
      let next = 0
      const one = (socket: Socket) =>
        new Promise<void>((resolve, reject) => {
          const end = (error?: Error) => {
            socket.removeAllListeners('data')
            if (error) reject(error)
            else resolve()
          }
          const send = () => {
            const message = messages[next++]
            if (message === undefined) end()
            else socket.write(message)
          }
          let got: Buffer | undefined
          socket.on('data', (chunk: Buffer) => {
            got = got === undefined ? chunk : Buffer.concat([got, chunk])
            if (got.length < 4 || got.length < got.readInt32LE(0)) return
            const answer = got
            got = undefined
            if (answer.includes(REFUSED)) end(new Error(JSON.stringify(deserialize(answer.subarray(BODY_AT)))))
            else send()
          })
          send()
        })
      await Promise.all(sockets.map(one))
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

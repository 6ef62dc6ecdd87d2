// The wire server: connections, the order of their commands, and one write to the socket per answer.
import { chmodSync } from 'node:fs'
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { BSONError } from 'bson'
import { Batch } from './batch.js'
import { int32 } from './bson/raw.js'
import type { Command, Context, Log } from './commands/context.js'
import { Cursors } from './commands/cursors.js'
import { commands } from './commands/table.js'
import { MongoError } from './errors.js'
import { Store } from './storage/store.js'
import { sweepExpired } from './ttl.js'
import { Frames } from './wire/frames.js'
import { OP, type Request, readMessage, WireError } from './wire/message.js'
import { envelope, errorReply } from './wire/reply.js'

/** How a server is started. */
export interface ServerOptions {
  /** The LMDB file. */
  file: string
  /** A Unix socket path, or 127.0.0.1 and a port (0 for any). */
  listen: { path: string } | { host: string; port: number }
  log?: Log
  /** Pause between TTL sweeps and looks for idle cursors; MongoDB's is 60 s. */
  sweepMs?: number
}

/** A running server. */
export interface RunningServer {
  store: Store
  /** Port in use, undefined on a Unix socket. */
  port: number | undefined
  sweep(): Promise<number>
  close(): Promise<void>
}

const IDLE_CURSOR_MS = 600_000

/** Opens the store and listens. Rejects when the address is taken or the file cannot be opened. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log: Log = options.log ?? (() => {})
  const store = new Store(options.file)
  const cursors = new Cursors(() => store.rest())
  const batch = new Batch(store)
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, { store, cursors, log, connection: ++connections }, batch)
  })
  try {
    await listen(server, options.listen)
  } catch (error) {
    await store.close()
    throw error
  }
  if ('path' in options.listen) chmodSync(options.listen.path, 0o600)
  const timer = setInterval(() => {
    cursors.sweep(IDLE_CURSOR_MS)
    sweepExpired(store).catch((error: unknown) => log('error', `TTL sweep failed: ${String(error)}`))
  }, options.sweepMs ?? 60_000)
  timer.unref()
  const address = server.address()
  return {
    store,
    port: typeof address === 'object' && address !== null ? address.port : undefined,
    sweep: () => sweepExpired(store),
    async close() {
      clearInterval(timer)
      batch.close()
      cursors.sweep(0, Number.POSITIVE_INFINITY)
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await store.close()
    },
  }
}

function listen(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

// one connection: its commands are answered one after the other, in the order they came
function serve(socket: Socket, context: Context, batch: Batch): void {
  const frames = new Frames()
  const queue: Buffer[] = []
  let busy = false
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    try {
      frames.add(chunk)
      for (let message = frames.take(); message !== undefined; message = frames.take()) queue.push(message)
    } catch (error) {
      refuse(error)
      return
    }
    if (!busy) work()
  })

  function refuse(error: unknown): void {
    if (!(error instanceof WireError)) context.log('error', `connection ${context.connection}: ${String(error)}`)
    socket.destroy()
  }

  // all pieces of an answer in one write
  function send(pieces: Buffer[] | undefined): void {
    if (pieces === undefined || socket.destroyed) return
    if (pieces.length > 1) socket.cork()
    for (const piece of pieces) socket.write(piece)
    if (pieces.length > 1) socket.uncork()
  }

  function work(): void {
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      let answer: Answer | Promise<Answer>
      try {
        answer = respond(message, context, batch)
      } catch (error) {
        refuse(error)
        return
      }
      if (!(answer instanceof Promise)) {
        send(answer)
        continue
      }
      busy = true
      answer.then((bytes) => {
        busy = false
        send(bytes)
        work()
      }, refuse)
      return
    }
  }
}

// the pieces to send; undefined when the client wants no answer
type Answer = Buffer[] | undefined

// throws WireError when the connection must be closed
function respond(message: Buffer, context: Context, batch: Batch): Answer | Promise<Answer> {
  let request: Request
  try {
    request = readMessage(message)
  } catch (error) {
    if (error instanceof WireError) throw error
    return envelope(OP.msg, int32(message, 4), refusal(error, 'message', context.log))
  }
  const { id, op, silent, name } = request
  const wrap = (body: Buffer) => (silent ? undefined : envelope(op, id, body))
  const failed = (error: unknown) => wrap(refusal(error, name, context.log))
  const command = commands.get(name)
  if (command === undefined) return failed(new MongoError(59, `no such command: '${name}'`))
  try {
    const answer = start(command, request, context, batch)
    if (answer instanceof Promise) return answer.then(wrap, failed)
    context.store.rest()
    return wrap(answer)
  } catch (error) {
    context.store.rest()
    return failed(error)
  }
}

function start(command: Command, request: Request, context: Context, batch: Batch): Buffer | Promise<Buffer> {
  if (command.kind === 'read') return command.run(request, context)
  if (command.kind === 'schema') return batch.submit(() => command.run(request, context), true)
  return batch.submit(
    () => {
      try {
        return command.run(request, context)
      } catch (error) {
        // a refusal comes before anything is written; anything else must abort the transaction
        if (error instanceof MongoError) return refusal(error, request.name, context.log)
        throw error
      }
    },
    false,
    request.rows.length,
  )
}

function refusal(error: unknown, name: string, log: Log): Buffer {
  if (error instanceof MongoError) return errorReply(error.code, error.codeName, error.message, error.extra)
  if (error instanceof BSONError) return errorReply(22, 'InvalidBSON', error.message)
  const text = error instanceof Error ? error.message : String(error)
  log('error', `${name} failed: ${error instanceof Error ? (error.stack ?? text) : text}`)
  if (/ENOSPC|No space left|Input.output error|MDB_MAP_FULL|EFBIG|File too large|EDQUOT/i.test(text)) {
    return errorReply(14031, 'OutOfDiskSpace', `the disk is full: ${name} was not stored (${text})`)
  }
  return errorReply(1, 'InternalError', `${name} failed: ${text}`)
}

// A way into the store for documents that are BSON already: a few connections that carry one command each at a time.
import { connect, type Socket } from 'node:net'
import { deserialize } from 'bson'
import { putInt32 } from './bson/raw.js'
import { MongoError } from './errors.js'
import type { Address } from './lock.js'
import type { Doc } from './values.js'
import { Frames } from './wire/frames.js'
import { HEADER, OP } from './wire/message.js'

/** Commands under way at once; further ones wait. */
const MOST_LINES = 4
/** A command that waited this long for its turn is not sent any more: whoever asked has given up. */
const WAIT_MS = 5000
/** A connection on which nothing comes for this long while a command is under way is given up. */
const SILENT_MS = 30_000

/** A command with its documents, and who waits for the answer. */
interface Job {
  pieces: [Buffer, Uint8Array]
  since: number
  resolve(answer: Doc): void
  reject(error: unknown): void
}

interface Line {
  socket: Socket
  frames: Frames
  job: Job | undefined
}

/**
 * Sends commands whose documents are BSON already, past the driver's layers: about a third of the driver's CPU time. It
 * connects when it is first used and again after a connection broke; the command that was under way then is rejected,
 * as it may have been done or not.
 */
export class Lane {
  private readonly address: () => Address
  private readonly lines = new Set<Line>()
  private readonly idle: Line[] = []
  private readonly queue: Job[] = []
  private closed = false
  private lastId = 0

  constructor(address: () => Address) {
    this.address = address
  }

  /**
   * Runs a command. `body` is its BSON without the documents, `$db` included; `documents`, one behind the other, go as
   * the sequence `field`. Gives the answer, which may hold `writeErrors`. Rejects with the server's error, or with
   * another one when the connection failed.
   */
  run(body: Uint8Array, field: string, documents: Uint8Array): Promise<Doc> {
    if (this.closed) return Promise.reject(new MongoError(91, 'the store is closed'))
    return new Promise((resolve, reject) => {
      const head = headOf(++this.lastId, body, field, documents.length)
      const job: Job = { pieces: [head, documents], since: performance.now(), resolve, reject }
      const line = this.idle.pop() ?? (this.lines.size < MOST_LINES ? this.open() : undefined)
      if (line === undefined) this.queue.push(job)
      else start(line, job)
    })
  }

  /** Rejects what is under way. */
  close(): void {
    this.closed = true
    for (const job of this.queue.splice(0)) job.reject(new MongoError(91, 'the store is closed'))
    for (const { socket } of this.lines) socket.destroy()
  }

  private open(): Line {
    const socket = connect(this.address())
    const line: Line = { socket, frames: new Frames(), job: undefined }
    let failure: Error | undefined
    this.lines.add(line)
    socket.unref()
    socket.setNoDelay(true)
    socket.setTimeout(SILENT_MS, () => line.job && socket.destroy())
    socket.on('data', (chunk) => this.hear(line, chunk))
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => {
      this.lines.delete(line)
      const at = this.idle.indexOf(line)
      if (at >= 0) this.idle.splice(at, 1)
      line.job?.reject(failure ?? new Error('the store closed the connection'))
      const next = this.closed ? undefined : this.next()
      if (next !== undefined) start(this.open(), next)
    })
    return line
  }

  private hear(line: Line, chunk: Buffer): void {
    try {
      line.frames.add(chunk)
      const message = line.frames.take()
      if (message === undefined) return
      const { job } = line
      line.job = undefined
      const next = this.next()
      if (next === undefined) this.idle.push(line)
      else start(line, next)
      if (job !== undefined) settle(job, message)
    } catch {
      line.socket.destroy()
    }
  }

  private next(): Job | undefined {
    for (let job = this.queue.shift(); job !== undefined; job = this.queue.shift()) {
      if (performance.now() - job.since < WAIT_MS) return job
      job.reject(new Error(`the store did not get to the command within ${WAIT_MS} ms`))
    }
    return undefined
  }
}

function start(line: Line, job: Job): void {
  line.job = job
  line.socket.cork()
  for (const piece of job.pieces) line.socket.write(piece)
  line.socket.uncork()
}

function settle(job: Job, message: Buffer): void {
  try {
    const answer = deserialize(message.subarray(HEADER + 5))
    if (answer['ok'] === 1) job.resolve(answer)
    else job.reject(new MongoError(Number(answer['code']), String(answer['errmsg'])))
  } catch (error) {
    job.reject(error)
  }
}

function headOf(id: number, body: Uint8Array, field: string, documents: number): Buffer {
  const at = HEADER + 5 + body.length
  const head = Buffer.alloc(at + 6 + field.length)
  putInt32(head, 0, head.length + documents)
  putInt32(head, 4, id)
  putInt32(head, 12, OP.msg)
  head.set(body, HEADER + 5)
  head[at] = 1
  putInt32(head, at + 1, 5 + field.length + documents)
  head.write(field, at + 5, 'latin1')
  return head
}

import { IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

/** A request's body, or why there is none; `unread` when its sender is still there and may be told. */
export type Body = { type: 'read'; bytes: Buffer } | { type: 'refused'; reason: string; unread: boolean }

const EMPTY = Buffer.alloc(0)
const GONE: Body = { type: 'refused', reason: 'the sender went away or was too slow', unread: false }
/** How much of a body that is too large is read and thrown away, so that its sender can still read the refusal. */
const LINGER_BYTES = 2_097_152
const LINGER_MS = 2000

/** Takes what arrives of a body; `bytes` is null at its end. */
interface Sink {
  take(bytes: Buffer | null): void
  gone(): void
}

/**
 * A request whose body may be taken as it arrives, before it becomes a stream: a stream's events cost more than
 * everything that is done with the bytes of a push. Until somebody asks for that it is a request like any other.
 */
export class DirectRequest extends IncomingMessage {
  #sink: Sink | undefined
  #ended = false

  static {
    // Node looks whether a request was read to its end, and else listens for that; a getter, as `Readable` has it.
    const ofStream = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableEnded')?.get
    Object.defineProperty(DirectRequest.prototype, 'readableEnded', {
      configurable: true,
      get(this: DirectRequest) {
        return this.#ended || ofStream?.call(this) === true
      },
    })
  }

  /** Gives all that arrives from now on to `sink`. */
  divert(sink: Sink): void {
    this.#sink = sink
    this._read(0)
  }

  /** Gives what still arrives to the stream again. */
  undivert(): void {
    this.#sink = undefined
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const sink = this.#sink
    if (sink === undefined) return super.push(chunk, encoding)
    if (chunk === null) this.#ended = true
    sink.take(chunk)
    return true
  }

  override destroy(error?: Error): this {
    const sink = this.#sink
    this.#sink = undefined
    sink?.gone()
    return super.destroy(error)
  }
}

/**
 * Reads a raw body of at most `limit` bytes and tells `done`, once; the limit holds while reading, whatever
 * Content-Length says. A compressed body is refused: no platform sends one, and unpacking is how small requests become
 * large. How long a sender may take is the server's `requestTimeout`. It calls back, because a promise and its turn
 * would cost every request more than the reading.
 */
export function readBody(request: IncomingMessage, limit: number, done: (body: Body) => void): void {
  const { headers } = request
  if (Number(headers['content-length'] ?? 0) > limit) {
    done(tooLarge(limit))
    return
  }
  if (headers['content-encoding'] !== undefined) {
    done({ type: 'refused', reason: 'a compressed body', unread: true })
    return
  }
  const gathering = new Gathering(limit, done)
  if (request instanceof DirectRequest && !request.complete && request.readableLength === 0) {
    gathering.diverted = request
    request.divert(gathering)
    return
  }
  request.on('data', (chunk: Buffer) => gathering.take(chunk))
  request.on('end', () => gathering.take(null))
  request.on('close', () => gathering.gone())
}

/** What has arrived of a body. */
class Gathering implements Sink {
  diverted: DirectRequest | undefined
  readonly #limit: number
  readonly #done: (body: Body) => void
  #told = false
  #size = 0
  #first: Buffer = EMPTY
  #more: Buffer[] | undefined

  constructor(limit: number, done: (body: Body) => void) {
    this.#limit = limit
    this.#done = done
  }

  take(bytes: Buffer | null): void {
    if (this.#told) return
    if (bytes === null) {
      const more = this.#more
      this.#tell({ type: 'read', bytes: more === undefined ? this.#first : Buffer.concat(more, this.#size) })
      return
    }
    this.#size += bytes.length
    if (this.#size > this.#limit) {
      this.#more = undefined
      this.#tell(tooLarge(this.#limit))
    } else if (this.#size === bytes.length) this.#first = bytes
    else {
      this.#more ??= [this.#first]
      this.#more.push(bytes)
    }
  }

  gone(): void {
    if (!this.#told) this.#tell(GONE)
  }

  #tell(body: Body): void {
    this.#told = true
    this.diverted?.undivert()
    this.#done(body)
  }
}

/** Ends a response whose request was not read to its end: drains a little, so that the sender sees the answer, then closes. */
export function endUnread(request: IncomingMessage, response: ServerResponse): void {
  let drained = 0
  const end = () => {
    clearTimeout(timer)
    response.end()
    request.socket.destroySoon()
  }
  const timer = setTimeout(end, LINGER_MS)
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > LINGER_BYTES) end()
  })
  request.once('end', end)
  request.once('close', end)
  request.resume()
}

function tooLarge(limit: number): Body {
  return { type: 'refused', reason: `a body of more than ${limit} bytes`, unread: true }
}

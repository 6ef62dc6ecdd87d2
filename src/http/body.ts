import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request's body, or why there is none; `unread` when its sender is still there and may be told. */
export type Body = { type: 'read'; bytes: Buffer } | { type: 'refused'; reason: string; unread: boolean }

const EMPTY = Buffer.alloc(0)
const GONE: Body = { type: 'refused', reason: 'the sender went away or was too slow', unread: false }
/** How much of a body that is too large is read and thrown away, so that its sender can still read the refusal. */
const LINGER_BYTES = 2_097_152
const LINGER_MS = 2000

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
  let first: Buffer = EMPTY
  let more: Buffer[] | undefined
  let size = 0
  let told = false
  const tell = (body: Body) => {
    if (told) return
    told = true
    done(body)
  }
  request.on('data', (chunk: Buffer) => {
    if (told) return
    size += chunk.length
    if (size > limit) {
      more = undefined
      tell(tooLarge(limit))
    } else if (size === chunk.length) first = chunk
    else {
      more ??= [first]
      more.push(chunk)
    }
  })
  request.on('end', () => tell({ type: 'read', bytes: more === undefined ? first : Buffer.concat(more, size) }))
  request.on('close', () => {
    if (!told) tell(GONE)
  })
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

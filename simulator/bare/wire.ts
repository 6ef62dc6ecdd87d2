import { createServer, type Server, type Socket } from 'node:net'

/** A request as it came over the wire. */
export interface WireRequest {
  method: string
  path: string
  query: string
  body: string
}

/** How a request is answered, once, now or later. */
export interface WireReply {
  send(status: number, body: string, type?: string): void
  /** Writes these bytes as they are and closes the connection. */
  raw(bytes: string): void
  /** Resets the connection (RST). */
  reset(): void
  readonly open: boolean
}

/** What the server asks: a head may be refused before its body is read. */
export interface WireHandler {
  head(path: string): 'read' | 'reset'
  request(request: WireRequest, reply: WireReply): void
}

const MAX_HEAD = 16 * 1024
const MAX_BODY = 32 * 1024 * 1024
const HEAD_END = Buffer.from('\r\n\r\n')
const REASONS: Record<number, string> = { 200: 'OK', 400: 'Bad Request', 404: 'Not Found', 502: 'Bad Gateway' }

/**
 * An HTTP/1.1 server of the few parts a load target needs: keep-alive, Content-Length and chunked bodies, answers in the
 * order of the requests. It costs a fraction of node:http, so that measuring a client does not measure its target.
 */
export function createWireServer(handler: WireHandler): Server & { readonly sockets: Set<Socket> } {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket, handler)
  })
  return Object.assign(server, { sockets })
}

interface Head {
  method: string
  path: string
  query: string
  length: number
  chunked: boolean
  close: boolean
}

function serve(socket: Socket, handler: WireHandler): void {
  let held: Buffer = Buffer.alloc(0)
  let head: Head | undefined
  const line: { ready: string | undefined; close: boolean }[] = []

  function flush(): void {
    while (line[0]?.ready !== undefined) {
      const first = line.shift()
      if (!first || socket.destroyed) return
      socket.write(first.ready ?? '', 'utf8')
      if (first.close) socket.end()
    }
  }
  function replyTo(request: Head): WireReply {
    const place = { ready: undefined as string | undefined, close: request.close }
    line.push(place)
    return {
      send: (status, body, type = 'application/json; encoding=utf-8') => {
        const length = Buffer.byteLength(body)
        const reason = REASONS[status] ?? 'Status'
        place.ready = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n${request.close ? 'Connection: close\r\n' : ''}\r\n${body}`
        flush()
      },
      raw: (bytes) => {
        place.ready = bytes
        place.close = true
        flush()
      },
      reset: () => void socket.resetAndDestroy(),
      get open() {
        return !socket.destroyed
      },
    }
  }
  function take(): boolean {
    if (!head) {
      const end = held.indexOf(HEAD_END)
      if (end < 0) {
        if (held.length > MAX_HEAD) socket.destroy()
        return false
      }
      head = readHead(held.toString('latin1', 0, end))
      held = held.subarray(end + 4)
      if (!head || head.length > MAX_BODY) {
        socket.destroy()
        return false
      }
      if (handler.head(head.path) === 'reset') {
        socket.resetAndDestroy()
        return false
      }
    }
    const body = head.chunked ? readChunks(held) : readPlain(held, head.length)
    if (body === undefined) return false
    held = held.subarray(body.used)
    const request = head
    head = undefined
    handler.request(
      { method: request.method, path: request.path, query: request.query, body: body.text },
      replyTo(request),
    )
    return held.length > 0
  }
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    while (!socket.destroyed && take());
  })
}

function readHead(text: string): Head | undefined {
  const lineEnd = text.indexOf('\r\n')
  const first = lineEnd < 0 ? text : text.slice(0, lineEnd)
  const [method, target] = first.split(' ')
  if (!method || !target?.startsWith('/')) return undefined
  const mark = target.indexOf('?')
  const fields = text.slice(first.length).toLowerCase()
  const length = Number(field(fields, 'content-length') ?? 0)
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    length: Number.isInteger(length) && length >= 0 ? length : Number.POSITIVE_INFINITY,
    chunked: field(fields, 'transfer-encoding')?.includes('chunked') ?? false,
    close: field(fields, 'connection') === 'close',
  }
}

function field(fields: string, name: string): string | undefined {
  const at = fields.indexOf(`\r\n${name}:`)
  if (at < 0) return undefined
  const start = at + name.length + 3
  const end = fields.indexOf('\r\n', start)
  return fields.slice(start, end < 0 ? undefined : end).trim()
}

function readPlain(held: Buffer, length: number): { text: string; used: number } | undefined {
  return held.length < length ? undefined : { text: held.toString('utf8', 0, length), used: length }
}

function readChunks(held: Buffer): { text: string; used: number } | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const end = held.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(held.toString('latin1', at, end), 16)
    if (!(size >= 0)) return { text: '', used: held.length }
    const start = end + 2
    if (held.length < start + size + 2) return undefined
    if (size === 0) return { text: Buffer.concat(parts).toString(), used: start + 2 }
    parts.push(held.subarray(start, start + size))
    at = start + size + 2
  }
}

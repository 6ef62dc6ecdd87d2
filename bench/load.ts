import net from 'node:net'

/** What a load run saw. Times are milliseconds. */
export interface LoadResult {
  answered: number
  failed: number
  seconds: number
  perSecond: number
  latencies: Float64Array
}

interface Connection {
  socket: net.Socket
  /** When the request under way was due (open loop) or written (closed loop); 0 when idle. */
  since: number
}

/**
 * Closed loop: `connections` keep-alive sockets, each sends its next request when the last is answered,
 * until the time is over or the requests are used up.
 */
export function closedLoop(
  port: number,
  requests: Buffer[],
  options: { connections: number; seconds: number },
): Promise<LoadResult> {
  let next = 0
  const until = performance.now() + options.seconds * 1000
  return drive(port, options.connections, requests.length, (connection) => {
    const request = requests[next]
    if (request === undefined || performance.now() > until) return false
    next++
    connection.since = performance.now()
    connection.socket.write(request)
    return true
  })
}

/**
 * Open loop: requests are due at `rateAt(second)` per second whether or not earlier ones are answered; the latency
 * counts from the moment a request was due, so a stalled server cannot hide its queue.
 */
export async function openLoop(
  port: number,
  makeRequest: () => Buffer,
  options: { connections: number; seconds: number; rateAt: (second: number) => number },
): Promise<LoadResult> {
  const due: { at: number; request: Buffer }[] = []
  const idle: Connection[] = []
  const start = performance.now()
  let planned = 0
  let over = false
  const give = (connection: Connection): boolean => {
    const item = due.shift()
    if (!item) {
      if (over) return false
      idle.push(connection)
      return true
    }
    connection.since = item.at
    connection.socket.write(item.request)
    return true
  }
  let at = start
  const timer = setInterval(() => {
    const now = performance.now()
    while (at <= now && !over) {
      due.push({ at, request: makeRequest() })
      planned++
      at += 1000 / options.rateAt((at - start) / 1000)
      if (at - start > options.seconds * 1000) over = true
    }
    while (due.length > 0 && idle.length > 0) {
      const connection = idle.pop() as Connection
      if (connection.socket.writable) give(connection)
    }
    if (over && due.length === 0) {
      clearInterval(timer)
      for (const connection of idle.splice(0)) connection.socket.end()
    }
  }, 1)
  const result = await drive(port, options.connections, 4_000_000, give)
  clearInterval(timer)
  return { ...result, failed: planned - result.answered }
}

function drive(
  port: number,
  connections: number,
  capacity: number,
  give: (connection: Connection) => boolean,
): Promise<LoadResult> {
  const latencies = new Float64Array(Math.min(capacity, 4_000_000))
  let answered = 0
  let failed = 0
  const start = performance.now()
  // Answers are read into one buffer, without the events of a stream: what the generator costs, its servers' other
  // threads cannot use.
  const buffer = Buffer.alloc(262_144)
  const sockets = Array.from(
    { length: connections },
    () =>
      new Promise<void>((resolve) => {
        const answers = answerReader((ok) => {
          // A server that closes an unused connection says so (408): that is no answer to a request.
          if (connection.since === 0) return void socket.destroy()
          latencies[answered + failed] = performance.now() - connection.since
          connection.since = 0
          if (ok) answered++
          else failed++
          if (!give(connection)) socket.end()
        })
        const callback = (bytes: number) => {
          answers(buffer.subarray(0, bytes))
          return true
        }
        const socket = net.connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } })
        const connection: Connection = { socket, since: 0 }
        socket.on('connect', () => {
          if (!give(connection)) socket.end()
        })
        socket.on('error', () => {})
        socket.on('close', () => {
          if (connection.since !== 0) failed++
          resolve()
        })
      }),
  )
  return Promise.all(sockets).then(() => {
    const seconds = (performance.now() - start) / 1000
    return {
      answered,
      failed,
      seconds,
      perSecond: answered / seconds,
      latencies: latencies.subarray(0, answered + failed).sort(),
    }
  })
}

const HEAD_END = Buffer.from('\r\n\r\n')
const OK = Buffer.from('HTTP/1.1 200')

/** Cuts the bytes of a connection into answers and tells of each whether its status is 200. */
function answerReader(tell: (ok: boolean) => void): (bytes: Buffer) => void {
  let rest: Buffer | undefined
  return (bytes) => {
    let pending = rest === undefined ? bytes : Buffer.concat([rest, bytes])
    rest = undefined
    while (pending.length > 0) {
      const head = pending.indexOf(HEAD_END)
      const length = head < 0 ? 0 : contentLength(pending.toString('latin1', 0, head))
      if (head < 0 || pending.length < head + 4 + length) {
        rest = Buffer.from(pending)
        return
      }
      tell(pending.compare(OK, 0, OK.length, 0, OK.length) === 0)
      pending = pending.subarray(head + 4 + length)
    }
  }
}

function contentLength(head: string): number {
  const at = head.indexOf('Content-Length: ')
  return at < 0 ? 0 : Number.parseInt(head.slice(at + 16, at + 28), 10)
}

/** The value below which `share` (0-1) of the sorted latencies lie. */
export const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** The middle value. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

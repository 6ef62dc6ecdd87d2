import net from 'node:net'

/** What the platform does with one message. */
export type Answer =
  /** Answers after the usual time; without a code it is accepted. */
  | { code?: number }
  /** Takes the message and cuts the line without an answer. */
  | 'reset'
  /** Takes the message and never answers. */
  | 'hang'
  /** The gateway answers HTTP 502. */
  | 'broken'

/** One message as it arrived. */
export interface Arrival {
  /** The receiver's number (`openidOf`). */
  person: number
  /** `client_msg_id`, on template messages. */
  key: string | undefined
  /** How often this person was written to before. */
  before: number
  token: string
}

/** A fake of the platform's token, customer message and template endpoints on raw sockets: cheap enough to stand 20,000 calls a second. */
export interface FakePlatform {
  readonly port: number
  readonly url: string
  /** When messages arrived, ms of `performance.now()`, in order. */
  arrivals(): Float64Array
  /** Messages that a person got (after the platform's own deduplication of keys). */
  delivered(person: number): number
  /** Calls that arrived for a person. */
  attempts(person: number): number
  /** People who got it more than once, and people who got it at all. */
  totals(): { calls: number; people: number; doubled: number; connections: number; tokens: number }
  /** The token in force; another one refuses calls with the old one (40001). */
  revoke(): void
  reset(): void
  close(): Promise<void>
}

export interface PlatformOptions {
  latencyMs: number
  /** One more than the largest receiver's number. */
  people: number
  answer?(arrival: Arrival): Answer
  /** Called when a message has arrived and been counted, before it is answered. */
  arrived?(arrival: Arrival): void
  /** Called when an answer has been written. */
  answered?(arrival: Arrival): void
}

/** As the real one answers customer messages and template messages. */
const OK = '{"errcode":0,"errmsg":"ok"}'
const OK_TEMPLATE = '{"errcode":0,"errmsg":"ok","msgid":200228332}'
const KEY_LIFE_MS = 600_000

/** Starts a platform on a free port of 127.0.0.1. */
export async function startPlatform(options: PlatformOptions): Promise<FakePlatform> {
  const { latencyMs, people } = options
  let times = new Float64Array(1024)
  let calls = 0
  let tokens = 0
  let connections = 0
  let version = 1
  const delivered = new Uint8Array(people)
  const attempts = new Uint8Array(people)
  const keys = new Map<string, number>()
  const sockets = new Set<net.Socket>()
  const waiting: { at: number; socket: net.Socket; text: string; arrival?: Arrival }[] = []
  const timer = setInterval(release, 1)

  function release(): void {
    const now = performance.now()
    while (waiting.length > 0 && (waiting[0]?.at ?? 0) <= now) {
      const batch = waiting.splice(0, countDue(now))
      for (const { socket, text, arrival } of batch) {
        if (!socket.destroyed) socket.write(text)
        if (arrival) options.answered?.(arrival)
      }
    }
  }

  function countDue(now: number): number {
    let count = 0
    while (count < waiting.length && (waiting[count]?.at ?? 0) <= now) count++
    return count
  }

  function respond(socket: net.Socket, body: string, status = '200 OK', arrival?: Arrival): void {
    const text = `HTTP/1.1 ${status}\r\nContent-Type: application/json; encoding=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: keep-alive\r\n\r\n${body}`
    if (latencyMs === 0) {
      socket.write(text)
      if (arrival) options.answered?.(arrival)
    } else waiting.push({ at: performance.now() + latencyMs, socket, text, ...(arrival && { arrival }) })
  }

  function handle(socket: net.Socket, head: string, body: string): void {
    const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP'))
    if (path.startsWith('/cgi-bin/stable_token') || path.startsWith('/cgi-bin/token')) {
      tokens++
      if (body.includes('"force_refresh":true')) version++
      return void respond(socket, `{"access_token":"T${version}","expires_in":7200}`)
    }
    const token = /access_token=([^&]+)/.exec(path)?.[1] ?? ''
    const person = Number(/"touser":"o(\d{27})"/.exec(body)?.[1])
    const key = /"client_msg_id":"([^"]+)"/.exec(body)?.[1]
    if (!(person < people)) return void respond(socket, '{"errcode":40003,"errmsg":"invalid openid"}')
    if (token !== `T${version}`) return void respond(socket, '{"errcode":40001,"errmsg":"invalid credential"}')
    const now = performance.now()
    if (calls === times.length) {
      const larger = new Float64Array(times.length * 2)
      larger.set(times)
      times = larger
    }
    times[calls++] = now
    const arrival: Arrival = { person, key, before: attempts[person] ?? 0, token }
    attempts[person] = arrival.before + 1
    options.arrived?.(arrival)
    const answer = options.answer?.(arrival) ?? {}
    if (typeof answer === 'object' && answer.code !== undefined) {
      return void respond(socket, `{"errcode":${answer.code},"errmsg":"refused"}`, '200 OK', arrival)
    }
    const known = key === undefined ? undefined : keys.get(`${person} ${key}`)
    if (known === undefined || now - known > KEY_LIFE_MS) delivered[person] = (delivered[person] ?? 0) + 1
    if (key !== undefined && known === undefined) keys.set(`${person} ${key}`, now)
    if (answer === 'reset') socket.resetAndDestroy()
    else if (answer === 'broken') respond(socket, '<html>502</html>', '502 Bad Gateway', arrival)
    else if (answer !== 'hang') respond(socket, path.includes('/template/') ? OK_TEMPLATE : OK, '200 OK', arrival)
  }

  const server = net.createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.setNoDelay(true)
    let pending = ''
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      for (;;) {
        const end = pending.indexOf('\r\n\r\n')
        if (end < 0) return
        const head = pending.slice(0, end)
        const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
        if (pending.length < end + 4 + length) return
        const body = pending.slice(end + 4, end + 4 + length)
        pending = pending.slice(end + 4 + length)
        handle(socket, head, body)
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve))
  const { port } = server.address() as net.AddressInfo

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    arrivals: () => times.slice(0, calls),
    delivered: (person) => delivered[person] ?? 0,
    attempts: (person) => attempts[person] ?? 0,
    totals() {
      let reached = 0
      let doubled = 0
      for (const count of delivered) {
        if (count > 0) reached++
        if (count > 1) doubled++
      }
      return { calls, people: reached, doubled, connections, tokens }
    },
    revoke() {
      version++
    },
    reset() {
      calls = 0
      tokens = 0
      connections = sockets.size
      delivered.fill(0)
      attempts.fill(0)
      keys.clear()
    },
    close: () => {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** The most arrivals within any second, and within aligned seconds those of each whole one. */
export function perSecond(arrivals: Float64Array): { most: number; seconds: number[] } {
  let most = 0
  for (let first = 0, last = 0; last < arrivals.length; last++) {
    while ((arrivals[last] ?? 0) - (arrivals[first] ?? 0) >= 1000) first++
    most = Math.max(most, last - first + 1)
  }
  const seconds: number[] = []
  const begin = arrivals[0] ?? 0
  for (const at of arrivals) {
    const second = Math.floor((at - begin) / 1000)
    seconds[second] = (seconds[second] ?? 0) + 1
  }
  return { most, seconds: seconds.slice(0, -1) }
}

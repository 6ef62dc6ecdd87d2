import type { ServerResponse } from 'node:http'

/** A complete answer. */
export interface Answer {
  status: number
  type: string
  body: string
}

/** Sends an answer. */
export type Release = (response: ServerResponse, answer: Answer) => void

/**
 * Sends answers, those of one event-loop turn together at its end when `together` is set: fewer and fuller trips to
 * the sockets. One that waits for nothing else is delayed by less than 0.1 ms.
 */
export function createRelease(together: boolean): Release {
  if (!together) return send
  let waiting: [ServerResponse, Answer][] = []
  const sendAll = () => {
    const ready = waiting
    waiting = []
    for (const [response, answer] of ready) send(response, answer)
  }
  return (response, answer) => {
    if (waiting.push([response, answer]) === 1) setImmediate(sendAll)
  }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  if (response.destroyed || response.headersSent) return
  const length = Buffer.byteLength(body)
  response.writeHead(status, ['Content-Type', type, 'Content-Length', String(length), ...NO_SNIFFING])
  // ASCII (all encrypted answers) needs no transcoding on its way out.
  const isAscii = length === body.length
  if (!joinsHead(response)) {
    response.end(body, isAscii ? 'latin1' : 'utf8')
    return
  }
  response._header += isAscii ? body : Buffer.from(body).toString('latin1')
  response.end()
}

/**
 * Whether the body may be appended to the head that `writeHead` has made and that is still to be sent: both then leave
 * with one plain write. `end(body)` makes two pieces of them and a vectored write, which costs a request as much as the
 * reading of its headers. The property is Node's own, so that a Node without it gets `end(body)`.
 */
function joinsHead(response: ServerResponse): response is ServerResponse & { _header: string } {
  return '_header' in response && typeof response._header === 'string' && response._header.endsWith('\r\n\r\n')
}

const NO_SNIFFING = ['X-Content-Type-Options', 'nosniff']

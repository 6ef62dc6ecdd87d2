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
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(body)
}

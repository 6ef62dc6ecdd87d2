import { createSession } from '../session/store.js'
import { type Call, createClient } from './client.js'
import { ApiProblem } from './problem.js'

/** The page's one session. */
export const session = createSession()

/** Whether the server answers. */
export const connection = createConnection()

/** Asks the API for the page. */
export const call: Call = createClient({
  fetch: (input, init) => fetch(input, init),
  pause,
  csrf: session.csrf,
  reenter: session.reenter,
  async renew() {
    const before = session.csrf()
    await readSession()
    return session.csrf() !== before
  },
  reachable: connection.tell,
  newKey: () => crypto.randomUUID(),
})

/** Reads from the server who is signed in; asks again while it answers neither yes nor no. */
export async function readSession(): Promise<void> {
  for (;;) {
    try {
      session.entered(await call('getSession', { alone: true }))
      return
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return session.left()
      await pause(error instanceof ApiProblem && error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : 2000)
    }
  }
}

/** Resolves after `ms`, rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Knows whether the server answers; while it does not, asks it every two seconds. */
function createConnection() {
  let up = true
  const listeners = new Set<() => void>()
  function tell(now: boolean): void {
    if (now === up) return
    up = now
    for (const told of [...listeners]) told()
    if (!now) void ask()
  }
  async function ask(): Promise<void> {
    while (!up) {
      await pause(2000)
      const headers = { 'X-Background': '1' }
      const answer = await fetch('/api/v1/session', { headers, credentials: 'same-origin' }).catch(() => undefined)
      if (answer && ![502, 503, 504].includes(answer.status)) tell(true)
    }
  }
  return {
    tell,
    isUp: () => up,
    subscribe(told: () => void) {
      listeners.add(told)
      return () => listeners.delete(told)
    },
  }
}

import { inspect } from 'node:util'
import type { Clock } from '../../../../src/core/clock.js'
import type { Logger } from '../../../../src/core/log.js'
import { createClient, type OfficialAccountClient } from '../../../../src/platforms/official-account/client.js'
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../../../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore, type TokenStore } from '../../../../src/platforms/shared/token-store.js'
import { APPID, SECRET, type StrictWeChat, startStrictWeChat } from './strict-wechat.js'

/** A clock that stands still until it is moved. */
export function handClock(start = '2026-03-01T04:00:00Z'): Clock & { pass(ms: number): void } {
  let at = new Date(start).getTime()
  return {
    now: () => new Date(at),
    pass: (ms) => {
      at += ms
    },
  }
}

/** Keeps every line, fields included, as text. */
export function memoryLog(): Logger & { lines: string[] } {
  const lines: string[] = []
  const write = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${inspect(fields, { depth: 6 })}`)
  }
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  return { ...log, lines, child: () => ({ ...log, child: () => log as unknown as Logger }) }
}

export interface World {
  wechat: StrictWeChat
  http: HttpClient
  clock: ReturnType<typeof handClock>
  log: ReturnType<typeof memoryLog>
  store: TokenStore
  client: OfficialAccountClient
  /** Another process of the same deployment: own memory, shared store. */
  another(secret?: string): OfficialAccountClient
  close(): Promise<void>
}

/** A strict platform and a client that talks to it. */
export async function startWorld(options: { http?: HttpClientOptions; secret?: string } = {}): Promise<World> {
  const wechat = await startStrictWeChat()
  const http = createHttpClient(options.http ?? {})
  const clock = handClock()
  const log = memoryLog()
  const store = createMemoryTokenStore(clock)
  const another = (secret = options.secret ?? SECRET) =>
    createClient({ appid: APPID, secret, apiBase: wechat.base, http, tokenStore: store, clock, log })
  return {
    wechat,
    http,
    clock,
    log,
    store,
    client: another(),
    another,
    close: async () => {
      await http.close()
      await wechat.close()
    },
  }
}

/** What a promise was rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was not rejected')
}

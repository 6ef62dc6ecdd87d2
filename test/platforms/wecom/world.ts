import { createHttpClient, type HttpClient } from '../../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore, type TokenStore } from '../../../src/platforms/shared/token-store.js'
import { createWecomClient, type WecomClient } from '../../../src/platforms/wecom/client.js'
import { WecomApiError } from '../../../src/platforms/wecom/errors.js'
import { handClock, memoryLog, rejectionOf } from '../official-account/client/fixture.js'
import { AGENT, CORPID, SECRET, type StrictWecom, startStrictWecom } from './strict-wecom.js'

export { rejectionOf } from '../official-account/client/fixture.js'

/** A strict WeCom and a client that talks to it; waits between repetitions are noted, not made. */
export interface WecomWorld {
  wecom: StrictWecom
  http: HttpClient
  clock: ReturnType<typeof handClock>
  log: ReturnType<typeof memoryLog>
  store: TokenStore
  client: WecomClient
  waits: number[]
  another(secret?: string): WecomClient
  close(): Promise<void>
}

export async function startWecomWorld(): Promise<WecomWorld> {
  const wecom = await startStrictWecom()
  const http = createHttpClient()
  const clock = handClock()
  const log = memoryLog()
  const store = createMemoryTokenStore(clock)
  const waits: number[] = []
  const wait = async (ms: number) => {
    waits.push(ms)
  }
  const another = (secret = SECRET) =>
    createWecomClient({
      corpid: CORPID,
      agentId: AGENT,
      secret,
      apiBase: wecom.base,
      http,
      tokenStore: store,
      clock,
      log,
      wait,
    })
  return {
    wecom,
    http,
    clock,
    log,
    store,
    client: another(),
    waits,
    another,
    close: async () => {
      await http.close()
      await wecom.close()
    },
  }
}

/** The WecomApiError a promise was rejected with; fails the test with anything else. */
export async function refusalOf(promise: Promise<unknown>): Promise<WecomApiError> {
  const error = await rejectionOf(promise)
  if (error instanceof WecomApiError) return error
  throw error
}

import { type Simulator, startSimulator } from '../../../../simulator/start.js'
import { DEMO } from '../../../../src/config/accounts.js'
import type { Clock } from '../../../../src/core/clock.js'
import { silentLogger } from '../../../../src/core/log.js'
import { createMiniProgramClient, type MiniProgramClient } from '../../../../src/platforms/mini-program/client.js'
import { createClient, type OfficialAccountClient } from '../../../../src/platforms/official-account/client.js'
import { createHttpClient } from '../../../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../../../src/platforms/shared/token-store.js'
import { type FakeProduct, startFakeProduct } from '../../../simulator/fake-product.js'

export const MINI = { appid: 'wx0000000000mini01', name: '微环商城', secret: 'mini-secret' }
export const JPG = Buffer.from('\xff\xd8\xff\xe0picture', 'latin1')
export const picture = { bytes: JPG, filename: 'a.jpg', contentType: 'image/jpeg' }

/** The simulator, a product that takes its pushes, and clients whose clock is the simulator's. */
export interface ContractWorld {
  simulator: Simulator
  product: FakeProduct
  clock: Clock
  client: OfficialAccountClient
  mini: MiniProgramClient
  /** A client of the same account, written into the configuration as another kind. */
  as(kind: 'service' | 'subscription', verified: boolean, notices?: boolean): OfficialAccountClient
  /** Moves the platform's clock and the client's. */
  pass(ms: number): void
  /** The pushed event of this name, once it has come. */
  pushed(name: string): Promise<string>
  close(): Promise<void>
}

export async function startContractWorld(
  kind: 'service' | 'subscription' = 'service',
  verified = true,
): Promise<ContractWorld> {
  const product = await startFakeProduct()
  const simulator = await startSimulator({
    port: 0,
    timing: { receiptMs: 0 },
    accounts: [
      {
        id: 'shop',
        name: '微环小店',
        kind,
        verified,
        appid: DEMO.appid,
        originalId: 'gh_weloopdemo01',
        token: DEMO.token,
        secret: DEMO.secret,
        mode: 'plain',
        callbackUrl: product.url,
        miniPrograms: [MINI],
      },
    ],
  })
  const clock = { now: () => new Date(simulator.control.clock()) }
  const http = createHttpClient()
  const shared = { apiBase: simulator.url, http, clock, log: silentLogger }
  const make = (given: { kind?: 'service' | 'subscription'; verified?: boolean; subscriptionNotices?: boolean }) =>
    createClient({
      ...shared,
      ...given,
      account: 'shop',
      appid: DEMO.appid,
      secret: DEMO.secret,
      tokenStore: createMemoryTokenStore(clock),
    })
  return {
    simulator,
    product,
    clock,
    client: make({}),
    mini: createMiniProgramClient({ ...shared, ...MINI, tokenStore: createMemoryTokenStore(clock) }),
    as: (as, isVerified, subscriptionNotices = false) => make({ kind: as, verified: isVerified, subscriptionNotices }),
    pass: (ms) => {
      simulator.control.clock({ advance: ms })
    },
    pushed: async (name) => {
      await simulator.control.settled()
      const [found] = (await simulator.control.exchanges({ waitMs: 1 })).filter((item) => item.kind === `event.${name}`)
      if (!found) throw new Error(`no ${name} was pushed`)
      return found.xml
    },
    close: async () => {
      await http.close()
      await simulator.close()
      await product.close()
    },
  }
}

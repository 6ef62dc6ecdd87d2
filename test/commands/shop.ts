import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import type { CommandContext } from '../../src/commands/tools.js'
import { DEMO } from '../../src/config/accounts.js'
import { findRoot } from '../../src/root.js'

/** A project folder of a test's own, with the simulated WeChat beside it. */
export interface TestShop {
  simulator: Simulator
  /** The project's folder: content/ and config/ may be edited. */
  root: string
  context: Required<Pick<CommandContext, 'root' | 'env' | 'store' | 'say'>>
  /** What commands said so far. */
  said: string[]
  /** The last thing said, as JSON. */
  json<T>(): T
  close(): Promise<void>
}

/** Copies the sample project and starts the simulator; pushes go nowhere. */
export async function openShop(): Promise<TestShop> {
  const root = mkdtempSync(path.join(tmpdir(), 'weloop-commands-'))
  for (const folder of ['config', 'content'])
    cpSync(path.join(findRoot(), folder), path.join(root, folder), { recursive: true })
  rmSync(path.join(root, 'config/local.yaml'), { force: true })
  const simulator = await startSimulator({
    port: 0,
    accounts: [
      {
        id: 'shop',
        kind: 'service',
        verified: true,
        appid: DEMO.appid,
        originalId: 'gh_weloopdemo01',
        token: DEMO.token,
        secret: DEMO.secret,
        mode: 'plain',
        callbackUrl: 'http://127.0.0.1:9/wechat/shop',
      },
    ],
  })
  const said: string[] = []
  const env = { SIMULATOR_PORT: new URL(simulator.url).port }
  return {
    simulator,
    root,
    said,
    context: { root, env, store: { inProcess: true }, say: (line) => void said.push(line) },
    json: <T>() => JSON.parse(said.at(-1) ?? '') as T,
    async close() {
      await simulator.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

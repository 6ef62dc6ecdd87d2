import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import handlers from '../handlers/index.js'
import { type Simulator, startSimulator } from '../simulator/start.js'
import { type App, createApp } from '../src/app.js'
import { createScene } from '../src/commands/scene.js'
import { syncFollowers } from '../src/commands/sync.js'
import { officialAccounts } from '../src/config/accounts.js'
import { loadConfig } from '../src/config/load.js'
import { contactRows } from '../src/contacts/model.js'
import { findRoot } from '../src/root.js'
import { until } from './helpers/until.js'

let app: App
let simulator: Simulator
let dir: string
let env: NodeJS.ProcessEnv
const root = findRoot()

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'weloop-walk-'))
  const [port, simulatorPort] = [await freePort(), await freePort()]
  env = { PORT: String(port), SIMULATOR_PORT: String(simulatorPort), WELOOP_DATA_DIR: dir, SIMULATOR: '1' }
  const config = loadConfig({ root, env, overrides: { content: { watch: false } } })
  const { kind, verified, appid, originalId, token, aesKey, secret } = officialAccounts(config)[0]?.[1] ?? never()
  const callbackUrl = `http://127.0.0.1:${port}/wechat/shop`
  simulator = await startSimulator({
    port: simulatorPort,
    accounts: [
      {
        id: 'shop',
        kind,
        verified,
        appid,
        originalId,
        token,
        ...(aesKey && { aesKey }),
        secret,
        mode: 'safe',
        callbackUrl,
      },
    ],
  })
  app = await createApp(config, { root, handlers, store: { inProcess: true }, timing: { outbox: { poll: 50 } } })
  await app.start('all')
})
afterAll(async () => {
  await app.stop()
  await simulator.close()
  await rm(dir, { recursive: true, force: true })
})

const row = (openid: string) => contactRows(app.store.connection).findOne({ 'identities.externalId': openid })

test('a poster is made, scanned and counted; the follower is tagged and greeted by it; leaving forgets them', async () => {
  const said: string[] = []
  const context = { root, env, store: { inProcess: true }, say: (line: string) => void said.push(line) }
  const about = { name: '门店海报', placement: 'poster', tag: ['门店'], text: '海报有礼' }
  expect(await createScene('poster-9', { ...context, ...about })).toBe(0)
  const ming = simulator.control.addFollower({ following: false }).id
  await simulator.control.scan(ming, { scene: 'poster-9' }).done
  const thread = async () => JSON.stringify(await simulator.control.thread(ming))
  await until(async () => (await thread()).includes('海报有礼'))
  expect((await row(ming))?.tags.toSorted()).toEqual(['scene:poster-9', '门店'].toSorted())
  expect(await syncFollowers({ ...context, json: true })).toBe(0)
  expect((await row(ming))?.unionid).toBeDefined()
  await simulator.control.unfollow(ming).done
  await until(async () => (await row(ming))?.identities[0]?.follow?.following === false)
  expect((await row(ming))?.tags).toEqual([])
  await app.outbox.put({
    key: 'after',
    account: 'shop',
    to: ming,
    purpose: 'service',
    message: { kind: 'text', text: '已发货' },
    source: 's',
  })
  const last = async () => (await app.outbox.history(`shop:${ming}`, 1))[0]
  await until(async () => (await last())?.state === 'skipped')
  expect(await last()).toMatchObject({ _id: 'after', reason: 'not-following', attempts: 0 })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

function never(): never {
  throw new Error('no account')
}

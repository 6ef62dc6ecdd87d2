import { afterAll, beforeAll, expect, test } from '@jest/globals'
import chromium from '@sparticuz/chromium'
import { chromium as playwright } from 'playwright-core'
import { demoCorp } from '../../simulator/options.js'
import { createHttpClient, type HttpClient } from '../../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { createWecomClient, type WecomClient } from '../../src/platforms/wecom/client.js'
import { memoryLog } from '../platforms/official-account/client/fixture.js'
import { openWorld, type World } from '../sidebar/world.js'
import { pixel } from '../simulator/api.js'
import { createStage, type Stage } from './corp-stage.js'

/** A browser that keeps to the rules between origins, as those of members do: it says where a request comes from. */
const launchStrict = async () =>
  playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((one) => one !== '--disable-web-security'),
  })

let stage: Stage
let world: World
let http: HttpClient
let client: WecomClient

beforeAll(async () => {
  stage = await createStage(launchStrict)
  await stage.begin()
  const { url } = stage.simulator
  http = createHttpClient()
  const clock = { now: () => new Date() }
  const { corpid, agentId, secret } = demoCorp
  const tokenStore = createMemoryTokenStore(clock)
  const log = memoryLog()
  client = createWecomClient({ corpid, agentId, secret, apiBase: url, http, tokenStore, clock, log })
  const { logins, jsSdk } = client
  const corps = [{ account: 'corp', corpid, agentId, deskAccounts: ['service'], logins, jsSdk }]
  world = await openWorld({ corps, sdkUrl: `${url}/jssdk-stand-in.js`, allowFrames: url })
  await stage.corp('/tools', { url: `${world.web.url}/sidebar` }, 'PATCH')
}, 120_000)
afterAll(async () => {
  await client?.close()
  await http?.close()
  await stage?.end()
  await world?.close()
}, 90_000)

test('the product’s side bar knows in the simulator who looks, beside whose chat, and is allowed to send', async () => {
  const { id, staff, page, corp } = stage
  const { customer } = await corp('/staff/wangfang/add', { person: { name: '小雨' } })
  await world.customer(String(customer), 'wangfang')
  await corp('/staff/wangfang/say', { to: customer, text: '您好' })
  // a picture of the invented library
  await page.route('**/media/*', (route) => route.fulfill({ contentType: 'image/png', body: pixel }))
  await stage.open('/wangfang')
  await staff('staff-chat', String(customer)).click()
  await id('tool-bar').click()
  const frame = page.frameLocator('[data-testid=tool-bar-frame]')
  await frame.getByText('小雨').first().waitFor()
  await id('tool-bar-told').filter({ hasText: 'getCurExternalContact:ok' }).waitFor()
  await stage.shoot('side-bar-page')
  expect(await frame.locator('body').innerText()).toContain('高意向')
  await frame.getByText('快捷回复', { exact: true }).click()
  await frame.locator('button.send').first().click()
  await id('tool-bar-told').filter({ hasText: 'sendChatMessage:ok' }).waitFor()
  await id('corp-close').click()
  await staff('corp-text').filter({ hasText: '我是' }).waitFor()
  stage.wellBehaved()
}, 120_000)

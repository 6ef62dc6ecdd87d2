import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import { demoAccount, demoCorp } from '../../simulator/options.js'
import { startSimulator } from '../../simulator/start.js'
import { launchBrowser } from '../helpers/browser.js'
import { api, upload } from '../simulator/api.js'
import { type CorpCall, corpCall, corpToken, startFakeCorp } from '../simulator/fake-corp.js'

/** Set to a folder, pictures of the screens are made there. */
const shots = process.env['WELOOP_SHOTS']

/** The corp's page in a browser, before a fake product: what its tests look at and act with. */
export type Stage = Awaited<ReturnType<typeof createStage>>

/** Starts product, simulator and browser. `begin` before each test, `end` after the last. */
export async function createStage(launch = launchBrowser) {
  let call: CorpCall
  const complaints: string[] = []
  const fake = await startFakeCorp(() => call)
  const simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, callbackUrl: fake.product.url }],
    corps: [{ ...demoCorp, callbackUrl: fake.callbackUrl, dispatchMs: 0, detailDelayMs: 0 }],
  })
  const browser = await launch()
  const page: Page = await browser.newPage({ viewport: { width: 1440, height: 940 }, timezoneId: 'Asia/Shanghai' })
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))

  const id = (name: string, row?: string): Locator =>
    row === undefined ? page.getByTestId(name) : page.locator(`[data-testid="${name}"][data-id="${row}"]`)
  const corp = async (route: string, body?: object, method = body === undefined ? 'GET' : 'POST') => {
    const headers = { 'content-type': 'application/json' }
    const init = body === undefined ? {} : { method, headers, body: JSON.stringify(body) }
    const response = await fetch(`${simulator.url}/control/corp${route}`, init)
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`${method} ${route}: ${String(answer['error'])}`)
    return answer
  }
  const stage = {
    fake,
    simulator,
    page,
    id,
    corp,
    /** The corporation's API; rejects on an errcode. */
    call: (path: string, body: object) => call(path, body),
    staff: (name: string, row?: string) => id('staff-phone').locator(id(name, row)),
    person: (name: string, row?: string) => id('person-phone').locator(id(name, row)),
    async begin(): Promise<void> {
      await page.goto('about:blank')
      await page.setViewportSize({ width: 1440, height: 940 })
      simulator.control.reset()
      complaints.length = 0
      fake.problems.length = 0
      fake.welcome = undefined
      fake.attachments = []
      fake.tagsOf = {}
      fake.pressed = async () => {}
      call = await corpCall(simulator.url)
    },
    async end(): Promise<void> {
      await browser.close()
      await simulator.close()
      await fake.product.close()
    },
    /** Opens the page; `where` is `/userid/person` of the deep link. */
    async open(where = '', lang = 'zh'): Promise<void> {
      await page.goto(`${simulator.url}/?lang=${lang}#corp${where}`)
      await id('staff-home').waitFor()
    },
    async shoot(name: string): Promise<void> {
      if (!shots) return
      mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: path.join(shots, `${name}.png`), animations: 'disabled' })
    },
    /** No error on the page, none while the product answered. */
    wellBehaved: () => expect([...complaints, ...fake.problems]).toEqual([]),
    /** A follower, a group of 李华 with 王芳 in it, and a join way that leads there. */
    async groupWithWay() {
      const follower = simulator.control.addFollower({ name: '小雨' })
      const made = await corp('/staff/lihua/create-group', { name: '母婴福利1群', members: ['wangfang'] })
      const group = String(made['group'])
      const state = 'grp_order_card'
      const way = { scene: 2, remark: '包裹卡', auto_create_room: 0, chat_id_list: [group], state }
      const { config_id } = await call('/cgi-bin/externalcontact/groupchat/add_join_way', way)
      return { follower, group, way: String(config_id) }
    },
    async contactWay(over: object = {}): Promise<string> {
      const way = { type: 2, scene: 2, remark: '门店海报', state: 'store-01', user: ['lihua'], ...over }
      return String((await call('/cgi-bin/externalcontact/add_contact_way', way))['config_id'])
    },
    /** Address of a picture of the corporation, for what customers are sent. */
    async picture(bytes: Buffer): Promise<string> {
      const token = await corpToken(simulator.url)
      return String((await upload(`${simulator.url}/cgi-bin/media/uploadimg?access_token=${token}`, bytes))['url'])
    },
    /** The picture of a live code. */
    codePicture: async (way: string) =>
      Buffer.from(await (await fetch(`${simulator.url}/wwqr/${way}.png`)).arrayBuffer()),
    accountCall: () => accountCall(simulator.url),
  }
  return stage
}

/** The Official Account's API, as much as it takes to send a picture. */
async function accountCall(base: string) {
  const { appid, secret } = demoAccount
  const token = await api(base)('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret })
  const access = `access_token=${String(token['access_token'])}`
  return {
    image: (bytes: Buffer) => upload(`${base}/cgi-bin/media/upload?type=image&${access}`, bytes),
    send: (message: object) => api(base)(`/cgi-bin/message/custom/send?${access}`, message),
  }
}

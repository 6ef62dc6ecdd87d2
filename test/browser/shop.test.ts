import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { sampleFiles } from '../../simulator/control/samples.js'
import { demoAccount, demoMiniProgram } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { launchBrowser } from '../helpers/browser.js'
import { until } from '../helpers/until.js'
import { api, upload } from '../simulator/api.js'
import { noticesOf } from '../simulator/fake-notices.js'
import { type FakeProduct, startFakeProduct } from '../simulator/fake-product.js'
import { buy, walkOrder } from './order-walk.js'

/** Set to a folder, the pictures of the README are made there. */
const shots = process.env['WELOOP_SHOTS']
let product: FakeProduct
let simulator: Simulator
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  product = await startFakeProduct()
  simulator = await startSimulator({
    port: 0,
    timing: { receiptMs: 20 },
    accounts: [{ ...demoAccount, callbackUrl: product.url, miniPrograms: [demoMiniProgram] }],
    shop: { product: product.api, retry: { firstMs: 20, mostMs: 200 } },
  })
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 940 }, timezoneId: 'Asia/Shanghai' })
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
}, 120_000)

beforeEach(async () => {
  await page.goto('about:blank')
  await page.setViewportSize({ width: 1440, height: 940 })
  simulator.control.reset()
  complaints.length = 0
  product.requests.length = 0
  product.pushes.length = 0
  product.answer = () => 'success'
  product.answerApi = noticesOf(simulator.url)
  await page.goto(`${simulator.url}/?lang=zh`)
  await id('follow').click()
  await id('chat').waitFor()
}, 90_000)

afterAll(async () => {
  await browser?.close()
  await simulator.close()
  await product.close()
})

const id = (name: string) => page.getByTestId(name)
const shoot = async (name: string) => {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  const wanted = process.env['WELOOP_SHOTS_TYPE'] === 'png' ? 'png' : 'jpeg'
  const file = path.join(shots, `${name}.${wanted === 'png' ? 'png' : 'jpg'}`)
  await page.screenshot({ path: file, type: wanted, ...(wanted === 'jpeg' && { quality: 84 }), animations: 'disabled' })
}

describe('the sample shop on the phone', () => {
  test('from the order to the notice to the parcel: paid, shipped, delivered, received', async () => {
    await walkOrder(page, shoot)
    await id('home-account').click()
    await id('bubble-notice').filter({ hasText: '订单签收通知' }).waitFor()
    await shoot('shop-chat')
    expect(complaints).toEqual([])
  }, 120_000)

  test('the consent given on the order page allows one notice of each template, and the product hears of it', async () => {
    await buy(page)
    await id('consent-TPL_MINI_SIGN_demo').uncheck()
    await id('consent-yes').click()
    await id('consent').waitFor({ state: 'detached' })
    await simulator.shop?.outbox.settled()
    const [told] = product.requests.filter((request) => JSON.stringify(request.body).includes('mp.subscribed'))
    expect(told?.body).toMatchObject({
      events: [
        {
          props: {
            answers: [
              { template: 'TPL_MINI_SHIP_demo', accepted: true },
              { template: 'TPL_MINI_DELIVERING_demo', accepted: true },
              { template: 'TPL_MINI_SIGN_demo', accepted: false },
            ],
          },
        },
      ],
    })
    expect(complaints).toEqual([])
  }, 90_000)

  test('a refund and a product that was away: the notice comes late, not never', async () => {
    const no = await buy(page)
    await id('consent-no').click()
    const notices = product.answerApi
    let away = 3
    product.answerApi = (request) =>
      JSON.stringify(request.body).includes('"refundNo"') && away-- > 0 ? 'hang up' : notices(request)
    await id('ask-refund').click()
    await id('order-state').filter({ hasText: '已退款' }).waitFor()
    await id('viewer-back').click()
    await id('bubble-notice').filter({ hasText: '退款成功通知' }).waitFor()
    const row = page.locator('[data-testid=shop-row]').filter({ hasText: no }).first()
    expect(await row.innerText()).toContain('4 次推送')
    await row.click()
    expect(await row.locator('..').innerText()).toContain('/api/v1/orders')
    await shoot('shop-retry')
    expect(complaints).toEqual([])
  }, 90_000)

  test('a card of the account opens the page it names, with the order in its query', async () => {
    const no = await buy(page)
    await id('consent-no').click()
    await id('viewer-back').click()
    const [ming] = simulator.control.followers()
    const call = await client()
    const miniprogrampage = {
      title: '我的订单',
      appid: demoMiniProgram.appid,
      pagepath: `pages/orders/list?id=${no}`,
      thumb_media_id: await call.thumb(),
    }
    await simulator.control.say(ming?.id ?? '', '我的订单').done
    await call.post('/cgi-bin/message/custom/send', { touser: ming?.id, msgtype: 'miniprogrampage', miniprogrampage })
    await id('bubble-card').locator('button').click()
    expect(await id('order-page').getAttribute('data-order')).toBe(no)
    await page.keyboard.press('Escape')
    await id('viewer').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  }, 90_000)

  test('a mass message of three articles is one card, as WeChat draws it', async () => {
    const call = await client()
    const media = await call.picture()
    const article = (title: string) => ({ title, content: `<p>${title}</p>`, thumb_media_id: media, digest: title })
    const articles = ['秋日上新：水洗棉暖色系列', '床品尺寸怎么选？三步选对', '洗得干净，也洗得久'].map(article)
    const { media_id } = await call.post('/cgi-bin/draft/add', { articles })
    simulator.control.addFollower({ following: true })
    const touser = simulator.control.followers().map((follower) => follower.id)
    await call.post('/cgi-bin/message/mass/send', { touser, msgtype: 'mpnews', mpnews: { media_id } })
    const card = id('bubble-article').filter({ hasText: '秋日上新' })
    await card.first().waitFor()
    expect(await card.first().locator('.article-row').count()).toBe(2)
    await shoot('shop-mass')
    await card.first().getByText('三步选对').click()
    await page.frameLocator('[data-testid=viewer-frame]').getByRole('heading', { level: 1 }).waitFor()
    expect(complaints).toEqual([])
  }, 90_000)

  test('fits a small screen without scrolling sideways', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await buy(page)
    await shoot('shop-small')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    // the sheet slides in
    await until(async () => {
      const box = await id('consent-yes').boundingBox()
      return box !== null && box.y + box.height <= 844
    })
  }, 90_000)
})

/** The account's API with a token. */
async function client() {
  const { appid, secret } = demoAccount
  const token = await api(simulator.url)('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret })
  const access = `access_token=${String(token['access_token'])}`
  return {
    post: (path: string, body: object) => api(simulator.url)(`${path}?${access}`, body),
    thumb: async () =>
      String(
        (await upload(`${simulator.url}/cgi-bin/media/upload?type=image&${access}`, sampleFiles.image))['media_id'],
      ),
    picture: async () =>
      String(
        (await upload(`${simulator.url}/cgi-bin/material/add_material?type=image&${access}`, sampleFiles.image))[
          'media_id'
        ],
      ),
  }
}

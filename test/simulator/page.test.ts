import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { sampleFiles } from '../../simulator/control/samples.js'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { api, upload } from './api.js'
import { clearReply, type FakeProduct, seal, startFakeProduct, text } from './fake-product.js'

let product: FakeProduct
let simulator: Simulator
let browser: Browser
let page: Page
let call: (path: string, body: unknown) => Promise<Record<string, unknown>>
let thumb: string
const complaints: string[] = []

beforeAll(async () => {
  product = await startFakeProduct()
  const miniPrograms = [{ appid: 'wxmini0000000001', name: '微环商城' }]
  simulator = await startSimulator({ port: 0, accounts: [{ ...demoAccount, callbackUrl: product.url, miniPrograms }] })
  const args = [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ]
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, ...args],
  })
  // one page for all tests: this build of the browser ends with its last page
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
}, 120_000)

beforeEach(async () => {
  await page.goto('about:blank')
  await page.setViewportSize({ width: 1440, height: 900 })
  simulator.control.reset()
  complaints.length = 0
  const { appid, secret } = demoAccount
  const { access_token: token } = await api(simulator.url)('/cgi-bin/stable_token', {
    grant_type: 'client_credential',
    appid,
    secret,
  })
  call = (path, body) => api(simulator.url)(`${path}?access_token=${token}`, body)
  const uploaded = await upload(
    `${simulator.url}/cgi-bin/media/upload?type=image&access_token=${token}`,
    sampleFiles.image,
  )
  thumb = String(uploaded['media_id'])
  product.answer = () => 'success'
  await page.goto(`${simulator.url}/?lang=zh`)
}, 90_000)

afterAll(async () => {
  await browser?.close()
  await simulator.close()
  await product.close()
})

const id = (name: string) => page.getByTestId(name)
const article = `<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[退换货指南]]></Title><Description><![CDATA[七天无理由]]></Description><PicUrl><![CDATA[]]></PicUrl><Url><![CDATA[URL]]></Url></item></Articles>`

describe('the phone', () => {
  test('follows, writes, sees the article and opens it, and the exchange is there in all its parts', async () => {
    const url = product.url.replace('/wechat/shop', '/a/returns')
    product.answer = (push) =>
      push.field('Content') === '退货' ? seal(clearReply(push, article.replace('URL', url))) : 'success'
    await id('follow').click()
    await id('input').fill('退货')
    await id('send').click()
    await id('bubble-article').click()
    await page.frameLocator('[data-testid=viewer-frame]').getByText('退换货指南全文').waitFor()
    await id('viewer-back').click()
    await id('exchange-row').first().click()
    await id('tab-xml').click()
    expect(await id('tab-panel').innerText()).toContain('<Content><![CDATA[退货]]></Content>')
    await id('tab-signature').click()
    expect(await id('tab-panel').innerText()).toContain('msg_signature')
    await id('tab-reply').click()
    expect(await id('tab-panel').innerText()).toContain('退换货指南')
    expect(complaints).toEqual([])
  }, 90_000)

  test('presses menu buttons and sees a mini-program card that opens its stand-in, and the later call in the log', async () => {
    product.answer = async (push) => {
      if (push.field('EventKey') !== 'NEW') return 'success'
      const miniprogrampage = {
        title: '春季新品',
        appid: 'wxmini0000000001',
        pagepath: 'pages/new',
        thumb_media_id: thumb,
      }
      await call('/cgi-bin/message/custom/send', {
        touser: push.field('FromUserName'),
        msgtype: 'miniprogrampage',
        miniprogrampage,
      })
      return 'success'
    }
    const sub_button = [{ type: 'click', name: '上新', key: 'NEW' }]
    await call('/cgi-bin/menu/create', { button: [{ name: '逛逛', sub_button }] })
    await id('follow').click()
    await id('menu-button').click()
    await id('submenu-button').click()
    await id('bubble-card').getByText('微环商城').waitFor()
    await id('bubble-card').locator('button').click()
    await id('viewer').getByText('pages/new').waitFor()
    await page.keyboard.press('Escape')
    await id('viewer').waitFor({ state: 'detached' })
    await page.locator('[data-kind="event.CLICK"]').click()
    await id('tab-calls').click()
    await id('api-call').getByText('/cgi-bin/message/custom/send').waitFor()
    expect(complaints).toEqual([])
  }, 90_000)

  test('scans a channel code before following, then unfollows', async () => {
    await id('follow-by-code').click()
    await id('scan-scene').fill('poster_spring')
    await id('scan-go').click()
    await id('chat').waitFor()
    expect(product.pushes.at(-1)?.field('EventKey')).toBe('qrscene_poster_spring')
    await id('details').click()
    await id('unfollow').click()
    await id('follow').waitFor()
    expect(simulator.control.followers()[0]?.following).toBe(false)
  }, 90_000)

  test('shows hostile words as words', async () => {
    const hostile =
      '<img src=x onerror="document.title=1"><script>document.title=2</script><a href="javascript:document.title=3">点我</a>'
    product.answer = (push) => (push.field('MsgType') === 'text' ? seal(clearReply(push, text(hostile))) : 'success')
    await id('follow').click()
    await id('quick-你好').click()
    const bubble = page.locator('[data-testid=bubble-text][data-from=account]')
    await bubble.waitFor()
    expect(await bubble.innerText()).toContain(hostile)
    expect(await bubble.locator('img, script, a, button').count()).toBe(0)
    await id('exchange-row').first().click()
    await id('tab-reply').click()
    expect(await id('tab-panel').locator('img, script').count()).toBe(0)
    expect(await page.title()).toBe('微环模拟器')
  }, 90_000)

  test('speaks English when asked, and fits a small screen without scrolling sideways', async () => {
    await id('language').click()
    await page.getByRole('button', { name: 'Follow', exact: true }).waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await id('follow').click()
    await id('input').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    const box = await id('input').boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844)
    expect(await page.getByRole('complementary').isVisible()).toBe(false)
  }, 90_000)
})

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../helpers/browser.js'
import { type Product, startProduct } from '../helpers/product.js'

/** Set to a folder, the pictures of the README are made there. */
const shots = process.env['WELOOP_SHOTS']
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-phone-'))
let product: Product
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  product = await startProduct(dir)
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(`${product.simulator}/?lang=zh`)
}, 90_000)

afterAll(async () => {
  await browser?.close()
  await product?.end()
  rmSync(dir, { recursive: true, force: true })
})

const id = (name: string) => page.getByTestId(name)
const shoot = async (name: string) => {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: path.join(shots, `${name}.jpg`), type: 'jpeg', quality: 84 })
}
async function say(text: string): Promise<void> {
  if (await id('to-keyboard').isVisible()) await id('to-keyboard').click()
  await id('input').fill(text)
  await id('send').click()
}

describe('a follower at the phone', () => {
  test('follows, is greeted with the article, and the card comes after it', async () => {
    await id('follow').click()
    await id('bubble-article').filter({ hasText: '欢迎来到微环小店' }).waitFor()
    const card = id('bubble-card').filter({ hasText: '新人见面礼' })
    await card.waitFor()
    expect(await card.getAttribute('data-via')).toBe('custom')
  })

  test('asks 退货 and reads the article inside the phone', async () => {
    await say('退货')
    await id('bubble-article').filter({ hasText: '退换货指南' }).click()
    await page.frameLocator('[data-testid=viewer-frame]').getByRole('heading', { level: 1 }).waitFor()
    const title = page.frameLocator('[data-testid=viewer-frame]').getByRole('heading', { level: 1 })
    expect(await title.textContent()).toContain('退换货指南')
    await id('viewer-back').click()
  })

  test('asks 新品 and gets the mini-program card, later, by API', async () => {
    await say('新品')
    const card = id('bubble-card').filter({ hasText: '上新' })
    await card.first().waitFor()
    expect(await card.first().getAttribute('data-via')).toBe('custom')
  })

  test('says 你好 and is answered in the response', async () => {
    await say('你好')
    const text = id('bubble-text').filter({ hasText: '您好，这里是微环小店' })
    await text.waitFor()
    expect(await text.getAttribute('data-via')).toBe('passive')
    await shoot('phone')
  })

  test('asks for her parcel in two messages', async () => {
    await say('查快递')
    await id('bubble-text').filter({ hasText: '请发送快递单号' }).waitFor()
    await say('SF1234567890123')
    await id('bubble-text').filter({ hasText: '已收到单号 SF1234567890123' }).waitFor()
    await id('bubble-card').filter({ hasText: '订单' }).waitFor()
  })

  test('presses the menu of content/menus and is answered', async () => {
    await id('to-menu').click()
    expect(await id('menu-button').allInnerTexts()).toEqual(['逛一逛', '我的', '帮助'])
    await id('menu-button').filter({ hasText: '帮助' }).click()
    await id('submenu-button').filter({ hasText: '运费说明' }).click()
    await id('bubble-article').filter({ hasText: '运费与配送' }).waitFor()
  })

  test('scans a channel code of a shop', async () => {
    await id('to-keyboard').click()
    await id('plus').click()
    await page.getByText('扫一扫').first().click()
    await id('scan-scene').fill('store-01')
    await id('scan-go').click()
    await id('bubble-text').filter({ hasText: '欢迎到店' }).waitFor()
  })

  test('every exchange can be read: request, signature, clear XML, reply, later calls', async () => {
    await id('exchange-row').first().click()
    for (const tab of ['request', 'signature', 'xml', 'reply', 'calls']) {
      await id(`tab-${tab}`).first().click()
      expect((await id('tab-panel').first().innerText()).length).toBeGreaterThan(10)
    }
    await id('tab-xml').first().click()
    await shoot('exchange')
  })

  test('asks for 人工 and is handed over', async () => {
    await say('人工')
    await id('bubble-system').filter({ hasText: '人工客服' }).waitFor()
  })

  test('the page had nothing to complain about', () => {
    expect(complaints).toEqual([])
  })
})

describe('the process', () => {
  test('ends cleanly on SIGTERM and keeps its data', async () => {
    expect(await product.end('SIGTERM')).toBe(0)
    expect(product.lines.filter((line) => Number(line['level']) >= 50)).toEqual([])
    product = await startProduct(dir)
    const ready = await fetch(`${product.url}/readyz`)
    expect(ready.status).toBe(200)
    await page.goto(`${product.simulator}/?lang=zh`)
    await id('follow').click()
    await id('bubble-article').filter({ hasText: '欢迎来到微环小店' }).waitFor()
    expect(await product.end('SIGINT')).toBe(0)
  }, 60_000)
})

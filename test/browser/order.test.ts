import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../helpers/browser.js'
import { type Product, startProduct } from '../helpers/product.js'
import { walkOrder } from './order-walk.js'

/** Set to a folder, the pictures of the README are made there. */
const shots = process.env['WELOOP_SHOTS']
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-order-'))
let product: Product
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  product = await startProduct(dir)
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 940 }, timezoneId: 'Asia/Shanghai' })
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${product.simulator}/?lang=zh`)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await product?.end()
  rmSync(dir, { recursive: true, force: true })
})

async function shoot(name: string): Promise<void> {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: path.join(shots, `${name}.jpg`), type: 'jpeg', quality: 84 })
}

test('an order on the phone is told on the phone: paid, shipped, out for delivery, delivered, refunded', async () => {
  await page.getByTestId('follow').click()
  await page.getByTestId('bubble-article').filter({ hasText: '欢迎来到微环小店' }).waitFor()
  await walkOrder(page, shoot)
  expect(complaints).toEqual([])
  const failures = product.lines.filter((line) => Number(line['level']) >= 50).map((line) => line['msg'])
  expect(failures).toEqual([])
}, 180_000)

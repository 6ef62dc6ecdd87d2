import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type ConsoleStage, openConsole } from './console-stage.js'

let stage: ConsoleStage
let follower: string
beforeAll(async () => {
  stage = await openConsole()
  const { control } = stage.simulator
  follower = control.addFollower({ following: false }).id
  await control.follow(follower).done
}, 120_000)
afterAll(() => stage?.close(), 60_000)
afterEach(() => expect(stage.complaints()).toEqual([]))

/** What the follower's phone shows after these words. */
async function answered(text: string): Promise<string> {
  const { control } = stage.simulator
  const before = JSON.stringify(await control.thread(follower)).length
  await control.say(follower, text).done
  return JSON.stringify(await control.thread(follower)).slice(before - 1)
}

/** Draws a PNG that is no JPG, not 5:4 and far too large for a card. */
const DRAW = `(() => {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1400
  const brush = canvas.getContext('2d')
  for (let at = 0; at < 40000; at++) {
    brush.fillStyle = 'hsl(' + (at % 360) + ' 60% ' + (40 + (at % 40)) + '%)'
    brush.fillRect((at * 37) % 1400, (at * 91) % 1400, 14, 14)
  }
  return canvas.toDataURL('image/png').split(',')[1]
})()`

const saved = (page: Page, button: 'save' | 'publish') =>
  Promise.all([
    page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.url().includes('/content/')),
    page.getByTestId(button).click(),
  ])

test('a marketer writes an article with a picture, sees it on the phone, and publishes it', async () => {
  const { page } = stage
  await stage.signInAs('lin', 'marketer')
  await stage.open('/content')
  await page.getByRole('link', { name: /秋/ }).first().waitFor()
  await stage.shoot('content-list')
  await page.getByTestId('new').click()
  await page.getByTestId('slug').fill('silk-quilt')
  await page.getByTestId('title').fill('蚕丝被怎么洗')
  await page.getByTestId('digest').fill('三步洗好一床蚕丝被')
  await page.getByTestId('choose-cover').click()
  await page.getByTitle('cover-care.jpg').click()
  await page.getByTestId('body').fill('先看**标签**，再动手。\n\n')
  await page.getByTestId('body').press('Control+End')
  await page.getByRole('button', { name: '图片', exact: true }).click()
  const buffer = await readFile('content/media/bedroom-morning.jpg')
  await page.getByTestId('picture-file').setInputFiles({ name: 'Silk Quilt.jpg', mimeType: 'image/jpeg', buffer })
  const picture = page.getByTestId('phone').locator('img[src^="/media/silk-quilt-"]')
  await picture.waitFor()
  expect(await page.getByTestId('body').inputValue()).toMatch(/!\[\]\(silk-quilt-[0-9a-f]{10}\.jpg\)/)
  const width = await page.evaluate(`(async () => {
    const shown = document.querySelector('[data-testid=article-html]').shadowRoot.querySelector('img')
    await shown.decode()
    return shown.naturalWidth
  })()`)
  expect(width).toBeGreaterThan(0)
  expect(await page.getByTestId('phone').locator('strong').innerText()).toBe('标签')
  await stage.shoot('content-article-new')
  await saved(page, 'publish')
  await page.waitForURL(/\/content\/articles\/silk-quilt$/)
  await page.locator('[data-state=live]').waitFor()
  await stage.shoot('content-article')
}, 120_000)

test('a rule is tried before it is live, then a follower’s word gets the article', async () => {
  const { page } = stage
  await stage.open('/content/new/replies')
  await page.getByTestId('slug').fill('silk')
  await page.getByLabel('完全相同').fill('蚕丝被')
  await page.getByLabel('完全相同').press('Enter')
  await page.getByTestId('answer-way').getByText('文章', { exact: true }).click()
  await page.getByLabel('选择文章').fill('蚕丝')
  await page.getByTitle('蚕丝被怎么洗（silk-quilt）').click()
  await page.getByTestId('try-text').fill('蚕丝被？')
  await page.getByTestId('try-text').press('Enter')
  await page.getByTestId('try-result').getByText('由这条规则回答').waitFor()
  await stage.shoot('content-reply')
  expect(await answered('蚕丝被')).not.toContain('蚕丝被怎么洗')
  await saved(page, 'publish')
  await page.waitForURL(/\/content\/replies\/silk$/)
  expect(await answered('蚕丝被')).toContain('蚕丝被怎么洗')
}, 120_000)

test('what is typed survives; the second of two editors sees both versions; rolled back is as before', async () => {
  const { page } = stage
  await stage.open('/content/articles/silk-quilt')
  await page.getByTestId('title').fill('蚕丝被怎么洗（林）')
  await page.getByText('有未保存的修改').waitFor()
  await page.reload()
  await page.getByTestId('restored').waitFor()
  expect(await page.getByTestId('title').inputValue()).toBe('蚕丝被怎么洗（林）')

  await stage.signInAs('chen', 'marketer')
  await stage.open('/content/articles/silk-quilt')
  await page.getByTestId('title').fill('蚕丝被怎么洗（新版）')
  await saved(page, 'publish')
  await page.getByRole('heading', { name: '蚕丝被怎么洗（新版）' }).first().waitFor()
  expect(await answered('蚕丝被')).toContain('新版')

  await stage.signInAs('lin', 'marketer')
  await stage.open('/content/articles/silk-quilt')
  await page.getByTestId('restored').waitFor()
  expect(await page.getByTestId('title').inputValue()).toBe('蚕丝被怎么洗（林）')
  await saved(page, 'save')
  const dialog = page.getByTestId('conflict')
  await dialog.waitFor()
  expect(await dialog.innerText()).toContain('名chen')
  expect(await page.getByTestId('diff').locator('mark').allInnerTexts()).toEqual(['新版', '林'])
  await stage.shoot('content-conflict')
  await page.getByTestId('take-theirs').click()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.getByTestId('title').inputValue()).toBe('蚕丝被怎么洗（新版）')

  await page.getByRole('button', { name: '历史' }).click()
  await page.getByTestId('version-1').click()
  await page.getByTestId('diff').waitFor()
  await stage.shoot('content-history')
  await page.getByTestId('back-live').click()
  await page.getByTestId('history').waitFor({ state: 'detached' })
  expect(await page.getByTestId('title').inputValue()).toBe('蚕丝被怎么洗')
  const again = await answered('蚕丝被')
  expect(again).toContain('蚕丝被怎么洗')
  expect(again).not.toContain('新版')
}, 120_000)

test('the article goes into the account’s drafts, and what is used cannot be deleted', async () => {
  const { page } = stage
  await page.getByRole('button', { name: '存到公众号草稿箱' }).click()
  await page.getByTestId('push-draft').click()
  await page.getByTestId('pushed').getByText('已建立草稿').waitFor()
  await stage.shoot('content-wechat')
  await page.keyboard.press('Escape')
  await page.getByTestId('wechat').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '删除' }).click()
  const ask = page.getByRole('dialog')
  await ask.getByRole('button', { name: '删除' }).click()
  await ask.getByText('replies/silk').waitFor()
  await stage.shoot('content-used')
  await page.keyboard.press('Escape')
  await ask.waitFor({ state: 'detached' })
}, 120_000)

test('a card is drawn as WeChat draws it, its picture made to fit; a file’s item is read-only; a phone has room', async () => {
  const { page } = stage
  await stage.open('/content/new/cards')
  await page.getByTestId('slug').fill('silk-card')
  await page.getByTestId('title').fill('蚕丝被 第二床半价')
  await page.getByTestId('appid').fill('wx00000000000demo2')
  await page.getByTestId('path').fill('pages/goods/detail')
  await page.getByTestId('choose-thumb').click()
  const drawn: string = await page.evaluate(DRAW)
  const buffer = Buffer.from(drawn, 'base64')
  expect(buffer.length).toBeGreaterThan(65_536)
  await page.getByTestId('picture-file').setInputFiles({ name: 'thumb.png', mimeType: 'image/png', buffer })
  await page.getByTestId('card').waitFor()
  const name = await page.locator('.picture-field code').innerText()
  expect(name).toMatch(/^thumb-[0-9a-f]{10}\.jpg$/)
  expect(stage.app.library.media(name)).toMatchObject({ type: 'image/jpeg', width: 520, height: 416 })
  await stage.shoot('content-card')
  await saved(page, 'publish')
  await page.waitForURL(/\/content\/cards\/silk-card$/)

  await stage.open('/content/articles/welcome')
  await page.getByText('content/articles/welcome.md').waitFor()
  expect(await page.getByTestId('publish').count()).toBe(0)
  expect(await page.getByTestId('title').getAttribute('readonly')).not.toBeNull()
  await stage.shoot('content-file')

  await page.setViewportSize({ width: 390, height: 844 })
  for (const address of ['/content?tab=replies', '/content/articles/silk-quilt', '/content/replies/silk']) {
    await stage.open(address)
    await page.getByText('silk').first().waitFor()
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    expect([address, wide]).toEqual([address, 390])
    await stage.shoot(`content-390${address.replace(/\W+/g, '-')}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}, 120_000)

test('those who only read see no button that writes', async () => {
  const { page } = stage
  await stage.signInAs('he', 'analyst')
  await stage.open('/content/articles/silk-quilt')
  await page.getByText('你的角色只能查看内容').waitFor()
  for (const button of ['save', 'publish']) expect(await page.getByTestId(button).count()).toBe(0)
  await stage.open('/content')
  expect(await page.getByTestId('new').count()).toBe(0)
}, 120_000)

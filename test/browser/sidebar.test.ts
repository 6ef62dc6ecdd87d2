import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../helpers/browser.js'
import { openWorld, type World } from '../sidebar/world.js'

/** Set to a folder, pictures of the screens are made there. */
const shots = process.env['WELOOP_SHOTS']

/** What the client has open, and what its SDK was asked. */
interface Client {
  entry: string
  customer?: string
  group?: string
  fail?: string
}

let world: World
let browser: Browser
let page: Page
let client: Client
let sent: Record<string, unknown>[]
let complaints: string[]

/** In the place of the client's SDK: names and answers as @wecom/jssdk has them, the client is the test. */
const SDK = `window.ww = {
  register(options) {
    window.registered = options
    const url = location.href.split('#')[0]
    window.signed = Promise.all([options.getConfigSignature(url), options.getAgentConfigSignature(url)])
  },
}
for (const api of ['getContext', 'getCurExternalContact', 'getCurExternalChat', 'sendChatMessage']) {
  window.ww[api] = async (params) => {
    await window.signed
    const answer = JSON.parse(await window.client(api, JSON.stringify(params ?? {})))
    if (answer.fail) throw { errMsg: api + ':fail ' + answer.fail, errCode: -1 }
    return { ...answer, errMsg: api + ':ok' }
  }
}`

function answer(api: string, params: string): object {
  if (client.fail !== undefined && api === 'sendChatMessage') return { fail: client.fail }
  switch (api) {
    case 'getContext':
      return { entry: client.entry }
    case 'getCurExternalContact':
      return client.customer ? { userId: client.customer } : { fail: 'without context of external contact' }
    case 'getCurExternalChat':
      return client.group ? { chatId: client.group } : { fail: 'without context of external chat' }
    default:
      sent.push(JSON.parse(params) as Record<string, unknown>)
      return {}
  }
}

beforeAll(async () => {
  world = await openWorld()
  const contact = await world.customer('wmRain', 'lihua', { openid: 'o-rain' })
  await world.customer('wmEvil', 'lihua', { name: '<img src=x onerror="document.title=\'hacked\'">' })
  world.desk.queue('talk1', contact, '你好 <b>在吗</b><script>document.title="hacked"</script>')
  await world.events.append([
    {
      source: 'shop-demo',
      id: 'p1',
      type: 'order.paid',
      contact,
      account: 'shop',
      occurredAt: world.clock.now(),
      props: { orderNo: 'A10086', paidFen: 19_900 },
    },
    {
      source: 'desk',
      id: 'd1',
      type: 'desk.requested',
      contact,
      account: 'shop',
      occurredAt: world.clock.now(),
      props: { reason: '要人工' },
    },
  ])
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 360, height: 640 }, timezoneId: 'Asia/Shanghai' })
  page.setDefaultTimeout(6000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.exposeFunction('client', (api: string, params: string) => JSON.stringify(answer(api, params)))
  await page.route('**/client-sdk.js', (route) => route.fulfill({ contentType: 'text/javascript', body: SDK }))
  await page.route('https://wework.example/**', (route) => route.fulfill({ contentType: 'image/png', body: DOT }))
  await page.route('**/media/*', (route) => route.fulfill({ contentType: 'image/png', body: DOT }))
}, 120_000)
beforeEach(async () => {
  await page.goto('about:blank')
  complaints = []
  sent = []
  client = { entry: 'single_chat_tools', customer: 'wmRain' }
  await page.emulateMedia({ colorScheme: 'light' })
})
afterEach(() => expect(complaints).toEqual([]))
afterAll(async () => {
  await browser?.close()
  await world?.close()
}, 60_000)

const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
const id = (name: string, row?: string) =>
  row === undefined ? page.getByTestId(name) : page.locator(`[data-testid="${name}"][data-id="${row}"]`)

/** Opens the page as a member who is logged in by the platform's login. */
async function open(staff = 'lihua'): Promise<void> {
  await page.context().clearCookies()
  world.visitor(staff)
  await page.goto(`${world.web.url}/sidebar`)
}

async function tab(name: string): Promise<void> {
  await id('tab', name).click()
  await page.locator(`[data-testid=panel][data-tab="${name}"] .content`).waitFor()
}

async function shoot(name: string): Promise<void> {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: path.join(shots, `sidebar-${name}.png`), animations: 'disabled' })
}

describe('beside a customer’s chat', () => {
  test('it shows who it is, and a tag can be put and taken off', async () => {
    await open()
    await id('name').filter({ hasText: '小雨' }).waitFor()
    expect(world.signed.slice(-2).map(({ url }) => url)).toEqual([
      `${world.web.url}/sidebar`,
      `${world.web.url}/sidebar`,
    ])
    await id('tag-input').fill('母婴')
    await id('tag-input').press('Enter')
    await id('tag').filter({ hasText: '母婴' }).waitFor()
    await shoot('profile')
    await page.getByLabel('去掉标签 母婴').click()
    await id('tag').filter({ hasText: '母婴' }).waitFor({ state: 'detached' })
  }, 60_000)

  test('orders, meter and timeline stand in words; arrow keys go through the tabs', async () => {
    await open()
    await id('tab', 'profile').focus()
    await page.keyboard.press('ArrowRight')
    await id('order', 'A10086').filter({ hasText: '已签收' }).waitFor()
    await shoot('orders')
    await page.keyboard.press('ArrowRight')
    await id('meter', 'official-account').filter({ hasText: '剩 4 条' }).waitFor()
    await shoot('meter')
    await page.keyboard.press('End')
    await id('timeline').filter({ hasText: '付款 199.00 元，订单 A10086' }).waitFor()
    await shoot('timeline')
    await page.keyboard.press('ArrowRight')
    expect(await id('tab', 'profile').getAttribute('aria-selected')).toBe('true')
  }, 60_000)

  test('a canned reply is found by initials and sent on a click with everything filled in', async () => {
    await open()
    await tab('canned')
    await shoot('canned')
    await page.keyboard.press('/')
    await page.keyboard.type('cwl')
    await page.locator('[data-testid=sendable]').nth(1).waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await id('toast').filter({ hasText: '已发到聊天' }).waitFor()
    expect(sent).toEqual([{ msgtype: 'text', text: { content: '您的订单 A10086 已发出，运单号 SF1400001。' } }])
  }, 60_000)

  test('a text can be changed before it is sent', async () => {
    await open()
    await tab('canned')
    await page.getByLabel('改一改 开场').click()
    await id('edit-text').fill('小雨，下午好')
    await page.getByLabel('发送 开场').click()
    await id('toast').waitFor()
    expect(sent).toEqual([{ msgtype: 'text', text: { content: '小雨，下午好' } }])
  }, 60_000)

  test('staff write a canned reply of their own, find it by its words, and change it', async () => {
    await open()
    await tab('canned')
    await id('canned-new').click()
    await id('canned-title').fill('自提点')
    await id('canned-group').fill('售后')
    await id('canned-text').fill('{name}您好，自提点在南门 <b>')
    await shoot('canned-new')
    await id('canned-save').click()
    await id('toast').filter({ hasText: '话术已存下' }).waitFor()
    const own = page.locator('[data-testid=sendable]').filter({ hasText: '自提点' })
    await own.filter({ hasText: '小雨您好，自提点在南门 <b>' }).waitFor()
    await own.getByTestId('canned-edit').click()
    await own.getByTestId('canned-text').fill('{name}您好，自提点在北门')
    await own.getByTestId('canned-save').click()
    await own.filter({ hasText: '小雨您好，自提点在北门' }).waitFor()
    await shoot('canned-own')
    await page.getByLabel('发送 自提点').click()
    await id('toast').filter({ hasText: '已发到聊天' }).waitFor()
    expect(sent).toEqual([{ msgtype: 'text', text: { content: '小雨您好，自提点在北门' } }])
  }, 60_000)

  test('articles and cards go as the client takes them, and the timeline says so', async () => {
    await open()
    await tab('materials')
    await shoot('materials')
    await page.getByLabel('发送 水洗棉怎么洗').click()
    await page.getByLabel('发送 领券中心').click()
    await id('toast').first().waitFor()
    await tab('timeline')
    await id('timeline').filter({ hasText: '小程序卡片《领券中心' }).waitFor()
    const { url } = world.web
    expect(sent).toEqual([
      {
        msgtype: 'news',
        news: {
          link: `${url}/articles/wash`,
          title: '水洗棉怎么洗',
          desc: '三句话说清',
          imgUrl: `${url}/media/wash.jpg`,
        },
      },
      {
        msgtype: 'miniprogram',
        miniprogram: {
          appid: 'wx00000000000demo2',
          title: '领券中心：本月可领 30 元券',
          imgUrl: `${url}/media/c.jpg`,
          page: 'pages/coupons/index.html?id=9',
        },
      },
    ])
  }, 60_000)

  test('a conversation is taken, noted and closed; the follower’s words are text', async () => {
    await open()
    await tab('talks')
    await id('talk-state').filter({ hasText: '排队中，第 1 位' }).waitFor()
    await id('take').click()
    await id('talk-state').filter({ hasText: '等您回复' }).waitFor()
    await id('lines').click()
    await page.getByText('<b>在吗</b>').waitFor()
    await id('note').click()
    await id('note-text').fill('要发票 <i>')
    await id('note-yes').click()
    await page.locator('.talk-line.note').filter({ hasText: '要发票 <i>' }).waitFor()
    await id('note-amend').click()
    await id('note-text').fill('要专票 <i>')
    await id('note-yes').click()
    await page.locator('.talk-line.note').filter({ hasText: '要专票 <i>' }).waitFor()
    world.desk.uncertain('talk1', 'out:1', 'lihua', '今天发出')
    await id('lines').click()
    await id('lines').click()
    await page.getByText('不确定是否送达').waitFor()
    await shoot('talks')
    await id('settle-again').click()
    await page.getByText('对方可能收到两遍，确认补发？').click()
    await page.getByText('已补发，等待结果').waitFor()
    await id('close').click()
    await page.getByText('确认结束？').click()
    await id('talk-state').filter({ hasText: '已结束' }).waitFor()
    expect(world.desk.row('talk1')?.state).toBe('closed')
    expect(await page.title()).toBe('微环侧边栏')
  }, 60_000)

  test('a nickname that is HTML stays a name', async () => {
    client = { entry: 'single_chat_tools', customer: 'wmEvil' }
    await open()
    await id('name').filter({ hasText: '<img src=x' }).waitFor()
    expect(await page.locator('#app img[src="x"]').count()).toBe(0)
    expect(await page.title()).toBe('微环侧边栏')
    await shoot('hostile')
  }, 60_000)

  test('staff who go to another chat see the other customer', async () => {
    await open()
    await id('name').filter({ hasText: '小雨' }).waitFor()
    client = { entry: 'single_chat_tools', customer: 'wmEvil' }
    await page.evaluate('window.dispatchEvent(new Event("focus"))')
    await id('name').filter({ hasText: '<img' }).waitFor()
  }, 60_000)
})

describe('beside a group', () => {
  beforeEach(() => {
    client = { entry: 'group_chat_tools', group: 'wrGroup1' }
  })

  test('it shows the roster with how everybody came, labels, join ways, and what no server can do', async () => {
    await open()
    await id('count').filter({ hasText: '182/200' }).waitFor()
    expect(await id('cannot').innerText()).toContain('自动在群里发言')
    await id('label-input').fill('新品')
    await id('label-input').press('Enter')
    await id('labels').filter({ hasText: '新品' }).waitFor()
    await shoot('group')
    await tab('members')
    await id('member', 'wmRain').filter({ hasText: '扫码入群，渠道 parcel-card' }).waitFor()
    expect(await id('member', 'wmBad').innerText()).toContain('<img src=x')
    await shoot('roster')
    await tab('ways')
    await id('way', 'parcel-card').filter({ hasText: '现在入的是这个群' }).waitFor()
    expect(await id('way').count()).toBe(1)
  }, 60_000)

  test('a coupon card goes into the group and says which group it was', async () => {
    await open()
    await tab('cards')
    await shoot('cards')
    await page.getByLabel('发送 领券中心').click()
    await id('toast').waitFor()
    expect(sent).toMatchObject([
      { msgtype: 'miniprogram', miniprogram: { page: 'pages/coupons/index.html?id=9&from=group&group=wrGroup1' } },
    ])
  }, 60_000)
})

describe('what goes wrong', () => {
  test('a refusal of the client is said in words', async () => {
    client.fail = 'no permission'
    await open()
    await tab('materials')
    await page.getByLabel('发送 水洗棉怎么洗').click()
    await id('toast').filter({ hasText: '企业微信没有允许' }).waitFor()
    expect(sent).toEqual([])
  }, 60_000)

  test('opened elsewhere it says from where to open it', async () => {
    client = { entry: 'single_chat_tools' }
    await open()
    await id('notice').filter({ hasText: '请从客户聊天的工具栏打开' }).waitFor()
    client = { entry: 'normal' }
    await open()
    await id('notice').filter({ hasText: '请从客户聊天、微信客服会话或客户群的工具栏打开' }).waitFor()
    await shoot('elsewhere')
  }, 60_000)

  test('somebody else’s customer is not shown, and the console tells of no data', async () => {
    await open('zhaolei')
    await id('notice').filter({ hasText: '没有找到这位客户，或者不在您名下' }).waitFor()
    expect(await id('name').count()).toBe(0)
    complaints = complaints.filter((line) => !/status of 404/.test(line))
  }, 60_000)

  test('a session that is over is renewed without a word', async () => {
    await open()
    await id('name').waitFor()
    world.wait(9 * 3_600_000)
    await page.reload()
    await id('name').filter({ hasText: '小雨' }).waitFor()
    // What the page asked for by itself just before the reload was refused: the browser says so, the page mends it.
    complaints = complaints.filter((text) => !text.includes('401'))
  }, 60_000)

  test('in the dark it is dark, and nothing is wider than 320', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 320, height: 640 })
    await open()
    for (const name of ['profile', 'orders', 'meter', 'canned', 'materials', 'timeline']) {
      await tab(name)
      const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
      expect([name, wide <= 320]).toEqual([name, true])
      await shoot(`dark-${name}`)
    }
    await page.setViewportSize({ width: 360, height: 640 })
  }, 60_000)
})

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import standardHandlers from '../../handlers/index.js'
import { demoAccount, demoCorp, type MiniProgram } from '../../simulator/options.js'
import { startSimulator } from '../../simulator/start.js'
import type { By } from '../../src/access/ports.js'
import type { Role } from '../../src/access/roles.js'
import { createApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/load.js'
import { openAccess } from '../../src/console-parts.js'
import type { Plugin } from '../../src/core/composer.js'
import { PASSWORD } from '../access/open-access.js'
import { launchBrowser } from '../helpers/browser.js'
import { until } from '../helpers/until.js'
import { recordingLogger } from '../helpers/web.js'

/** Set to a folder, pictures of the walk are made there. */
const shots = process.env['WELOOP_SHOTS']
const TERMINAL: By = { kind: 'command', id: 'tester' }

/** The whole product beside the simulator, and the console in a browser (built before: `npm run build:console`). */
export type ConsoleStage = Awaited<ReturnType<typeof openConsole>>

/**
 * Starts simulator, product (web and worker, its data and a copy of `content/` in a folder of its own) and browser.
 * `prepare` may write into the content folder before the product reads it; `handlers` stand in place of the project's.
 */
export async function openConsole({
  prepare = async (_content: string) => {},
  handlers = standardHandlers as readonly Plugin[],
  /** Mini programs that the simulator knows beside the account; without them cards may lead anywhere. */
  miniPrograms = undefined as MiniProgram[] | undefined,
} = {}) {
  if (!existsSync('dist/console/index.html')) throw new Error('build the console first: npm run build:console')
  const dir = mkdtempSync(path.join(tmpdir(), 'weloop-console-'))
  const content = path.join(dir, 'content')
  await cp('content', content, { recursive: true })
  await prepare(content)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, callbackUrl: `${url}/wechat/shop`, ...(miniPrograms && { miniPrograms }) }],
    corps: [{ ...demoCorp, callbackUrl: `${url}/wecom/corp` }],
  })
  const apiBase = simulator.url
  const config = loadConfig({
    root: process.cwd(),
    env: {},
    overrides: {
      publicUrl: url,
      http: { port },
      store: { dir: path.join(dir, 'data') },
      content: { dir: content, watch: false },
      simulator: { enabled: true },
      console: { secondFactor: 'optional' },
      accounts: { shop: { apiBase, miniProgram: { apiBase } }, corp: { apiBase } },
    },
  })
  /** The product's clock runs ahead of the real one by so many milliseconds. */
  let ahead = 0
  const clock = { now: () => new Date(Date.now() + ahead) }
  const log = recordingLogger()
  const app = await createApp(config, { root: process.cwd(), handlers, log, clock })
  const { connection } = app.store
  const access = await openAccess({ config, dataDir: path.join(dir, 'data'), connection, clock, log })
  await app.start('all')
  const browser = await launchBrowser()
  const complaints: string[] = []
  const apart: Browser[] = []
  /** Another page, in the zone of the shop. This Chromium shares cookies among its pages: `alone` is a browser of its own. */
  async function newPage({ alone = false } = {}): Promise<Page> {
    const own = alone ? await launchBrowser() : browser
    if (alone) apart.push(own)
    const context = await own.newContext({
      viewport: { width: 1440, height: 900 },
      timezoneId: 'Asia/Shanghai',
    })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (line) => {
      if (line.type() === 'error' && !/Failed to load resource/.test(line.text())) complaints.push(line.text())
    })
    return page
  }
  const first = await newPage()

  return {
    app,
    config,
    access,
    simulator,
    log,
    clock,
    content,
    url,
    page: first,
    newPage,
    /** Moves the product's clock ahead. */
    pass(ms: number) {
      ahead += ms
    },
    /** Somebody who can sign in with PASSWORD. */
    async person(login: string, roles: readonly Role[]) {
      const { person, link } = await access.people.invite({ login, name: `名${login}`, roles }, TERMINAL)
      await access.signIn.byLink({ token: link.token, password: PASSWORD }, { address: '10.9.8.7', agent: 'setup' })
      await access.sessions.endAll(person._id)
      return person
    },
    /** Makes a person of that role, signs in through the form and waits for the menu. */
    async signInAs(login: string, role: Role, page = first) {
      if (!(await access.people.findByLogin(login))) await this.person(login, [role])
      await page.context().clearCookies()
      await page.goto(`${url}/console/`)
      await page.getByLabel('账号').fill(login)
      await page.getByLabel('密码').fill(PASSWORD)
      await page.getByRole('button', { name: '登录', exact: true }).click()
      await page.getByTestId('menu').waitFor()
    },
    /** Opens a page of the console and waits for its title. */
    async open(address: string, page = first) {
      await page.goto(`${url}/console${address}`)
      await page.locator('article.page h1').waitFor()
    },
    /** A picture of the page, when somebody wants to look (WELOOP_SHOTS). */
    async shoot(name: string, page = first) {
      if (!shots) return
      mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: path.join(shots, `${name}.png`), animations: 'disabled' })
    },
    /** What the pages complained of since the last call; expect it to be empty. */
    complaints: () => complaints.splice(0),
    async close() {
      for (const one of [browser, ...apart]) await one.close()
      await app.stop()
      await simulator.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return typeof address === 'object' && address ? address.port : 0
}

/** Chooses how the pages look. A press that comes while the menu is still being placed is made again, as a person would. */
export async function chooseLook(page: Page, look: 'light' | 'dark'): Promise<void> {
  const chosen = page.locator(`html[data-look="${look}"]`)
  await until(async () => {
    if ((await chosen.count()) > 0) return true
    await page.getByTestId('look').click()
    await page.getByRole('menuitem', { name: look === 'dark' ? '深色' : '浅色' }).click()
    return chosen.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    )
  })
}

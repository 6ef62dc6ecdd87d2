import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Middleware } from 'koa'
import { createContacts } from '../../src/contacts/contacts.js'
import { silentLogger } from '../../src/core/log.js'
import { createEvents } from '../../src/events/events.js'
import type { SidebarOptions } from '../../src/http/sidebar/port.js'
import { sidebar } from '../../src/http/sidebar.js'
import type { Pair, SidebarCorp, SidebarPorts } from '../../src/sidebar/ports.js'
import { createSidebar, type Sidebar } from '../../src/sidebar/sidebar.js'
import { connectStore } from '../../src/store/connect.js'
import { startWeb } from '../helpers/web.js'
import { createFakeDesk } from './fake-desk.js'
import { fakeCanned, fakeGroups, fakeLibrary, fakeOrders, fakeWays, fakeWindows } from './fake-parts.js'

/** The side bar over a real store with invented parts, served on a free port; its clock stands still. */
export type World = Awaited<ReturnType<typeof openWorld>>

export const CORP = 'corp'
export const OTHER = 'branch'
/** Near the real time: the store's own clock ends sessions. */
const START = new Date(Math.floor(Date.now() / 1000) * 1000)

/** Starts it. Codes of the platform's login are `code-<userid>`, `outside` and `gone`. */
export async function openWorld(options: Partial<SidebarOptions> & Partial<SidebarPorts> = {}) {
  let ms = START.getTime()
  const clock = { now: () => new Date(ms) }
  const dir = await mkdtemp(path.join(tmpdir(), 'weloop-sidebar-'))
  const database = `weloop-sidebar-${process.pid}-${Math.trunc(performance.now())}`
  const uri = process.env['MONGODB_URI'] ?? ''
  const store = await connectStore({ uri, dir, database }, silentLogger, { inProcess: true, attempts: 1 })
  const { connection } = store
  const events = createEvents({ connection, clock })
  const contacts = createContacts({ connection, clock, log: silentLogger, events })
  const pairs = new Map<string, Pair[]>()
  const settled: string[] = []
  const signed: { kind: string; url: string }[] = []
  let refusal: Error | undefined
  const desk = createFakeDesk(clock)

  const corpOf = (account: string): SidebarCorp => ({
    account,
    corpid: `ww-${account}`,
    agentId: 1_000_002,
    deskAccounts: account === CORP ? ['service'] : [],
    logins: {
      addressInside: ({ returnTo, state }) =>
        `${web.url}/authorize?redirect_uri=${encodeURIComponent(returnTo)}&state=${state}`,
      async person(code) {
        if (code === 'gone') throw Object.assign(new Error('used'), { class: 'gone' })
        if (code === 'down') throw new Error('no answer')
        if (code === 'outside') return { who: 'customer', id: 'wmStranger' }
        return { who: 'staff', id: code.replace('code-', '') }
      },
    },
    jsSdk: {
      corpSignature: async (url) => sign('corp', url),
      agentSignature: async (url) => sign('agent', url),
    },
  })
  function sign(kind: string, url: string) {
    if (refusal) throw refusal
    signed.push({ kind, url })
    return { timestamp: 1, nonceStr: kind, signature: `${kind}:${url}` }
  }

  let route: Middleware = (_, next) => next()
  /** The platform's login, as browsers see it: it sends them back as whoever stands there. */
  let atLogin = 'lihua'
  const authorize: Middleware = (ctx, next) => {
    if (ctx.path !== '/authorize') return next()
    const { redirect_uri, state } = ctx.query
    ctx.redirect(`${String(redirect_uri)}?code=code-${atLogin}&state=${String(state)}`)
    return undefined
  }
  const web = await startWeb({ routes: [authorize, (ctx, next) => route(ctx, next)] })
  const { publicUrl = web.url, sdkUrl = `${web.url}/client-sdk.js`, allowFrames, ...more } = options
  const ports: SidebarPorts = {
    connection,
    clock,
    log: silentLogger,
    corps: [corpOf(CORP), corpOf(OTHER)],
    config: { roles: { chief: 'supervisor' }, customers: 'own' },
    publicUrl,
    timeZone: 'Asia/Shanghai',
    contacts,
    events,
    customers: {
      relations: { of: async (account, customer) => pairs.get(`${account}:${customer}`) ?? [] },
      catalogue: { list: async () => [{ tag: 'et1', name: '高意向' }] },
      async settleTags(_, customer) {
        if (refusal) throw refusal
        settled.push(customer)
      },
    },
    library: fakeLibrary(web.url),
    windows: fakeWindows(clock),
    orders: fakeOrders,
    desk,
    canned: fakeCanned,
    groups: fakeGroups(),
    joinWays: fakeWays,
    accountName: (account) => ({ shop: '絮屋服务号', corp: '絮屋', service: '絮屋客服' })[account],
    ...more,
  }
  const bar: Sidebar = createSidebar(ports)
  await store.ensureIndexes()
  const pageDir = path.resolve('src/http/sidebar/page')
  route = sidebar(bar, { publicUrl, sdkUrl, pageDir, ...(allowFrames !== undefined && { allowFrames }) })

  return {
    web,
    bar,
    contacts,
    events,
    pairs,
    settled,
    signed,
    desk,
    clock,
    connection,
    /** The platform refuses from now on, or no more. */
    refuse(error: Error | undefined) {
      refusal = error
    },
    /** Who the platform's login takes a browser for. */
    visitor(staff: string) {
      atLogin = staff
    },
    wait(forMs: number) {
      ms += forMs
    },
    /** A customer of a member, who is also a follower of the shop's account. */
    async customer(id: string, staff: string, more: { name?: string; openid?: string; account?: string } = {}) {
      const account = more.account ?? CORP
      const contact = await contacts.resolve({ platform: 'wecom', account, externalId: id }, START)
      const pair: Pair = { staff, contact, live: true, addedAt: START, way: 1, state: 'store-01', tags: ['et1'] }
      pairs.set(`${account}:${id}`, [...(pairs.get(`${account}:${id}`) ?? []), pair])
      const rows = connection.db?.collection<{ _id: string }>('contacts')
      await rows?.updateOne(
        { _id: contact },
        { $set: { 'profile.nickname': more.name ?? '小雨', ...(more.openid && { unionid: `u-${id}` }) } },
      )
      if (more.openid !== undefined) {
        const follower = { platform: 'official-account', account: 'shop', externalId: more.openid } as const
        await contacts.resolve(follower, START)
        await contacts.join(follower, `u-${id}`, START)
      }
      return contact
    },
    async close() {
      await web.close()
      await contacts.close()
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

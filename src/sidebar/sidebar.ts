import { AppError, messageOf } from '../core/errors.js'
import type { Update } from '../core/update.js'
import { createAccess, type SeenCustomer } from './access.js'
import { type CannedGiven, putCanned } from './canned-own.js'
import { createLogins, type Logins } from './logins.js'
import { cannedMaterials, createMaterials, type Material } from './materials.js'
import { createMeter, type MeterRow } from './meter.js'
import { sidebarModels } from './model.js'
import { type OrderView, orderView } from './orders.js'
import type { CannedValues, PageSignature, SidebarPorts } from './ports.js'
import { createProfiles, nameOf, type ProfileView } from './profile.js'
import { createRosters, type RosterMember, type RosterView, type RosterWay } from './rosters.js'
import { createSessions, type Session, type Visitor } from './sessions.js'
import { createTalks, type TalkAct, type TalkLine, type TalkView } from './talks.js'
import { createTimeline, type TimelinePage } from './timeline.js'

/** The side bar (聊天工具栏) that staff have beside their chats. What is not the visitor's is refused as if it were not there. */
export interface Sidebar {
  readonly logins: Logins
  session(token: string): Promise<Session | undefined>
  logOut(token: string): Promise<void>
  /** The corporation of an address that names none. Throws AppError `not-found.corp` when there is none at all. */
  corpOf(asked: string | undefined): string
  about(visitor: Visitor): Promise<AboutView>
  /** For the SDK on exactly this page. Throws AppError `invalid.url` for a page that is not ours, `unavailable.sdk`. */
  sign(visitor: Visitor, kind: 'corp' | 'app', url: string): Promise<PageSignature>
  customer(visitor: Visitor, customer: string): Promise<ProfileView>
  tag(
    visitor: Visitor,
    customer: string,
    change: { add: string[]; remove: string[] },
  ): Promise<{ tags: string[]; later?: string }>
  orders(visitor: Visitor, customer: string): Promise<OrderView[]>
  meter(visitor: Visitor, customer: string): Promise<MeterRow[]>
  timeline(visitor: Visitor, customer: string, before?: Date): Promise<TimelinePage>
  talks(visitor: Visitor, customer: string): Promise<TalkView[]>
  lines(visitor: Visitor, customer: string, talk: string, before?: number): Promise<TalkLine[]>
  act(visitor: Visitor, customer: string, talk: string, act: TalkAct): Promise<TalkView>
  colleagues(): Promise<Awaited<ReturnType<ReturnType<typeof createTalks>['members']>>>
  canned(visitor: Visitor, query: string, customer?: string): Promise<Material[]>
  /** A new canned reply, or one that the visitor may change; for everybody, like those put by API. */
  putCanned(visitor: Visitor, given: CannedGiven): Promise<{ slug: string }>
  materials(visitor: Visitor, query: string, group?: string): Promise<Material[]>
  /** Notes that something was sent from here; the same key again changes nothing. */
  sent(visitor: Visitor, sent: SentNote): Promise<void>
  group(visitor: Visitor, chatId: string): Promise<RosterView & { ways: RosterWay[]; known: string[] }>
  members(visitor: Visitor, chatId: string, after?: string): Promise<{ members: RosterMember[]; next?: string }>
  label(visitor: Visitor, chatId: string, change: { add: string[]; remove: string[] }): Promise<RosterView>
  /** Staff who leave lose their sessions. Undefined for updates about anything else. */
  apply(update: Update): Promise<void> | undefined
}

/** What the page has to know of itself. */
export interface AboutView {
  staff: string
  name: string
  role: Visitor['role']
  account: string
  corpid: string
  agentId: number
  parts: { orders: boolean; desk: boolean; canned: boolean; groups: boolean }
}

/** What was sent into a chat from the side bar. */
export interface SentNote {
  to: { customer: string } | { group: string }
  kind: Material['kind']
  name: string
  title: string
  /** The page's own, unique. */
  key: string
}

const RECENT_ORDERS = 20
const MOST_MATERIALS = 60

/** The side bar over the product's parts; make it before `ensureIndexes`. */
export function createSidebar(ports: SidebarPorts): Sidebar {
  const { connection, clock, log, corps, config, desk, canned, groups, events, publicUrl } = ports
  sidebarModels(connection)
  const corp = (account: string) => corps.find((one) => one.account === account)
  const sessions = createSessions({ connection, clock, roleOf: (_, staff) => config.roles[staff] ?? 'service' })
  const returnTo = (account: string) => `${publicUrl}/sidebar/login/${account}`
  const access = createAccess(ports)
  const profiles = createProfiles(ports)
  const meter = createMeter(ports)
  const timeline = createTimeline(ports)
  const materials = createMaterials(ports)
  const talks = desk && createTalks({ ...ports, desk, access })
  const rosters = groups && createRosters({ ...ports, groups })
  const pages = new URL(`${publicUrl}/sidebar`)

  const part = <T>(found: T | undefined, what: string): T => {
    if (found === undefined) throw new AppError('not-found.part', `没有开通${what}`)
    return found
  }

  async function nameOfStaff(staff: string): Promise<string> {
    return (await desk?.members())?.find(({ userid }) => userid === staff)?.name ?? staff
  }

  async function ordersOf({ contacts }: SeenCustomer): Promise<OrderView[]> {
    if (!ports.orders || contacts.length === 0) return []
    return (await ports.orders(contacts, RECENT_ORDERS)).map(orderView)
  }

  /** Of the newest order that has a parcel, else of the newest. */
  async function valuesOf(visitor: Visitor, customer: string | undefined): Promise<CannedValues> {
    const staff = await nameOfStaff(visitor.staff)
    if (customer === undefined) return { staff }
    const seen = await access.customer(visitor, customer)
    const orders = await ordersOf(seen)
    const order = orders.find(({ parcels }) => parcels.length > 0) ?? orders[0]
    const tracking = order?.parcels.at(-1)?.trackingNo
    const name = nameOf(seen.person)
    return {
      staff,
      ...(name !== undefined && { name }),
      ...(order && { order: order.orderNo }),
      ...(tracking && { tracking }),
    }
  }

  return {
    logins: createLogins({ connection, clock, log, corp, sessions, returnTo }),
    session: sessions.find,
    logOut: sessions.end,
    corpOf(asked) {
      const account = asked ?? config.account ?? corps[0]?.account
      if (account === undefined || !corp(account)) throw new AppError('not-found.corp', '没有配置这个企业')
      return account
    },
    async about({ account, staff, role }) {
      const { corpid, agentId } = part(corp(account), '这个企业')
      return {
        staff,
        name: await nameOfStaff(staff),
        role,
        account,
        corpid,
        agentId,
        parts: { orders: ports.orders !== undefined, desk: !!desk, canned: !!canned, groups: !!groups },
      }
    },
    async sign({ account }, kind, url) {
      const { jsSdk } = part(corp(account), '这个企业')
      const page = URL.canParse(url) ? new URL(url) : undefined
      if (!page || page.origin !== pages.origin || page.pathname !== pages.pathname || page.username !== '') {
        throw new AppError('invalid.url', '只给侧边栏自己的页面签名', { fix: `从 ${pages.href} 打开` })
      }
      const exact = url.split('#', 1)[0] ?? url
      try {
        return await (kind === 'corp' ? jsSdk.corpSignature(exact) : jsSdk.agentSignature(exact))
      } catch (error) {
        log.warn({ account, kind, reason: messageOf(error) }, 'page could not be signed for the SDK')
        throw new AppError('unavailable.sdk', '企业微信暂时没有给出签名，请稍后再试', { cause: error })
      }
    },
    customer: async (visitor, customer) => profiles.show(visitor, await access.customer(visitor, customer)),
    tag: async (visitor, customer, change) => profiles.tag(visitor, await access.customer(visitor, customer), change),
    orders: async (visitor, customer) => ordersOf(await access.customer(visitor, customer)),
    meter: async (visitor, customer) => meter(visitor.account, await access.customer(visitor, customer)),
    timeline: async (visitor, customer, before) => timeline(await access.customer(visitor, customer), before),
    talks: async (visitor, customer) =>
      part(talks, '客服工作台').list(visitor, await access.customer(visitor, customer)),
    lines: async (visitor, customer, id, before) =>
      part(talks, '客服工作台').lines(visitor, await access.conversation(visitor, customer, id), before),
    act: async (visitor, customer, id, act) => part(talks, '客服工作台').act(visitor, customer, id, act),
    colleagues: async () => part(talks, '客服工作台').members(),
    canned: async (visitor, query, customer) =>
      cannedMaterials(part(canned, '快捷回复'), materials, query, await valuesOf(visitor, customer), visitor),
    putCanned: async (visitor, given) => putCanned(part(canned, '快捷回复'), visitor, given),
    async materials(visitor, query, group) {
      if (group !== undefined) await access.group(visitor, group)
      return materials(query, group).slice(0, MOST_MATERIALS)
    },
    async sent(visitor, { to, kind, name, title, key }) {
      const { account, staff } = visitor
      const seen = 'customer' in to ? await access.customer(visitor, to.customer) : undefined
      if ('group' in to) await access.group(visitor, to.group)
      const props = { corp: account, staff, ...to, kind, name, title }
      const about = { account, occurredAt: clock.now(), props }
      const contact = seen?.person?._id
      const fact = { source: 'sidebar', id: `sent:${staff}:${key}`, type: 'sidebar.sent', ...about }
      await events.append([{ ...fact, ...(contact !== undefined && { contact }) }])
    },
    async group(visitor, chatId) {
      const group = await access.group(visitor, chatId)
      const of = part(rosters, '客户群')
      const [ways, known] = await Promise.all([of.ways(visitor.account, chatId), of.labels(visitor.account)])
      return { ...of.show(visitor, group), ways, known }
    },
    async members(visitor, chatId, after) {
      await access.group(visitor, chatId)
      return part(rosters, '客户群').members(visitor.account, chatId, after)
    },
    label: async (visitor, chatId, change) =>
      part(rosters, '客户群').label(visitor, await access.group(visitor, chatId), change),
    apply(update) {
      const leaver = leaverOf(update)
      return leaver === undefined ? undefined : sessions.endAll(update.account, leaver)
    },
  }
}

function leaverOf(update: Update): string | undefined {
  if (update.kind === 'event.corp.directory') return update.change === 'delete_user' ? update.user : undefined
  return update.kind === 'staff.event' && update.event === 'left' ? update.from : undefined
}

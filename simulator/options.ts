import type { PlatformClock } from './clock.js'
import type { ShopOptions } from './shop/start.js'
import type { DeskOptions } from './wecom/kf/desk.js'

/** How an account's callbacks are sent: in clear, both, or encrypted only. */
export type PushMode = 'plain' | 'compatible' | 'safe'

/** A mini program linked (关联) with an account. */
export interface MiniProgram {
  appid: string
  name: string
  /** With it the platform serves the mini program's own API too. */
  secret?: string
  /** Where its own pushes go (subscribe_msg_*, trade_manage_*, wxa_media_check); without one nothing is pushed. */
  callbackUrl?: string
  /** For its pushes; default `mini`, plain mode. With a key they are encrypted. */
  token?: string
  aesKey?: string
  originalId?: string
  /** How its pushes are written (数据格式); default xml. */
  pushFormat?: 'xml' | 'json'
  /** Subscription templates in use from the start; default `demoMiniTemplates`. */
  templates?: SubscriptionTemplate[]
  /** Page that the notices of shipped orders open (set_msg_jump_path changes it); default WeChat's own order page. */
  orderPath?: string
}

/** A subscription template (订阅消息, 订阅通知) in use. */
export interface SubscriptionTemplate extends MessageTemplate {
  /** 2: one message per consent (default); 3: long-term. */
  type?: 2 | 3
}

/** A template (模板消息) an account may send; `content` has lines such as `单号:{{character_string1.DATA}}`. */
export interface MessageTemplate {
  id: string
  title: string
  content: string
}

/** One Official Account that the fake platform serves. */
export interface AccountOptions {
  /** Name in the control API; the product uses its own. */
  id: string
  /** Name shown in the phone. */
  name?: string
  kind: 'service' | 'subscription'
  verified: boolean
  appid: string
  /** `gh_...`, the ToUserName of every push. */
  originalId: string
  token: string
  /** 43 characters; needed in safe and compatible mode. */
  aesKey?: string
  secret: string
  mode: PushMode
  /** How pushes are written; default xml. */
  pushFormat?: 'xml' | 'json'
  /** Where pushes go, for example `http://127.0.0.1:3000/wechat/shop`. */
  callbackUrl: string
  /** Addresses that may fetch a token (40164 for others); without it any may. */
  ipAllowList?: string[]
  /** Linked mini programs. With a list, a card of another appid is refused; without one every appid is accepted. */
  miniPrograms?: MiniProgram[]
  templates?: MessageTemplate[]
  /** Subscription templates in use from the start; default none. */
  subscriptionTemplates?: SubscriptionTemplate[]
  /** Default: 7200 s, and 5 minutes in which a replaced token still works (0 = only the newest is valid). */
  tokens?: { lifeMs?: number; overlapMs?: number }
}

/** A member of a corporation (企业成员). */
export interface CorpStaffOptions {
  userid: string
  name: string
  /** Department ids; default 1, the whole corporation. */
  departments?: number[]
}

/** What an administrator or a test sets while the corporation runs. */
export interface CorpSettings {
  /** Group-sends that a customer or a group may receive: as many a month as it has days, 7 a week, or 1 a day. */
  cap: 'month' | 'week' | 'day'
  /** The WeChat developer account that is bound; null: unionids are not given. */
  boundAccount: string | null
  /** How long groupchat/get shows a group as it was before a change. */
  detailDelayMs: number
  /** How long a new task is being dispatched: 41063, 41079. WeCom names 30 s. */
  dispatchMs: number
  /** Members with which a group is full for a join way. Old help pages say 200. */
  joinFull: number
  /** Whether groups made by a join way appear in its chat_id_list. */
  autoRoomsListed: boolean
  /** How long another app is sending the welcome after an add: 41096. */
  welcomeBusyMs: number
  /** Customers that a member may have. */
  customerCap: number
  /** Delay of every answer; more than 5 at once of what reads much are refused then (45033). */
  latencyMs: number
  /** What the app may call; 48002 for the rest. */
  allowed: { contacts: boolean; groups: boolean; moments: boolean; chats: boolean; desk: boolean }
  /** The app is switched off: 50003. */
  closed: boolean
  /** 企业可信IP: 60020 for others; null: any. */
  trustedIps: string[] | null
  /** `real`: 45009 and limits as the platform's; `off`: only counted. */
  quotas: 'real' | 'off'
}

/** One corporation of WeCom with one self-built app. */
export interface CorpOptions extends Partial<CorpSettings> {
  /** Name in the control API; the product uses its own. */
  id: string
  name?: string
  corpid: string
  agentId: number
  secret: string
  token: string
  /** 43 characters. */
  aesKey: string
  /** Where pushes go, for example `http://127.0.0.1:3000/wecom/corp`. */
  callbackUrl: string
  staff?: CorpStaffOptions[]
  departments?: { id: number; name: string; parent: number }[]
  /** Life of an access token; default 7200 s. */
  tokenLifeMs?: number
  /** Customer-service accounts (微信客服) that are there from the start; default the demo account. */
  desk?: DeskOptions[]
}

/** Times of the callback; shorter ones make tests quick. */
export interface PushTiming {
  /** WeChat cuts the connection after 5 s. */
  answerMs: number
  /** WeChat sends the same push up to 3 more times. */
  resends: number
  /** Pause before a resend. */
  resendGapMs: number
  /** About how long after a send its receipt is pushed (TEMPLATESENDJOBFINISH and the like): half to one and a half times. */
  receiptMs: number
}

/** What startSimulator takes; every field has a default. */
export interface SimulatorOptions {
  /** Default 3001; 0 takes any free port. */
  port?: number
  /** Default 127.0.0.1. The control API has no password: do not open it to a network. */
  host?: string
  /** Host names besides the loopback ones under which page and control API may be opened. */
  allowedHosts?: string[]
  accounts?: AccountOptions[]
  /** Corporations of WeCom; the demo corporation when accounts are not given either, else none. */
  corps?: CorpOptions[]
  clock?: PlatformClock
  timing?: Partial<PushTiming>
  /** Exchanges, API calls and thread entries kept (each), default 500. */
  keep?: number
  /** `real` (default) refuses with 45009/45011 as the platform does; `off` only counts, for load tests. */
  quotas?: 'real' | 'off'
  /** Decides faults with a probability; default Math.random. A seeded one makes a test repeatable. */
  random?: () => number
  /** The sample shop of an account's mini program. */
  shop?: ShopOptions
  log?: (line: string) => void
}

/** Templates every account has unless it names its own. */
export const demoTemplates: MessageTemplate[] = [
  {
    id: 'TPL_SIGN_demo',
    title: '订单签收通知',
    content:
      '订单编号:{{character_string1.DATA}}\n商品名称:{{thing2.DATA}}\n签收时间:{{time3.DATA}}\n签收地点:{{thing4.DATA}}',
  },
  {
    id: 'TPL_REFUND_demo',
    title: '退款成功通知',
    content:
      '订单编号:{{character_string1.DATA}}\n退款金额:{{amount2.DATA}}\n到账时间:{{time3.DATA}}\n退款方式:{{thing4.DATA}}',
  },
  {
    id: 'TPL_SHIP_demo',
    title: '订单发货通知',
    content: '订单编号:{{character_string1.DATA}}\n快递公司:{{thing2.DATA}}\n发货时间:{{time3.DATA}}',
  },
  {
    id: 'TPL_ORDER_demo',
    title: '下单成功通知',
    content: '商品名称:{{thing1.DATA}}\n订单金额:{{amount2.DATA}}\n下单时间:{{time3.DATA}}',
  },
  {
    id: 'TPL_DELIVERING_demo',
    title: '订单配送通知',
    content:
      '订单编号:{{character_string1.DATA}}\n商品名称:{{thing2.DATA}}\n快递公司:{{thing3.DATA}}\n派送时间:{{time4.DATA}}',
  },
]

/** Subscription templates every mini program has unless it names its own. */
export const demoMiniTemplates: SubscriptionTemplate[] = [
  {
    id: 'TPL_MINI_SHIP_demo',
    title: '订单发货提醒',
    content:
      '订单编号:{{character_string1.DATA}}\n商品名称:{{thing2.DATA}}\n快递公司:{{thing3.DATA}}\n快递单号:{{character_string4.DATA}}\n发货时间:{{time5.DATA}}',
  },
  {
    id: 'TPL_MINI_DELIVERING_demo',
    title: '快递派送提醒',
    content:
      '订单编号:{{character_string1.DATA}}\n商品名称:{{thing2.DATA}}\n快递公司:{{thing3.DATA}}\n派送时间:{{time4.DATA}}',
  },
  {
    id: 'TPL_MINI_SIGN_demo',
    title: '订单签收提醒',
    content: '订单编号:{{character_string1.DATA}}\n商品名称:{{thing2.DATA}}\n签收时间:{{time3.DATA}}',
  },
  {
    id: 'TPL_MINI_REFUND_demo',
    title: '退款成功提醒',
    content:
      '订单编号:{{character_string1.DATA}}\n退款金额:{{amount2.DATA}}\n退款时间:{{time3.DATA}}\n退款方式:{{thing4.DATA}}',
  },
]

/** The demo account's mini program: public values, refused in production. */
export const demoMiniProgram: MiniProgram = {
  appid: 'wx00000000000demo2',
  name: '微环小店',
  secret: 'weloop-demo-secret',
  orderPath: 'pages/orders/detail',
}

/** The demo account: the same public values as the product's default configuration; production refuses them. */
export const demoAccount: AccountOptions = {
  id: 'shop',
  name: '微环小店',
  kind: 'service',
  verified: true,
  appid: 'wx00000000000demo1',
  originalId: 'gh_weloopdemo01',
  token: 'weloop-demo-token',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  secret: 'weloop-demo-secret',
  mode: 'safe',
  callbackUrl: 'http://127.0.0.1:3000/wechat/shop',
}

/** Departments of the demo corporation. */
export const demoDepartments = [
  { id: 1, name: '微环商贸', parent: 0 },
  { id: 2, name: '客服部', parent: 1 },
  { id: 3, name: '销售部', parent: 1 },
  { id: 4, name: '运营部', parent: 1 },
]

/** Members of the demo corporation. */
export const demoStaff: CorpStaffOptions[] = [
  { userid: 'lihua', name: '李华', departments: [2] },
  { userid: 'wangfang', name: '王芳', departments: [2] },
  { userid: 'zhangwei', name: '张伟', departments: [3] },
  { userid: 'liuyang', name: '刘洋', departments: [3] },
  { userid: 'chenjing', name: '陈静', departments: [4] },
  { userid: 'zhaomin', name: '赵敏', departments: [4] },
]

/** The demo corporation: public values as the demo account's; production refuses them. */
export const demoCorp: CorpOptions = {
  id: 'corp',
  name: '微环商贸',
  corpid: 'ww00000000000demo1',
  agentId: 1_000_002,
  secret: 'weloop-demo-secret',
  token: 'weloop-demo-token',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  callbackUrl: 'http://127.0.0.1:3000/wecom/corp',
  boundAccount: 'shop',
}

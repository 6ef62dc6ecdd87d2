import type { Capability } from './kinds.js'

/**
 * The law of the ways to reach a person: which purposes a channel may carry, whom it reaches, what one message takes,
 * and which call of the platform it is. `follows`: only followers get it. `people`: how many one call reaches at most.
 */
export interface ChannelLaw {
  readonly channel: string
  readonly purposes: readonly ('reply' | 'service' | 'marketing' | 'care')[]
  readonly class: 'keyed' | 'unkeyed'
  readonly consumes: 'window' | 'credit' | 'mass' | 'group-send' | 'nothing'
  /** Where the person must be known: on the account itself, in its mini program, or to a member of staff in WeCom. */
  readonly identity: 'account' | 'mini-program' | 'wecom'
  readonly follows: boolean
  /** It needs a template of the platform bound to the message. */
  readonly template: boolean
  readonly capability?: Capability
  readonly path?: string
  readonly people: number
  readonly source: string
  readonly verified: boolean
}

const DOC = 'developers.weixin.qq.com'
const ANY = ['reply', 'service', 'marketing', 'care'] as const
const BROADCAST = ['marketing', 'care'] as const
const SERVICE = ['service'] as const

/** One row a channel. Templates of every kind forbid marketing; whoever sends it there loses the permission. */
export const channelLaws: readonly ChannelLaw[] = [
  {
    channel: 'template',
    purposes: SERVICE,
    class: 'keyed',
    consumes: 'nothing',
    identity: 'account',
    follows: true,
    template: true,
    capability: 'template-messages',
    path: '/cgi-bin/message/template/send',
    people: 1,
    source: `${DOC}: 模板消息运营规范`,
    verified: true,
  },
  {
    channel: 'subscription',
    purposes: SERVICE,
    class: 'unkeyed',
    consumes: 'credit',
    identity: 'account',
    follows: false,
    template: true,
    capability: 'subscription-notices',
    path: '/cgi-bin/message/subscribe/bizsend',
    people: 1,
    source: `${DOC}: 服务号订阅通知`,
    verified: true,
  },
  {
    channel: 'mini-program',
    purposes: SERVICE,
    class: 'unkeyed',
    consumes: 'credit',
    identity: 'mini-program',
    follows: false,
    template: true,
    path: '/cgi-bin/message/subscribe/send',
    people: 1,
    source: `${DOC}: 小程序订阅消息`,
    verified: true,
  },
  {
    channel: 'shipping',
    purposes: SERVICE,
    class: 'unkeyed',
    consumes: 'nothing',
    identity: 'mini-program',
    follows: false,
    template: false,
    path: '/wxa/sec/order/upload_shipping_info',
    people: 1,
    source: `${DOC}: 小程序发货信息管理服务`,
    verified: true,
  },
  {
    channel: 'customer-message',
    purposes: ANY,
    class: 'unkeyed',
    consumes: 'window',
    identity: 'account',
    follows: true,
    template: false,
    capability: 'customer-messages',
    path: '/cgi-bin/message/custom/send',
    people: 1,
    source: `${DOC}: 客服消息`,
    verified: true,
  },
  {
    channel: 'kf-message',
    purposes: ['reply', 'service'],
    class: 'keyed',
    consumes: 'window',
    identity: 'wecom',
    follows: false,
    template: false,
    people: 1,
    source: 'developer.work.weixin.qq.com: 微信客服 发送消息 (msgid 客服账号内唯一)',
    verified: true,
  },
  {
    channel: 'mass',
    purposes: BROADCAST,
    class: 'keyed',
    consumes: 'mass',
    identity: 'account',
    follows: true,
    template: false,
    capability: 'mass-by-openid',
    path: '/cgi-bin/message/mass/send',
    people: 10_000,
    source: `${DOC}: 根据 OpenID 列表群发`,
    verified: true,
  },
  {
    channel: 'group-send',
    purposes: BROADCAST,
    class: 'unkeyed',
    consumes: 'group-send',
    identity: 'wecom',
    follows: false,
    template: false,
    people: 1,
    source: 'developer.work.weixin.qq.com: 创建企业群发',
    verified: true,
  },
  {
    channel: 'next-visit',
    purposes: ANY,
    class: 'unkeyed',
    consumes: 'nothing',
    identity: 'account',
    follows: true,
    template: false,
    people: 1,
    source: 'our own: waits until the person writes or comes by',
    verified: true,
  },
]

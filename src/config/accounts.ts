import { z } from 'zod'
import { miniAccountOf } from '../core/account.js'
import { aesKey, duration, token, url } from './fields.js'

/** The demo secrets that ship with the project; `NODE_ENV=production` refuses every one of them. */
export const DEMO = {
  token: 'weloop-demo-token',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  secret: 'weloop-demo-secret',
  appid: 'wx00000000000demo1',
  corpid: 'ww00000000000demo1',
} as const

/** The demo account's mini program. */
export const DEMO_MINI_PROGRAM = 'wx00000000000demo2'

const apiBase = url.default('https://api.weixin.qq.com')
const originalId = z.string().regex(/^gh_[0-9a-z]{6,32}$/, 'must look like gh_0123456789ab')

/** The mini program linked (关联) with an account. */
export const miniProgramSchema = z.strictObject({
  appid: z.string().regex(/^wx[0-9a-z]{16}$/, 'must be wx and 16 digits or letters'),
  secret: z.string().min(1, 'is empty'),
  apiBase,
  /** 原始ID. With it and `token` the mini program's own pushes (客服消息 among them) come in at `/wechat/<account>/mini`. */
  originalId: originalId.optional(),
  token: token.optional(),
  /** Set: only safe mode is served and plaintext pushes are refused. */
  aesKey: aesKey.optional(),
  /** The values before a rotation; still accepted from the platform while they are listed. */
  previousToken: token.optional(),
  previousAesKey: aesKey.optional(),
})

/** An Official Account (公众号 or 服务号). */
export const officialAccountSchema = z.strictObject({
  platform: z.literal('official-account'),
  /** `service` is 服务号, `subscription` is 公众号 (formerly 订阅号). Decides what the account may call. */
  kind: z.enum(['service', 'subscription']),
  verified: z.boolean(),
  appid: z.string().regex(/^wx[0-9a-z]{16}$/, 'must be wx and 16 digits or letters'),
  /** 原始ID. */
  originalId,
  secret: z.string().min(1, 'is empty'),
  token,
  /** Set: only safe mode (and compatible mode) is served and plaintext pushes are refused. */
  aesKey: aesKey.optional(),
  /** The values before a rotation; still accepted from the platform while they are listed. */
  previousToken: token.optional(),
  previousAesKey: aesKey.optional(),
  /** Which of our tags are mirrored on the platform, both ways: an account has 100 of at most 30 bytes, ours are unlimited. */
  mirrorTags: z
    .array(
      z
        .string()
        .trim()
        .min(1)
        .refine((tag) => Buffer.byteLength(tag) <= 30, 'takes at most 30 bytes (10 Chinese characters)'),
    )
    .max(100, 'an account takes at most 100 tags')
    .optional(),
  /** Where the platform's API lives; the simulator in the default run. */
  apiBase,
  /** Its orders, codes, links and subscribe messages go through this client, with its own token. */
  miniProgram: miniProgramSchema.optional(),
  /** Hosts (`cdn.shop.example`, `127.0.0.1:3001`) whose pictures may be fetched from a private network or over http. */
  mediaHosts: z
    .array(
      z.string().regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be a host name, with a port or not, such as cdn.shop.example'),
    )
    .default([]),
  /** Whether the plugin 订阅通知 is open for the account; without it subscription notices are refused before the call. */
  subscriptionNotices: z.boolean().default(false),
})

/** How the platform's pushes are signed and encrypted; everything WeCom sends is. */
const callback = {
  token,
  aesKey,
  /** The values before a rotation; still accepted from the platform while they are listed. */
  previousToken: token.optional(),
  previousAesKey: aesKey.optional(),
}

/** A self-built app (自建应用) of a WeCom corporation: staff, customers, groups and the desk. */
export const wecomAppSchema = z.strictObject({
  platform: z.literal('wecom'),
  kind: z.literal('app'),
  /** 企业ID. */
  corpid: z.string().regex(/^w[wx][0-9a-z]{16}$/, 'must be ww (or wx) and 16 digits or letters'),
  /** AgentId of the app. */
  agentId: z.number().int().min(1),
  /** The app's secret. The app must be listed under 客户联系 > API > 可调用接口的应用 (and 微信客服 for the desk). */
  secret: z.string().min(1, 'is empty'),
  ...callback,
  apiBase: url.default('https://qyapi.weixin.qq.com'),
  /** Which of our tags are kept in step with the corporation's tags (企业标签), both ways. */
  mirrorTags: z
    .array(z.string().trim().min(1))
    .refine((tags) => tags.every((tag) => [...tag].length <= 30), 'a tag of the corporation has at most 30 characters')
    .default([]),
  /** The group in which tags are made that the corporation does not have. */
  mirrorTagGroup: z.string().trim().min(1).max(30).default('微环'),
})

/** A smart bot (智能机器人) that calls us: staff talk to it, alone or in internal groups. */
export const wecomBotSchema = z.strictObject({
  platform: z.literal('wecom'),
  kind: z.literal('bot'),
  /** The bot's id (aibotid). */
  botId: z.string().regex(/^[\w-]{1,64}$/, 'must be the id of the bot'),
  ...callback,
})

/** Something said at the desk: words, and choices to tap. */
const kfWords = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= 1024, 'takes at most 1024 bytes (340 Chinese characters)'),
  choices: z
    .array(
      z.strictObject({
        id: z.string().refine((id) => id !== '' && Buffer.byteLength(id) <= 64, '1 to 64 bytes'),
        text: z
          .string()
          .trim()
          .refine((text) => text !== '' && Buffer.byteLength(text) <= 128, '1 to 128 bytes (42 Chinese characters)'),
      }),
    )
    .max(10, 'a menu takes at most 10 items')
    .default([]),
})

/** A customer-service account (微信客服) of a corporation whose app is another account here. */
export const wecomKfSchema = z.strictObject({
  platform: z.literal('wecom'),
  kind: z.literal('kf'),
  /** Our id of the corporation's app (`kind: app`): its client calls, its callback tells that something waits. */
  corp: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the name of an account of kind app'),
  /** 客服账号 ID (open_kfid). */
  openKfId: z.string().regex(/^wk[\w-]{1,62}$/, 'must look like wkAJ2GCAAA...'),
  /** At the first start what is older than this is skipped: it was answered without us. At most 3 days are kept. */
  history: duration('10m'),
  /** Said to who enters and was not spoken to in 48 h, unless a handler replies; by the scene of the link, or to all. */
  welcome: kfWords.extend({ scenes: z.record(z.string(), kfWords).default({}) }).optional(),
  /** Said when the conversation goes to the queue, is taken by staff, has ended. Only the last may have choices. */
  queued: kfWords.omit({ choices: true }).optional(),
  taken: kfWords.omit({ choices: true }).optional(),
  ended: kfWords.optional(),
})

/** What an account of the configuration may be. */
export const accountSchema = z.discriminatedUnion('platform', [
  officialAccountSchema,
  z.discriminatedUnion('kind', [wecomAppSchema, wecomBotSchema, wecomKfSchema]),
])

export type AccountConfig = z.output<typeof accountSchema>
export type OfficialAccountConfig = z.output<typeof officialAccountSchema>
export type WecomAppConfig = z.output<typeof wecomAppSchema>
export type WecomKfConfig = z.output<typeof wecomKfSchema>
export type WecomConfig = WecomAppConfig | z.output<typeof wecomBotSchema>
export type MiniProgramConfig = z.output<typeof miniProgramSchema>

/** A configuration as far as it has accounts. */
interface WithAccounts {
  accounts: Record<string, AccountConfig>
}

/** The configured Official Accounts, by id. */
export function officialAccounts(config: WithAccounts): [id: string, account: OfficialAccountConfig][] {
  return Object.entries(config.accounts).flatMap(([id, account]) =>
    account.platform === 'official-account' ? [[id, account]] : [],
  )
}

/** A mini program that has a callback: what its customer service is told there is answered by its own API. */
export type MiniCallbackConfig = MiniProgramConfig & { originalId: string; token: string }

/** The linked mini programs with a callback, by their own id (`miniAccountOf` of the account). */
export function miniAccounts(config: WithAccounts): [id: string, program: MiniCallbackConfig][] {
  return officialAccounts(config).flatMap(([id, { miniProgram }]) => {
    const callback = callbackOf(miniProgram)
    return callback ? [[miniAccountOf(id), callback]] : []
  })
}

/** The mini program as it is called back; undefined when it has no callback. */
export function callbackOf(program: MiniProgramConfig | undefined): MiniCallbackConfig | undefined {
  const { originalId: name, token: word } = program ?? {}
  return program && name !== undefined && word !== undefined ? { ...program, originalId: name, token: word } : undefined
}

/** The configured self-built apps of corporations, by id. */
export function corpAccounts(config: WithAccounts): [id: string, account: WecomAppConfig][] {
  return Object.entries(config.accounts).flatMap(([id, account]) =>
    account.platform === 'wecom' && account.kind === 'app' ? [[id, account]] : [],
  )
}

/** The configured customer-service accounts (微信客服), by id. */
export function kfAccounts(config: WithAccounts): [id: string, account: WecomKfConfig][] {
  return Object.entries(config.accounts).flatMap(([id, account]) =>
    account.platform === 'wecom' && account.kind === 'kf' ? [[id, account]] : [],
  )
}

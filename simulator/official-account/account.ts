import { aesKey } from '../crypto.js'
import type { JsonRecord } from '../json.js'
import { type AccountOptions, demoTemplates } from '../options.js'
import type { Follower } from './follower.js'
import { createMediaStore, type MediaStore } from './media.js'
import type { Quotas, QuotaTables } from './quota.js'
import { createQuotas } from './quota.js'
import { createTokens, type Tokens } from './tokens.js'

/** A QR code with a scene. */
export interface SceneCode {
  ticket: string
  url: string
  /** What events carry: the number as text, or the scene text. */
  scene: string
  sceneId: number
  sceneStr: string
  permanent: boolean
  expiresAt: number
  createdAt: number
}

/** An account with everything the platform knows of it. */
export interface Account {
  options: AccountOptions & { name: string }
  /** Undefined in plain mode without a key. */
  key: Buffer | undefined
  followers: Map<string, Follower>
  tokens: Tokens
  quotas: Quotas
  media: MediaStore
  /** Uploaded by media/uploadimg: not in the library, no id. */
  menu: JsonRecord | undefined
  menuId: number
  codes: Map<string, SceneCode>
  /** client_msg_id of template/send, by openid and id. */
  sentTemplates: Map<string, { at: number; msgid: bigint }>
  jsapiTicket: { ticket: string; expiresAt: number } | undefined
}

/** An account as it is on the first day. */
export function createAccount(options: AccountOptions, quotas: 'real' | 'off', tables?: QuotaTables): Account {
  if (options.mode !== 'plain' && !options.aesKey)
    throw new Error(`account ${options.id}: mode ${options.mode} needs an aesKey`)
  return {
    options: { ...options, name: options.name ?? options.id, templates: options.templates ?? demoTemplates },
    key: options.aesKey === undefined ? undefined : aesKey(options.aesKey),
    followers: new Map(),
    tokens: createTokens(options.tokens?.lifeMs ?? 7_200_000, options.tokens?.overlapMs),
    quotas: createQuotas(quotas, tables),
    media: createMediaStore(),
    menu: undefined,
    menuId: 0,
    codes: new Map(),
    sentTemplates: new Map(),
    jsapiTicket: undefined,
  }
}

/** Name of a mini program for a card: as linked, else the account's own name. */
export function miniProgramName(account: Account, appid: string): string {
  return account.options.miniPrograms?.find((item) => item.appid === appid)?.name ?? `${account.options.name}小程序`
}

/** Whether a card may carry this mini program: linked, or no list of linked ones is configured. */
export function isLinked(account: Account, appid: string): boolean {
  const linked = account.options.miniPrograms
  return linked === undefined || linked.some((item) => item.appid === appid)
}

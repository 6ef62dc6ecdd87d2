import { type AccountConfig, DEMO, type WecomAppConfig } from '../config/accounts.js'
import type { TokenStanding } from '../store/token-store.js'
import type { CallbackRow } from './model.js'

/** Whether a secret is there; the secret itself is never part of an answer. `demo`: everybody knows it. */
export type SecretState = 'set' | 'demo' | 'missing'

/** An access token without its value. */
export interface TokenView {
  /** `main`, or `mini-program` for that of the linked mini program. */
  of: 'main' | 'mini-program'
  /** `none`: it was not needed yet, or could not be fetched. */
  state: 'good' | 'over' | 'none'
  issuedAt?: Date
  expiresAt?: Date
  /** When the platform was last made to issue a new one; it may be 20 times a day. */
  forcedAt?: Date
  /** Why this process gets none now, and what to do. */
  problem?: { reason: string; fix?: string }
}

/** An account as people see it. */
export interface AccountView {
  id: string
  platform: 'official-account' | 'wecom'
  kind: string
  verified?: boolean
  /** appid, corpid, bot or desk id. */
  appid: string
  /** 原始 ID, or the AgentId of an app. */
  second?: string
  miniProgram?: string
  apiBase?: string
  /** Whose callback it uses, where it has none of its own. */
  over?: string
  callback?: {
    /** To paste at the platform. */
    url: string
    /** As configured: `safe` takes encrypted pushes only. */
    encryption: 'safe' | 'plain'
    lastAt?: Date
    /** What came last: a kind of update. */
    lastKind?: string
    /** When the address was last checked. */
    checkedAt?: Date
    /** How the last push really was encrypted. */
    lastMode?: string
    refused: number
    refusedAt?: Date
    refusedReason?: string
  }
  secrets: Record<'secret' | 'token' | 'aesKey' | 'previousToken' | 'previousAesKey', SecretState>
  tokens: TokenView[]
  /** Endpoints that the platform refused (48001): they are not called again before a re-check. */
  denied: { endpoint: string; at: Date; of: 'main' | 'mini-program' }[]
}

/** What is known besides the configuration. */
export interface AccountFacts {
  publicUrl: string
  now: Date
  callbacks: ReadonlyMap<string, CallbackRow>
  tokens: ReadonlyMap<string, TokenStanding>
  denied: readonly { endpoint: string; at: Date; of: 'main' | 'mini-program' }[]
  problem(account: string, of: TokenView['of']): { message: string; fix?: string | undefined } | undefined
}

/** The keys under which an account's tokens are stored. */
export function tokenKeys(account: AccountConfig): { of: TokenView['of']; key: string }[] {
  if (account.platform === 'official-account') {
    const { appid, miniProgram } = account
    const own = { of: 'main' as const, key: `${appid}:access_token` }
    return miniProgram ? [own, { of: 'mini-program', key: `${miniProgram.appid}:access_token` }] : [own]
  }
  return account.kind === 'app' ? [{ of: 'main', key: appTokenKey(account) }] : []
}

const appTokenKey = ({ corpid, agentId }: WecomAppConfig) => `${corpid}:${agentId}:access_token`

/** Puts together what is known of an account. Nothing of a secret gets into it but whether it is there. */
export function viewOf(id: string, account: AccountConfig, facts: AccountFacts): AccountView {
  const kf = account.platform === 'wecom' && account.kind === 'kf'
  return {
    id,
    platform: account.platform,
    kind: account.kind,
    ...identityOf(account),
    ...('apiBase' in account && { apiBase: account.apiBase }),
    ...(kf ? { over: account.corp } : { callback: callbackOf(id, account, facts) }),
    secrets: secretsOf(account),
    tokens: tokenKeys(account).map(({ of, key }) => tokenOf(id, of, facts.tokens.get(key), facts)),
    denied: [...facts.denied],
  }
}

function identityOf(account: AccountConfig): Pick<AccountView, 'appid' | 'second' | 'verified' | 'miniProgram'> {
  if (account.platform === 'official-account') {
    const { appid, originalId, verified, miniProgram } = account
    return { appid, second: originalId, verified, ...(miniProgram && { miniProgram: miniProgram.appid }) }
  }
  if (account.kind === 'app') return { appid: account.corpid, second: String(account.agentId) }
  return { appid: account.kind === 'bot' ? account.botId : account.openKfId }
}

function callbackOf(id: string, account: AccountConfig, facts: AccountFacts): NonNullable<AccountView['callback']> {
  const { publicUrl, callbacks } = facts
  const row = callbacks.get(id)
  const door = account.platform === 'official-account' ? 'wechat' : 'wecom'
  return {
    url: `${publicUrl.replace(/\/+$/, '')}/${door}/${id}`,
    encryption: 'aesKey' in account && account.aesKey !== undefined ? 'safe' : 'plain',
    refused: row?.refused ?? 0,
    ...(row?.lastAt && { lastAt: row.lastAt }),
    ...(row?.kind !== undefined && { lastKind: row.kind }),
    ...(row?.checkedAt && { checkedAt: row.checkedAt }),
    ...(row?.mode !== undefined && { lastMode: row.mode }),
    ...(row?.refusedAt && { refusedAt: row.refusedAt }),
    ...(row?.refusedReason !== undefined && { refusedReason: row.refusedReason }),
  }
}

const DEMO_SECRETS: readonly string[] = [DEMO.token, DEMO.aesKey, DEMO.secret]

function secretsOf(account: AccountConfig): AccountView['secrets'] {
  const given: Readonly<Record<string, unknown>> = { ...account }
  const state = (name: keyof AccountView['secrets']): SecretState => {
    const value = given[name]
    if (typeof value !== 'string' || value === '') return 'missing'
    return DEMO_SECRETS.includes(value) ? 'demo' : 'set'
  }
  return {
    secret: state('secret'),
    token: state('token'),
    aesKey: state('aesKey'),
    previousToken: state('previousToken'),
    previousAesKey: state('previousAesKey'),
  }
}

function tokenOf(id: string, of: TokenView['of'], standing: TokenStanding | undefined, facts: AccountFacts): TokenView {
  const { now, problem } = facts
  const trouble = problem(id, of)
  const told = trouble && { reason: trouble.message, ...(trouble.fix !== undefined && { fix: trouble.fix }) }
  if (!standing) return { of, state: 'none', ...(told && { problem: told }) }
  const { issuedAt, expiresAt, forcedAt } = standing
  return {
    of,
    state: expiresAt > now ? 'good' : 'over',
    expiresAt,
    ...(issuedAt && { issuedAt }),
    ...(forcedAt && { forcedAt }),
    ...(told && { problem: told }),
  }
}

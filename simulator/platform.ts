import { setMaxListeners } from 'node:events'
import { Agent } from 'undici'
import { limits } from '../rules/official-account/limits.js'
import { type Bus, createBus } from './bus.js'
import { createClock, type PlatformClock } from './clock.js'
import { createExchangeLog, type ExchangeLog } from './exchanges.js'
import { createFaults, type Faults } from './faults.js'
import { createMiniPrograms } from './mini-program/mini-program.js'
import { type Account, createAccount } from './official-account/account.js'
import {
  type AccountOptions,
  type CorpOptions,
  demoAccount,
  demoCorp,
  type PushTiming,
  type SimulatorOptions,
} from './options.js'
import { type Corp, createCorp } from './wecom/corp.js'

/** Everything the fake platform is made of. */
export interface Platform {
  /** The accounts' options at the start, for a reset. */
  initial: AccountOptions[]
  initialCorps: CorpOptions[]
  accounts: Map<string, Account>
  byAppid: Map<string, Account>
  /** Corporations of WeCom by our id. */
  corps: Map<string, Corp>
  bus: Bus
  clock: PlatformClock
  faults: Faults
  exchanges: ExchangeLog
  timing: PushTiming
  keep: number
  quotas: 'real' | 'off'
  /** Connections to the products. */
  agent: Agent
  /** Where the platform is reached; known once the server listens. */
  baseUrl: string
  /** Pushes and receipts on their way; `settled()` waits for them. */
  pending: Set<Promise<unknown>>
  /** Ends everything that is on its way. */
  stop: AbortController
  /** Requests to products that wait for an answer. */
  sending: Set<AbortController>
  log: (line: string) => void
}

/** A platform with its accounts and no followers. */
export function createPlatform(options: SimulatorOptions): Platform {
  const bus = createBus()
  const keep = options.keep ?? 500
  const quotas = options.quotas ?? 'real'
  const initial = options.accounts ?? [demoAccount]
  const initialCorps = options.corps ?? (options.accounts === undefined ? [demoCorp] : [])
  const platform: Platform = {
    initial,
    initialCorps,
    accounts: new Map(),
    byAppid: new Map(),
    corps: new Map(),
    bus,
    clock: options.clock ?? createClock(),
    faults: createFaults(options.random),
    exchanges: createExchangeLog(keep, bus),
    timing: {
      answerMs: limits.replyMs.value,
      resends: limits.resends.value,
      resendGapMs: 0,
      receiptMs: 300,
      ...options.timing,
    },
    keep,
    quotas,
    agent: new Agent({ connections: 256, pipelining: 1, keepAliveTimeout: 3000, connect: { timeout: 5000 } }),
    baseUrl: '',
    pending: new Set(),
    stop: new AbortController(),
    sending: new Set(),
    log: options.log ?? (() => {}),
  }
  setMaxListeners(0, platform.stop.signal)
  for (const account of initial) addAccount(platform, createAccount(account, quotas))
  for (const corp of initialCorps) platform.corps.set(corp.id, createCorp(corp, keep, quotas))
  return platform
}

/** Adds an account, or puts it in the place of one with the same id. */
export function addAccount(platform: Platform, account: Account): void {
  const before = platform.accounts.get(account.options.id)
  if (before) platform.byAppid.delete(before.options.appid)
  platform.accounts.set(account.options.id, account)
  platform.byAppid.set(account.options.appid, account)
  for (const mini of createMiniPrograms(account, platform.quotas)) platform.byAppid.set(mini.options.appid, mini)
}

/** Runs something beside the caller and remembers it until it is done; a failure is logged. */
export function background(platform: Platform, work: Promise<unknown>): void {
  const kept = work
    .catch((error: unknown) => platform.log(`simulator: ${error instanceof Error ? error.message : String(error)}`))
    .finally(() => platform.pending.delete(kept))
  platform.pending.add(kept)
}

/** Resolves after `ms`, or at once when the simulator stops. */
export function pause(platform: Platform, ms: number): Promise<void> {
  if (platform.stop.signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      platform.stop.signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    platform.stop.signal.addEventListener('abort', done)
  })
}

/** Waits until no push and no receipt is on its way. */
export async function settled(platform: Platform): Promise<void> {
  while (platform.pending.size > 0) await Promise.all(platform.pending)
}

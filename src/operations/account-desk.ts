import type { AccountConfig } from '../config/accounts.js'
import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { TokenStanding } from '../store/token-store.js'
import { type AccountView, type TokenView, tokenKeys, viewOf } from './accounts.js'
import type { CallbackRow } from './model.js'
import { createQuotas, type QuotaPorts, type QuotaView } from './quotas.js'

/** One thing that the doctor looked at. */
export interface Finding {
  check: string
  state: 'ok' | 'warn' | 'fail'
  found: { zh: string; en: string }
  fix?: { zh: string; en: string }
}

/** What the accounts are looked at with. */
export interface AccountDeskPorts extends Pick<QuotaPorts, 'ask'> {
  accounts: Readonly<Record<string, AccountConfig>>
  publicUrl: string
  clock: Clock
  callbacks(): Promise<ReadonlyMap<string, CallbackRow>>
  tokens(keys: readonly string[]): Promise<readonly TokenStanding[]>
  /** What the platform refused, by the name that permissions are kept under. */
  denied(name: string): Promise<readonly { endpoint: string; at: Date }[]>
  problem(account: string, of: TokenView['of']): { message: string; fix?: string | undefined } | undefined
  /** Forgets refused permissions and trouble with tokens. */
  recheck(account: string): Promise<void>
  /** Looks an account over from the outside in; undefined where that cannot be done. */
  examine(account: string): Promise<readonly Finding[] | undefined>
}

/** The accounts, for people who keep the product running. */
export interface AccountDesk {
  list(): Promise<AccountView[]>
  /** Throws AppError `account.unknown`, as all that follow. */
  find(id: string): Promise<AccountView>
  quotas(id: string): Promise<QuotaView>
  /** Who asks while it runs shares its result. Throws AppError `account.doctor` where nothing can be looked at. */
  doctor(id: string): Promise<{ at: Date; findings: Finding[] }>
  recheck(id: string): Promise<void>
}

/** The desk on its ports. */
export function createAccountDesk(ports: AccountDeskPorts): AccountDesk {
  const { accounts, clock, publicUrl } = ports
  const quotas = createQuotas({ clock, ask: ports.ask })
  const running = new Map<string, Promise<{ at: Date; findings: Finding[] }>>()

  function known(id: string): AccountConfig {
    const account = Object.hasOwn(accounts, id) ? accounts[id] : undefined
    if (account) return account
    const names = Object.keys(accounts).join(', ')
    throw new AppError('account.unknown', `no account '${id}' is configured`, { fix: `use one of: ${names}` })
  }

  async function views(ids: readonly string[]): Promise<AccountView[]> {
    const keys = ids.flatMap((id) => tokenKeys(known(id)).map(({ key }) => key))
    const [callbacks, tokens, denied] = await Promise.all([
      ports.callbacks(),
      ports.tokens(keys),
      Promise.all(ids.map((id) => deniedOf(id))),
    ])
    const byKey = new Map(tokens.map((token) => [token.key, token]))
    const facts = { publicUrl, now: clock.now(), callbacks, tokens: byKey, problem: ports.problem }
    return ids.map((id, index) => viewOf(id, known(id), { ...facts, denied: denied[index] ?? [] }))
  }

  async function deniedOf(id: string): Promise<AccountView['denied']> {
    const [main, mini] = await Promise.all([ports.denied(id), ports.denied(`${id}:mini-program`)])
    return [
      ...main.map((one) => ({ ...one, of: 'main' as const })),
      ...mini.map((one) => ({ ...one, of: 'mini-program' as const })),
    ]
  }

  async function examine(id: string) {
    const findings = await ports.examine(id)
    if (findings) return { at: clock.now(), findings: [...findings] }
    throw new AppError('account.doctor', `nothing can be looked at for '${id}'`, {
      fix: 'configure the app of its corporation',
    })
  }

  return {
    list: () => views(Object.keys(accounts)),
    async find(id) {
      const [view] = await views([id])
      return view as AccountView
    },
    async quotas(id) {
      known(id)
      return quotas(id)
    },
    async doctor(id) {
      known(id)
      const under = running.get(id) ?? examine(id).finally(() => running.delete(id))
      running.set(id, under)
      return under
    },
    async recheck(id) {
      known(id)
      await ports.recheck(id)
    },
  }
}

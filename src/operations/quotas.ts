import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'

/** What the platform says of an endpoint's calls today. */
export interface QuotaLine {
  endpoint: string
  limit?: number
  used?: number
  left?: number
  /** Why the platform tells nothing of it. */
  reason?: string
}

/** Quotas as they were at a moment. */
export interface QuotaView {
  at: Date
  /** False: the platform has no call that would tell (WeCom). */
  told: boolean
  quotas: QuotaLine[]
}

/** What asking needs. */
export interface QuotaPorts {
  clock: Clock
  /** Asks the platform; undefined for accounts whose platform does not tell. */
  ask(account: string): ((endpoint: string) => Promise<{ limit: number; used: number; left: number }>) | undefined
}

/** The endpoints that run dry in practice. */
export const WATCHED = [
  '/cgi-bin/message/custom/send',
  '/cgi-bin/message/template/send',
  '/cgi-bin/message/mass/sendall',
  '/cgi-bin/media/upload',
  '/cgi-bin/user/get',
  '/cgi-bin/user/info/batchget',
  '/cgi-bin/qrcode/create',
  '/cgi-bin/menu/create',
  '/cgi-bin/draft/add',
  '/cgi-bin/freepublish/submit',
] as const

/** Each answer costs one call an endpoint. */
const KEEP_MS = 300_000

/** Quotas on demand, remembered for 5 minutes; who asks meanwhile shares the answer. */
export function createQuotas({ clock, ask }: QuotaPorts) {
  const known = new Map<string, { until: number; view: Promise<QuotaView> }>()

  async function read(account: string): Promise<QuotaView> {
    const at = clock.now()
    const quota = ask(account)
    if (!quota) return { at, told: false, quotas: [] }
    const quotas: QuotaLine[] = []
    for (const endpoint of WATCHED) quotas.push(await line(endpoint, quota))
    return { at, told: true, quotas }
  }

  return (account: string): Promise<QuotaView> => {
    const now = clock.now().getTime()
    const before = known.get(account)
    if (before && before.until > now) return before.view
    const view = read(account)
    known.set(account, { until: now + KEEP_MS, view })
    view.catch(() => known.delete(account))
    return view
  }
}

async function line(
  endpoint: string,
  quota: (endpoint: string) => Promise<{ limit: number; used: number; left: number }>,
): Promise<QuotaLine> {
  try {
    const { limit, used, left } = await quota(endpoint)
    return [limit, used, left].every(Number.isFinite)
      ? { endpoint, limit, used, left }
      : { endpoint, reason: 'the platform gave no numbers' }
  } catch (error) {
    return { endpoint, reason: error instanceof AppError ? error.message : messageOf(error) }
  }
}

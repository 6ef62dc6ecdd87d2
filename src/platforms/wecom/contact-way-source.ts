import { messageOf } from '../../core/errors.js'
import { TokenProblem } from '../shared/token.js'
import type { ContactWay, StoredContactWay } from './client/contact-ways.js'
import type { Page } from './client/read.js'
import type { WecomClient } from './client.js'
import { WecomApiError } from './errors.js'

/** Why the platform did not do what was asked, in words for an operator. */
export interface WayFault {
  end: 'fault'
  kind: /** As many ways as a corporation may have (41045). */
    | 'full'
    /** Some member is unknown, not activated, or outside the app's visible range (41054 ...). */
    | 'staff'
    /** The way is not there any more (41044). */
    | 'gone'
    /** It may have been done. */
    | 'unclear'
    /** Not done; it may work later. */
    | 'later'
    /** Not done, and it will not be unless somebody changes something. */
    | 'refused'
  reason: string
  afterMs?: number
}

/** The contact ways of one account: never rejects, every end is a value. */
export interface ContactWaySource {
  add(way: ContactWay): Promise<{ end: 'made'; id: string; qrCode?: string } | WayFault>
  update(id: string, change: Omit<ContactWay, 'kind' | 'place'>): Promise<{ end: 'done' } | WayFault>
  remove(id: string): Promise<{ end: 'done' } | WayFault>
  get(id: string): Promise<{ end: 'found'; way: StoredContactWay } | WayFault>
  /** Ids of ways that were made in a time. */
  list(query: { from: Date; to: Date; cursor?: string }): Promise<{ end: 'page'; page: Page<string> } | WayFault>
  /** Who may have customers. */
  staff(): Promise<{ end: 'staff'; ids: string[] } | WayFault>
}

/** The source over an account's client. */
export function createContactWaySource(
  client: Pick<WecomClient, 'contactWays'> & { contacts: Pick<WecomClient['contacts'], 'followUsers'> },
): ContactWaySource {
  const { contactWays: ways, contacts } = client
  return {
    add: (way) => tried(async () => ({ end: 'made' as const, ...(await ways.add(way)) })),
    update: (id, change) =>
      tried(async () => {
        await ways.update(id, change)
        return { end: 'done' as const }
      }),
    remove: (id) =>
      tried(async () => {
        await ways.remove(id)
        return { end: 'done' as const }
      }),
    get: (id) => tried(async () => ({ end: 'found' as const, way: await ways.get(id) })),
    list: (query) => tried(async () => ({ end: 'page' as const, page: await ways.list(query) })),
    staff: () => tried(async () => ({ end: 'staff' as const, ids: await contacts.followUsers() })),
  }
}

async function tried<T>(work: () => Promise<T>): Promise<T | WayFault> {
  try {
    return await work()
  } catch (error) {
    return faultOf(error)
  }
}

const SOON_MS = 60_000
const LONG_MS = 600_000
/** A member may not have customers: of class `permission`, but no matter of the whole app. */
const NO_CUSTOMERS = 84074

function faultOf(error: unknown): WayFault {
  if (error instanceof TokenProblem) return later(error.message, error.retryAfterMs)
  if (!(error instanceof WecomApiError)) return { end: 'fault', kind: 'unclear', reason: messageOf(error) }
  const { zh } = error.reason
  const code = error.errcode === undefined ? '' : `（${error.errcode}）`
  const reason = `${zh}${code}：${error.remedy.zh}`
  if (error.errcode === NO_CUSTOMERS) return { end: 'fault', kind: 'staff', reason }
  switch (error.class) {
    case 'capacity':
      return { end: 'fault', kind: 'full', reason }
    case 'staff':
      return { end: 'fault', kind: 'staff', reason }
    case 'gone':
      return { end: 'fault', kind: 'gone', reason }
    case 'uncertain':
      return { end: 'fault', kind: 'unclear', reason }
    case 'credential':
    case 'ip':
    case 'http':
    case 'permission':
    case 'banned':
      return later(reason, LONG_MS)
    case 'quota':
      return later(reason, error.retryAfterMs ?? SOON_MS)
    case 'not-sent':
    case 'busy':
    case 'concurrency':
    case 'token':
      return later(reason, SOON_MS)
    default:
      return { end: 'fault', kind: 'refused', reason }
  }
}

const later = (reason: string, afterMs: number): WayFault => ({ end: 'fault', kind: 'later', reason, afterMs })

import type { LiveWay } from './model.js'
import type { Seat } from './roll-over.js'

/** The join ways of a corporation on the platform; `createWecomClient(...).joinWays` is it. */
export interface JoinWayApi {
  add(way: LiveWay): Promise<string>
  get(id: string): Promise<{
    place: 'qr' | 'mini-program'
    groups: readonly string[]
    remark?: string
    state?: string
    overflow?: { name: string; firstNumber?: number }
    qrCode?: string
  }>
  /** Writes the whole way anew: what is left out is reset. */
  update(id: string, way: LiveWay): Promise<void>
  /** A way that is gone already counts as removed. */
  remove(id: string): Promise<void>
}

/** The roster of customer groups, from our own store; `createGroups` is it. */
export interface RosterPort {
  /** Those of the ids that are known. */
  many(account: string, chatIds: readonly string[]): Promise<Seat[]>
  /** Active ones unless said otherwise; `name` is a part of it. */
  list(query: {
    account: string
    label?: string
    name?: string
    after?: string
    limit: number
  }): Promise<{ groups: Seat[]; next?: string }>
  /** Where a contact is (no `leftAt`) or was. */
  groupsOf(contact: string): Promise<readonly { chatId: string; leftAt?: Date }[]>
}

/** All groups of a query, page by page. */
export async function allGroups(
  roster: Pick<RosterPort, 'list'>,
  query: { account: string; label?: string; name?: string },
): Promise<Seat[]> {
  const found: Seat[] = []
  for (let after: string | undefined; ; ) {
    const page = await roster.list({ ...query, limit: 1000, ...(after !== undefined && { after }) })
    found.push(...page.groups)
    if (page.next === undefined) return found
    after = page.next
  }
}

import type { GroupSendPorts, TargetCustomer, TargetGroup } from './ports.js'

/** A group as the roster has it (`GroupView` of the roster). */
export interface RosterGroup {
  chatId: string
  name: string
  owner: string
  status: 'active' | 'dismissed'
}

/** What of the roster is used. */
export interface Roster {
  list(query: {
    account: string
    label?: string
    folder?: string
    after?: string
    limit?: number
  }): Promise<{ groups: readonly RosterGroup[]; next?: string }>
  many(account: string, chatIds: readonly string[]): Promise<readonly RosterGroup[]>
}

const PAGE = 1000

/** The port on groups, made of the roster. A group with several of the labels comes several times; that is allowed. */
export function groupSource(roster: Roster): GroupSendPorts['groups'] {
  async function* listed(query: { account: string; label?: string; folder?: string }) {
    let after: string | undefined
    do {
      const page = await roster.list({ ...query, limit: PAGE, ...(after !== undefined && { after }) })
      yield page.groups.map(ofRoster)
      after = page.next
    } while (after !== undefined)
  }
  return {
    async *pages(account, { labels = [], folders = [], chatIds = [] }) {
      for (const label of labels) yield* listed({ account, label })
      for (const folder of folders) yield* listed({ account, folder })
      for (let at = 0; at < chatIds.length; at += PAGE)
        yield (await roster.many(account, chatIds.slice(at, at + PAGE))).map(ofRoster)
      if (labels.length + folders.length + chatIds.length === 0) yield* listed({ account })
    },
  }
}

const ofRoster = ({ chatId, name, owner, status }: RosterGroup): TargetGroup => ({
  chatId,
  name,
  owner,
  ...(status === 'dismissed' && { dismissed: true }),
})

/** What of segments and relations is used. */
export interface CustomerParts {
  /** The people of a segment, or with one of the tags, in pages of contact ids. */
  segment(slug: string, asOf: Date): AsyncIterable<readonly string[]>
  tagged(tags: readonly string[], asOf: Date): AsyncIterable<readonly string[]>
  /** Live relations of these contacts with members, at most 1000 contacts a call. */
  ofContacts(account: string, contacts: readonly string[]): Promise<readonly TargetCustomer[]>
  /** Of these customers, by the platform's ids. */
  ofCustomers(account: string, ids: readonly string[]): Promise<readonly TargetCustomer[]>
  /** Of everybody a member knows, in pages. */
  ofStaff(account: string, staff: string): AsyncIterable<readonly TargetCustomer[]>
}

/** The port on customers, made of segments and relations. */
export function customerSource(parts: CustomerParts): Pick<GroupSendPorts['customers'], 'pages'> {
  async function* known(account: string, contacts: AsyncIterable<readonly string[]>) {
    for await (const page of contacts)
      for (let at = 0; at < page.length; at += PAGE) yield await parts.ofContacts(account, page.slice(at, at + PAGE))
  }
  return {
    async *pages(account, query, asOf) {
      if ('segment' in query) yield* known(account, parts.segment(query.segment, asOf))
      else if ('tags' in query) yield* known(account, parts.tagged(query.tags, asOf))
      else if ('ids' in query)
        for (let at = 0; at < query.ids.length; at += PAGE)
          yield await parts.ofCustomers(account, query.ids.slice(at, at + PAGE))
      else for (const staff of query.allOf) yield* parts.ofStaff(account, staff)
    },
  }
}

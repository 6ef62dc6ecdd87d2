import { groupId, groupRows } from './model.js'
import type { GroupCorp, GroupPorts } from './ports.js'

/** Owners of one question, by the platform's rule. */
export const OWNERS_AT_ONCE = 100
const TOO_MANY = 81_017

/** Whose groups there may be: everybody with the right to have customers, and the owners we know, who may have left. */
export async function ownersOf(
  ports: Pick<GroupPorts, 'connection'>,
  account: string,
  corp: GroupCorp,
): Promise<string[]> {
  const known: string[] = await groupRows(ports.connection).distinct('owner', { account, status: 'active' })
  return [...new Set([...(await corp.staff()), ...known])].filter((owner) => owner !== '').toSorted(byText)
}

/**
 * Notes every group that the platform lists of these owners (at most 100) as listed by a run; gives how many. A question
 * that the platform finds too large (81017) is asked in halves.
 */
export async function listGroups(
  ports: Pick<GroupPorts, 'connection'>,
  about: { account: string; corp: GroupCorp; run: Date },
  owners: readonly string[],
): Promise<number> {
  let listed = 0
  let cursor: string | undefined
  do {
    const options = { owners, ...(cursor !== undefined && { cursor }) }
    const page = await about.corp.groups.list(options).catch((error: unknown) => {
      if (owners.length > 1 && errcodeOf(error) === TOO_MANY) return undefined
      throw error
    })
    if (page === undefined) {
      const half = Math.ceil(owners.length / 2)
      const first = await listGroups(ports, about, owners.slice(0, half))
      return first + (await listGroups(ports, about, owners.slice(half)))
    }
    await note(ports, about, page.items)
    listed += page.items.length
    cursor = page.next
  } while (cursor !== undefined)
  return listed
}

async function note(
  { connection }: Pick<GroupPorts, 'connection'>,
  { account, run }: { account: string; run: Date },
  items: Awaited<ReturnType<GroupCorp['groups']['list']>>['items'],
): Promise<void> {
  if (items.length === 0) return
  const blank = { account, rev: 0, name: '', owner: '', notice: '', admins: [], status: 'active' as const, labels: [] }
  const counts = { count: 0, customers: 0, full: false, pending: true }
  const statements = items.map(({ id, state }) => ({
    updateOne: {
      filter: { _id: groupId(account, id) },
      update: { $set: { hold: state, listedBy: run }, $setOnInsert: { ...blank, ...counts, chatId: id } },
      upsert: true,
    },
  }))
  await groupRows(connection).bulkWrite(statements, { ordered: false })
}

/** The platform's number that an API error carries, if it is one. */
export function errcodeOf(error: unknown): number | undefined {
  const found = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined
  return typeof found === 'number' ? found : undefined
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

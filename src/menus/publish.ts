import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { ResolvedMenu } from '../core/menu.js'
import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { compareMenus, type LiveMenus, type MenuClient, planMenus, pushMenu, readLive } from './compare.js'
import { beforeOf, menuRows, type PublicationRow } from './model.js'
import { keptOf, restoreMenus, unrestorable } from './restore.js'

/** What publishing is done with. */
export interface PublishPorts {
  connection: Connection
  clock: Clock
}

/** What publishing led to. `changed-there`: what is live is not what was looked at. `same`: there is nothing to do. */
export type Published =
  | { outcome: 'published'; publication: PublicationRow; live: LiveMenus }
  | { outcome: 'changed-there' | 'same' | 'busy' }

interface Act {
  client: MenuClient
  account: string
  by: string
  /** The hash of what was live when the person looked. */
  seen: string
}

/** A publication that has not ended after this ended with its process. */
const UNDER_WAY_MS = 120_000

/** Puts menus on WeChat, and reads back what is live then. Rejects with what the platform says; that is kept too. */
export async function publishMenus(
  ports: PublishPorts,
  { menus, ...act }: Act & { menus: readonly ResolvedMenu[] },
): Promise<Published> {
  const { client } = act
  const live = await readLive(client)
  if (live.hash !== act.seen) return { outcome: 'changed-there' }
  const planned = await planMenus(client, menus)
  const wanted = compareMenus(live, planned).filter(({ changes }) => changes.length > 0)
  if (wanted.length === 0) return { outcome: 'same' }
  const changes = wanted.reduce((sum, each) => sum + each.changes.length, 0)
  const about = { slugs: wanted.map(({ slug }) => slug), changes }
  return kept(ports, act, live, about, async () => {
    for (const plan of wanted) await pushMenu(client, plan)
    const after = await readLive(client)
    const left = compareMenus(after, planned).filter((each) => each.changes.length > 0)
    return { after, ...(left.length > 0 && { problem: `differs: ${left.map(({ slug }) => slug).join(', ')}` }) }
  })
}

/** Puts back what was live before a publication. */
export async function restoreBefore(
  ports: PublishPorts,
  { number, ...act }: Act & { number: number },
): Promise<Published> {
  const { client, account } = act
  const row = await menuRows(ports.connection).publications.findOne({ _id: `${account}:${number}` })
  if (!row) throw new AppError('not-found.publication', `nothing was published under number ${number}`)
  const before = beforeOf(row)
  const reason = unrestorable(before)
  if (reason !== undefined) throw new AppError('menu.by-hand', reason, { fix: 'set it there again by hand' })
  const live = await readLive(client)
  if (live.hash !== act.seen) return { outcome: 'changed-there' }
  return kept(ports, act, live, { slugs: [], restores: number, changes: 0 }, async () => {
    await restoreMenus(client, before, live)
    return { after: await readLive(client) }
  })
}

/** Does the work with its row on disk before the first call. */
async function kept(
  { connection, clock }: PublishPorts,
  { account, by }: Act,
  live: LiveMenus,
  about: Pick<PublicationRow, 'slugs' | 'changes' | 'restores'>,
  work: () => Promise<{ after: LiveMenus; problem?: string }>,
): Promise<Published> {
  const rows = menuRows(connection).publications
  const [last] = await rows.find({ account }).sort({ number: -1 }).limit(1).toArray()
  const at = clock.now()
  if (last?.state === 'publishing' && at.getTime() - last.at.getTime() < UNDER_WAY_MS) return { outcome: 'busy' }
  const number = (last?.number ?? 0) + 1
  const _id = `${account}:${number}`
  const before = JSON.stringify(keptOf(live))
  const row: PublicationRow = { _id, account, number, at, by, state: 'publishing', ...about, before }
  try {
    await rows.insertOne(row)
  } catch (error) {
    if (isDuplicate(error)) return { outcome: 'busy' }
    throw error
  }
  const end = async (state: PublicationRow['state'], problem?: string): Promise<PublicationRow> => {
    const $set = { state, ...(problem !== undefined && { problem: problem.slice(0, 500) }) }
    await rows.updateOne({ _id }, { $set })
    return { ...row, ...$set }
  }
  try {
    const { after, problem } = await work()
    const publication = await end(problem === undefined ? 'done' : 'differs', problem)
    return { outcome: 'published', publication, live: after }
  } catch (error) {
    await end('failed', messageOf(error))
    throw error
  }
}

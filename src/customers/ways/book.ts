import type { Clock } from '../../core/clock.js'
import { SLUG } from '../../library/source.js'
import type { Connection } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import type { WayFiles } from './content.js'
import { stateOf, type WayDefinition } from './definition.js'
import { type WayRow, wayRows } from './model.js'
import { definitionOf, readDefinition, type WayFieldProblem } from './read-definition.js'

/** What putting a way led to. */
export type WayPut =
  | { outcome: 'stored'; row: WayRow }
  | { outcome: 'invalid'; problems: WayFieldProblem[] }
  /** It is a file's. */
  | { outcome: 'read-only' }
  /** Somebody else has changed it meanwhile. */
  | { outcome: 'stale'; version: number }

/** What removing a way led to: it is to go from the platform, and its row stays for its channel and counts. */
export type WayRemoved = 'removed' | 'unknown' | 'read-only'

/** Where ways are kept. Files are copied into the store as they change; those put by API lie only there. */
export interface WayBook {
  /** All of an account, by slug; removed ones too when asked. */
  list(account: string, options?: { removed?: boolean }): Promise<WayRow[]>
  find(account: string, slug: string): Promise<WayRow | undefined>
  byState(account: string, state: string): Promise<WayRow | undefined>
  put(account: string, slug: string, input: unknown, by: string, version?: number): Promise<WayPut>
  remove(account: string, slug: string, by: string): Promise<WayRemoved>
  /** Forgets what it is on the platform, so that it is made anew with another picture. Only of ways that are there. */
  forget(account: string, slug: string): Promise<boolean>
  /**
   * Takes the files over; gives what could not be. A file that is gone leaves its way working; a broken one leaves it as
   * it was.
   */
  adopt(
    files: Pick<WayFiles, 'ways' | 'broken'>,
    accounts: readonly string[],
  ): Promise<{ slug: string; message: string }[]>
}

const MOST_LISTED = 5000

/** The ways on a connection. */
export function createWayBook({ connection, clock }: { connection: Connection; clock: Clock }): WayBook {
  const rows = () => wayRows(connection)

  /** Writes a definition; the channel is chosen once. Gives undefined when the version is another one. */
  async function write(
    account: string,
    slug: string,
    {
      input,
      value,
      origin,
      by,
      version,
    }: { input: unknown; value: WayDefinition; origin: WayRow['origin']; by: string; version?: number },
  ): Promise<WayRow | 'stale' | 'taken'> {
    const _id = `${account}:${slug}`
    const now = clock.now()
    const change = {
      $set: { definition: JSON.stringify(input), origin, updatedAt: now, updatedBy: by },
      $inc: { version: 1 },
      $unset: { removedAt: '' as const, orphan: '' as const, nextAt: '' as const },
      $setOnInsert: {
        account,
        slug,
        createdAt: now,
        state: value.state ?? stateOf(slug),
        counts: { added: 0, lost: 0 },
      },
    }
    const upsert = version === undefined || version === 0
    if (version === 0 && (await rows().findOne({ _id, removedAt: { $exists: false } }))) return 'stale'
    try {
      const filter = { _id, ...(!upsert && version !== undefined && { version }) }
      return (await rows().findOneAndUpdate(filter, change, { upsert, returnDocument: 'after' })) ?? 'stale'
    } catch (error) {
      if (!isDuplicate(error)) throw error
      return 'taken'
    }
  }

  /** What was chosen once: people carry the channel, and the platform keeps the place. */
  function fixed(known: WayRow | null, { state, place }: WayDefinition): WayFieldProblem[] {
    if (known === null) return []
    const before = definitionOf(known)?.place ?? place
    const fix = '改回原值，或另建一个渠道码'
    return [
      ...(state === undefined || state === known.state
        ? []
        : [{ field: 'state', message: `渠道参数建立后不能改（现为 ${known.state}）`, fix }]),
      ...(place === before || !known.made
        ? []
        : [{ field: 'place', message: `位置建立后不能改（现为 ${before}）`, fix }]),
    ]
  }

  return {
    list: (account, { removed = false } = {}) =>
      rows()
        .find({ account, ...(!removed && { removedAt: { $exists: false } }) })
        .sort({ _id: 1 })
        .limit(MOST_LISTED)
        .toArray(),
    find: async (account, slug) => (await rows().findOne({ _id: `${account}:${slug}` })) ?? undefined,
    byState: async (account, state) => (await rows().findOne({ account, state })) ?? undefined,
    async put(account, slug, input, by, version) {
      if (!SLUG.test(slug) || slug === 'default' || slug.startsWith('default-')) {
        const fix = '只用小写字母、数字和连字符，不以 default 开头，例如 parcel-card'
        return { outcome: 'invalid', problems: [{ field: 'slug', message: '不是合法的名字', fix }] }
      }
      const read = readDefinition(input)
      if ('problems' in read) return { outcome: 'invalid', problems: read.problems }
      const known = await rows().findOne({ _id: `${account}:${slug}` })
      if (known?.origin === 'file' && !known.removedAt) return { outcome: 'read-only' }
      const problems = fixed(known, read.value)
      if (problems.length > 0) return { outcome: 'invalid', problems }
      const given = { input, value: read.value, origin: 'store' as const, by }
      const row = await write(account, slug, { ...given, ...(version !== undefined && { version }) })
      if (row === 'taken') {
        const field = { field: 'state', message: '渠道参数已被另一个渠道码使用', fix: '换一个 state' }
        return { outcome: 'invalid', problems: [field] }
      }
      if (row !== 'stale') return { outcome: 'stored', row }
      return { outcome: 'stale', version: (await rows().findOne({ _id: `${account}:${slug}` }))?.version ?? 0 }
    },
    async remove(account, slug, by) {
      const known = await rows().findOne({ _id: `${account}:${slug}` })
      if (known === null || known.removedAt) return 'unknown'
      if (known.origin === 'file' && known.orphan !== true) return 'read-only'
      await rows().updateOne(
        { _id: known._id },
        { $set: { removedAt: clock.now(), updatedBy: by }, $unset: { nextAt: '' }, $inc: { version: 1 } },
      )
      return 'removed'
    },
    async forget(account, slug) {
      const { matchedCount } = await rows().updateOne(
        { _id: `${account}:${slug}`, made: { $exists: true }, removedAt: { $exists: false } },
        { $unset: { made: '', applied: '', problem: '', nextAt: '', tries: '' } },
      )
      return matchedCount === 1
    },
    async adopt({ ways, broken }, accounts) {
      const kept = new Set<string>()
      const refused: { slug: string; message: string }[] = []
      for (const { slug, input, definition } of ways) {
        const account = definition.account ?? accounts[0]
        if (account === undefined || !accounts.includes(account)) {
          refused.push({ slug, message: `account 没有企业微信应用 ${account ?? ''}：改成配置里的账号` })
          continue
        }
        const _id = `${account}:${slug}`
        kept.add(_id)
        const known = await rows().findOne({ _id })
        const [wrong] = fixed(known, definition)
        if (wrong) {
          refused.push({ slug, message: `${wrong.field} ${wrong.message}：${wrong.fix}` })
          continue
        }
        const unchanged = known?.origin === 'file' && !known.orphan && !known.removedAt
        if (unchanged && known.definition === JSON.stringify(input)) continue
        const row = await write(account, slug, { input, value: definition, origin: 'file', by: 'file' })
        if (row === 'taken') refused.push({ slug, message: 'state 渠道参数已被另一个渠道码使用：换一个 state' })
      }
      for (const account of accounts) {
        for (const slug of broken) kept.add(`${account}:${slug}`)
        await rows().updateMany(
          { account, origin: 'file', orphan: { $ne: true }, removedAt: { $exists: false }, _id: { $nin: [...kept] } },
          { $set: { orphan: true } },
        )
      }
      return refused
    },
  }
}

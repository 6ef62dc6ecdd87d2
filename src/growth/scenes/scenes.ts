import { limits } from '../../../rules/official-account/limits.js'
import { type Clock, durationMs } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Sort, SortedPage } from '../../core/sort.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import { partly, sortedPage } from '../../store/sorted.js'
import { countTouch, rebuildCounts, type Touch } from './counts.js'
import { NO_COUNTS, type SceneRow, sceneModel, sceneRows } from './model.js'
import { checkScene, type NewScene } from './scene.js'

/** The field of each column that codes can be ordered by; permanent ones, which have no end, stand before the others. */
const SORT_FIELDS = {
  name: 'name',
  code: 'code',
  placement: 'placement',
  follows: 'counts.follows',
  scans: 'counts.scans',
  lost: 'counts.unfollows',
  life: 'expiresAt',
  createdAt: 'createdAt',
} as const

/** Which codes, and in which order. */
export interface SceneQuery {
  account?: string | undefined
  placement?: string | undefined
  /** A part of the code or its name. */
  text?: string | undefined
  sort?: Sort<keyof typeof SORT_FIELDS> | undefined
  /** `next` of the page before. */
  after?: string | undefined
  /** 100 unless given, at most 1000. */
  limit?: number | undefined
}

/** Makes codes on the platform: an account's client has it. */
export interface CodeSource {
  /** At most 30 days. */
  temporary(scene: string, seconds: number): Promise<{ ticket: string; url: string; expiresIn?: number }>
  /** An account has 100,000 of them in all, and none can be deleted. */
  permanent(scene: string): Promise<{ ticket: string; url: string }>
}

/** The channel codes (渠道码) of all accounts. */
export interface Scenes {
  /**
   * Makes a code, or finishes one whose making was cut short. Throws ProblemsError on bad input, AppError `scene.exists`
   * when there is another one of that name, `scene.full` beyond 100,000 permanent ones, and what the platform says.
   */
  create(scene: NewScene, codes: CodeSource): Promise<SceneRow>
  /** A temporary code anew, under the same name and with the same counts. Throws AppError `scene.permanent`. */
  renew(account: string, code: string, lasts: string, codes: CodeSource): Promise<SceneRow>
  find(account: string, code: string): Promise<SceneRow | undefined>
  /** Newest first, at most 1000. */
  list(query?: { account?: string; limit?: number }): Promise<SceneRow[]>
  /** A page, the newest first unless asked otherwise. */
  page(query: SceneQuery): Promise<SortedPage<SceneRow>>
  /** Records that somebody came by a code, or left; each update counts once. */
  touch(touch: Touch): Promise<void>
  /** The code by which a contact followed last; undefined when the last follow was through none. */
  lastFollow(account: string, contact: string): Promise<string | undefined>
  /** Counts everything anew from the facts; gives the codes whose counts were off. */
  rebuild(): Promise<string[]>
}

export interface ScenesDeps {
  connection: Connection
  clock: Clock
  events: Pick<Events, 'append' | 'read'>
}

/** The channel codes on a connection; make them before `ensureIndexes`. */
export function createScenes(deps: ScenesDeps): Scenes {
  const { connection, clock } = deps
  sceneModel(connection)
  const rows = () => sceneRows(connection)

  async function reserve(row: SceneRow): Promise<SceneRow> {
    if (row.permanent) await checkRoom(row.account)
    try {
      await rows().insertOne(row)
      return row
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
    const known = await rows().findOne({ _id: row._id })
    if (known && known.url === undefined && meaning(known) === meaning(row)) return known
    throw new AppError('scene.exists', `the account ${row.account} has a code '${row.code}' already`, {
      fix: 'choose another code, or look at it with `weloop scene show`',
    })
  }

  async function checkRoom(account: string): Promise<void> {
    const most = limits.permanentScenes.value
    if ((await rows().countDocuments({ account, permanent: true })) < most) return
    throw new AppError('scene.full', `the account ${account} has ${most} permanent codes, which is all it may have`, {
      fix: 'make a temporary one with --lasts 30d',
    })
  }

  async function make(row: SceneRow, lifeMs: number | undefined, codes: CodeSource): Promise<SceneRow> {
    const askedAt = clock.now()
    const seconds = lifeMs === undefined ? undefined : Math.round(lifeMs / 1000)
    const made: Awaited<ReturnType<CodeSource['temporary']>> =
      seconds === undefined ? await codes.permanent(row.code) : await codes.temporary(row.code, seconds)
    const life = made.expiresIn ?? seconds
    const expiresAt = life === undefined ? {} : { expiresAt: new Date(askedAt.getTime() + life * 1000) }
    const { ticket, url } = made
    const saved = await rows().findOneAndUpdate(
      { _id: row._id },
      { $set: { ticket, url, ...expiresAt } },
      { returnDocument: 'after' },
    )
    return saved ?? { ...row, ticket, url, ...expiresAt }
  }

  return {
    async create(scene, codes) {
      const { account, code, name, placement, costCentre, tags, reply, lasts } = checkScene(scene)
      const row = await reserve({
        _id: `${account}:${code}`,
        account,
        code,
        name,
        placement,
        tags,
        permanent: lasts === undefined,
        createdAt: clock.now(),
        counts: { ...NO_COUNTS },
        ...(costCentre !== undefined && { costCentre }),
        ...(reply !== undefined && { reply }),
      })
      return make(row, lasts === undefined ? undefined : durationMs(lasts), codes)
    },
    async renew(account, code, lasts, codes) {
      const row = await rows().findOne({ _id: `${account}:${code}` })
      if (row === null) throw unknown(account, code)
      if (row.permanent) {
        throw new AppError('scene.permanent', `'${code}' is permanent and never ends`, { fix: 'nothing is to be done' })
      }
      checkScene({ account, code, name: row.name, placement: row.placement, lasts })
      return make(row, durationMs(lasts), codes)
    },
    find: async (account, code) => (await rows().findOne({ _id: `${account}:${code}` })) ?? undefined,
    list: ({ account, limit = 100 } = {}) =>
      rows()
        .find(account === undefined ? {} : { account })
        .sort({ createdAt: -1 })
        .limit(Math.min(Math.max(limit, 1), 1000))
        .toArray(),
    page({ account, placement, text, sort = '-createdAt', after, limit = 100 }) {
      const filter = {
        ...(account !== undefined && { account }),
        ...(placement !== undefined && { placement }),
        ...(text && { $or: [{ code: partly(text) }, { name: partly(text) }] }),
      }
      return sortedPage(rows(), { filter, sort, fields: SORT_FIELDS, after, limit: Math.min(limit, 1000) })
    },
    touch: (touch) => countTouch(deps, touch),
    async lastFollow(account, contact) {
      const facts = await deps.events.read({ contact, type: 'follow.started', limit: 100 })
      const follow = facts.find((fact) => fact.account === account)
      return typeof follow?.props['scene'] === 'string' ? follow.props['scene'] : undefined
    },
    rebuild: () => rebuildCounts(connection),
  }
}

/** Throws nothing: the error for a code that is not there. */
export function unknown(account: string, code: string): AppError {
  return new AppError('scene.unknown', `the account ${account} has no code '${code}'`, {
    fix: 'see `weloop scene list`',
  })
}

/** What a person asked for, to tell a repeated request from another one of the same name. */
function meaning({ name, placement, costCentre, tags, reply, permanent }: SceneRow): string {
  return JSON.stringify([name, placement, costCentre ?? null, tags, reply ?? null, permanent])
}

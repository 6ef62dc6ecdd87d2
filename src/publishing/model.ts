import type { Connection, mongo } from 'mongoose'
import { AppError } from '../core/errors.js'
import { database } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'

/** Who a mass send goes to. */
export type Audience = { to: 'all' } | { to: 'tag'; tagId: string }

/** A publication or mass send under way, or how the last one ended. */
export interface Job {
  kind: 'publish' | 'mass'
  /**
   * `submitting`: asked for, not known to be accepted; `running`: accepted; `uncertain`: it may have happened, a person
   * must look.
   */
  state: 'submitting' | 'running' | 'done' | 'failed' | 'uncertain'
  mediaId: string
  hash: string
  startedAt: Date
  /** The platform's id: of the publication, or of the mass message. */
  id?: string
  /** Under which a mass send is taken once. */
  key?: string
  audience?: Audience
  msgDataId?: string
  /** When to ask next how it went; absent when it has ended. */
  pollAt?: Date
  polls: number
  /** Why it failed, in Chinese, and what to do. */
  reason?: string
  fix?: string
}

/** What an account has of an article. */
export interface ArticleRow {
  /** `<account>:<slug>`: the unique key that keeps an article from becoming two drafts. */
  _id: string
  account: string
  slug: string
  title: string
  /** The draft in the box and the content it holds. */
  draft?: { mediaId: string; hash: string; at: Date }
  /** A draft is being made, or was when the process died: look in the box before making another. */
  adding?: { at: Date; title: string; thumbMediaId: string }
  job?: Job
  /** The last publication that succeeded. */
  published?: { articleId?: string; url?: string; msgDataId?: string; hash: string; at: Date }
  /** The last mass send that succeeded. */
  sent?: {
    msgId: string
    msgDataId?: string
    url?: string
    hash: string
    audience: Audience
    at: Date
    total?: number
    delivered?: number
    failed?: number
  }
  /** The lease under which it was last written. */
  fence: number
}

type Changes = { [K in keyof Omit<ArticleRow, '_id'>]?: ArticleRow[K] | undefined }

const NAME = 'articles'
const POLLS = 'article-polls'

/** The articles as a mongoose model, for its indexes; call it before `ensureIndexes`. */
export function publishingModel(connection: Connection): void {
  if (isDefined(connection, 'Article')) return
  const mixed = Schema.Types.Mixed
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      slug: String,
      title: String,
      draft: mixed,
      adding: mixed,
      job: mixed,
      published: mixed,
      sent: mixed,
      fence: Number,
    },
    { collection: NAME, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ 'job.pollAt': 1 }, { name: 'due', sparse: true })
  schema.index({ account: 1, 'job.id': 1 }, { name: 'job' })
  defineModel(connection, 'Article', schema)
}

/** The records of publishing. */
export interface ArticleRows {
  find(account: string, slug: string): Promise<ArticleRow | undefined>
  list(account: string): Promise<ArticleRow[]>
  /** The article whose publication or mass send has this id on the platform. */
  byJob(account: string, kind: Job['kind'], id: string): Promise<ArticleRow | undefined>
  /** Articles whose job is to be asked about, the longest waiting first. */
  due(now: Date, most: number): Promise<ArticleRow[]>
  /** Asks about the account's running publications at once. */
  hurry(account: string, now: Date): Promise<void>
  /**
   * Writes under a lease; a field given as undefined is removed. Throws AppError `publishing.lost` when a later holder
   * of the lease has written.
   */
  save(account: string, slug: string, fence: number, changes: Changes): Promise<void>
  /** Counts an automatic question of the day; false when the day's are used up. */
  mayPoll(account: string, day: string, most: number): Promise<boolean>
}

/** The records on a connection. */
export function createArticleRows(connection: Connection): ArticleRows {
  publishingModel(connection)
  const rows = (): mongo.Collection<ArticleRow> => database(connection).collection<ArticleRow>(NAME)
  const polls = () => database(connection).collection<{ _id: string; day: string; count: number }>(POLLS)
  return {
    find: async (account, slug) => (await rows().findOne({ _id: `${account}:${slug}` })) ?? undefined,
    list: (account) => rows().find({ account }).sort({ slug: 1 }).toArray(),
    byJob: async (account, kind, id) =>
      (await rows().findOne({ account, 'job.id': id, 'job.kind': kind })) ?? undefined,
    due: (now, most) =>
      rows()
        .find({ 'job.pollAt': { $lte: now } })
        .sort({ 'job.pollAt': 1 })
        .limit(most)
        .toArray(),
    async hurry(account, now) {
      const running = { account, 'job.kind': 'publish' as const, 'job.pollAt': { $gt: now } }
      await rows().updateMany(running, { $set: { 'job.pollAt': now } })
    },
    async save(account, slug, fence, changes) {
      const _id = `${account}:${slug}`
      const given = Object.entries(changes)
      const set = Object.fromEntries(given.filter(([, value]) => value !== undefined))
      const unset = Object.fromEntries(given.filter(([, value]) => value === undefined).map(([name]) => [name, '']))
      const update = {
        $set: { ...set, account, slug, fence },
        ...(Object.keys(unset).length > 0 && { $unset: unset }),
      }
      await rows()
        .updateOne({ _id, fence: { $lte: fence } }, update as mongo.UpdateFilter<ArticleRow>, { upsert: true })
        .catch((error: unknown) => {
          if (!isDuplicate(error)) throw error
          throw new AppError('publishing.lost', `${slug} is being published by another process`, {
            fix: 'look at its state with `weloop article status`',
          })
        })
    },
    async mayPoll(account, day, most) {
      const sameDay = { $eq: ['$day', day] }
      const count = { $cond: [sameDay, { $add: ['$count', 1] }, 1] }
      const options = { upsert: true, returnDocument: 'after' } as const
      const row = await polls().findOneAndUpdate({ _id: account }, [{ $set: { count, day } }], options)
      return (row?.count ?? 1) <= most
    },
  }
}

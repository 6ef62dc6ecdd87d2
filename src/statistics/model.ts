import type { Connection, mongo } from 'mongoose'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'

/** How far an account's metric has been imported. */
export interface ImportRow {
  /** `<account>:<metric>`. */
  _id: string
  account: string
  metric: string
  /** The last day that is complete; everything after it is fetched next time. */
  through?: string
  /** When it was last tried. */
  at: Date
  /** Why the last try stopped early. */
  reason?: string
}

const NAME = 'statistics-imports'

/** The checkpoints as a mongoose model, for its index; call it before `ensureIndexes`. */
export function statisticsModel(connection: Connection): void {
  if (isDefined(connection, 'StatisticsImport')) return
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      metric: String,
      through: String,
      at: Date,
      reason: String,
    },
    { collection: NAME, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ account: 1 }, { name: 'account' })
  defineModel(connection, 'StatisticsImport', schema)
}

/** How far imports have come. */
export interface Checkpoints {
  through(account: string, metric: string): Promise<string | undefined>
  list(account: string): Promise<ImportRow[]>
  /** Moves on, never back. */
  advance(account: string, metric: string, through: string, at: Date): Promise<void>
  /** Notes why a try stopped early. */
  note(account: string, metric: string, reason: string, at: Date): Promise<void>
}

/** The checkpoints on a connection. */
export function createCheckpoints(connection: Connection): Checkpoints {
  statisticsModel(connection)
  const rows = (): mongo.Collection<ImportRow> => database(connection).collection<ImportRow>(NAME)
  const idOf = (account: string, metric: string) => `${account}:${metric}`
  return {
    through: async (account, metric) => (await rows().findOne({ _id: idOf(account, metric) }))?.through,
    list: (account) => rows().find({ account }).sort({ metric: 1 }).toArray(),
    async advance(account, metric, through, at) {
      const update = { $max: { through }, $set: { account, metric, at }, $unset: { reason: '' as const } }
      await rows().updateOne({ _id: idOf(account, metric) }, update, { upsert: true })
    },
    async note(account, metric, reason, at) {
      await rows().updateOne(
        { _id: idOf(account, metric) },
        { $set: { account, metric, at, reason } },
        { upsert: true },
      )
    },
  }
}

import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'

/** A welcome of ours in the platform's library. */
export interface WelcomeRow {
  /** `<account>:<name>`. */
  _id: string
  account: string
  slug: string
  title: string
  /** Absent until the platform has it. */
  templateId?: string
  /** What was pushed last, as a hash: tells when the file has changed since. */
  pushed?: string
  pushedAt?: Date
  /** Written before the platform is asked to add it; gone when the answer is known. */
  intent?: { at: Date }
  /** Attempts of unknown end: each may have left one in the library that nobody can find. */
  lost: number
}

const WELCOMES = 'group_welcomes'

/** The welcomes as a mongoose model; call it before `ensureIndexes`. */
export function welcomeModel(connection: Connection): void {
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      slug: String,
      title: String,
      templateId: String,
      pushed: String,
      pushedAt: Date,
      intent: Schema.Types.Mixed,
      lost: Number,
    },
    { collection: WELCOMES, versionKey: false, autoIndex: false, autoCreate: false },
  )
  defineModel(connection, 'GroupWelcome', schema)
}

/** The collection itself. */
export function welcomeRows(connection: Connection): mongo.Collection<WelcomeRow> {
  return database(connection).collection<WelcomeRow>(WELCOMES)
}

import type { Connection, mongo } from 'mongoose'
import { database } from './raw-commands.js'
import { defineModel, isDefined, Schema } from './schema.js'

interface MediaRow {
  /** `<account>:<type>:<sha256 of the bytes>`. */
  _id: string
  mediaId: string
  expiresAt: Date
}

interface Key {
  account: string
  sha256: string
  type: string
}

const NAME = 'media'

/** The uploads as a mongoose model, for its index; call it before `ensureIndexes`. Ended rows are removed by the store. */
export function mediaModel(connection: Connection): void {
  if (isDefined(connection, 'Media')) return
  const schema = new Schema(
    { _id: { type: String, required: true }, mediaId: String, expiresAt: Date },
    { collection: NAME, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ expiresAt: 1 }, { name: 'ended', expireAfterSeconds: 0 })
  defineModel(connection, 'Media', schema)
}

/** Media ids shared by the processes on a store; the port is `MediaStore` of the Official Account. Times are the database's. */
export function createMediaStore(connection: Connection) {
  const rows = (): mongo.Collection<MediaRow> => database(connection).collection<MediaRow>(NAME)
  const idOf = ({ account, type, sha256 }: Key) => `${account}:${type}:${sha256}`
  return {
    find: async (key: Key) => {
      const [row] = await rows()
        .aggregate<{ mediaId: string; leftMs: number }>([
          { $match: { _id: idOf(key) } },
          { $project: { mediaId: 1, leftMs: { $subtract: ['$expiresAt', '$$NOW'] } } },
        ])
        .toArray()
      return row && { mediaId: row.mediaId, leftMs: Number(row.leftMs) }
    },
    put: async (key: Key, mediaId: string, lifeMs: number) => {
      await rows().updateOne(
        { _id: idOf(key) },
        [{ $set: { mediaId: { $literal: mediaId }, expiresAt: { $add: ['$$NOW', lifeMs] } } }],
        { upsert: true },
      )
    },
    drop: async (key: Key, mediaId: string) => {
      await rows().deleteOne({ _id: idOf(key), mediaId })
    },
  }
}

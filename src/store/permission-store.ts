import type { Connection, mongo } from 'mongoose'
import { database } from './raw-commands.js'
import { defineModel, isDefined, Schema } from './schema.js'

interface PermissionRow {
  /** `<account>|<endpoint>`. */
  _id: string
  account: string
  endpoint: string
  at: Date
}

const NAME = 'permissions'

/** What platforms refused, as a mongoose model, for its index; call it before `ensureIndexes`. */
export function permissionModel(connection: Connection): void {
  if (isDefined(connection, 'Permission')) return
  const schema = new Schema(
    { _id: { type: String, required: true }, account: String, endpoint: String, at: Date },
    { collection: NAME, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ account: 1 }, { name: 'account' })
  defineModel(connection, 'Permission', schema)
}

/** APIs that platforms refused accounts (48001), shared by the processes on a store; the port is `PermissionStore` of the platforms. */
export function createPermissionStore(connection: Connection) {
  const rows = (): mongo.Collection<PermissionRow> => database(connection).collection<PermissionRow>(NAME)
  return {
    list: async (account: string) => {
      const found = await rows().find({ account }).toArray()
      return found.map(({ endpoint, at }) => ({ endpoint, at }))
    },
    put: async (account: string, endpoint: string) => {
      await rows().updateOne(
        { _id: `${account}|${endpoint}` },
        [{ $set: { account: { $literal: account }, endpoint: { $literal: endpoint }, at: '$$NOW' } }],
        { upsert: true },
      )
    },
    clear: async (account: string) => {
      await rows().deleteMany({ account })
    },
  }
}

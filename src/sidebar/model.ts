import type { mongo } from 'mongoose'
import { type Connection, database } from '../store/connect.js'
import { defineModel, Schema } from '../store/schema.js'

/** A staff member who is logged in. The token itself is only in the browser. */
export interface SessionRow {
  /** SHA-256 of the token, in base64url. */
  _id: string
  /** The corporation's account. */
  account: string
  /** The userid. */
  staff: string
  createdAt: Date
  expiresAt: Date
}

/** A login that came back; the same one does not come back twice. */
export interface UsedLoginRow {
  /** SHA-256 of the state, in base64url. */
  _id: string
  expiresAt: Date
}

const SESSIONS = 'sidebarSessions'
const LOGINS = 'sidebarLogins'

/** Declares the collections; before `ensureIndexes`. */
export function sidebarModels(connection: Connection): void {
  const session = plain(SESSIONS)
  session.index({ account: 1, staff: 1 }, { name: 'staff' })
  session.index({ expiresAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'SidebarSession', session)
  const login = plain(LOGINS)
  login.index({ expiresAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'SidebarLogin', login)
}

function plain(collection: string): Schema {
  const fields = { _id: { type: String, required: true } }
  return new Schema(fields, { collection, versionKey: false, autoIndex: false, autoCreate: false, strict: false })
}

/** Who is logged in. */
export const sessionRows = (connection: Connection): mongo.Collection<SessionRow> =>
  database(connection).collection<SessionRow>(SESSIONS)

/** Logins that came back. */
export const usedLogins = (connection: Connection): mongo.Collection<UsedLoginRow> =>
  database(connection).collection<UsedLoginRow>(LOGINS)

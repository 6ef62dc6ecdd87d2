import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import type { Connection } from '../store/connect.js'
import { sessionRows } from './model.js'

/** What a staff member may do: `service` serves their own customers, `supervisor` sees and manages everybody's. */
export type StaffRole = 'service' | 'supervisor'

/** Who looks at the side bar. */
export interface Visitor {
  /** The corporation's account. */
  account: string
  /** The userid. */
  staff: string
  role: StaffRole
}

/** A session as it was found. */
export interface Session extends Visitor {
  /** What the page has to send along with everything it asks. */
  csrf: string
  expiresAt: Date
}

/** Who is logged in. */
export interface Sessions {
  /** Makes a session of 8 hours; the token goes into the browser's cookie and is nowhere else. */
  begin(account: string, staff: string): Promise<{ token: string; lastsMs: number }>
  /** Undefined for a token that is unknown, or whose time is over. The role is that of now. */
  find(token: string): Promise<Session | undefined>
  end(token: string): Promise<void>
  /** Ends all sessions of a staff member (who has left). */
  endAll(account: string, staff: string): Promise<void>
}

/** How long a session lasts, from the login on. */
export const SESSION_MS = 8 * 3_600_000

/** Sessions over a store. `roleOf` is asked at every look, so a role that was taken away is gone at once. */
export function createSessions(ports: {
  connection: Connection
  clock: Clock
  roleOf(account: string, staff: string): StaffRole
}): Sessions {
  const { connection, clock, roleOf } = ports
  return {
    async begin(account, staff) {
      const token = randomBytes(32).toString('base64url')
      const createdAt = clock.now()
      const expiresAt = new Date(createdAt.getTime() + SESSION_MS)
      await sessionRows(connection).insertOne({ _id: digest(token), account, staff, createdAt, expiresAt })
      return { token, lastsMs: SESSION_MS }
    },
    async find(token) {
      if (!TOKEN.test(token)) return undefined
      const row = await sessionRows(connection).findOne({ _id: digest(token) })
      if (!row || row.expiresAt <= clock.now()) return undefined
      const { account, staff, expiresAt } = row
      return { account, staff, role: roleOf(account, staff), csrf: digest(`csrf:${token}`), expiresAt }
    },
    async end(token) {
      await sessionRows(connection).deleteOne({ _id: digest(token) })
    },
    async endAll(account, staff) {
      await sessionRows(connection).deleteMany({ account, staff })
    },
  }
}

const TOKEN = /^[\w-]{43}$/

/** SHA-256 in base64url: what stands in the store in place of a secret. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

import type { Clock } from '../core/clock.js'
import type { Connection } from '../store/connect.js'
import { type PersonRow, personRows, type SessionRow, sessionRows } from './model.js'
import { newId, newToken, tokenHash } from './tokens.js'

/** How long sessions last. */
export const SESSION_TIMES = {
  /** Without a request of the person. */
  idleMs: 30 * 60_000,
  /** In all; then she signs in anew. */
  absoluteMs: 12 * 3_600_000,
  /** Between the password and the second factor. */
  halfMs: 5 * 60_000,
} as const

/** Where a request comes from. */
export interface Origin {
  address: string
  /** The browser's own words, at most 200 characters are kept. */
  agent: string
}

/** A session with who it belongs to. */
export interface OpenSession {
  row: SessionRow
  person: PersonRow
}

/** Sessions of the console, in the store: every process knows of an end at once. */
export interface Sessions {
  begin(person: PersonRow, origin: Origin, stage?: SessionRow['stage']): Promise<{ token: string; row: SessionRow }>
  /**
   * The session of a token, unless it idled too long, is over, or its person was disabled or proves herself otherwise
   * now. `touch`: it was a request of the person, which prolongs the idle time.
   */
  find(token: string, options: { stage: SessionRow['stage']; touch: boolean }): Promise<OpenSession | undefined>
  /** Those that are open, the latest first. */
  list(person: string): Promise<SessionRow[]>
  end(token: string): Promise<void>
  /** By name; false when the person has none of it. */
  endNamed(person: string, name: string): Promise<boolean>
  /** All but one; tells how many. */
  endAll(person: string, except?: string): Promise<number>
}

/** A session's row is written at most this often for being used. */
const TOUCH_MS = 30_000

/** The sessions on a connection. */
export function createSessions({ connection, clock }: { connection: Connection; clock: Clock }): Sessions {
  const rows = () => sessionRows(connection)
  const open = (now: Date) => ({
    stage: 'full' as const,
    endsAt: { $gt: now },
    lastSeenAt: { $gt: new Date(now.getTime() - SESSION_TIMES.idleMs) },
  })

  return {
    async begin(person, { address, agent }, stage = 'full') {
      const token = newToken()
      const now = clock.now()
      const lastsMs = stage === 'full' ? SESSION_TIMES.absoluteMs : SESSION_TIMES.halfMs
      const row: SessionRow = {
        _id: tokenHash(token),
        name: newId('ses'),
        person: person._id,
        stage,
        credential: person.credential,
        createdAt: now,
        lastSeenAt: now,
        endsAt: new Date(now.getTime() + lastsMs),
        address,
        agent: agent.slice(0, 200),
      }
      await rows().insertOne(row)
      return { token, row }
    },

    async find(token, { stage, touch }) {
      const row = await rows().findOne({ _id: tokenHash(token) })
      const now = clock.now()
      if (!row || row.stage !== stage || row.endsAt <= now) return undefined
      if (now.getTime() - row.lastSeenAt.getTime() >= SESSION_TIMES.idleMs) return undefined
      const person = await personRows(connection).findOne({ _id: row.person })
      if (!person || person.disabledAt || person.credential !== row.credential) return undefined
      if (touch && now.getTime() - row.lastSeenAt.getTime() >= TOUCH_MS) {
        await rows().updateOne({ _id: row._id }, { $max: { lastSeenAt: now } })
        return { row: { ...row, lastSeenAt: now }, person }
      }
      return { row, person }
    },

    async list(person) {
      const [owner, found] = await Promise.all([
        personRows(connection).findOne({ _id: person }),
        rows()
          .find({ person, ...open(clock.now()) })
          .sort({ lastSeenAt: -1 })
          .toArray(),
      ])
      return found.filter(({ credential }) => credential === owner?.credential && !owner.disabledAt)
    },

    async end(token) {
      await rows().deleteOne({ _id: tokenHash(token) })
    },

    async endNamed(person, name) {
      const { deletedCount } = await rows().deleteOne({ person, name })
      return deletedCount === 1
    },

    async endAll(person, except) {
      const { deletedCount } = await rows().deleteMany({
        person,
        ...(except !== undefined && { name: { $ne: except } }),
      })
      return deletedCount
    },
  }
}

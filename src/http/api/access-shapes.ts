import { z } from 'zod'
import type { AccessPort, ConsolePerson, ConsoleSession, OpenConsoleSession } from '../console/access-port.js'

const staff = z.object({ corp: z.string(), staff: z.string() })

/** Who is signed in, and what she may do. */
export const meShape = z
  .object({
    person: z.object({
      id: z.string(),
      login: z.string(),
      name: z.string(),
      roles: z.array(z.string()),
      wecom: staff.optional(),
    }),
    scopes: z.array(z.string()).describe('what the API lets this person do now'),
    sees: z.object({ phones: z.literal('masked'), names: z.enum(['shown', 'masked']) }),
    canReveal: z.boolean(),
    secondFactor: z.object({
      on: z.boolean(),
      required: z.boolean().describe('and while it is not on, the scopes are those of the own account'),
      recoveryLeft: z.int(),
    }),
    session: z.object({ id: z.string(), createdAt: z.date(), idleEndsAt: z.date(), endsAt: z.date() }),
    csrf: z.string().describe('send it as X-CSRF-Token with everything but GET'),
  })
  .meta({ id: 'Me' })

/** How signing in went on. */
export const signedInShape = z.discriminatedUnion('state', [
  z.object({ state: z.literal('signed-in'), me: meShape }),
  z.object({ state: z.literal('second-factor'), methods: z.array(z.enum(['totp', 'recovery'])) }),
])

/** A person, as the list shows her. */
export const personShape = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    roles: z.array(z.string()),
    state: z.enum(['active', 'disabled', 'invited']),
    secondFactor: z.boolean(),
    wecom: staff.optional(),
    createdAt: z.date(),
    lastSignInAt: z.date().optional(),
    rev: z.int(),
  })
  .meta({ id: 'ConsolePerson' })

/** A session, as lists show it. */
export const sessionShape = z
  .object({
    id: z.string(),
    current: z.boolean(),
    createdAt: z.date(),
    lastSeenAt: z.date(),
    endsAt: z.date(),
    address: z.string(),
    agent: z.string(),
  })
  .meta({ id: 'ConsoleSession' })

/** A link that is shown this once. */
export const linkShape = z.object({ url: z.string(), endsAt: z.date() })

export const doneShape = z.object({ done: z.literal(true) })

/** A password as it may be sent: what it must be is told by its own check. */
export const passwordText = z.string().max(512)

/** Why somebody does it, for the audit log. */
export const reasonText = z.string().trim().min(5).max(200)

const IDLE_MS = 30 * 60_000

/** Who is signed in. */
export function shownMe(
  access: AccessPort,
  { row, person }: OpenConsoleSession,
  token: string,
): z.input<typeof meShape> {
  const { scopes, names, needsSecondFactor } = access.rightsOf(person)
  const { _id: id, login, name, roles, wecom } = person
  const idleEndsAt = new Date(Math.min(row.lastSeenAt.getTime() + IDLE_MS, row.endsAt.getTime()))
  return {
    person: { id, login, name, roles: [...roles], ...(wecom && { wecom }) },
    scopes,
    sees: { phones: 'masked', names },
    canReveal: scopes.includes('personal:reveal'),
    secondFactor: { on: person.totp !== undefined, required: needsSecondFactor, recoveryLeft: person.recovery.length },
    session: { id: row.name, createdAt: row.createdAt, idleEndsAt, endsAt: row.endsAt },
    csrf: access.csrfOf(token),
  }
}

/** A person without what proves who she is. */
export function shownPerson(person: ConsolePerson): z.input<typeof personShape> {
  const { _id: id, login, name, roles, wecom, createdAt, lastSignInAt, rev } = person
  const invited = person.passwordHash === undefined && !lastSignInAt
  return {
    id,
    login,
    name,
    roles: [...roles],
    state: person.disabledAt ? 'disabled' : invited ? 'invited' : 'active',
    secondFactor: person.totp !== undefined,
    ...(wecom && { wecom }),
    createdAt,
    ...(lastSignInAt && { lastSignInAt }),
    rev,
  }
}

/** A session without its token. */
export function shownSession(row: ConsoleSession, current?: string): z.input<typeof sessionShape> {
  const { name, createdAt, lastSeenAt, endsAt, address, agent } = row
  return { id: name, current: name === current, createdAt, lastSeenAt, endsAt, address, agent }
}

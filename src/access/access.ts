import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { type Audit, createAudit } from './audit/audit.js'
import { auditModel } from './audit/model.js'
import { createLinks, type FreshLink } from './links.js'
import { accessModels, type PersonRow, personRows } from './model.js'
import { createPasswordHash, type HashCost } from './passwords/hash.js'
import { createPeople, type People } from './people.js'
import { actorOf, type By, type Seal, type Shared } from './ports.js'
import { isPrivileged, scopesOf, seesNames } from './roles.js'
import { createSecondFactor, type SecondFactor } from './second-factor.js'
import { createSessions, type Sessions } from './sessions.js'
import { createSignIn, type SignIn } from './sign-in.js'
import { createThrottle, type Throttle } from './throttle.js'
import { csrfOf } from './tokens.js'

/** Who must have a second factor. */
export type SecondFactorRule = 'privileged' | 'all' | 'optional'

/** What access is connected to. */
export interface AccessPorts {
  connection: Connection
  clock: Clock
  log: Logger
  /** The vault. */
  seal: Seal
  /** Two secrets of 32 bytes that the product keeps for itself. */
  keys: { cookies: Buffer; audit: Buffer }
  secondFactor?: SecondFactorRule
  /** For tests: the standard takes a quarter of a second and 64 MiB. */
  cost?: HashCost
}

/** What somebody may do and see. */
export interface Rights {
  scopes: string[]
  names: 'shown' | 'masked'
  /** Must have a second factor; while she has none the scopes are those of her own account. */
  needsSecondFactor: boolean
}

/** Who may use the console, how they prove who they are, and what they did. */
export interface Access {
  readonly people: People
  readonly signIn: SignIn
  readonly factor: SecondFactor
  readonly sessions: Sessions
  readonly throttle: Throttle
  readonly audit: Audit
  /** What the person may do and see now. */
  rightsOf(person: PersonRow): Rights
  /** The token against forged requests of a session's token. */
  csrfOf(token: string): string
  hasPeople(): Promise<boolean>
  /** A link that makes an owner; good once and for a day. */
  ownerLink(by: By): Promise<FreshLink>
  /** At a start: a link to make the first owner, while there is nobody at all. */
  firstStart(): Promise<FreshLink | undefined>
}

/** Puts it together; make it before `ensureIndexes`. */
export function createAccess(ports: AccessPorts): Access {
  const { connection, clock, log, seal, keys, secondFactor = 'privileged', cost } = ports
  accessModels(connection)
  auditModel(connection)
  const audit = createAudit({ connection, clock, key: keys.audit })
  const sessions = createSessions({ connection, clock })
  const throttle = createThrottle({ connection, clock })
  const hash = createPasswordHash(cost ? { cost } : {})
  const shared: Shared = { connection, clock, log, seal, key: keys.cookies, hash, audit, sessions, throttle }
  const links = createLinks(shared)
  const people = createPeople(shared, links)
  const factor = createSecondFactor(shared)

  const needsSecondFactor = ({ roles }: PersonRow) =>
    secondFactor === 'all' || (secondFactor === 'privileged' && isPrivileged(roles))
  const hasPeople = async () => (await personRows(connection).findOne({})) !== null
  const ownerLink = async (by: By) => {
    await audit.append({ ...actorOf(by), action: 'owner-link.made', outcome: 'done' })
    return links.make('owner')
  }

  return {
    people,
    signIn: createSignIn(shared, people, links, factor),
    factor,
    sessions,
    throttle,
    audit,
    rightsOf(person) {
      const needs = needsSecondFactor(person)
      const scopes = needs && !person.totp ? ['account:own'] : scopesOf(person.roles)
      return { scopes, names: seesNames(person.roles) ? 'shown' : 'masked', needsSecondFactor: needs }
    },
    csrfOf,
    hasPeople,
    ownerLink,
    firstStart: async () => ((await hasPeople()) ? undefined : ownerLink({ kind: 'system', id: 'start' })),
  }
}

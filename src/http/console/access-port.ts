/** Somebody who may use the console, as the routes see her. */
export interface ConsolePerson {
  _id: string
  login: string
  name: string
  roles: readonly string[]
  rev: number
  passwordHash?: string
  totp?: { since: Date }
  recovery: readonly string[]
  wecom?: { corp: string; staff: string }
  createdAt: Date
  lastSignInAt?: Date
  disabledAt?: Date
}

/** A session, as the routes see it. */
export interface ConsoleSession {
  name: string
  createdAt: Date
  lastSeenAt: Date
  endsAt: Date
  address: string
  agent: string
}

/** An open session with whose it is. */
export interface OpenConsoleSession {
  row: ConsoleSession
  person: ConsolePerson
}

/** Somebody at the door. */
export interface ConsoleVisitor {
  address: string
  agent: string
  device?: string | undefined
}

/** How an attempt to come in ended. */
export type ConsoleSignedIn =
  | { state: 'signed-in'; token: string; session: OpenConsoleSession; device: string }
  | { state: 'second-factor'; token: string }
  | { state: 'wrong' }
  | { state: 'slow'; retryAfterSeconds: number }

type Staff = { corp: string; staff: string }
type Link = { token: string; endsAt: Date }

/** Who asks, for the audit log. */
export interface ConsoleBy {
  kind: 'person'
  id: string
  name: string
  address: string
}

/** Ways in. */
export interface SignInPort {
  byPassword(given: { login: string; password: string }, visitor: ConsoleVisitor): Promise<ConsoleSignedIn>
  bySecondFactor(
    token: string,
    proof: { code: string } | { recovery: string },
    visitor: ConsoleVisitor,
  ): Promise<ConsoleSignedIn | { state: 'gone' }>
  byStaff(staff: Staff, visitor: ConsoleVisitor): Promise<ConsoleSignedIn>
  look(
    token: string,
  ): Promise<{ kind: 'owner' | 'invitation' | 'reset'; endsAt: Date; login?: string; name?: string } | undefined>
  byLink(
    given: { token: string; password: string; login?: string | undefined; name?: string | undefined },
    visitor: ConsoleVisitor,
  ): Promise<ConsoleSignedIn | undefined>
  changePassword(
    person: ConsolePerson,
    given: { current: string; password: string },
    visitor: ConsoleVisitor,
  ): Promise<Extract<ConsoleSignedIn, { state: 'signed-in' }>>
  provePassword(person: ConsolePerson, password: string | undefined): Promise<void>
  renew(person: string, visitor: ConsoleVisitor): Promise<Extract<ConsoleSignedIn, { state: 'signed-in' }>>
}

/** The people. */
export interface PeoplePort {
  find(id: string): Promise<ConsolePerson | undefined>
  list(filter: {
    text?: string | undefined
    role?: string | undefined
    state?: 'active' | 'disabled' | 'invited' | undefined
    sort?: 'login' | '-login' | 'name' | '-name' | 'lastSignInAt' | '-lastSignInAt' | undefined
    after?: string | undefined
    limit: number
  }): Promise<{ rows: ConsolePerson[]; next?: string }>
  invite(
    person: { login: string; name: string; roles: readonly string[]; wecom?: Staff | undefined },
    by: ConsoleBy,
  ): Promise<{ person: ConsolePerson; link: Link }>
  change(
    id: string,
    rev: number,
    change: { name?: string | undefined; roles?: readonly string[] | undefined; wecom?: Staff | null | undefined },
    by: ConsoleBy,
  ): Promise<ConsolePerson>
  rename(id: string, name: string, by: ConsoleBy): Promise<ConsolePerson>
  disable(id: string, reason: string, by: ConsoleBy): Promise<ConsolePerson>
  enable(id: string, by: ConsoleBy): Promise<ConsolePerson>
  reset(id: string, reason: string, by: ConsoleBy): Promise<{ person: ConsolePerson; link: Link }>
  endSessions(id: string, by: ConsoleBy): Promise<number>
}

/** The second factor. */
export interface FactorPort {
  begin(person: ConsolePerson): Promise<{ secret: string; uri: string }>
  confirm(person: ConsolePerson, code: string, by: ConsoleBy): Promise<{ recovery: string[] }>
  end(person: ConsolePerson, code: string, by: ConsoleBy): Promise<void>
  renewRecovery(person: ConsolePerson, by: ConsoleBy): Promise<string[]>
}

/** Sessions. */
export interface SessionPort {
  find(
    token: string,
    options: { stage: 'full' | 'second-factor'; touch: boolean },
  ): Promise<OpenConsoleSession | undefined>
  list(person: string): Promise<ConsoleSession[]>
  end(token: string): Promise<void>
  endNamed(person: string, name: string): Promise<boolean>
  endAll(person: string, except?: string): Promise<number>
}

/** A row of the audit log. */
export interface ConsoleAuditRow {
  _id: number
  at: Date
  actor: { kind: 'person' | 'key' | 'command' | 'system'; id: string; name?: string }
  action: string
  target?: string
  outcome: string
  reason?: string
  address?: string
  change?: string
  hash: string
}

/** The audit log. */
export interface ConsoleAuditPort {
  append(entry: {
    actor: ConsoleAuditRow['actor']
    action: string
    target?: string
    outcome: string
    reason?: string
    address?: string
    change?: unknown
  }): Promise<void>
  list(filter: {
    actor?: string | undefined
    action?: string | undefined
    target?: string | undefined
    from?: Date | undefined
    to?: Date | undefined
    after?: number | undefined
    order?: 'newest' | 'oldest' | undefined
    limit: number
  }): Promise<ConsoleAuditRow[]>
  verify(witness?: {
    seq: number
    hash: string
  }): Promise<
    | { ok: true; rows: number; head?: { seq: number; hash: string } }
    | { ok: false; rows: number; problem: { seq: number; what: string } }
  >
}

/** Everything of access that the console's routes stand on. */
export interface AccessPort {
  people: PeoplePort
  signIn: SignInPort
  factor: FactorPort
  sessions: SessionPort
  audit: ConsoleAuditPort
  throttle: {
    take(buckets: readonly { name: string; limit: number; windowMs: number }[]): Promise<number | undefined>
  }
  rightsOf(person: ConsolePerson): { scopes: string[]; names: 'shown' | 'masked'; needsSecondFactor: boolean }
  csrfOf(token: string): string
  hasPeople(): Promise<boolean>
}

/** Words in the console's languages. */
interface Words {
  zh: string
  en: string
}

/** The roles and scopes in words, and what their holders see. */
export interface RolePort {
  roles: readonly { role: string; title: Words; about: Words; scopes: readonly string[]; names: 'shown' | 'masked' }[]
  scopes: readonly { scope: string; title: Words }[]
  /** An answer as somebody may see it. */
  mask(answer: unknown, sees: { names: 'shown' | 'masked' }): unknown
}

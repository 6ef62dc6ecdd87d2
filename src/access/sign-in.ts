import { AppError } from '../core/errors.js'
import { isDuplicate } from '../store/duplicate.js'
import type { Links } from './links.js'
import { type LinkRow, type PersonRow, personRows } from './model.js'
import { describeFault, passwordFault } from './passwords/rules.js'
import type { People } from './people.js'
import { checkLogin, checkName } from './person-checks.js'
import type { Shared } from './ports.js'
import type { SecondFactor } from './second-factor.js'
import type { OpenSession, Origin } from './sessions.js'
import { type Bucket, networkOf, ThrottledError } from './throttle.js'
import { isSame, markOf, newId } from './tokens.js'

/** How an attempt to come in ended. */
export type SignedIn =
  | { state: 'signed-in'; token: string; session: OpenSession; device: string }
  /** The password fits; `token` is for the second factor only. */
  | { state: 'second-factor'; token: string }
  /** Unknown, disabled or wrong: nobody is told which. */
  | { state: 'wrong' }
  | { state: 'slow'; retryAfterSeconds: number }

/** Somebody at the door. */
export interface Visitor extends Origin {
  /** The mark of a browser in which the person signed in before. */
  device?: string | undefined
}

/** Ways into the console. */
export interface SignIn {
  byPassword(given: { login: string; password: string }, visitor: Visitor): Promise<SignedIn>
  /** `token` is the half session's; `gone` when that is over. */
  bySecondFactor(
    token: string,
    proof: { code: string } | { recovery: string },
    visitor: Visitor,
  ): Promise<SignedIn | { state: 'gone' }>
  /** A member of a corporation whom WeCom named to us. */
  byStaff(staff: { corp: string; staff: string }, visitor: Visitor): Promise<SignedIn>
  /** What a link is for. */
  look(token: string): Promise<{ kind: LinkRow['kind']; endsAt: Date; login?: string; name?: string } | undefined>
  /** Sets the password of a link's person (of `owner`: makes her) and signs her in; undefined when the link is gone. */
  byLink(
    given: { token: string; password: string; login?: string | undefined; name?: string | undefined },
    visitor: Visitor,
  ): Promise<SignedIn | undefined>
  /** Changes a password; all sessions end, a new one begins. */
  changePassword(
    person: PersonRow,
    given: { current: string; password: string },
    visitor: Visitor,
  ): Promise<Extract<SignedIn, { state: 'signed-in' }>>
  /** Whether the password is the person's; counts as an attempt. Throws AppError `unprocessable.password`, `slow`. */
  provePassword(person: PersonRow, password: string | undefined): Promise<void>
  /** A new session in place of all others, after a change of what proves who she is. */
  renew(person: string, visitor: Visitor): Promise<Extract<SignedIn, { state: 'signed-in' }>>
}

const QUARTER_MS = 15 * 60_000
/**
 * Guesses are slowed per sender and account and per sender. Over all senders an account is closed to unknown browsers
 * only: one that signed in before has a count of its own, so nobody is locked out by somebody else's guesses.
 */
const BUCKETS = {
  pair: (login: string, address: string): Bucket => {
    return { name: `pair:${login}|${networkOf(address)}`, limit: 10, windowMs: QUARTER_MS }
  },
  sender: (address: string): Bucket => ({ name: `sender:${networkOf(address)}`, limit: 60, windowMs: QUARTER_MS }),
  login: (login: string): Bucket => ({ name: `login:${login}`, limit: 100, windowMs: 4 * QUARTER_MS }),
  device: (device: string): Bucket => ({ name: `device:${device}`, limit: 20, windowMs: QUARTER_MS }),
  proof: (person: string): Bucket => ({ name: `proof:${person}`, limit: 10, windowMs: QUARTER_MS }),
  link: (address: string): Bucket => ({ name: `link:${networkOf(address)}`, limit: 60, windowMs: QUARTER_MS }),
}

/** The ways in, on the parts that do the work. */
export function createSignIn(shared: Shared, people: People, links: Links, factor: SecondFactor): SignIn {
  const { connection, clock, log, hash, audit, sessions, throttle, key } = shared
  const rows = () => personRows(connection)
  const actor = (person: PersonRow) => ({ kind: 'person' as const, id: person._id, name: person.name })

  const deviceMark = (person: PersonRow, nonce: string) => {
    return `${nonce}.${markOf(key, `device:${person._id}:${person.credential}:${nonce}`)}`
  }

  function isKnownDevice(person: PersonRow | undefined, device: string | undefined): device is string {
    const nonce = device?.split('.', 1)[0] ?? ''
    return person !== undefined && device !== undefined && nonce !== '' && isSame(device, deviceMark(person, nonce))
  }

  async function refused(person: PersonRow | undefined, why: string, visitor: Visitor): Promise<void> {
    log.warn({ ...(person && { person: person._id }), address: visitor.address, why }, 'sign-in refused')
    if (!person) return
    await audit.append({ actor: actor(person), action: 'session.refused', outcome: why, address: visitor.address })
  }

  async function enter(
    person: PersonRow,
    visitor: Visitor,
    by: string,
  ): Promise<Extract<SignedIn, { state: 'signed-in' }>> {
    const { address } = visitor
    await audit.append({ actor: actor(person), action: 'session.began', outcome: 'done', address, change: { by } })
    await rows().updateOne({ _id: person._id }, { $set: { lastSignInAt: clock.now() } })
    const { token, row } = await sessions.begin(person, visitor)
    log.info({ person: person._id, session: row.name, address, by }, 'person signed in')
    const device = isKnownDevice(person, visitor.device) ? visitor.device : deviceMark(person, newId('dev'))
    return { state: 'signed-in', token, session: { row, person }, device }
  }

  /** Who proved one thing is asked for the second where she has one. */
  async function next(person: PersonRow, visitor: Visitor, by: string): Promise<SignedIn> {
    if (!person.totp) return enter(person, visitor, by)
    const { token } = await sessions.begin(person, visitor, 'second-factor')
    return { state: 'second-factor', token }
  }

  function checkPassword(password: string, about: readonly string[]): void {
    const fault = passwordFault(password, about)
    if (fault)
      throw new AppError('password.weak', `the password ${describeFault(fault)}`, { fix: 'choose a longer, odder one' })
  }

  const provePassword: SignIn['provePassword'] = async (person, password) => {
    if (person.passwordHash === undefined) return
    const bucket = BUCKETS.proof(person._id)
    const wait = await throttle.take([bucket])
    if (wait !== undefined) throw new ThrottledError('proof', 'too many wrong passwords', wait)
    if (!(await hash.fits(password ?? '', person.passwordHash))) {
      throw new AppError('password.wrong', 'the password is not yours')
    }
    await throttle.clear(bucket)
  }

  const renew: SignIn['renew'] = async (id, visitor) => {
    await sessions.endAll(id)
    const person = await people.find(id)
    if (!person || person.disabledAt)
      throw new AppError('unauthenticated.person', 'the person may not come in any more')
    const { token, row } = await sessions.begin(person, visitor)
    return { state: 'signed-in', token, session: { row, person }, device: deviceMark(person, newId('dev')) }
  }

  return {
    async byPassword({ login, password }, visitor) {
      const name = login.normalize('NFKC').trim().toLowerCase().slice(0, 64)
      const person = await people.findByLogin(name)
      const known = isKnownDevice(person, visitor.device)
      const { address } = visitor
      const own = known ? BUCKETS.device(visitor.device ?? '') : BUCKETS.pair(name, address)
      const wait = await throttle.take(known ? [own] : [own, BUCKETS.sender(address), BUCKETS.login(name)])
      if (wait !== undefined) {
        log.warn({ address, known }, 'sign-in slowed down')
        return { state: 'slow', retryAfterSeconds: wait }
      }
      const usable = person?.disabledAt ? undefined : person?.passwordHash
      const fits = await hash.fits(password, usable)
      if (!person || usable === undefined || !fits) {
        await refused(person, person?.disabledAt ? 'disabled' : 'password.wrong', visitor)
        return { state: 'wrong' }
      }
      await throttle.clear(own)
      if (hash.isOld(usable)) {
        const passwordHash = await hash.make(password)
        await rows().updateOne({ _id: person._id, passwordHash: usable }, { $set: { passwordHash } })
      }
      return next(person, visitor, 'password')
    },

    async bySecondFactor(token, proof, visitor) {
      const half = await sessions.find(token, { stage: 'second-factor', touch: false })
      if (!half) return { state: 'gone' }
      const { person } = half
      const bucket = BUCKETS.proof(person._id)
      const wait = await throttle.take([bucket])
      if (wait !== undefined) return { state: 'slow', retryAfterSeconds: wait }
      const by = await factor.prove(person, proof)
      if (!by) {
        await refused(person, 'second-factor.wrong', visitor)
        return { state: 'wrong' }
      }
      await Promise.all([throttle.clear(bucket), sessions.end(token)])
      return enter(person, visitor, by)
    },

    async byStaff({ corp, staff }, visitor) {
      const person = await rows().findOne({ 'wecom.corp': corp, 'wecom.staff': staff })
      if (!person || person.disabledAt) {
        await refused(person ?? undefined, person ? 'disabled' : 'staff.unknown', visitor)
        return { state: 'wrong' }
      }
      return next(person, visitor, 'wecom')
    },

    async look(token) {
      const link = await links.look(token)
      if (!link) return undefined
      const person = link.person === undefined ? undefined : await people.find(link.person)
      return { kind: link.kind, endsAt: link.endsAt, ...(person && { login: person.login, name: person.name }) }
    },

    async byLink({ token, password, login, name }, visitor) {
      const { address } = visitor
      const wait = await throttle.take([BUCKETS.link(address)])
      if (wait !== undefined) return { state: 'slow', retryAfterSeconds: wait }
      const link = await links.look(token)
      if (!link) return undefined
      const invited = link.person === undefined ? undefined : await people.find(link.person)
      if (link.kind !== 'owner' && (!invited || invited.disabledAt)) return undefined
      const about = invited ?? { login: checkLogin(login ?? ''), name: checkName(name ?? '') }
      checkPassword(password, [about.login, about.name])
      if (!invited && (await people.findByLogin(about.login))) throw loginTaken(about.login)
      const passwordHash = await hash.make(password)
      if (!(await links.take(token))) return undefined
      if (invited) {
        const { kind } = link
        await audit.append({ actor: actor(invited), action: 'link.used', outcome: 'done', address, change: { kind } })
        await rows().updateOne({ _id: invited._id }, { $set: { passwordHash }, $inc: { credential: 1, rev: 1 } })
        const person = await people.find(invited._id)
        return person && next(person, visitor, kind)
      }
      const owner: PersonRow = {
        _id: newId('per'),
        ...about,
        roles: ['owner'],
        passwordHash,
        credential: 0,
        rev: 1,
        recovery: [],
        createdAt: clock.now(),
      }
      await audit.append({ actor: actor(owner), action: 'owner.made', target: owner._id, outcome: 'done', address })
      try {
        await rows().insertOne(owner)
      } catch (error) {
        await links.restore(link)
        throw isDuplicate(error) ? loginTaken(about.login) : error
      }
      await links.end({ kind: 'owner' })
      return enter(owner, visitor, 'owner-link')
    },

    async changePassword(person, { current, password }, visitor) {
      await provePassword(person, current)
      checkPassword(password, [person.login, person.name])
      const passwordHash = await hash.make(password)
      const { address } = visitor
      await audit.append({ actor: actor(person), action: 'password.changed', outcome: 'done', address })
      const { credential } = person
      const { matchedCount } = await rows().updateOne(
        { _id: person._id, credential },
        { $set: { passwordHash }, $inc: { credential: 1, rev: 1 } },
      )
      if (matchedCount === 0) throw new AppError('conflict.person', 'this was changed elsewhere just now')
      return renew(person._id, visitor)
    },

    provePassword,
    renew,
  }
}

const loginTaken = (login: string) => new AppError('conflict.login', `the name '${login}' is taken`)

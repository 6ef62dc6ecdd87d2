import { AppError } from '../core/errors.js'
import type { Sort, SortedPage } from '../core/sort.js'
import { isDuplicate } from '../store/duplicate.js'
import { createLeases } from '../store/lease.js'
import { partly, sortedPage } from '../store/sorted.js'
import type { FreshLink, Links } from './links.js'
import { type PersonRow, personRows } from './model.js'
import { checkLogin, checkName, checkRoles } from './person-checks.js'
import { actorOf, type By, type Shared } from './ports.js'
import type { Role } from './roles.js'
import { newId } from './tokens.js'

/** Where somebody works in WeCom; she signs in by scanning there. */
export type Staff = NonNullable<PersonRow['wecom']>

/** Somebody to be let in. */
export interface NewPerson {
  login: string
  name: string
  roles: readonly Role[]
  wecom?: Staff | undefined
}

/** What may be changed; `wecom: null` unbinds. */
export interface PersonChange {
  name?: string | undefined
  roles?: readonly Role[] | undefined
  wecom?: Staff | null | undefined
}

/** Which people are wanted. */
const SORT_FIELDS = { login: 'login', name: 'name', lastSignInAt: 'lastSignInAt' } as const

export interface PeopleFilter {
  /** Part of the login or the name. */
  text?: string | undefined
  role?: Role | undefined
  state?: PersonState | undefined
  /** By login unless given. */
  sort?: Sort<keyof typeof SORT_FIELDS> | undefined
  /** `next` of the page before. */
  after?: string | undefined
  limit: number
}

export type PersonState = 'active' | 'disabled' | 'invited'

/** The people of the console. Every change is written into the audit log before it is told. */
export interface People {
  find(id: string): Promise<PersonRow | undefined>
  findByLogin(login: string): Promise<PersonRow | undefined>
  list(filter: PeopleFilter): Promise<SortedPage<PersonRow>>
  /** Throws AppError `invalid.*`, `conflict.login`, `forbidden.owner`. */
  invite(person: NewPerson, by: By): Promise<{ person: PersonRow; link: FreshLink }>
  /** `rev` is what the change is based on: AppError `conflict.person` when it is not that any more. */
  change(id: string, rev: number, change: PersonChange, by: By): Promise<PersonRow>
  /** What she calls herself. */
  rename(id: string, name: string, by: By): Promise<PersonRow>
  /** Ends the person's sessions and lets her in no more. */
  disable(id: string, reason: string, by: By): Promise<PersonRow>
  enable(id: string, by: By): Promise<PersonRow>
  /** Password, second factor and sessions are gone at once; the link makes new ones. */
  reset(id: string, reason: string, by: By): Promise<{ person: PersonRow; link: FreshLink }>
  endSessions(id: string, by: By): Promise<number>
}

/** What a person's row says about her. */
export function stateOf(person: PersonRow): PersonState {
  if (person.disabledAt) return 'disabled'
  return person.passwordHash === undefined && !person.lastSignInAt ? 'invited' : 'active'
}

/** The people on a connection. */
export function createPeople(shared: Shared, links: Links): People {
  const { connection, clock, audit, sessions } = shared
  const rows = () => personRows(connection)
  const leases = createLeases(connection)

  async function known(id: string): Promise<PersonRow> {
    const person = await rows().findOne({ _id: id })
    if (!person) throw new AppError('not-found.person', 'there is no such person')
    return person
  }

  async function write(person: PersonRow, update: object): Promise<PersonRow> {
    const done = await rows().findOneAndUpdate({ _id: person._id, rev: person.rev }, update, {
      returnDocument: 'after',
    })
    if (done) return done
    throw new AppError('conflict.person', 'somebody else changed this person just now', { fix: 'look again' })
  }

  /** One at a time over all processes, so that two owners cannot remove each other at once. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    const lease = await leases.take('access:people', 'people', 10_000)
    if (!lease)
      throw new AppError('conflict.people', 'somebody else changes people at this moment', { fix: 'try again' })
    try {
      return await work()
    } finally {
      await lease.release()
    }
  }

  async function keepAnOwner(person: PersonRow): Promise<void> {
    const others = await rows().countDocuments({
      _id: { $ne: person._id },
      roles: 'owner',
      disabledAt: { $exists: false },
      passwordHash: { $exists: true },
    })
    if (others === 0) {
      throw new AppError('conflict.last-owner', 'this is the only owner', { fix: 'make another owner first' })
    }
  }

  async function mayTouch(by: By, person?: PersonRow, roles: readonly Role[] = []): Promise<void> {
    if (by.kind !== 'person') return
    if (by.id === person?._id) throw new AppError('forbidden.self', 'nobody changes their own rights')
    if (!person?.roles.includes('owner') && !roles.includes('owner')) return
    const asker = await rows().findOne({ _id: by.id })
    if (!asker?.roles.includes('owner')) throw new AppError('forbidden.owner', 'only an owner may do this to an owner')
  }

  async function unused(wecom: Staff | null | undefined, except?: string): Promise<void> {
    if (!wecom) return
    const same = { 'wecom.corp': wecom.corp, 'wecom.staff': wecom.staff }
    const other = await rows().findOne({ ...same, ...(except !== undefined && { _id: { $ne: except } }) })
    if (other) throw new AppError('conflict.wecom', `this WeCom member is bound to ${other.login}`)
  }

  const find: People['find'] = async (id) => (await rows().findOne({ _id: id })) ?? undefined

  return {
    find,
    findByLogin: async (login) => (await rows().findOne({ login: login.toLowerCase() })) ?? undefined,

    list({ text, role, state, sort = 'login', after, limit }) {
      const like = text === undefined ? undefined : partly(text)
      const invited = { passwordHash: { $exists: false }, lastSignInAt: { $exists: false } }
      const filter = {
        ...(like && { $or: [{ login: like }, { name: like }] }),
        ...(role && { roles: role }),
        ...(state && { disabledAt: { $exists: state === 'disabled' } }),
        ...(state === 'invited' && invited),
        ...(state === 'active' && { $nor: [invited] }),
      }
      return sortedPage(rows(), { filter, sort, fields: SORT_FIELDS, after, limit })
    },

    invite: ({ login, name, roles, wecom }, by) =>
      alone(async () => {
        const fresh: PersonRow = {
          _id: newId('per'),
          login: checkLogin(login),
          name: checkName(name),
          roles: checkRoles(roles),
          credential: 0,
          rev: 1,
          recovery: [],
          ...(wecom && { wecom }),
          createdAt: clock.now(),
        }
        await mayTouch(by, undefined, roles)
        await unused(wecom)
        if (await rows().findOne({ login: fresh.login })) throw taken(fresh.login)
        const change = { after: shown(fresh) }
        await audit.append({ ...actorOf(by), action: 'person.invited', target: fresh._id, outcome: 'done', change })
        await rows()
          .insertOne(fresh)
          .catch((error: unknown) => {
            throw isDuplicate(error) ? taken(fresh.login) : error
          })
        return { person: fresh, link: await links.make('invitation', fresh._id) }
      }),

    change: (id, rev, { name, roles, wecom }, by) =>
      alone(async () => {
        const before = await known(id)
        if (before.rev !== rev) throw new AppError('conflict.person', 'somebody else changed this person since')
        await mayTouch(by, before, roles)
        await unused(wecom, id)
        const $set = {
          ...(name !== undefined && { name: checkName(name) }),
          ...(roles && { roles: checkRoles(roles) }),
          ...(wecom && { wecom }),
        }
        if (roles && before.roles.includes('owner') && !roles.includes('owner')) await keepAnOwner(before)
        const change = { before: shown(before), after: shown({ ...before, ...$set, ...(wecom === null && { wecom }) }) }
        await audit.append({ ...actorOf(by), action: 'person.changed', target: id, outcome: 'done', change })
        const $unset = wecom === null ? { $unset: { wecom: '' } } : {}
        return write(before, { $set, ...$unset, $inc: { rev: 1 } })
      }),

    async rename(id, name, by) {
      const before = await known(id)
      const change = { before: before.name, after: checkName(name) }
      await audit.append({ ...actorOf(by), action: 'person.renamed', target: id, outcome: 'done', change })
      return write(before, { $set: { name: change.after }, $inc: { rev: 1 } })
    },

    disable: (id, reason, by) =>
      alone(async () => {
        const before = await known(id)
        await mayTouch(by, before)
        if (before.roles.includes('owner')) await keepAnOwner(before)
        await audit.append({ ...actorOf(by), action: 'person.disabled', target: id, reason, outcome: 'done' })
        const after = await write(before, { $set: { disabledAt: clock.now() }, $inc: { rev: 1, credential: 1 } })
        await Promise.all([sessions.endAll(id), links.end({ person: id })])
        return after
      }),

    enable: (id, by) =>
      alone(async () => {
        const before = await known(id)
        await mayTouch(by, before)
        await audit.append({ ...actorOf(by), action: 'person.enabled', target: id, outcome: 'done' })
        return write(before, { $unset: { disabledAt: '' }, $inc: { rev: 1 } })
      }),

    reset: (id, reason, by) =>
      alone(async () => {
        const before = await known(id)
        await mayTouch(by, before)
        if (before.disabledAt)
          throw new AppError('conflict.disabled', 'the person is disabled', { fix: 'enable first' })
        if (before.roles.includes('owner') && by.kind === 'person') await keepAnOwner(before)
        await audit.append({ ...actorOf(by), action: 'person.reset', target: id, reason, outcome: 'done' })
        const person = await write(before, {
          $unset: { passwordHash: '', totp: '', totpAsked: '' },
          $set: { recovery: [] },
          $inc: { rev: 1, credential: 1 },
        })
        await sessions.endAll(id)
        return { person, link: await links.make('reset', id) }
      }),

    async endSessions(id, by) {
      const before = await known(id)
      await mayTouch(by, before)
      await audit.append({ ...actorOf(by), action: 'person.sessions-ended', target: id, outcome: 'done' })
      await rows().updateOne({ _id: id }, { $inc: { credential: 1 } })
      return sessions.endAll(id)
    },
  }
}

const taken = (login: string) =>
  new AppError('conflict.login', `the name '${login}' is taken`, { fix: 'choose another' })

const shown = ({ login, name, roles, wecom }: Pick<PersonRow, 'login' | 'name' | 'roles'> & { wecom?: unknown }) => ({
  login,
  name,
  roles,
  ...(wecom !== undefined && { wecom }),
})

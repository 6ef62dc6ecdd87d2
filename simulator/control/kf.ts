import type { z } from 'zod'
import type { Platform } from '../platform.js'
import type { CorpEntry } from '../wecom/content.js'
import type { Corp, Scene } from '../wecom/corp.js'
import { addLink } from '../wecom/kf/api/accounts.js'
import { accountNamed, addAccount, servicersOf } from '../wecom/kf/desk.js'
import { tellProduct } from '../wecom/kf/log.js'
import { seedDesk } from '../wecom/kf/seed.js'
import { failLater } from '../wecom/kf/sending.js'
import { tellAccount } from '../wecom/kf/show.js'
import type { DeskSettings, Talk } from '../wecom/kf/state.js'
import { accountView, dutyView, linkAddress, talkView } from '../wecom/kf/views.js'
import { findPerson, personOf, staffNamed } from '../wecom/people.js'
import { push } from '../wecom/push/deliver.js'
import type { Since } from './control.js'
import { type CorpAct, inScene } from './corp-acts.js'
import type { Part } from './corp-reads.js'
import { kfPersonActs, kfStaffActs, placeOf } from './kf-acts.js'
import { kfBodies } from './kf-schema.js'
import { ControlError } from './person.js'

type PersonActs = typeof kfPersonActs
type StaffActs = typeof kfStaffActs
type Given<K extends keyof typeof kfBodies> = z.input<(typeof kfBodies)[K]>
type AccountView = ReturnType<typeof accountView>
type TalkView = ReturnType<typeof talkView>

/** The body of an act; it can be left out where everything in it can. */
type Body<S extends z.ZodType> = Record<never, never> extends z.input<S> ? [body?: z.input<S>] : [body: z.input<S>]

/** Everything a test or a page may do with the desk (微信客服); the HTTP control API under `/control/corp/kf` is this. */
export interface KfControl {
  state(): { settings: DeskSettings; accounts: AccountView[] }
  set(change: Given<'settings'>): { settings: DeskSettings; accounts: AccountView[] }
  account(id?: string): AccountView
  setAccount(id: string, change: Given<'account'>): CorpAct
  addAccount(given: Given<'newAccount'>): CorpAct<{ id: string }>
  removeAccount(id: string): CorpAct
  servicers(id: string, change: Given<'servicers'>): AccountView
  link(id: string, given?: Given<'link'>): { url: string }
  /** Most rows of the next pages of sync_msg; 0 is an empty page with has_more 1. */
  pages(id: string, sizes: number[]): void
  chats(id: string, part?: Part): { total: number; chats: TalkView[] }
  chat(kf: string | undefined, person: string): TalkView
  thread(kf: string | undefined, person: string, since?: Since): Promise<CorpEntry[]>
  /** What a person's phone shows of the desk. */
  phone(person: string): { chats: TalkView[] }
  staff(id: string): object
  /** An act of a person: a follower's openid, an external id or a unionid. */
  personAct<K extends keyof PersonActs>(
    person: string,
    act: K,
    ...given: Body<PersonActs[K]['schema']>
  ): CorpAct<ReturnType<PersonActs[K]['run']>>
  /** An act of a servicer in the client. */
  staffAct<K extends keyof StaffActs>(
    staff: string,
    act: K,
    ...given: Body<StaffActs[K]['schema']>
  ): CorpAct<ReturnType<StaffActs[K]['run']>>
  /** A push without anything new. */
  push(kf?: string): CorpAct
  /** A message that was sent did not arrive. */
  fail(given: Given<'fail'>): CorpAct
  seed(given: Given<'seed'>): { people: number; messages: number }
}

interface AnyAct {
  schema: z.ZodType
  run(scene: unknown, who: unknown, given: unknown): object
}

const MAX_WAIT_MS = 60_000
const ENDED_SHOWN = 50

/** The control of a corporation's desk. */
export function kfControl(platform: Platform, corp: Corp): KfControl {
  const act = <T extends object>(run: (scene: Scene) => T) => inScene(platform, corp, run)
  const view = (id?: string) => accountView(corp, platform.baseUrl, accountNamed(corp, id))
  const perform = (acts: object, name: string, body: unknown, who: (scene: Scene) => unknown) => {
    const found = Object.hasOwn(acts, name) ? (acts as Record<string, AnyAct>)[name] : undefined
    if (!found) throw new ControlError(404, `nobody can ${name}`)
    const given = found.schema.parse(body ?? {})
    return act((scene) => found.run(scene, who(scene), given))
  }
  const talks = (wanted: (talk: Talk) => boolean) =>
    [...corp.desk.accounts.values()].flatMap((account) =>
      [...account.talks.values()].filter(wanted).map((talk) => talkView(corp, account, talk)),
    )
  const state = () => {
    const accounts = [...corp.desk.accounts.keys()].map((id) => view(id))
    return { settings: corp.desk.settings, accounts }
  }
  return {
    state,
    set: (change) => {
      const { upgrade, ...plain } = kfBodies.settings.parse(change)
      const { settings } = corp.desk
      for (const [name, value] of Object.entries(plain))
        if (value !== undefined) Object.assign(settings, { [name]: value })
      for (const [name, value] of Object.entries(upgrade ?? {})) {
        if (value !== undefined) Object.assign(settings.upgrade, { [name]: value })
      }
      return state()
    },
    account: view,
    setAccount: (id, change) => act((scene) => setAccount(scene, id, kfBodies.account.parse(change))),
    addAccount: (given) =>
      act((scene) => {
        const { name, id } = kfBodies.newAccount.parse(given)
        if (id !== undefined && corp.desk.accounts.has(id)) throw new ControlError(409, `id: ${id} is taken`)
        const account = addAccount(corp.desk, { id, name, picture: '' })
        tellAccount(scene, account)
        return { id: account.id }
      }),
    removeAccount: (id) =>
      act((scene) => {
        const account = accountNamed(corp, id, true)
        account.deleted = true
        tellAccount(scene, account)
        return {}
      }),
    servicers: (id, change) => {
      const account = accountNamed(corp, id, true)
      const { add, remove } = kfBodies.servicers.parse(change)
      for (const one of add) account.staff.add(staffNamed(corp, one).id)
      for (const one of remove) account.staff.delete(one)
      return view(id)
    },
    link: (id, given = {}) => {
      const link = addLink(corp.desk, accountNamed(corp, id, true), kfBodies.link.parse(given).scene)
      return { url: linkAddress(platform.baseUrl, link) }
    },
    pages: (id, sizes) => {
      accountNamed(corp, id).pages = kfBodies.pages.parse({ sizes }).sizes
    },
    chats: (id, { limit = 200, offset = 0 } = {}) => {
      const account = accountNamed(corp, id)
      const newest = [...account.talks.values()].toSorted((a, b) => newestOf(b) - newestOf(a))
      const chats = newest.slice(offset, offset + limit).map((talk) => talkView(corp, account, talk))
      return { total: newest.length, chats }
    },
    chat: (kf, person) => {
      const { account, talk } = placeOf({ platform, corp }, { kf, person })
      return talkView(corp, account, talk)
    },
    thread: async (kf, person, { after = 0, waitMs = 0 } = {}) => {
      const { talk } = placeOf({ platform, corp }, { kf, person })
      const fresh = () => {
        const some = talk.thread.ring.list().filter((entry) => entry.n > after)
        return some.length > 0 ? some : undefined
      }
      return (await platform.bus.until(fresh, Math.min(waitMs, MAX_WAIT_MS))) ?? []
    },
    phone: (person) => {
      const known = findPerson(platform, corp, person)
      return { chats: known ? talks((talk) => talk.customer === known.id) : [] }
    },
    staff: (id) => staffDesk(corp, staffNamed(corp, id).id, talks),
    personAct: (person, name, ...[body]) =>
      perform(kfPersonActs, name, body, (scene) => visitor(scene, person, name)) as never,
    staffAct: (staff, name, ...[body]) => perform(kfStaffActs, name, body, () => staffNamed(corp, staff)) as never,
    push: (kf) =>
      act((scene) => {
        const account = accountNamed(corp, kf)
        tellProduct(scene, account, account.id)
        return {}
      }),
    fail: (given) =>
      act((scene) => {
        const { kf, person, msgid, type } = kfBodies.fail.parse(given)
        const { account, talk } = placeOf(scene, { kf, person })
        if (!failLater(scene, account, talk, msgid, type)) throw new ControlError(404, `msgid: ${msgid} was not sent`)
        return {}
      }),
    seed: (given) => {
      const { kf, ...rest } = kfBodies.seed.parse(given)
      const { exchange: _, done: __, ...made } = act((scene) => seedDesk(scene, accountNamed(corp, kf), rest))
      return made
    },
  }
}

const newestOf = (talk: Talk) => Math.max(talk.enteredAt, talk.lastCustomerAt)

/** Entering lets the corporation meet a follower; everything else is done by people it knows (404). */
function visitor(scene: Scene, id: string, act: string) {
  if (act === 'enter') return personOf(scene, id)
  const known = findPerson(scene.platform, scene.corp, id)
  if (!known) throw new ControlError(404, `the corporation has not met ${id}`)
  return known
}

function staffDesk(corp: Corp, id: string, talks: (wanted: (talk: Talk) => boolean) => TalkView[]) {
  const accounts = [...corp.desk.accounts.values()].filter(
    (account) => !account.deleted && servicersOf(corp, account).includes(id),
  )
  const serves = new Set(accounts.map((account) => account.id))
  return {
    accounts: accounts.map((account) => ({ id: account.id, name: account.name, ...dutyView(account, id) })),
    queue: talks((talk) => talk.state === 2 && serves.has(talk.account)),
    mine: talks((talk) => talk.state === 3 && talk.servicer === id),
    ended: talks((talk) => talk.state !== 2 && talk.lastServicer === id && talk.servicer !== id).slice(-ENDED_SHOWN),
  }
}

/** Changes an account; whether the API manages it is pushed (kf_account_auth_change). */
function setAccount(scene: Scene, id: string, change: z.output<typeof kfBodies.account>): object {
  const account = accountNamed(scene.corp, id, true)
  const { managed, welcome, ...plain } = change
  for (const [name, value] of Object.entries(plain)) if (value !== undefined) Object.assign(account, { [name]: value })
  if (welcome !== undefined) account.welcome = welcome ?? undefined
  if (managed !== undefined && managed !== account.managed) {
    account.managed = managed
    push(scene, {
      kind: 'event.kf_account_auth_change',
      from: undefined,
      subject: account.id,
      fields: {
        MsgType: 'event',
        Event: 'kf_account_auth_change',
        [managed ? 'AuthAddOpenKfId' : 'AuthDelOpenKfId']: account.id,
      },
    })
  }
  tellAccount(scene, account)
  return {}
}

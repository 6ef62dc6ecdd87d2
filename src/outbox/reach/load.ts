import { creditRows } from '../../contacts/credits/model.js'
import { identityKey } from '../../contacts/identity.js'
import { contactRows, type Identity } from '../../contacts/model.js'
import { type PersonRow, readPerson } from '../../contacts/person-row.js'
import { type Act, anyUnexpired, LONGEST_WINDOW_MS, openWindows, type Spend } from '../../contacts/windows.js'
import { contactKey } from '../../core/update.js'
import type { Connection } from '../../store/connect.js'
import { laneOf } from '../../store/lanes.js'
import { CHANNELS, type Channel } from '../channel.js'
import { channelRules } from '../channel-rules.js'
import type { ReadSpends } from '../spends.js'
import type { LoadOptions, Reachable, ReachFacts } from './reach.js'
import type { PersonView, Touches } from './touches.js'

/** What loading needs. */
export interface LoadPorts {
  connection: Connection
  /** The platform an account is on. */
  platform(account: string): string | undefined
  /** What a person (as of `contactKey`) did that opens a window, since when. Asked for many in one turn. */
  acts(contact: string, since: Date): Promise<readonly Act[]>
  /** What deliveries of the outbox took from the windows. */
  spends: ReadSpends
  touches: Pick<Touches, 'read'>
}

/** A person's row as far as it is looked at: of an audience, or read here. */
type Row = Pick<PersonRow, '_id' | 'identities' | 'consents' | 'lastSeenAt'> & { status?: PersonRow['status'] }

interface Someone {
  /** As it was asked for. */
  contact: string
  row: Row | undefined
  to: string | undefined
  miniProgram: string | undefined
  following: boolean
}

/** `lastSeenAt` may lag behind the newest act by so much. */
const SEEN_LAG_MS = 120_000

/** The function behind `Reach.load`. */
export function createLoad(ports: LoadPorts) {
  const { connection, touches } = ports

  async function load(
    people: readonly Reachable[],
    account: string,
    now: Date,
    options: LoadOptions = {},
  ): Promise<ReachFacts[]> {
    const { channels = CHANNELS, source } = options
    const found = await rowsOf(people)
    const platform = ports.platform(account)
    const all = people.map((person, at) => someone(person, found[at], account, platform))
    const ids = all.flatMap(({ row }) => (row ? [row._id] : []))
    const [views, windows, credits] = await Promise.all([
      touches.read(ids, { account, now, ...(source !== undefined && { source }) }),
      channels.includes('customer-message') ? windowsOf(all, account, now) : NO_WINDOWS,
      creditsOf(all, account, platform, options),
    ])
    return all.map((one) => {
      const view = views(one.row?._id ?? one.contact)
      return factsOf(one, { view, window: windows.get(one.contact), credits, now })
    })
  }

  /** Reads the contacts of those who came as ids only; whose contact was merged is found where it went. */
  async function rowsOf(people: readonly Reachable[]): Promise<(Row | undefined)[]> {
    const ids = people.flatMap((person) => ('identities' in person ? [] : [person.contact]))
    const rows = new Map<string, Row>()
    for (let sought = new Map(ids.map((id) => [id, [id]])); sought.size > 0; ) {
      const next = new Map<string, string[]>()
      for (const row of await contactsOf([...sought.keys()])) {
        const askers = sought.get(row._id) ?? []
        if (row.status !== 'merged') for (const id of askers) rows.set(id, row)
        else if (row.into !== undefined) next.set(row.into, [...(next.get(row.into) ?? []), ...askers])
      }
      sought = next
    }
    return people.map((person) => ('identities' in person ? person : rows.get(person.contact)))
  }

  /** The embedded store sends whole rows faster than parts of them; a server sends less over the wire. */
  async function contactsOf(ids: readonly string[]): Promise<PersonRow[]> {
    const cursor = contactRows(connection).find(
      { _id: { $in: [...ids] } },
      { raw: true, batchSize: ids.length + 1, ...(laneOf(connection) === undefined && { projection: PROJECTION }) },
    )
    return ((await cursor.toArray()) as unknown as Buffer[]).map(readPerson)
  }

  async function windowsOf(all: readonly Someone[], account: string, now: Date): Promise<Map<string, WindowReads>> {
    const since = new Date(now.getTime() - LONGEST_WINDOW_MS)
    const seenSince = since.getTime() - SEEN_LAG_MS
    const recent = all.filter(({ row, to }) => row && to !== undefined && row.lastSeenAt.getTime() >= seenSince)
    const reads = recent.map(async ({ contact, to = '' }) => {
      const key = contactKey({ account, from: to })
      const [acts, spends] = await Promise.all([ports.acts(key, since), ports.spends(key, since)])
      return [contact, { acts, spends }] as const
    })
    return new Map(await Promise.all(reads))
  }

  async function creditsOf(
    all: readonly Someone[],
    account: string,
    platform: string | undefined,
    { channels = CHANNELS, templates = {} }: LoadOptions,
  ): Promise<CreditReads> {
    const asked = channels.flatMap((channel) => {
      const template = templates[channel]
      return channelRules[channel].consumes === 'credit' && template !== undefined ? [{ channel, template }] : []
    })
    const keys = all.flatMap((one) => asked.map(({ channel, template }) => `${keyOn(one, channel)}#${template}`))
    const known = new Map<string, number>()
    if (keys.length > 0) {
      const cursor = creditRows(connection).find({ _id: { $in: keys } }, { projection: { credits: 1 } })
      for (const { _id, credits } of await cursor.toArray()) known.set(_id, credits)
    }
    return (one) => {
      const of = asked.map(({ channel, template }) => {
        return [template, known.get(`${keyOn(one, channel)}#${template}`) ?? 0] as const
      })
      return Object.fromEntries(of)
    }

    /** Acceptances in the mini program belong to the person's id there. */
    function keyOn(one: Someone, channel: Channel): string {
      const there = channelRules[channel].identity === 'mini-program'
      const kind = there ? 'mini-program' : (platform as Identity['platform'])
      return identityKey({ platform: kind, account, externalId: (there ? one.miniProgram : one.to) ?? '' })
    }
  }

  return load
}

interface WindowReads {
  acts: readonly Act[]
  spends: readonly Spend[]
}
type CreditReads = (one: Someone) => Record<string, number>

const NO_WINDOWS: Map<string, WindowReads> = new Map()
const PROJECTION = { identities: 1, consents: 1, lastSeenAt: 1, status: 1, 'merge.into': 1 } as const

function someone(person: Reachable, row: Row | undefined, account: string, platform: string | undefined): Someone {
  const contact = 'identities' in person ? person._id : person.contact
  let to: string | undefined
  let miniProgram: string | undefined
  let following = false
  for (const one of row?.identities ?? []) {
    if (one.account !== account || one.externalId === '') continue
    if (one.platform === 'mini-program') miniProgram = one.externalId
    else if (one.platform === platform) {
      to = one.externalId
      following = one.follow.following
    }
  }
  return { contact, row, to, miniProgram, following }
}

function factsOf(
  one: Someone,
  found: {
    view: PersonView
    window: WindowReads | undefined
    credits: CreditReads
    now: Date
  },
): ReachFacts {
  const { contact, row, to, miniProgram, following } = one
  const { view, window, now } = found
  const { touches, massThisMonth, blockedAt, reserved } = view
  const blocked = blockedAt && row && row.lastSeenAt <= blockedAt
  const erased =
    row === undefined || row.status === 'erased' || row.identities.some(({ key }) => key.startsWith('erased:'))
  return {
    contact,
    to,
    following,
    consents: row?.consents ?? {},
    openWindow: 0,
    massThisMonth,
    touches,
    credits: found.credits(one),
    ...(miniProgram !== undefined && { miniProgram }),
    ...(row?.identities.some(({ platform }) => platform === 'wecom') && { wecom: true }),
    ...(window && windowFacts(window, view.spends, now)),
    ...(erased && { erased }),
    ...(blocked && { blockedAt }),
    ...(reserved && { reserved }),
    ...(row && row._id !== contact && { mergedInto: row._id }),
  }
}

function windowFacts({ acts, spends }: WindowReads, bulk: readonly Date[], now: Date): Partial<ReachFacts> {
  if (acts.length === 0) return {}
  const open = openWindows(acts, [...spends, ...bulk.map((at) => ({ at }))], now)
  const until = open.at(-1)?.until
  return {
    openWindow: open.reduce((sum, { remaining }) => sum + remaining, 0),
    windowUnexpired: anyUnexpired(acts, now),
    ...(until && { windowUntil: until }),
  }
}

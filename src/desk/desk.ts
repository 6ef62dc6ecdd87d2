import { type Person, talksOn } from '../contacts/identity.js'
import type { PersonalData } from '../contacts/privacy.js'
import { messageOf } from '../core/errors.js'
import type { Reply } from '../core/message.js'
import type { Update } from '../core/update.js'
import type { DeliveryEnd } from '../outbox/delivery.js'
import { type Acts, createActs } from './acts.js'
import { createAroundBot } from './around-bot.js'
import { type Canned, createCanned } from './canned/canned.js'
import { createCarrier } from './carry.js'
import type { Core } from './core.js'
import { createElsewhere, type Elsewhere } from './elsewhere.js'
import { createEnds } from './ends.js'
import { createFigures } from './figures.js'
import { createIntake, type Taken } from './intake.js'
import { announced } from './live/announce.js'
import { createJournal } from './live/journal.js'
import { createLive, type Live } from './live/live.js'
import { createMembers, type Member } from './members.js'
import type { ConversationRow, DeskChannel } from './model.js'
import { deskPersonalData } from './personal-data.js'
import { placeOf } from './place.js'
import type { DeskPorts } from './ports.js'
import { createReading, type Reading } from './read.js'
import { createRequest, type Requested } from './request.js'
import { deskModel, deskRows } from './rows.js'
import { createConversations } from './save.js'
import { createSettling, type Settling } from './settle.js'
import { createTend } from './tend.js'
import { createTickets } from './tickets.js'
import { createVotes } from './votes.js'

/** Staff serve followers: conversations with a queue, routing, tickets and votes, over every channel alike. */
export interface Desk extends Omit<Acts, 'assign'>, Reading, Settling, Elsewhere {
  /**
   * Goes round the bot: keeps what is said, keeps the bot silent while staff have the word, turns its hand-over into the
   * queue. Without a desk, or on an account it does not serve, it only runs the bot. `first`: the update was never handled
   * before, which saves asking who had the word then.
   */
  handle(update: Update, run: () => Reply | Promise<Reply>, about?: { first?: boolean }): Promise<Reply>
  /** Who answers an update; `handle` asks it first. */
  take(update: Update): Promise<Taken>
  /**
   * Staff who leave the corporation or the app, or come back, and what they say in the client of 微信客服; call it with
   * every update.
   */
  apply(update: Update): Promise<void> | undefined
  /** Is told how deliveries ended, beside the events; rejects when it could not learn it. */
  ended(ends: readonly DeliveryEnd[]): Promise<void>
  /** Asks for staff in the name of a person; undefined when there is no desk for the account. */
  handOver(asked: {
    person: Person
    channel?: DeskChannel
    skill?: string
    reason?: string
    staff?: string
  }): Promise<Requested | undefined>
  setPresence(change: {
    staff: string
    state?: 'auto' | 'online' | 'offline'
    capacity?: number
  }): Promise<Member | undefined>
  members(): Promise<Member[]>
  /** 1 is next; undefined when the conversation does not wait. */
  place(conversation: string): Promise<number | undefined>
  tickets: Pick<ReturnType<typeof createTickets>, 'list' | 'find'>
  figures: ReturnType<typeof createFigures>
  canned: Canned
  /** Changes, for those who look on. */
  live: Live
  /** For the scheduler; any number of processes may run them. */
  ticks: { name: string; every: string; timeZone?: string; run(): Promise<unknown> }[]
  personalData: PersonalData
  /** Resolves when nothing is under way in this process. */
  idle(): Promise<void>
}

const DEFAULT_ZONE = 'Asia/Shanghai'

/** The desk on a connection; make it before `ensureIndexes`. */
export function createDesk(ports: DeskPorts): Desk {
  const { connection, clock, log } = ports
  deskModel(connection)
  const journal = createJournal({ connection, now: () => clock.now() })
  const watched = announced(deskRows(connection), { journal, log })
  const { rows } = watched
  const conversations = createConversations({ rows, clock })
  const carrier = createCarrier({ ...ports, rows, conversations })
  const members = createMembers({ rows, clock })
  const looks = new Set<Promise<void>>()
  const core: Core = { ports, rows, conversations, carrier, members, look }
  const acts = createActs(core)
  const asking = createRequest(core)
  const tend = createTend(core, acts, asking)
  const intake = createIntake(core, asking, createVotes(core))
  const aroundBot = createAroundBot(core, intake)
  const elsewhere = createElsewhere(core)
  const tickets = createTickets(core)
  const settings = () => ports.settings()
  const timeZone = async () => (await settings())?.calendar.timeZone ?? DEFAULT_ZONE
  const figures = createFigures({ rows, events: ports.events, clock, timeZone })

  function look(conversation: string): void {
    const own = settings()
      .then((found) => found && tend.one(conversation, found))
      .catch((error: unknown) => log.warn({ conversation, reason: messageOf(error) }, 'looked after by the sweep'))
      .then(() => undefined)
    looks.add(own)
    void own.finally(() => looks.delete(own))
  }

  /** A place that became free is given at once, not at the next tick. */
  async function next(): Promise<void> {
    const [waiting] = await rows.conversations
      .find({ open: true, state: 'queued' }, { projection: { _id: 1 } })
      .sort({ priority: -1, queuedAt: 1 })
      .limit(1)
      .toArray()
    if (waiting) look(waiting._id)
  }

  async function run(): Promise<void> {
    await carrier.sweep()
    await tickets.handOut()
    await tend.run()
    await tickets.overdue()
  }

  async function staffChanged(staff: string, there: boolean): Promise<void> {
    if (there) return members.back(staff)
    await members.gone(staff)
    await tend.release(staff)
  }

  async function idle(): Promise<void> {
    do {
      await Promise.allSettled([...looks])
      await carrier.idle()
    } while (looks.size > 0)
    await watched.flush()
  }

  async function setPresence(change: Parameters<Desk['setPresence']>[0]): Promise<Member | undefined> {
    const own = await settings()
    const member = own && (await members.setPresence(own, change))
    if (member?.online) await next()
    return member
  }

  return {
    accept: acts.accept,
    say: acts.say,
    note: acts.note,
    amendNote: acts.amendNote,
    transfer: acts.transfer,
    async close(about) {
      const done = await acts.close(about)
      if (done.outcome === 'done') await next()
      return done
    },
    async toBot(about) {
      const done = await acts.toBot(about)
      if (done.outcome === 'done') await next()
      return done
    },
    ...createReading(rows),
    ...createSettling(core),
    ...elsewhere,
    handle: (update, run, { first = false } = {}) => aroundBot(update, run, first),
    take: intake.take,
    ended: createEnds(core).ended,
    apply(update) {
      if (update.kind === 'event.kf.said') return elsewhere.saidElsewhere(update)
      const change = staffChange(update)
      return change && staffChanged(change.staff, change.there)
    },
    async handOver({ person, channel = ports.channelOf(talksOn(person)), ...asked }) {
      const own = await settings()
      if (!own || !channel) return undefined
      return intake.requestFor(own, person, channel, { ...asked, text: '' })
    },
    setPresence,
    async members() {
      const own = await settings()
      return own ? members.list(own) : []
    },
    async place(conversation) {
      const row: ConversationRow | undefined = await conversations.find(conversation)
      return row && placeOf(rows, row)
    },
    tickets: { list: tickets.list, find: tickets.find },
    figures,
    live: createLive({ journal, rows, announced: watched, log }),
    canned: createCanned({ rows, files: ports.cannedFiles, initials: ports.initials, clock }),
    ticks: [
      { name: 'desk', every: '10 seconds', run },
      { name: 'desk-figures', every: '20 3 * * *', timeZone: DEFAULT_ZONE, run: checkFigures },
      { name: 'desk-changes', every: '10 minutes', run: () => journal.tidy() },
    ],
    personalData: deskPersonalData(() => deskRows(connection)),
    idle,
  }

  async function checkFigures(): Promise<void> {
    const changed = await figures.check()
    if (changed > 0) log.info({ days: changed }, 'figures of the desk were counted anew')
  }
}

/** A staff member who went or came, as an update tells. */
function staffChange(update: Update): { staff: string; there: boolean } | undefined {
  if (update.kind === 'staff.event') {
    if (update.event === 'left') return { staff: update.from, there: false }
    return update.event === 'joined' ? { staff: update.from, there: true } : undefined
  }
  if (update.kind !== 'event.corp.directory' || update.user === undefined) return undefined
  if (update.change === 'delete_user') return { staff: update.user, there: false }
  return update.change === 'create_user' ? { staff: update.user, there: true } : undefined
}

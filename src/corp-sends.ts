import { createHash } from 'node:crypto'
import { corpAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import { contactRows } from './contacts/model.js'
import type { Clock } from './core/clock.js'
import { AppError } from './core/errors.js'
import type { Logger } from './core/log.js'
import type { Message, ResolvedMessage } from './core/message.js'
import type { Customers } from './customers/customers.js'
import type { RelationRow } from './customers/relations/model.js'
import type { Events } from './events/events.js'
import { readGroupSends } from './group-sends/content.js'
import { GroupSendError } from './group-sends/group-send-error.js'
import { createGroupSends, type GroupSends } from './group-sends/group-sends.js'
import type { TargetCustomer } from './group-sends/ports.js'
import { settingsOf } from './group-sends/settings.js'
import { customerSource, groupSource } from './group-sends/sources.js'
import type { Groups } from './groups/groups.js'
import type { Library } from './library/library.js'
import type { Outbox } from './outbox/outbox.js'
import { quietUntil } from './outbox/reach/quiet.js'
import { mainReason, type Reach } from './outbox/reach/reach.js'
import type { Accounts } from './platforms/accounts.js'
import type { Segments } from './segments/segments.js'
import type { Connection } from './store/connect.js'

/** What group-send tasks are connected to. */
export interface GroupSendParts {
  config: Pick<Config, 'accounts' | 'groupSends' | 'reach' | 'timeZone'>
  connection: Connection
  contacts: Contacts
  accounts: Accounts
  events: Events
  library: Library
  outbox: Outbox
  segments: Segments
  reach: Reach
  customers: Customers
  groups: Groups
  resolve(message: Message, account: string): ResolvedMessage
  clock: Clock
  log: Logger
}

const PAGE = 1000
const STAFF_FRESH_MS = 60_000

/** Group-send and moments tasks on the product's parts. */
export function connectGroupSends(ports: GroupSendParts): GroupSends {
  const {
    config,
    connection,
    accounts,
    events,
    library,
    outbox,
    segments,
    reach,
    customers,
    groups,
    resolve,
    clock,
    log,
  } = ports
  const { timeZone } = config
  const able = new Map<string, { at: number; staff: Promise<ReadonlySet<string>> }>()

  /** The members who may have customers, as the platform lists them; asked once a minute. */
  function ableStaff(account: string): Promise<ReadonlySet<string>> {
    const known = able.get(account)
    if (known && performance.now() - known.at < STAFF_FRESH_MS) return known.staff
    const staff = Promise.resolve(accounts.corp(account)?.contacts.followUsers() ?? []).then((all) => new Set(all))
    able.set(account, { at: performance.now(), staff })
    staff.catch(() => able.delete(account))
    return staff
  }

  async function* contactPages(filter: object): AsyncGenerator<string[]> {
    for (let after = ''; ; ) {
      const rows = await contactRows(connection)
        .find(
          { ...filter, status: 'active', _id: { $gt: after } },
          { projection: { _id: 1 }, sort: { _id: 1 }, limit: PAGE },
        )
        .toArray()
      if (rows.length > 0) yield rows.map(({ _id }) => _id)
      const last = rows.at(-1)
      if (rows.length < PAGE || last === undefined) return
      after = last._id
    }
  }

  async function* segment(slug: string, asOf: Date): AsyncGenerator<string[]> {
    const found = await segments.find(slug)
    if (!found) throw new AppError('segment.unknown', `there is no segment '${slug}'`, { fix: 'see content/segments' })
    for await (const page of segments.pages(found.rule, { asOf })) yield page.map(({ _id }) => _id)
  }

  async function* relations(query: Parameters<Customers['relations']['list']>[0]): AsyncGenerator<RelationRow[]> {
    for (let after: string | undefined; ; ) {
      const rows = await customers.relations.list({ ...query, limit: PAGE, ...(after !== undefined && { after }) })
      if (rows.length > 0) yield rows
      after = rows.at(-1)?._id
      if (rows.length < PAGE) return
    }
  }

  async function targetsOf(query: Parameters<Customers['relations']['list']>[0]): Promise<TargetCustomer[]> {
    const found: RelationRow[] = []
    for await (const page of relations(query)) found.push(...page)
    return targets(found)
  }

  return createGroupSends({
    connection,
    clock,
    log,
    events,
    settings: settingsOf(config.groupSends),
    timeZone,
    accounts: corpAccounts(config).map(([id]) => id),
    sender: (account) => accounts.corp(account)?.groupSender,
    resolve,
    missing(message) {
      const found = library.resolve(message)
      return 'missing' in found ? `${found.missing.kind} '${found.missing.name}'` : undefined
    },
    problems: (account, messages, use) => accounts.corp(account)?.customerMessages.problems(messages, use) ?? [],
    groups: groupSource(groups),
    customers: {
      ...customerSource({
        segment,
        tagged: (tags) => contactPages({ tags: { $in: [...tags] } }),
        ofContacts: (account, contacts) => targetsOf({ account, contacts }),
        ofCustomers: async (account, ids) =>
          (await Promise.all(ids.map((customer) => targetsOf({ account, customer })))).flat(),
        async *ofStaff(account, staff) {
          for await (const page of relations({ account, staff })) yield targets(page)
        },
      }),
      hasSegment: async (slug) => (await segments.find(slug)) !== undefined,
    },
    staff: {
      async active(account, staff) {
        const all = await ableStaff(account)
        return new Set(staff.filter((one) => all.has(one)))
      },
    },
    async mayReach(contacts, { account, purpose, source, at }) {
      const people = contacts.map((contact) => ({ contact }))
      const judged = await reach.judge(people, { account, purpose, channels: ['group-send'], source, now: at })
      return judged.map(({ resolution }) =>
        'channel' in resolution || 'until' in resolution ? undefined : (mainReason(resolution) ?? 'refused'),
      )
    },
    async touched(touches, { account, purpose, source }) {
      const [first] = touches
      if (first === undefined) return
      const people = touches.map(({ contact }) => ({ contact }))
      await reach.book(people, { account, purpose, channel: 'group-send', source, now: first.at })
    },
    quietUntil: (at) => quietUntil(at, reach.policy.quiet),
    put: (deliveries) => outbox.put([...deliveries]),
    updateCard: async (account, staff, responseCode, label) =>
      accounts.corp(account)?.messages.updateCard({ staff: [staff] }, responseCode, { label }),
    transferGroups: async (account, chats, to) =>
      (await accounts.corp(account)?.groupSender.transferGroups(chats, to)) ?? {
        state: 'refused',
        reason: 'the account is no app of a corporation',
      },
  })
}

/** Live pairs by customer. */
function targets(rows: readonly RelationRow[]): TargetCustomer[] {
  const found = new Map<string, TargetCustomer & { staff: { staff: string; since: Date }[] }>()
  for (const { customer, contact, staff, addedAt, live, absentAt } of rows) {
    if (!live || absentAt !== undefined || contact === undefined) continue
    const one = found.get(customer) ?? { customer, contact, staff: [] }
    one.staff.push({ staff, since: addedAt ?? new Date(0) })
    found.set(customer, one)
  }
  return [...found.values()]
}

/** Starts a push of `content/group-sends` by its name, once for a key; members still confirm it. Throws what it refuses. */
export async function startTemplate(
  ports: { groupSends: GroupSends; contentDir: string; library: Library; segments: Segments },
  name: string,
  key: string,
): Promise<void> {
  const { groupSends, contentDir, library } = ports
  const names = {
    missing(message: Message) {
      const found = library.resolve(message)
      return 'missing' in found ? `${found.missing.kind} '${found.missing.name}'` : undefined
    },
    segment: (slug: string) => library.segment(slug),
  }
  const template = (await readGroupSends(contentDir, names)).templates.find(({ slug }) => slug === name)
  if (!template) {
    throw new AppError('group-send.template', `there is no group send '${name}'`, {
      fix: `put ${name}.yaml into content/group-sends`,
    })
  }
  const id = `${name.slice(0, 30)}-${shortOf(key)}`
  const by = 'alerts'
  await groupSends.create({ id, definition: template.definition, by }).catch(knownAlready)
  await groupSends.start(id, { by, now: true })
}

const shortOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 12)

function knownAlready(error: unknown): void {
  if (!(error instanceof GroupSendError && error.code === 'group-send.exists')) throw error
}

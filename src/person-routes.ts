import { corpAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import { createContactEdits } from './contacts/edits.js'
import { createFinder } from './contacts/find/find.js'
import { identityKey } from './contacts/identity.js'
import { mergesInto, previewMerge } from './contacts/merge-view.js'
import { type ContactRow, contactRows } from './contacts/model.js'
import { settleFollowerTags } from './contacts/sync/settle-one.js'
import { factTimeline } from './contacts/timeline/facts.js'
import { readTimeline, type TimelineEntry, type TimelineOf, type TimelineSource } from './contacts/timeline/timeline.js'
import type { Clock } from './core/clock.js'
import { AppError, messageOf } from './core/errors.js'
import type { CorpParts } from './corp-parts.js'
import { remarkedAs } from './customers/relations/remarks.js'
import { deskRows } from './desk/rows.js'
import { deskTimeline } from './desk/timeline.js'
import { createEvents } from './events/events.js'
import { syncAccounts } from './follower-parts.js'
import { contactEditRoutes } from './http/api/contact-edits.js'
import { contactMergeRoutes } from './http/api/contact-merges.js'
import { contactSearchRoutes } from './http/api/contact-search.js'
import { contactTimelineRoutes } from './http/api/contact-timeline.js'
import type { ApiContact } from './http/api/contacts.js'
import type { Route } from './http/api/route.js'
import { inboxTimeline } from './inbox/timeline.js'
import type { Reach } from './outbox/reach/reach.js'
import { outboxTimeline } from './outbox/timeline.js'
import type { Accounts } from './platforms/accounts.js'
import type { PushParts } from './push-parts.js'
import { orderRows } from './shop/model.js'
import type { Connection } from './store/connect.js'

/** What looking for people and at their past is connected to. */
export interface PersonRoutesPorts {
  connection: Connection
  config: Pick<Config, 'accounts'>
  accounts: Pick<Accounts, 'find' | 'client'>
  contacts: Contacts
  corp: Pick<CorpParts, 'customers'>
  push: Pick<PushParts, 'shop' | 'segments'>
  reach: Pick<Reach, 'touchesOf'>
  clock: Clock
}

const MOST_ORDERS = 20
const MOST_PAST = 20

/** Search, timeline, edits and merges of people over `/api/v1`. */
export function personRoutes(ports: PersonRoutesPorts): Route[] {
  const { connection, contacts, corp, push, clock } = ports
  const rows = () => contactRows(connection)
  const events = createEvents({ connection, clock })
  const { lookup } = push.shop
  const now = () => clock.now()

  const find = createFinder({
    connection,
    exact: (text) => exactly(ports, text),
    remarked: (text) => remarkedAs(connection, text),
    async segment(slug, { after, size }) {
      const found = await push.segments.find(slug)
      if (!found) throw new AppError('segment.unknown', `there is no segment '${slug}'`)
      const query = { asOf: now(), size, ...(after !== undefined && { after }) }
      for await (const page of push.segments.pages(found.rule, query)) return page.map(({ _id }) => _id)
      return []
    },
  })
  const sources: TimelineSource[] = [
    factTimeline(connection),
    inboxTimeline({ connection, decode: (account, body) => decoded(ports, account, body) }),
    outboxTimeline(connection),
    deskTimeline(() => deskRows(connection)),
    campaignTimeline(ports),
  ]
  const present = async (id: string) => lookup.read(id)

  return [
    ...contactSearchRoutes({ find }),
    ...contactTimelineRoutes({
      read: present,
      timeline: (contact, query) => readTimeline(sources, ofContact(contact), { ...query, now: now() }),
      consents: (contact) => consentsOf(events, contact),
    }),
    ...contactEditRoutes({
      edits: createContactEdits({ rows, events }),
      mirror: (contact) => mirrored(ports, contact),
      now,
    }),
    ...contactMergeRoutes({
      read: present,
      async preview(one, other) {
        const [first, second] = await Promise.all([present(one), present(other)])
        return first && second && previewMerge(first, second)
      },
      merge: (one, other, hand) => contacts.merging.unite(one, other, 'console', now(), hand),
      undo: (gone, hand) => contacts.merging.undo(gone, now(), hand),
      merges: (contact) => mergesInto(rows(), contact as ContactRow),
      erase: (contact) => contacts.privacy.erase(contact, now()),
    }),
  ]

  async function mirrored({ config, accounts }: PersonRoutesPorts, contact: string) {
    const row = await contacts.get(contact)
    const answers = []
    for (const account of syncAccounts(config, accounts)) {
      const told = await settleFollowerTags(connection, account, contact).catch((error: unknown) =>
        failed(account.account, account.platform, account.mirrorTags ?? [], row, error),
      )
      if (told) answers.push(told)
    }
    for (const [account, { mirrorTags }] of corpAccounts(config)) {
      const mine = row?.identities.filter((one) => one.platform === 'wecom' && one.account === account) ?? []
      for (const { externalId } of mirrorTags.length > 0 ? mine : []) {
        const error = await corp.customers.settleTags(account, externalId).then(
          () => undefined,
          (one: unknown) => one,
        )
        const tags = row?.tags.filter((tag) => mirrorTags.includes(tag)) ?? []
        answers.push(
          error === undefined
            ? { account, platform: 'wecom', tags, refused: [] }
            : failed(account, 'wecom', mirrorTags, row, error),
        )
      }
    }
    return answers
  }
}

/** What was not taken over now is tried again by the nightly sync. */
function failed(account: string, platform: string, tags: readonly string[], row: ContactRow | undefined, why: unknown) {
  const mine = row?.tags.filter((tag) => tags.includes(tag)) ?? []
  return { account, platform, tags: [], refused: mine.map((tag) => ({ tag, reason: messageOf(why) })) }
}

/** Whom a number or id names exactly. */
async function exactly({ connection, config, push }: PersonRoutesPorts, text: string) {
  const found = new Map<string, 'phone' | 'id' | 'order'>()
  const { lookup, keys } = push.shop
  if (/^\+?[\d][\d -]{4,23}$/.test(text)) {
    const contact = await lookup.find({ shop: '' }, { phone: text })
    if (contact !== undefined) found.set(contact, 'phone')
  }
  if (/^[0-9a-f]{24}$/.test(text)) {
    const row = await lookup.read(text)
    if (row) found.set(row._id, 'id')
  }
  if (!/^[\w.@:-]{3,128}$/.test(text)) return found
  const platforms = ['official-account', 'mini-program', 'wecom'] as const
  const places = Object.keys(config.accounts).flatMap((account) =>
    platforms.map((platform) => identityKey({ platform, account, externalId: text })),
  )
  const shops = new Set((await keys.list()).map(({ shop }) => shop))
  const users = [...shops].map((shop) => identityKey({ platform: 'shop', account: shop, externalId: text }))
  const known = { 'identities.key': { $in: [...places, ...users] } }
  const some = { projection: { _id: 1 } } as const
  const [byKey, byUnion, orders] = await Promise.all([
    contactRows(connection).find(known, some).toArray(),
    contactRows(connection).findOne({ unionid: text }, some),
    orderRows(connection)
      .find({ orderNo: text }, { projection: { contact: 1 } })
      .limit(MOST_ORDERS)
      .toArray(),
  ])
  for (const { _id } of byKey) found.set(_id, 'id')
  if (byUnion) found.set(byUnion._id, 'id')
  for (const { contact } of orders) {
    const row = contact === undefined ? undefined : await lookup.read(contact)
    if (row && !found.has(row._id)) found.set(row._id, 'order')
  }
  return found
}

function decoded({ accounts }: PersonRoutesPorts, account: string, body: string) {
  try {
    return accounts.find(account)?.decode(body)
  } catch {
    return undefined
  }
}

/** What campaigns sent to a person in the last 40 days; how each ended stands with the campaign. */
function campaignTimeline({ reach }: PersonRoutesPorts): TimelineSource {
  return {
    name: 'campaigns',
    kinds: ['delivery'],
    async read({ contacts: [contact = ''] }, { upTo, limit }) {
      const touches = (await reach.touchesOf(contact)).filter(({ single, at }) => !single && at <= upTo)
      return touches.slice(0, limit).map(({ at, account, channel, purpose, source }): TimelineEntry => {
        return { at, kind: 'delivery', type: 'campaign', account, props: { channel, purpose, source } }
      })
    },
  }
}

function ofContact({ _id, mergedFrom = [], identities }: ApiContact): TimelineOf {
  return {
    contacts: [_id, ...mergedFrom].slice(0, MOST_PAST),
    identities: identities.slice(0, MOST_PAST).map((one) => ({ ...one, key: identityKey(one) })),
  }
}

async function consentsOf(events: ReturnType<typeof createEvents>, { _id, mergedFrom = [] }: ApiContact) {
  const ids = [_id, ...mergedFrom].slice(0, MOST_PAST)
  const types = ['consent.granted', 'consent.withdrawn']
  const facts = await Promise.all(ids.flatMap((contact) => types.map((type) => events.read({ contact, type }))))
  const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return facts
    .flat()
    .toSorted((a, b) => +b.occurredAt - +a.occurredAt)
    .map(({ occurredAt: at, type, props, source }) => {
      const [reason, by] = [textOf(props['reason']), textOf(props['by'])]
      return {
        at,
        purpose: textOf(props['purpose']) ?? '',
        allowed: type === 'consent.granted',
        source: textOf(props['source']) ?? source,
        ...(reason !== undefined && { reason }),
        ...(by !== undefined && { by }),
      }
    })
}

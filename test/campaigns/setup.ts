import { type Campaigns, createCampaigns } from '../../src/campaigns/campaigns.js'
import { campaignCollections, campaignModels } from '../../src/campaigns/model.js'
import type { CampaignConfig } from '../../src/campaigns/plan.js'
import type { Audiences, CampaignBulk, CampaignPorts } from '../../src/campaigns/ports.js'
import { contactModel } from '../../src/contacts/model.js'
import { createEvents } from '../../src/events/events.js'
import type { BulkProgress, NewChunk, RecipientEnd, RecipientState } from '../../src/outbox/bulk/chunk.js'
import { CHANNELS, type Channel } from '../../src/outbox/channel.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'
import type { QuotaState, ReachFacts, ReachPolicy } from '../../src/outbox/reach/reach.js'
import type { AudienceRow } from '../../src/segments/segment.js'
import { movableClock, recorder } from '../inbox/setup.js'
import type { TestStore } from '../store/open.js'

/** 2026-03-04, a Wednesday, 10:00 in Shanghai. */
export const START = new Date('2026-03-04T02:00:00Z')

/** A contact's id by a number; they are in the order of the numbers. */
export const id = (n: number) => (n * 16).toString(16).padStart(24, '0')

/** The number behind an id. */
export const numberOf = (contact: string) => Math.floor(Number.parseInt(contact, 16) / 16)

/** Somebody who follows the account `shop`. */
export function person(n: number, about: Partial<AudienceRow> & { to?: string | undefined } = {}): AudienceRow {
  const { to = `o${n}`, ...rest } = about
  const identity = {
    key: `official-account:shop:${to}`,
    platform: 'official-account' as const,
    account: 'shop',
    externalId: to,
    boundAt: START,
    follow: { following: true, at: START },
  }
  return {
    _id: id(n),
    identities: 'to' in about && about.to === undefined ? [] : [identity],
    consents: {},
    tags: [],
    lastSeenAt: new Date('2026-03-01T00:00:00Z'),
    ...rest,
  }
}

/** People numbered from 1. */
export const people = (count: number): AudienceRow[] => Array.from({ length: count }, (_, index) => person(index + 1))

/** An audience in memory: everybody, or those with a tag. */
export function fakeAudiences(all: AudienceRow[]) {
  const asked: { asOf: Date; after: string | undefined }[] = []
  const inIt = (rule: unknown) => {
    const { tag } = rule as { tag?: string }
    return all.filter((row) => tag === undefined || row.tags.includes(tag)).toSorted((a, b) => (a._id < b._id ? -1 : 1))
  }
  const audiences: Audiences = {
    rule: async (audience) => {
      if (typeof audience !== 'string') return { rule: audience }
      if (audience === 'gone') return { faults: [{ field: '', message: '没有这个人群', fix: '检查名字' }] }
      return { rule: audience === 'everybody' ? {} : { tag: audience } }
    },
    async *pages(rule, { asOf, after, size = 1000 }) {
      asked.push({ asOf, after })
      const rows = inIt(rule).filter(({ _id }) => after === undefined || _id > after)
      for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
    },
    count: async (rule) => inIt(rule).length,
    match: async (rule, contact) => inIt(rule).some(({ _id }) => _id === contact),
  }
  return { ...audiences, all, asked }
}

/** A bulk sender that only remembers; tests say what became of its people. */
export function fakeBulk() {
  const chunks = new Map<string, NewChunk>()
  const ends = new Map<string, RecipientEnd>()
  const calls: string[] = []
  const of = (source: string) => [...chunks.values()].filter((chunk) => chunk.source === source)
  const mark = (source: string, contact: string, state: RecipientState, about: Partial<RecipientEnd> = {}) => {
    ends.set(`${source} ${contact}`, { contact, to: '', variant: 0, state, ...about })
  }
  const change = (source: string, which: readonly string[] | string, from: RecipientState[], to: RecipientState) => {
    let changed = 0
    for (const [key, end] of ends) {
      const meant = typeof which === 'string' ? end.state === which : which.includes(end.contact)
      if (!key.startsWith(`${source} `) || !meant || !from.includes(end.state)) continue
      ends.set(key, { ...end, state: to })
      changed += 1
    }
    return changed
  }
  const bulk: CampaignBulk = {
    async put(added) {
      for (const chunk of added) {
        if (chunks.has(chunk.key)) continue
        if (chunk.recipients.length > 1000) throw new Error('a chunk takes 1,000 people')
        chunks.set(chunk.key, chunk)
        for (const { contact, variant, skip, to } of chunk.recipients)
          ends.set(`${chunk.source} ${contact}`, { contact, to, variant, state: skip ? 'skipped' : 'waiting' })
      }
    },
    pause: async (source) => void calls.push(`pause ${source}`),
    resume: async (source) => void calls.push(`resume ${source}`),
    async cancel(source) {
      calls.push(`cancel ${source}`)
      for (const [key, end] of ends)
        if (key.startsWith(`${source} `) && end.state === 'waiting') ends.set(key, { ...end, state: 'cancelled' })
    },
    async progress(source) {
      const states: BulkProgress['states'] = {}
      let recipients = 0
      for (const [key, { state }] of ends) {
        if (!key.startsWith(`${source} `)) continue
        recipients += 1
        states[state] = (states[state] ?? 0) + 1
      }
      const done = (states.waiting ?? 0) + (states.sending ?? 0) + (states.retry ?? 0) === 0
      return { recipients, states, reasons: {}, variants: [], done }
    },
    of: async (source, contact) => ends.get(`${source} ${contact}`),
    async ends(source, states, { after = '', limit = 100 } = {}) {
      const found = [...ends]
        .filter(
          ([key, { state, contact }]) => key.startsWith(`${source} `) && states.includes(state) && contact > after,
        )
        .map(([, end]) => end)
        .toSorted((one, other) => (one.contact < other.contact ? -1 : 1))
      const last = found.length > limit ? found[limit - 1] : undefined
      return { ends: found.slice(0, limit), ...(last && { next: last.contact }) }
    },
    async resend(source, which) {
      return change(source, which, ['failed', 'uncertain'], 'waiting')
    },
    async treatAsSent(source, which) {
      return change(source, which, ['uncertain'], 'sent')
    },
  }
  return {
    ...bulk,
    chunks,
    calls,
    mark,
    /** Everybody of a source who waits ends so. */
    settle(source: string, state: RecipientState = 'sent', about: Partial<RecipientEnd> = {}) {
      for (const [key, end] of ends)
        if (key.startsWith(`${source} `) && end.state === 'waiting') ends.set(key, { ...end, state, ...about })
    },
    /** The contacts of a source, in the order of its chunks. */
    contacts: (source: string) => of(source).flatMap(({ recipients }) => recipients.map(({ contact }) => contact)),
    recipients: (source: string) => of(source).flatMap(({ recipients }) => recipients),
    sources: () => [...new Set([...chunks.values()].map(({ source }) => source))],
  }
}

const POLICY: ReachPolicy = {
  caps: { day: 1, week: 3, month: 8 },
  quiet: { hours: '22:00-08:00', mode: 'next', timeZone: 'Asia/Shanghai' },
  requireConsent: [],
}

/** A resolver's facts in memory: everybody follows, nobody's window is open. */
export function fakeReach(
  facts: (row: AudienceRow) => Partial<ReachFacts> = () => ({}),
  left: Partial<Record<Channel, number>> = {},
) {
  const quota = Object.fromEntries(
    CHANNELS.map((channel) => [
      channel,
      {
        permitted: true,
        left: left[channel] ?? Infinity,
        perDay: left[channel] ?? Infinity,
        rollsAt: new Date(START.getTime() + 14 * 3_600_000),
      },
    ]),
  ) as unknown as QuotaState
  return {
    policy: POLICY,
    quota: async () => quota,
    async load(rows: readonly (AudienceRow | { contact: string })[]) {
      return rows.map((row): ReachFacts => {
        if (!('_id' in row)) throw new Error('rows are given')
        return {
          contact: row._id,
          to: row.identities[0]?.externalId,
          following: true,
          consents: {},
          openWindow: 0,
          massThisMonth: 0,
          touches: { day: 0, week: 0, month: 0 },
          credits: {},
          ...facts(row),
        }
      })
    },
  } satisfies CampaignPorts['reach']
}

export const CONFIG: CampaignConfig = {
  approvalAbove: 50,
  growth: 50,
  waves: { share: 0, pause: 1_800_000, above: 2000 },
  stop: { failures: 10, optOuts: 2, minimum: 10 },
  skipAfter: 7_200_000,
  lasts: 86_400_000,
}

/** Campaigns under test and their surroundings. */
export interface World {
  campaigns: Campaigns
  clock: ReturnType<typeof movableClock>
  bulk: ReturnType<typeof fakeBulk>
  audiences: ReturnType<typeof fakeAudiences>
  log: ReturnType<typeof recorder>
  events: ReturnType<typeof createEvents>
  put: NewDelivery[]
  rows: ReturnType<typeof campaignCollections>
  /** The same campaigns as another process has them. */
  another(more?: Partial<CampaignPorts>): Campaigns
}

let worlds = 0

/** Campaigns on a store; give an audience of your own when several worlds share it. */
export async function world(
  store: TestStore,
  all: AudienceRow[] = people(20),
  more: Partial<CampaignPorts> = {},
): Promise<World> {
  const clock = movableClock(START)
  const bulk = fakeBulk()
  const audiences = fakeAudiences(all)
  const log = recorder()
  const events = createEvents({ connection: store.connection, clock })
  const put: NewDelivery[] = []
  const ports = (): CampaignPorts & { timing: { lease: number; look: number } } => ({
    connection: store.connection,
    clock,
    log,
    events,
    config: CONFIG,
    timeZone: 'Asia/Shanghai',
    accounts: ['shop'],
    audiences,
    reach: fakeReach(),
    bulk,
    put: async (delivery) => void put.push(delivery),
    missing: (message) => (message.kind === 'article' && message.slug === 'gone' ? "article 'gone'" : undefined),
    personOn: async (contact) => all.find(({ _id }) => _id === contact)?.identities[0]?.externalId,
    timing: { lease: 5000, look: 0 },
    ...more,
  })
  if (worlds++ === 0 || store.connection.models['Campaign'] === undefined) {
    campaignModels(store.connection)
    contactModel(store.connection)
    await store.ensureIndexes()
  }
  return {
    campaigns: createCampaigns(ports()),
    clock,
    bulk,
    audiences,
    log,
    events,
    put,
    rows: campaignCollections(store.connection),
    another: (given = {}) => createCampaigns({ ...ports(), ...given }),
  }
}

/** Removes what a test left, so that the next one begins anew on the same store. */
export async function clean(store: TestStore): Promise<void> {
  const { campaigns, runs, recalls } = campaignCollections(store.connection)
  for (const rows of [campaigns, runs, recalls]) await rows.deleteMany({})
  await store.connection.collection('events').deleteMany({})
  await store.connection.collection('leases').deleteMany({})
}

/** A definition that is in order. */
export const promotion = (about: Record<string, unknown> = {}) => ({
  name: '秋日上新',
  purpose: 'marketing',
  audience: 'everybody',
  channels: ['mass'],
  article: 'autumn-bedding',
  ...about,
})

/** Brings a campaign to `approved`. */
export async function approved(
  { campaigns }: Pick<World, 'campaigns'>,
  name: string,
  definition: unknown = promotion(),
): Promise<void> {
  await campaigns.create({ id: name, definition, by: 'ming' })
  await campaigns.estimate(name, { by: 'ming' })
  await campaigns.approve(name, { by: 'lan' })
}

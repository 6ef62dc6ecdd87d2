import path from 'node:path'
import { type CalendarPorts, createCalendar } from './calendar/calendar.js'
import { readTemplates } from './campaigns/content.js'
import { templatesOf } from './campaigns/templates.js'
import { officialAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import type { ContactRow } from './contacts/model.js'
import type { Message } from './core/message.js'
import type { CorpParts } from './corp-parts.js'
import type { Events } from './events/events.js'
import type { DraftPort } from './http/api/campaign-drafts.js'
import type { Library } from './library/library.js'
import type { Channel } from './outbox/channel.js'
import { quietUntil } from './outbox/reach/quiet.js'
import type { PushParts } from './push-parts.js'

/** What the marketer's side of pushes is connected to. */
export interface PushDeskPorts {
  push: PushParts
  corp: Pick<CorpParts, 'groupSends'>
  contacts: Pick<Contacts, 'get' | 'find'>
  events: Pick<Events, 'read'>
  library: Library
  config: Pick<Config, 'accounts' | 'timeZone' | 'campaigns' | 'content'>
  /** The project's folder, from which the content folder is named. */
  root: string
}

/** Pushes that are being written: what they can be made of, who would get them, what a person would see. */
export function connectDrafts(ports: PushDeskPorts): DraftPort {
  const { push, contacts, library, config, root } = ports
  const { campaigns, segments, reach } = push
  const accounts = officialAccounts(config).map(([id]) => id)

  /** By our id, also of a contact that was merged since, or by an id on one of the accounts. */
  async function contactOf(who: string): Promise<ContactRow | undefined> {
    const row = /^[0-9a-f]{24}$/.test(who) ? await contacts.get(who) : undefined
    if (row) return row.merge ? contactOf(row.merge.into) : row
    for (const account of accounts) {
      const found = await contacts.find({ platform: 'official-account', account, externalId: who })
      if (found !== undefined) return contactOf(found)
    }
    return undefined
  }

  /** As the platform would get it; an article is shown as its link, also where it will be a draft of a mass send. */
  function complete(message: Message | undefined, account: string) {
    if (message === undefined) return {}
    const found = library.resolve(message, account)
    return 'missing' in found ? {} : { message: { ...found } }
  }

  return {
    look: (unsaved, signal) => campaigns.look(unsaved, signal),
    async preview(unsaved, who, named) {
      const person = who === undefined ? undefined : await contactOf(who)
      if (who !== undefined && person === undefined) return undefined
      const { about, message, account, variant } = await campaigns.preview(unsaved, person, named)
      const shown = { account, ...(variant !== undefined && { variant }), ...complete(message, account) }
      if (!about || !person) return shown
      const why = await push.explain(async () => about)({ who: person._id, campaign: about.id, account })
      return { ...shown, ...(why && { why: { ...why, lines: [...why.lines] } }) }
    },
    async templates() {
      const all = await segments.list()
      const dir = path.resolve(root, config.content.dir)
      const { templates } = await readTemplates(dir, {
        hasArticle: (slug) => library.hasArticle(slug),
        hasCard: (slug) => library.hasCard(slug),
        segment: (slug) => all.find((one) => one.slug === slug),
      })
      return templatesOf(templates).map((one) => ({ ...one, definition: { ...one.definition } }))
    },
    async options() {
      const { caps, quiet } = reach.policy
      const { hours, mode } = quiet
      return {
        accounts,
        timeZone: config.timeZone,
        caps: { day: caps.day, week: caps.week, month: caps.month },
        quietHours: { hours, mode },
        approvalAbove: config.campaigns.approvalAbove,
        articles: library.articles().map(({ slug, title, cover }) => ({ slug, title, cover })),
        cards: library.cards().map(({ slug, title, app }) => ({ slug, title, app })),
      }
    },
  }
}

const LIVE = ['live.scheduled', 'live.started'] as const
const LIVE_FACTS = 1000

/** The calendar of pushes, group sends and live shows. */
export function connectCalendar({ push, corp, events, config }: PushDeskPorts) {
  const { campaigns, reach } = push
  const { policy } = reach

  const entries: CalendarPorts['entries'] = async ({ groups, ...span }) => {
    const [pushes, sends, shows] = await Promise.all([
      campaigns.dates(span),
      groups ? corp.groupSends.dates(span) : [],
      livesIn(events, span),
    ])
    return [
      ...pushes.map((one) => ({ kind: 'push' as const, ...one, channels: [...one.channels] })),
      ...sends.map(({ segment, targets, ...one }) => ({
        kind: 'group-send' as const,
        ...one,
        channels: ['group-send'],
        ...(segment !== undefined && { audience: segment }),
        ...(targets !== undefined && { people: targets }),
      })),
      ...shows,
    ]
  }

  return createCalendar({
    entries,
    async perDay(account, channel, at) {
      const { perDay } = (await reach.quota(account, at))[channel as Channel] ?? {}
      return perDay !== undefined && Number.isFinite(perDay) ? perDay : undefined
    },
    rules: {
      caps: policy.caps,
      quietUntil: (at) => (policy.quiet.mode === 'ignore' ? undefined : quietUntil(at, policy.quiet)),
      timeZone: config.timeZone,
    },
  })
}

/** Live shows that shops told of, each once: what was announced, else when it began. */
async function livesIn(events: Pick<Events, 'read'>, { from, to }: { from: Date; to: Date }) {
  // A show is announced some time before it begins; nobody announces one more than 90 days ahead.
  const since = new Date(from.getTime() - 90 * 86_400_000)
  const [announced, started] = await Promise.all(
    LIVE.map((type) => events.read({ type, from: since, before: to, limit: LIVE_FACTS })),
  )
  const found = new Map<string, ReturnType<typeof showOf>>()
  for (const { props, occurredAt } of [...(announced ?? []), ...(started ?? [])]) {
    const { room, title, startsAt } = props
    if (typeof room !== 'string') continue
    const at = typeof startsAt === 'string' ? new Date(startsAt) : occurredAt
    if (Number.isNaN(at.getTime()) || at < from || at >= to) continue
    const day = at.toISOString().slice(0, 10)
    const key = `${room} ${day}`
    if (!found.has(key)) found.set(key, showOf(room, typeof title === 'string' ? title : room, at))
  }
  return [...found.values()]
}

function showOf(room: string, name: string, at: Date) {
  return {
    kind: 'live' as const,
    ...{ id: room, name, at, occurrence: at.toISOString(), state: 'live', channels: [] as string[] },
    ...{ planned: false, tentative: false, repeats: false, movable: false },
  }
}

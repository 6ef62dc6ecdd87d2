import { randomUUID } from 'node:crypto'
import { maskEnvelope } from './access/mask.js'
import { triggers } from './alerts/catalog.js'
import { alertJsonSchema } from './alerts/definition.js'
import { definitionJsonSchema } from './campaigns/definition.js'
import { corpAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import type { Windows } from './contacts/windows.js'
import type { Clock } from './core/clock.js'
import type { CorpParts } from './corp-parts.js'
import { createWayDesk } from './customers/ways/desk.js'
import type { Desk } from './desk/desk.js'
import type { Office } from './desk/office/office.js'
import { TEXTS, TIMES } from './desk/settings.js'
import type { Events } from './events/events.js'
import { definitionJsonSchema as groupSendJsonSchema } from './group-sends/definition.js'
import { accountRoutes } from './http/api/accounts.js'
import { alertRuleRoutes } from './http/api/alerts.js'
import { alertHistoryRoutes } from './http/api/alerts-history.js'
import { apiKeyRoutes } from './http/api/api-keys.js'
import type { KeyPort } from './http/api/authenticate.js'
import { calendarRoutes } from './http/api/calendar.js'
import { campaignDraftRoutes } from './http/api/campaign-drafts.js'
import { campaignRunRoutes } from './http/api/campaign-runs.js'
import { createCampaignRoutes } from './http/api/campaigns.js'
import { contactWayRoutes } from './http/api/contact-ways.js'
import { type ContentRoutePorts, contentRoutes } from './http/api/content.js'
import { customerRoutes } from './http/api/customers.js'
import { deliveryRoutes } from './http/api/deliveries.js'
import { deskRoutes } from './http/api/desk.js'
import { deskCannedRoutes } from './http/api/desk-canned.js'
import { deskInboxRoutes, type InboxPeoplePort, staffOfCallers } from './http/api/desk-inbox.js'
import { inOwnName } from './http/api/desk-own.js'
import { deskSettingsRoutes } from './http/api/desk-settings.js'
import { deskStaffRoutes } from './http/api/desk-staff.js'
import { deskStreamRoutes } from './http/api/desk-stream.js'
import { groupSendOptionsRoute } from './http/api/group-send-options.js'
import { createGroupSendRoutes } from './http/api/group-sends.js'
import { groupRoutes } from './http/api/groups.js'
import { joinWayRoutes } from './http/api/join-ways.js'
import { steeringRoutes } from './http/api/join-ways-steering.js'
import { isScope, type Route } from './http/api/route.js'
import { createApiRoutes } from './http/api/routes.js'
import { runtimeRoutes } from './http/api/runtime.js'
import { segmentToolRoutes } from './http/api/segment-tools.js'
import { segmentRoutes } from './http/api/segments.js'
import { traceRoutes } from './http/api/traces.js'
import { updateRoutes } from './http/api/updates.js'
import { createWhyRoutes } from './http/api/why.js'
import type { Library } from './library/library.js'
import { ruleSchema } from './library/rule.js'
import { type MarketingParts, marketingRoutes } from './marketing-parts.js'
import { conceal } from './operations/conceal.js'
import type { OperationsParts } from './operations-parts.js'
import type { Outbox } from './outbox/outbox.js'
import type { Reach } from './outbox/reach/reach.js'
import { personRoutes } from './person-routes.js'
import type { Accounts } from './platforms/accounts.js'
import { connectCalendar, connectDrafts } from './push-desk.js'
import type { PushParts } from './push-parts.js'
import { vocabularyOf } from './segments/vocabulary.js'
import { schemas } from './shop/schemas.js'
import type { Connection } from './store/connect.js'

/** The shop's keys as the API asks for them; a scope that is gone counts for nothing. */
export function keyPort({ shop }: Pick<PushParts, 'shop'>): KeyPort {
  return {
    async find(id) {
      const key = await shop.keys.find(id)
      return key && { ...key, scopes: key.scopes.filter(isScope) }
    },
    used: shop.keys.used,
  }
}

/** Everything of `/api/v1`, on the parts that do the work. */
export function apiRoutes(ports: {
  push: PushParts
  corp: CorpParts
  desk: Desk
  content: ContentRoutePorts
  marketing: MarketingParts
  office: Office
  people: InboxPeoplePort
  connection: Connection
  config: Pick<Config, 'accounts' | 'timeZone' | 'campaigns' | 'content' | 'groupSends'>
  root: string
  contacts: Contacts
  events: Events
  library: Library
  accounts: Pick<Accounts, 'find' | 'client'>
  reach: Pick<Reach, 'touchesOf'>
  outbox: Outbox
  windows: Windows
  operations: OperationsParts
  clock: Clock
  /** What a person of the console is called. */
  nameOf?(id: string): Promise<string | undefined>
}): Route[] {
  const { push, contacts, outbox, windows, clock, nameOf } = ports
  const { shop, segments, campaigns, why } = push
  const now = () => clock.now()
  return [
    ...createApiRoutes({ ...shop, schemas, privacy: contacts.privacy, windows, now }),
    ...personRoutes(ports),
    ...deliveryRoutes(outbox),
    ...segmentRoutes({ segments, rule: ruleSchema, now }),
    ...segmentToolRoutes({
      tools: {
        vocabulary: async () =>
          vocabularyOf({ events: await shop.types.list(), accounts: Object.keys(ports.config.accounts) }),
        explain: segments.explain,
      },
      rule: ruleSchema,
      now,
    }),
    ...createCampaignRoutes({
      campaigns,
      contact: (id) => shop.lookup.read(id),
      definition: definitionJsonSchema(),
      newNonce: randomUUID,
      ...(nameOf && { nameOf }),
    }),
    ...campaignDraftRoutes(connectDrafts(ports)),
    ...campaignRunRoutes(campaigns, nameOf),
    ...calendarRoutes({ calendar: connectCalendar(ports) }),
    ...createWhyRoutes({ why }),
    ...corpRoutes(ports),
    ...contentRoutes(ports.content),
    ...operationsRoutes(ports),
    ...marketingRoutes(ports.marketing, clock),
    ...serviceRoutes(ports),
  ]
}

/** The desk: what staff do, and the inbox of the console. */
function serviceRoutes(ports: Parameters<typeof apiRoutes>[0]): Route[] {
  const { desk, office, people, outbox } = ports
  const own = inOwnName([...deskRoutes(ports), ...deskStaffRoutes(ports)], staffOfCallers({ office, people }))
  return [
    ...own,
    ...deskCannedRoutes(desk),
    ...deskInboxRoutes({
      desk: {
        find: desk.find,
        entries: desk.entries,
        say: desk.say,
        /** What the outbox counts as sent from now on. */
        async ended(key) {
          const row = await outbox.find(key)
          if (row?.state !== 'sent') return
          const { account, to, contact, purpose, message, source, state, attempts } = row
          const end = { key, account, to, contact, purpose, kind: message.kind, source, state, attempts }
          await desk.ended([{ ...end, at: ports.clock.now() }])
        },
      },
      office,
      people,
      outbox,
    }),
    ...deskStreamRoutes({ live: desk.live, lines: (rows) => office.inbox.lines(rows), shown: office.shown }),
    ...deskSettingsRoutes({ settings: office.settings, defaults: { times: TIMES, texts: TEXTS } }),
  ]
}

/** For people who keep the product running. */
export function operationsRoutes(
  ports: Pick<Parameters<typeof apiRoutes>[0], 'push' | 'outbox' | 'operations' | 'config' | 'clock'>,
): Route[] {
  const { push, outbox, operations, config, clock } = ports
  const { updates, facts, calls, jobs, health, content, accounts } = operations
  const { keys, quarantine } = push.shop
  const now = () => clock.now()
  const mask = (raw: string) => maskEnvelope(raw, 'masked')
  return [
    ...accountRoutes(accounts),
    ...updateRoutes({ updates, deliveries: outbox, quarantine, conceal, mask }),
    ...traceRoutes({ facts, calls, now }),
    ...runtimeRoutes({ jobs, health, content, now }),
    ...apiKeyRoutes({ keys, accounts: Object.keys(config.accounts) }),
  ]
}

/** WeCom: customers, contact ways, groups, join ways, group sends, alerts. */
function corpRoutes({ corp, connection, config, clock, nameOf }: Parameters<typeof apiRoutes>[0]): Route[] {
  const { customers, newcomers, groups, steering, groupSends, alerts } = corp
  const accounts = corpAccounts(config).map(([id]) => id)
  const desk = createWayDesk({ connection, accounts, timeZone: config.timeZone, clock, ways: newcomers.ways })
  return [
    ...customerRoutes({ customers, now: () => clock.now() }),
    ...contactWayRoutes({ ways: desk, welcomes: newcomers.welcomes, now: () => clock.now() }),
    ...groupRoutes({ groups, corps: () => accounts }),
    ...joinWayRoutes(steering),
    ...steeringRoutes(steering),
    ...createGroupSendRoutes({ groupSends, definition: groupSendJsonSchema(), ...(nameOf && { nameOf }) }),
    groupSendOptionsRoute(() => {
      const { approvalAbove, cap, expireAfter, skipAfter } = config.groupSends
      const minutes = (ms: number) => Math.round(ms / 60_000)
      return {
        ...{ accounts, timeZone: config.timeZone, approvalAbove, cap },
        ...{ expireAfterMinutes: minutes(expireAfter), skipAfterMinutes: minutes(skipAfter) },
      }
    }),
    ...alertRuleRoutes({ alerts, schema: alertJsonSchema() }),
    ...alertHistoryRoutes({ alerts, triggers }),
  ]
}

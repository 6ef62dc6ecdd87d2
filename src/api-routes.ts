import { randomUUID } from 'node:crypto'
import { definitionJsonSchema } from './campaigns/definition.js'
import type { Contacts } from './contacts/contacts.js'
import type { Windows } from './contacts/windows.js'
import type { Clock } from './core/clock.js'
import type { KeyPort } from './http/api/authenticate.js'
import { createCampaignRoutes } from './http/api/campaigns.js'
import { deliveryRoutes } from './http/api/deliveries.js'
import { isScope, type Route } from './http/api/route.js'
import { createApiRoutes } from './http/api/routes.js'
import { segmentRoutes } from './http/api/segments.js'
import { createWhyRoutes } from './http/api/why.js'
import { ruleSchema } from './library/rule.js'
import type { Outbox } from './outbox/outbox.js'
import type { PushParts } from './push-parts.js'
import { schemas } from './shop/schemas.js'

/** The shop's keys as the API asks for them; a scope that is gone counts for nothing. */
export function keyPort({ shop }: Pick<PushParts, 'shop'>): KeyPort {
  return {
    async find(id) {
      const key = await shop.keys.find(id)
      return key && { ...key, scopes: key.scopes.filter(isScope) }
    },
  }
}

/** Everything of `/api/v1`, on the parts that do the work. */
export function apiRoutes(ports: {
  push: PushParts
  contacts: Contacts
  outbox: Outbox
  windows: Windows
  clock: Clock
}): Route[] {
  const { push, contacts, outbox, windows, clock } = ports
  const { shop, segments, campaigns, why } = push
  const now = () => clock.now()
  return [
    ...createApiRoutes({ ...shop, schemas, privacy: contacts.privacy, windows, now }),
    ...deliveryRoutes(outbox),
    ...segmentRoutes({ segments, rule: ruleSchema, now }),
    ...createCampaignRoutes({
      campaigns,
      contact: (id) => shop.lookup.read(id),
      definition: definitionJsonSchema(),
      newNonce: randomUUID,
    }),
    ...createWhyRoutes({ why }),
  ]
}

import { type ContactRoutePorts, createContactRoutes } from './contacts.js'
import { createEventRoutes, type EventRoutePorts } from './events.js'
import { createIdentifyRoutes, type IdentifyRoutePorts } from './identify.js'
import { createMessageRoutes, type MessageRoutePorts } from './messages.js'
import { createOrderRoutes, type OrderRoutePorts } from './orders.js'
import type { Route } from './route.js'

/** What the routes of shops are made of. */
export type ApiRoutePorts<D extends { type: string }, P, S> = EventRoutePorts<D> &
  IdentifyRoutePorts &
  OrderRoutePorts &
  MessageRoutePorts<S> &
  ContactRoutePorts<P>

/** Everything that a shop tells and asks: events, people, orders, messages. */
export function createApiRoutes<D extends { type: string }, P, S>(ports: ApiRoutePorts<D, P, S>): Route[] {
  return [
    ...createEventRoutes(ports),
    ...createOrderRoutes(ports),
    ...createIdentifyRoutes(ports),
    ...createContactRoutes(ports),
    ...createMessageRoutes(ports),
  ]
}

import { alertPersonalData } from './alerts/personal-data.js'
import { campaignPersonalData } from './campaigns/personal-data.js'
import type { Config } from './config/schema.js'
import type { PersonalData } from './contacts/privacy.js'
import { createSessionStore } from './contacts/session-store.js'
import type { Clock } from './core/clock.js'
import type { Logger } from './core/log.js'
import { newcomerPersonalData } from './customers/newcomers.js'
import { relationPersonalData } from './customers/relations/personal-data.js'
import { deskPersonalData } from './desk/personal-data.js'
import { relayRows } from './desk/relay/model.js'
import { relayPersonalData } from './desk/relay/personal-data.js'
import { deskRows } from './desk/rows.js'
import type { Events } from './events/events.js'
import { groupSendPersonalData } from './group-sends/personal-data.js'
import { createKeeping } from './groups/keep.js'
import { groupPersonalData } from './groups/personal-data.js'
import { createGroupReads } from './groups/read.js'
import { steerPersonalData } from './groups/steer/personal-data.js'
import { inboxPersonalData } from './inbox/personal-data.js'
import { kfPersonalData } from './kf/personal-data.js'
import { bulkPersonalData } from './outbox/bulk/personal-data.js'
import { outboxPersonalData } from './outbox/personal-data.js'
import { createTouches } from './outbox/reach/touches.js'
import { shopPersonalData } from './shop/personal-data.js'
import type { Connection } from './store/connect.js'

/** What the parts that keep something about people need. */
export interface PersonalDataPorts {
  connection: Connection
  config: Pick<Config, 'groups' | 'timeZone'>
  clock: Clock
  /** The store's. */
  leaseClock: Parameters<typeof bulkPersonalData>[0]['leaseClock']
  events: Pick<Events, 'append'>
  log: Logger
}

/**
 * Everything that keeps something about people, besides the contacts themselves and their credits. The product and its
 * commands export and forget by this one list; it needs the store only, so that a command without any account can.
 */
export function personalDataOf(ports: PersonalDataPorts): PersonalData[] {
  const { connection, config, clock, leaseClock, events, log } = ports
  const groups = { connection, clock, log, events, sizes: config.groups }
  const touches = createTouches({ connection, clock, timeZone: config.timeZone })
  return [
    createSessionStore(connection),
    inboxPersonalData(connection),
    outboxPersonalData(connection),
    shopPersonalData(connection),
    campaignPersonalData(connection),
    bulkPersonalData({ connection, clock, leaseClock }),
    touches.personalData,
    relationPersonalData(connection),
    ...newcomerPersonalData(connection),
    groupPersonalData(groups, createKeeping(groups), createGroupReads(groups)),
    steerPersonalData(connection),
    groupSendPersonalData(connection),
    alertPersonalData(connection),
    kfPersonalData(connection),
    relayPersonalData(relayRows(connection), deskRows(connection)),
    deskPersonalData(() => deskRows(connection)),
  ]
}

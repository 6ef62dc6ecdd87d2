import type { GroupChanged } from '../core/corp-update.js'
import { messageOf } from '../core/errors.js'
import type { Update } from '../core/update.js'
import { createHistory, type GroupHistory } from './days.js'
import { createGroupEdit, type GroupEdit } from './edit.js'
import { createKeeping } from './keep.js'
import { groupModels } from './model.js'
import { createGroupOf, opengidModel } from './opengids.js'
import { createOwnerDays, type OwnerDays } from './owner-days.js'
import { groupPersonalData } from './personal-data.js'
import type { GroupPorts } from './ports.js'
import { createGroupReads, type GroupReads, type GroupView } from './read.js'
import { createRepair } from './repair.js'
import { createGroupSync } from './sync.js'
import type { GroupSyncSummary } from './sync-run.js'
import { createToday, type GroupToday } from './today.js'

/**
 * The customer groups (客户群) of all corporations: who is in which, how they came, what has changed. A server only
 * reads them: it cannot make or dissolve a group, write into one, read what is written there, pull people in, remove
 * them, or change name and notice; WeCom has no calls for that. Owners are changed by hand-over, messages reach groups
 * as tasks that owners confirm, people come by join ways.
 */
export interface Groups extends GroupReads {
  /** Keeps the rosters true to an update; undefined for updates about anything else. */
  apply(update: Update): Promise<void> | undefined
  edit(account: string, chatId: string, edit: GroupEdit): Promise<GroupView | undefined>
  history(account: string, chatId: string, options?: { days?: number }): Promise<GroupHistory>
  /** Who came and went today, by `<account>:<chatId>`; about a millisecond a group. */
  today(groups: readonly { account: string; chatId: string }[]): Promise<ReadonlyMap<string, GroupToday>>
  /** The group of an opengid of a mini program; asks the platform the first time. */
  groupOf(account: string, opengid: string): Promise<string | undefined>
  ownerDays: OwnerDays['read']
  /** Reads all groups of an account; see `GroupSync.run`. */
  sync(account: string, onProgress?: (summary: GroupSyncSummary) => void): Promise<GroupSyncSummary>
  syncState(account: string): Promise<GroupSyncSummary | undefined>
  /** Reads the groups of which a change is not settled yet; a tick drives it. */
  repair(): Promise<number>
  readonly personalData: ReturnType<typeof groupPersonalData>
  readonly ticks: GroupTick[]
}

/** Recurring work, as the scheduler takes it. */
export interface GroupTick {
  name: string
  every: string
  timeZone?: string
  run(): Promise<unknown>
}

/** The groups over a store; make them before `ensureIndexes`. */
export function createGroups(ports: GroupPorts): Groups {
  const { connection, corps, log, timeZone } = ports
  groupModels(connection)
  opengidModel(connection)
  const keeping = createKeeping(ports)
  const repair = createRepair(ports, keeping)
  const sync = createGroupSync(ports, repair)
  const reads = createGroupReads(ports)
  const ownerDays = createOwnerDays(ports)
  const isOurs = (update: Update): update is GroupChanged => update.kind === 'event.group.changed'

  async function syncAll(): Promise<void> {
    for (const account of corps.ids()) {
      await sync.run(account).catch((error) => log.error({ account, reason: messageOf(error) }, 'groups not synced'))
    }
  }

  return {
    ...reads,
    apply: (update) => (isOurs(update) ? keeping.apply(update) : undefined),
    edit: createGroupEdit(ports, keeping),
    history: createHistory(ports),
    today: createToday(ports),
    groupOf: createGroupOf(ports),
    ownerDays: ownerDays.read,
    sync: sync.run,
    syncState: sync.state,
    repair: repair.due,
    personalData: groupPersonalData(ports, keeping, reads),
    ticks: [
      { name: 'groups-repair', every: '3 seconds', run: repair.due },
      { name: 'groups-sweep', every: '30 seconds', run: keeping.sweep },
      { name: 'groups-sync', every: '10 2 * * *', timeZone, run: syncAll },
      { name: 'groups-resume', every: '5 minutes', run: sync.resume },
      { name: 'groups-statistics', every: '30 9 * * *', timeZone, run: ownerDays.fetch },
    ],
  }
}

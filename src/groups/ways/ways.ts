import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import { createLeases } from '../../store/lease.js'
import { completeWay, type DefinitionFault, type WayDefinition, wayFaults, waySchema } from './definition.js'
import { createDefinitions, type Defined, type Definitions } from './definitions.js'
import { type FolderKind, readFolder } from './folder.js'
import { type MakeDeps, rowOf } from './make.js'
import { NO_COUNTS, type WayCounts, type WayProblem, type WayRow, wayModel, wayRows } from './model.js'
import { allGroups, type JoinWayApi, type RosterPort } from './ports.js'
import { autoNumber, byName, type Seat, type Turn, turnOf } from './roll-over.js'
import { createWaySync, type SyncOutcome } from './sync.js'

/** A join way with everything that is known of it. */
export interface Way {
  definition: Defined<WayDefinition>
  account: string
  /** Absent until the platform has made it. */
  configId?: string
  qrCode?: string
  /** Who could join now, by the roster. */
  turn: Turn
  /** True when it leads somewhere: made, and a group has room or the platform makes a new one. */
  room: boolean
  /** Every group of it, those the platform made included, in the order in which they fill up. */
  groups: Seat[]
  /** The groups that it leads to on the platform. */
  live: string[]
  found: string[]
  /** Attempts to make it of unknown end. */
  lost: number
  problem?: WayProblem
  counts: WayCounts
}

/** The join ways (加入群聊) of all corporations. */
export interface Ways {
  readonly definitions: Definitions<WayDefinition>
  find(slug: string): Promise<Way | undefined>
  list(): Promise<Way[]>
  /** Made on the platform once, but no definition names them any more: their codes still work. */
  strays(): Promise<WayRow[]>
  /**
   * Makes, rolls over and mends: every way, or one. A way that was refused waits for its time unless `anyway`.
   */
  sync(slug?: string, options?: { anyway?: boolean }): Promise<{ slug: string; outcome: SyncOutcome }[]>
  /** Reads every way from the platform: groups it made by itself, codes, ways that are gone. */
  reread(): Promise<void>
  /**
   * Removes a stored way, or a stray one, here and on the platform: its code is dead then, wherever it was printed.
   * Throws what the platform says when it does not remove it.
   */
  remove(slug: string): Promise<'removed' | 'unknown' | 'read-only'>
}

export interface WaysPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append'>
  /** The content folder. */
  dir: string
  /** Ids of the WeCom apps; a way that names none belongs to the first. */
  corps: readonly string[]
  api(account: string): JoinWayApi | undefined
  roster: RosterPort
  /** From so many people on a group counts as full, where a way says nothing. */
  fullAt: number
  reloadMs?: number
}

/** How `content/join-ways` is read. */
export const WAY_FOLDER: FolderKind<Parameters<typeof completeWay>[1], WayDefinition> = {
  folder: 'join-ways',
  schema: waySchema,
  complete: completeWay,
  faults: wayFaults,
}

/** What is wrong with a way beside the others: its state must be its own. */
export function besideFaults(way: WayDefinition, others: readonly WayDefinition[]): DefinitionFault[] {
  const same = others.find((each) => each.slug !== way.slug && each.state === way.state)
  if (!same) return []
  const message = `渠道值 ${way.state} 已被入群方式 ${same.slug} 使用`
  return [{ path: ['state'], message, fix: '换一个渠道值，每个入群方式各不相同' }]
}

/** Every mistake of `content/join-ways`, for `weloop content check`. */
export async function checkWays(dir: string, names: { hasCard(slug: string): boolean }, shown: string) {
  const { files, problems } = await readFolder(dir, WAY_FOLDER, shown)
  const ways = files.flatMap(({ value }) => value ?? [])
  for (const { value, at } of files) {
    if (value === undefined) continue
    problems.push(...besideFaults(value, ways.slice(0, ways.indexOf(value))).map(at))
    const { card } = value.show
    if (card && !names.hasCard(card.slug)) {
      problems.push(at({ path: ['show', 'card'], message: `没有卡片 ${card.slug}`, fix: '改成已有的名字' }))
    }
  }
  return { title: '入群方式', count: ways.length, ways: ways.map(({ slug }) => slug), problems }
}

/** The join ways on a connection; make them before `ensureIndexes`. */
export function createWays(ports: WaysPorts): Ways {
  const { connection, clock, log, events, dir, corps, api, roster, fullAt } = ports
  wayModel(connection)
  const rows = () => wayRows(connection)
  const deps: MakeDeps = { rows, leases: createLeases(connection), clock }
  const definitions = createDefinitions({
    connection,
    clock,
    log,
    dir,
    kind: WAY_FOLDER,
    collection: 'join_way_definitions',
    model: 'JoinWayDefinition',
    beside: besideFaults,
    ...(ports.reloadMs !== undefined && { reloadMs: ports.reloadMs }),
  })
  const accountOf = ({ account = corps[0] ?? '' }: WayDefinition) => account

  /** Every group of a way in the order in which they fill up: those that are named, then those the platform made. */
  async function groupsOf(way: WayDefinition, found: readonly string[]): Promise<{ wanted: string[]; seats: Seat[] }> {
    const account = accountOf(way)
    const { label, overflow, groups = [] } = way
    const labelled = label === undefined ? [] : byName(await allGroups(roster, { account, label }))
    const named = overflow ? await allGroups(roster, { account, name: overflow.name }) : []
    const made = byName(named.filter(({ name }) => overflow && autoNumber(name, overflow.name) !== undefined))
    const wanted = [...new Set([...groups, ...[...labelled, ...made].map(({ chatId }) => chatId), ...found])]
    return { wanted, seats: wanted.length === 0 ? [] : await roster.many(account, wanted) }
  }

  async function viewOf(definition: Defined<WayDefinition>): Promise<Way> {
    const account = accountOf(definition)
    const row = await rows().findOne({ _id: `${account}:${definition.slug}` })
    const { wanted, seats } = await groupsOf(definition, row?.found ?? [])
    const turn = turnOf(wanted, seats, definition.fullAt ?? fullAt)
    const bySeat = new Map(seats.map((seat) => [seat.chatId, seat]))
    const made = row?.configId !== undefined && (definition.place !== 'qr' || row.qrCode !== undefined)
    return {
      definition,
      account,
      ...(row?.configId !== undefined && { configId: row.configId }),
      ...(row?.qrCode !== undefined && { qrCode: row.qrCode }),
      turn,
      room: made && (turn.room || (definition.overflow !== undefined && turn.groups.length > 0)),
      groups: wanted.flatMap((id) => bySeat.get(id) ?? []),
      live: row?.live?.groups ?? [],
      found: row?.found ?? [],
      lost: row?.lost ?? 0,
      ...(row?.problem && { problem: row.problem }),
      counts: { ...NO_COUNTS, ...row?.counts },
    }
  }

  const { syncOne, rereadOne } = createWaySync({ ...deps, api, events, log, viewOf, now: () => clock.now() })

  async function strays(): Promise<WayRow[]> {
    const known = new Set((await definitions.list()).map((each) => `${accountOf(each)}:${each.slug}`))
    const made = await rows()
      .find({ configId: { $exists: true } })
      .toArray()
    return made.filter(({ _id }) => !known.has(_id))
  }

  return {
    definitions,
    async find(slug) {
      const found = await definitions.find(slug)
      return found && viewOf(found)
    },
    async list() {
      const found: Way[] = []
      for (const definition of await definitions.list()) found.push(await viewOf(definition))
      return found
    },
    strays,
    async sync(slug, { anyway = false } = {}) {
      const wanted = (await definitions.list()).filter((each) => slug === undefined || each.slug === slug)
      const outcomes: { slug: string; outcome: SyncOutcome }[] = []
      for (const definition of wanted) {
        const row = await rowOf(deps, { ...definition, account: accountOf(definition) })
        outcomes.push({ slug: definition.slug, outcome: await syncOne(definition, row, anyway) })
      }
      return outcomes
    },
    async reread() {
      for (const definition of await definitions.list()) {
        const row = await rows().findOne({ _id: `${accountOf(definition)}:${definition.slug}` })
        if (row) await rereadOne(definition, row)
      }
    },
    async remove(slug) {
      const definition = await definitions.find(slug)
      if (definition?.origin === 'file') return 'read-only'
      const gone = definition
        ? await rows()
            .find({ _id: `${accountOf(definition)}:${slug}` })
            .toArray()
        : (await strays()).filter((row) => row.slug === slug)
      if (!definition && gone.length === 0) return 'unknown'
      await definitions.remove(slug)
      for (const { _id, account, configId } of gone) {
        if (configId !== undefined) await api(account)?.remove(configId)
        await rows().updateOne({ _id }, { $unset: { configId: '', qrCode: '', live: '', problem: '' } })
      }
      return 'removed'
    },
  }
}

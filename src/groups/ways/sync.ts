import type { Logger } from '../../core/log.js'
import type { Events } from '../../events/events.js'
import type { WayDefinition } from './definition.js'
import type { Defined } from './definitions.js'
import { alone, type MakeDeps, makeWay, problemOf, readWay, writeWay } from './make.js'
import type { LiveWay, WayRow } from './model.js'
import type { JoinWayApi } from './ports.js'
import type { Refusal } from './problem-words.js'
import { nextNumber } from './roll-over.js'
import type { Way } from './ways.js'

/** What syncing one way came to. `busy`: another process is at it; `waits`: it was refused and its time has not come. */
export type SyncOutcome = 'made' | 'changed' | 'same' | 'busy' | 'waits' | { problem: Omit<Refusal, 'kind'> }

export interface WaySyncPorts extends MakeDeps {
  api(account: string): JoinWayApi | undefined
  events: Pick<Events, 'append'>
  log: Logger
  viewOf(definition: Defined<WayDefinition>): Promise<Way>
  now(): Date
}

/** Brings ways on the platform in line with their definitions and the roster. */
export function createWaySync(ports: WaySyncPorts) {
  const { rows, api, events, log, viewOf, now } = ports

  async function syncOne(definition: Defined<WayDefinition>, row: WayRow, anyway: boolean): Promise<SyncOutcome> {
    if (!anyway && row.problem && row.problem.retryAt > now()) return 'waits'
    const done = await alone(ports, row._id, async () => {
      const fresh = (await rows().findOne({ _id: row._id })) ?? row
      return step(definition, fresh, anyway)
    })
    return done ?? 'busy'
  }

  async function step(definition: Defined<WayDefinition>, row: WayRow, anyway: boolean): Promise<SyncOutcome> {
    const way = await viewOf(definition)
    await tellFull(way, row)
    const client = api(way.account)
    const live = liveOf(way, row)
    if (client === undefined) return refuse(row, NO_CLIENT)
    if (live === undefined) return refuse(row, way.groups.length === 0 ? NO_GROUPS : ALL_GONE)
    if (row.live && row.live.place !== live.place) return refuse(row, OTHER_PLACE)
    if (row.configId === undefined) {
      const refusal = await makeWay(ports, client, row, live, anyway)
      return refusal ? refuse(row, refusal) : ((await readCode(way, row._id, client)) ?? 'made')
    }
    const made = { ...row, configId: row.configId }
    if (!sameWay(row.live, live)) {
      const refusal = await writeWay(ports, client, made, live)
      if (refusal) return refuse(row, refusal)
      log.info({ way: row._id, groups: live.groups }, 'join way rolled over')
      return (await readCode(way, row._id, client)) ?? 'changed'
    }
    const read = await readCode(way, row._id, client)
    if (read) return read
    if (row.problem) await rows().updateOne({ _id: row._id }, { $unset: { problem: '' } })
    return 'same'
  }

  /** A code that is made but not read yet, as after a crash between the two. */
  async function readCode(way: Way, _id: string, client: JoinWayApi): Promise<SyncOutcome | undefined> {
    const row = await rows().findOne({ _id })
    if (!row?.configId || row.qrCode !== undefined || way.definition.place !== 'qr') return undefined
    const refusal = await readWay(ports, client, { ...row, configId: row.configId }, knownTo(way))
    return refusal && refuse(row, refusal)
  }

  async function rereadOne(definition: Defined<WayDefinition>, row: WayRow): Promise<void> {
    const client = api(row.account)
    const { configId } = row
    if (client === undefined || configId === undefined) return
    await alone(ports, row._id, async () => {
      const refusal = await readWay(ports, client, { ...row, configId }, knownTo(await viewOf(definition)))
      if (refusal) await refuse(row, refusal)
    })
  }

  /** What no call is made for is looked at every time; a refusal of the platform waits longer each time. */
  async function refuse(row: WayRow, refusal: Omit<Refusal, 'kind'>): Promise<SyncOutcome> {
    const { code, message, fix } = refusal
    const local = LOCAL.includes(refusal)
    const problem = problemOf(refusal, row.problem, now())
    if (local && problem.tries > 1) return { problem: { code, message, fix } }
    await rows().updateOne({ _id: row._id }, { $set: { problem: local ? { ...problem, retryAt: now() } : problem } })
    const about = { way: row._id, code, reason: message, fix }
    if (local) log.warn(about, 'join way is not ready')
    else if (problem.tries === 1) log.error(about, 'join way cannot be kept up')
    return { problem: { code, message, fix } }
  }

  /** Staff are alerted when the last place is taken; once a business day, however often it goes back and forth. */
  async function tellFull(way: Way, row: WayRow): Promise<void> {
    const full = way.groups.length > 0 && !way.turn.room && way.definition.overflow === undefined
    if (full && row.room !== false) await events.append([allFull(way, now())])
    if (row.room !== !full) await rows().updateOne({ _id: row._id }, { $set: { room: !full } })
  }

  return { syncOne, rereadOne }
}

/** The fact that nobody can join by a way any more. */
export function allFull({ account, definition }: Pick<Way, 'account' | 'definition'>, at: Date) {
  const { slug, title, label } = definition
  const day = new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
  return {
    source: 'steer',
    id: `full:${account}:${slug}:${day}`,
    type: 'chat.all-full',
    account,
    occurredAt: at,
    props: { corp: account, way: slug, title, ...(label !== undefined && { label }) },
  }
}

/** What a way should be on the platform; undefined while it has no group to lead to. */
function liveOf({ definition, turn, groups }: Way, { live }: WayRow): LiveWay | undefined {
  const { place, remark, state, overflow } = definition
  if (turn.groups.length === 0) return undefined
  const same = live !== undefined && sameGroups(live.groups, turn.groups)
  if (!overflow) return { place, groups: turn.groups, remark, state }
  const names = groups.map(({ name }) => name)
  const next = nextNumber(names, overflow.name, overflow.firstNumber)
  const kept = same && live.overflow?.name === overflow.name && live.overflow.firstNumber >= overflow.firstNumber
  const firstNumber = kept ? (live.overflow?.firstNumber ?? next) : next
  return { place, groups: turn.groups, remark, state, overflow: { name: overflow.name, firstNumber } }
}

function sameWay(a: LiveWay | undefined, b: LiveWay): boolean {
  if (a === undefined || !sameGroups(a.groups, b.groups)) return false
  const overflow = (way: LiveWay) => (way.overflow ? `${way.overflow.firstNumber} ${way.overflow.name}` : '')
  return a.place === b.place && a.remark === b.remark && a.state === b.state && overflow(a) === overflow(b)
}

const sameGroups = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((id, at) => id === b[at])

const knownTo = ({ groups, turn }: Way) => [...groups.map(({ chatId }) => chatId), ...turn.unknown, ...turn.dismissed]

const NO_CLIENT = {
  code: 'account',
  message: '没有这个企业微信应用，或它没有接口权限',
  fix: '写上 account: 配置里的企业微信账号',
}
const NO_GROUPS = {
  code: 'no-groups',
  message: '还没有能用的群：名册里没有这些群，或没有群带这个标签',
  fix: '在客户端建群，用 weloop groups 给群打上标签；服务器不能建群',
}
const ALL_GONE = { code: 'all-gone', message: '这个入群方式的群都已解散', fix: '换上别的群，或给新群打上标签' }
const OTHER_PLACE = {
  code: 'place',
  message: '已经建好的入群方式不能在二维码和小程序按钮之间转换',
  fix: '另写一个入群方式',
}
const LOCAL: readonly object[] = [NO_CLIENT, NO_GROUPS, ALL_GONE, OTHER_PLACE]

import { isDeepStrictEqual } from 'node:util'
import type { Changes } from '../store/compare-and-set.js'
import { isDuplicate } from '../store/duplicate.js'
import { change } from './compare-and-set.js'
import { estimate as look } from './estimate.js'
import { GroupSendError } from './group-send-error.js'
import { actionsIn, type PushAction, type PushState, stateAfter } from './life.js'
import { groupSendRows, type PushRow } from './model.js'
import { accountOf } from './occurrences.js'
import type { GroupSendPorts } from './ports.js'
import { nextOccurrence, occurrenceKey } from './schedule.js'
import { validDefinition } from './validate.js'

/** Who does something, as it is recorded, and why. */
export interface By {
  by: string
  note?: string
}

const ID = /^(?=.{2,48}$)[a-z0-9]+(?:-[a-z0-9]+)*$/

/** What people do with pushes. Each is idempotent: done again it changes nothing and gives the same answer. */
export function createActions(ports: GroupSendPorts) {
  const { clock, events, settings, timeZone } = ports
  const { pushes } = groupSendRows(ports.connection)

  async function find(id: string): Promise<PushRow> {
    const row = await pushes.findOne({ _id: id })
    if (row) return row
    throw new GroupSendError('group-send.unknown', `there is no push '${id}'`, { fix: 'see `weloop group-send list`' })
  }

  /** Takes an action when the push's state allows it. */
  async function act(
    id: string,
    action: PushAction,
    { by, note }: By,
    decide: (row: PushRow, to: PushState) => Changes<PushRow> | undefined,
  ): Promise<PushRow> {
    const now = clock.now()
    const done = await change<PushRow>(pushes, id, (row) => {
      const to = stateAfter(row.state, action)
      if (to === undefined) throw refused(row, action)
      const changes = decide(row, to)
      return changes && { ...changes, updatedAt: now }
    })
    if (done === undefined) return find(id)
    if (done.changed) await record(done.row, action, by, note)
    return done.row
  }

  async function record({ _id, rev, state, version }: PushRow, action: string, by: string, note?: string) {
    const props = { push: _id, action, by, state, version, ...(note !== undefined && { note }) }
    const fact = {
      source: 'group-sends',
      id: `${_id}:${rev}`,
      type: 'group-send.changed',
      occurredAt: clock.now(),
      props,
    }
    await events.append([fact])
  }

  async function create({ id, definition, by }: By & { id: string; definition: unknown }): Promise<PushRow> {
    if (!ID.test(id)) {
      const fix = '用 2 到 48 个小写字母、数字和连字符，例如 thursday-deals'
      const faults = [{ field: 'id', message: '不是合法的名字', fix }]
      throw new GroupSendError('group-send.invalid', `'${id}' is no name of a push`, { fix, faults })
    }
    const now = clock.now()
    const row: PushRow = {
      _id: id,
      definition: await validDefinition(definition, ports),
      state: 'draft',
      version: 1,
      rev: 1,
      authors: [by],
      createdAt: now,
      updatedAt: now,
    }
    try {
      await pushes.insertOne(row)
    } catch (error) {
      if (!isDuplicate(error)) throw error
      const known = await find(id)
      if (known.version === 1 && isDeepStrictEqual(known.definition, row.definition)) return known
      const fix = 'choose another name, or edit that one'
      throw new GroupSendError('group-send.exists', `there is a push '${id}' already`, { fix })
    }
    await record(row, 'create', by)
    return row
  }

  async function edit(id: string, given: By & { version: number; definition: unknown }): Promise<PushRow> {
    const wanted = await validDefinition(given.definition, ports)
    return act(id, 'edit', given, (row, state) => {
      if (isDeepStrictEqual(row.definition, wanted)) return undefined
      if (row.version !== given.version) {
        const text = `the push has been changed meanwhile: it is version ${row.version}, yours is based on ${given.version}`
        throw new GroupSendError('group-send.version', text, { fix: 'read it again and send your changes anew' })
      }
      const authors = row.approval ? [given.by] : [...new Set([...row.authors, given.by])]
      const anew = { approval: undefined, estimate: undefined, reason: undefined }
      return { definition: wanted, version: row.version + 1, state, authors, ...anew }
    })
  }

  async function estimate(id: string, by: By): Promise<PushRow> {
    const row = await find(id)
    const { definition, version } = row
    const now = clock.now()
    const at = row.next?.at ?? nextOccurrence(definition.schedule, timeZone, now)?.at ?? now
    const account = accountOf(definition, ports)
    const question = { push: id, account, definition, version, now, for: at > now ? at : now }
    const found = await look(ports, question)
    return act(id, 'estimate', by, (newest, state) => {
      if (newest.version === version) return { state, estimate: found }
      const fix = 'estimate it again'
      throw new GroupSendError('group-send.version', 'the push was changed while it was estimated', { fix })
    })
  }

  const approve = (id: string, by: By & { version?: number }) =>
    act(id, 'approve', by, (row, state) => {
      const { estimate: found, approval, version, definition, authors } = row
      if (by.version !== undefined && by.version !== version) {
        const text = `it is version ${version}, you looked at ${by.version}`
        throw new GroupSendError('group-send.version', text, { fix: 'look at the push again' })
      }
      if (approval?.version === version) return undefined
      if (found?.version !== version) {
        const fix = `weloop group-send plan ${id}`
        throw new GroupSendError('group-send.unestimated', 'there is no estimate of it as it is now', { fix })
      }
      const above = definition.approvalAbove ?? settings.approvalAbove
      if (found.planned > above && authors.includes(by.by)) {
        const text = `for more than ${above} targets somebody else than its authors must approve (${found.planned})`
        throw new GroupSendError('group-send.four-eyes', text, { fix: `authors are ${authors.join(', ')}` })
      }
      return { state, approval: { by: by.by, at: clock.now(), version, targets: found.planned } }
    })

  /** By its schedule, or at once when it has none or `now` is asked for. */
  const start = (id: string, by: By & { now?: boolean }) =>
    act(id, 'start', by, (row, state) => {
      if (row.state !== 'approved') return undefined
      const { schedule } = row.definition
      const at = clock.now()
      if (by.now === true || schedule === undefined || (schedule.at === undefined && schedule.every === undefined)) {
        const zone = schedule?.timeZone ?? timeZone
        return { state, next: { key: occurrenceKey(at, zone), at, manual: true }, reason: undefined }
      }
      const next = nextOccurrence(schedule, timeZone, at)
      if (next) return { state, next, reason: undefined }
      throw new GroupSendError('group-send.schedule', 'its time is over', {
        fix: 'change its schedule, or start it now',
      })
    })

  const stop = (id: string, by: By) =>
    act(id, 'stop', by, (row, state) => {
      if (row.state === state) return undefined
      return { state, next: undefined, reason: { text: by.note ?? 'by hand', at: clock.now(), by: by.by } }
    })

  return { find, act, create, edit, estimate, approve, start, stop }
}

function refused(row: PushRow, action: PushAction): GroupSendError {
  const may = actionsIn(row.state)
  return new GroupSendError('group-send.state', `'${row._id}' is ${row.state}: ${action} is not possible`, {
    fix: may.length > 0 ? `possible now: ${may.join(', ')}` : 'make a new one with the same definition',
  })
}

import type { Changes } from '../store/compare-and-set.js'
import { isDuplicate } from '../store/duplicate.js'
import { CampaignError } from './campaign-error.js'
import { change } from './compare-and-set.js'
import { differences } from './difference.js'
import { ACTIVE, actionsIn, type CampaignAction, type CampaignState, stateAfter } from './life.js'
import { type CampaignRow, campaignCollections } from './model.js'
import { type PlanContext, planOf } from './plan.js'
import type { CampaignPorts } from './ports.js'
import { nextOccurrence, occurrenceKey } from './schedule.js'
import { validDefinition } from './validate.js'

/** Who does something, as it is recorded: a key's id, a person's name. */
export interface By {
  by: string
  /** Why, in the person's words. */
  note?: string
}

const ID = /^(?=.{2,48}$)[a-z0-9]+(?:-[a-z0-9]+)*$/

/** What people do with campaigns. Each is idempotent: done again it changes nothing and gives the same answer. */
export function createActions(ports: CampaignPorts, context: () => PlanContext) {
  const { connection, clock, events, config } = ports
  const { campaigns, runs } = campaignCollections(connection)

  async function find(id: string): Promise<CampaignRow> {
    const row = await campaigns.findOne({ _id: id })
    if (row) return row
    throw new CampaignError('campaign.unknown', `there is no campaign '${id}'`, { fix: 'see `weloop campaign list`' })
  }

  /** Takes an action when the campaign's state allows it. */
  async function act(
    id: string,
    action: CampaignAction,
    { by, note }: By,
    decide: (row: CampaignRow, to: CampaignState) => Changes<CampaignRow> | undefined,
  ): Promise<CampaignRow> {
    const now = clock.now()
    const done = await change<CampaignRow>(campaigns, id, (row) => {
      const to = stateAfter(row.state, action)
      if (to === undefined) throw refused(row, action)
      const changes = decide(row, to)
      return changes && { ...changes, updatedAt: now }
    })
    if (done === undefined) return find(id)
    if (done.changed) await record(done.row, action, by, note)
    return done.row
  }

  async function record({ _id, rev, state, version }: CampaignRow, action: string, by: string, note?: string) {
    const props = { campaign: _id, action, by, state, version, ...(note !== undefined && { note }) }
    const fact = { source: 'campaigns', id: `${_id}:${rev}`, type: 'campaign.changed', occurredAt: clock.now(), props }
    await events.append([fact])
  }

  async function create({ id, definition, by }: By & { id: string; definition: unknown }): Promise<CampaignRow> {
    if (!ID.test(id)) {
      const fix = '用 2 到 48 个小写字母、数字和连字符，例如 autumn-2026'
      throw new CampaignError('campaign.invalid', `'${id}' is no name of a campaign`, {
        fix,
        faults: [{ field: 'id', message: '不是合法的名字', fix }],
      })
    }
    const now = clock.now()
    const row: CampaignRow = {
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
      await campaigns.insertOne(row)
    } catch (error) {
      if (!isDuplicate(error)) throw error
      const known = await find(id)
      if (known.version === 1 && differences(known.definition, row.definition).length === 0) return known
      throw new CampaignError('campaign.exists', `there is a campaign '${id}' already`, {
        fix: 'choose another name, or edit that one',
      })
    }
    await record(row, 'create', by)
    return row
  }

  async function edit(
    id: string,
    { version, definition, by, note }: By & { version: number; definition: unknown },
  ): Promise<CampaignRow> {
    const wanted = await validDefinition(definition, ports)
    return act(id, 'edit', { by, ...(note !== undefined && { note }) }, (row, state) => {
      const differ = differences(row.definition, wanted)
      if (differ.length === 0) return undefined
      if (row.version !== version) {
        throw new CampaignError(
          'campaign.version',
          `the campaign has been changed meanwhile: it is version ${row.version}, yours is based on ${version}`,
          { differences: differ, fix: 'take over what differs and send it with the newest version' },
        )
      }
      const authors = row.approval ? [by] : [...new Set([...row.authors, by])]
      return { definition: wanted, version: version + 1, state, authors, approval: undefined, estimate: undefined }
    })
  }

  const approve = (id: string, by: By & { version?: number }) =>
    act(id, 'approve', by, (row, state) => {
      const { estimate, reason, approval, version } = row
      if (by.version !== undefined && by.version !== version) {
        throw new CampaignError('campaign.version', `it is version ${version}, you looked at ${by.version}`, {
          fix: 'look at the campaign again',
        })
      }
      const grew = state === 'paused'
      if (grew && reason?.code !== 'audience-grew') {
        if (approval) return undefined
        throw refused(row, 'approve')
      }
      if (approval?.version === version && !grew) return undefined
      if (estimate?.version !== version || (grew && reason && estimate.asOf < reason.at)) {
        throw new CampaignError('campaign.unestimated', 'there is no estimate of it as it is now', {
          fix: `weloop campaign estimate ${id}`,
        })
      }
      const size = estimate.people + estimate.notDue
      if (size > config.approvalAbove && row.authors.includes(by.by)) {
        const text = `for more than ${config.approvalAbove} people somebody else than its authors must approve (${size})`
        throw new CampaignError('campaign.four-eyes', text, { fix: `authors are ${row.authors.join(', ')}` })
      }
      const people = size + Math.max(100, Math.ceil((size * config.growth) / 100))
      return {
        state,
        approval: { by: by.by, at: clock.now(), version, people },
        ...(grew && { reason: { code: 'approved', text: `approved for ${people}`, at: clock.now(), by: by.by } }),
      }
    })

  const schedule = (id: string, by: By) =>
    act(id, 'schedule', by, (row, state) => {
      if (row.state !== 'approved') return undefined
      const plan = planOf(row.definition, context())
      if (plan.schedule.kind === 'manual') {
        throw new CampaignError('campaign.schedule', 'it has no schedule', { fix: `weloop campaign run ${id} --now` })
      }
      const next = nextOccurrence(plan.schedule, clock.now())
      if (next === undefined) {
        throw new CampaignError('campaign.schedule', 'its time is over', {
          fix: 'change its schedule, or run it now',
        })
      }
      return { state, next, reason: undefined }
    })

  const run = (id: string, by: By) =>
    act(id, 'schedule', by, (row, state) => {
      if (row.state === 'running' || row.next?.manual) return undefined
      const { timeZone } = planOf(row.definition, context()).schedule
      const at = clock.now()
      return { state, next: { key: occurrenceKey(at, timeZone), at, manual: true }, reason: undefined }
    })

  const held = (action: 'pause' | 'stop') => (id: string, by: By) =>
    act(id, action, by, (row, state) => {
      if (row.state === state) return undefined
      const text = by.note ?? 'by hand'
      return { state, reason: { code: 'by-hand', text, at: clock.now(), by: by.by } }
    })

  async function resume(id: string, by: By): Promise<CampaignRow> {
    const active = await runs.findOne({ campaign: id, state: { $in: [...ACTIVE] } })
    return act(id, 'resume', by, (row, state) =>
      row.state === 'paused' ? { state: active ? 'running' : state, reason: undefined } : undefined,
    )
  }

  const withdraw = (id: string, by: By) =>
    act(id, 'withdraw', by, (row, state) =>
      row.state === 'draft' ? undefined : { state, next: undefined, approval: undefined, reason: undefined },
    )

  async function remove(id: string): Promise<void> {
    const row = await find(id)
    const began = await runs.findOne({ campaign: id })
    if (began || !['draft', 'estimated'].includes(row.state)) {
      throw new CampaignError('campaign.state', `it is ${row.state} and has a history`, { fix: 'leave it, or stop it' })
    }
    await campaigns.deleteOne({ _id: id, rev: row.rev })
  }

  return {
    find,
    act,
    create,
    edit,
    approve,
    schedule,
    run,
    pause: held('pause'),
    stop: held('stop'),
    resume,
    withdraw,
    remove,
  }
}

function refused(row: CampaignRow, action: CampaignAction): CampaignError {
  const may = actionsIn(row.state)
  return new CampaignError('campaign.state', `'${row._id}' is ${row.state}: ${action} is not possible`, {
    fix: may.length > 0 ? `possible now: ${may.join(', ')}` : 'make a new one with the same definition',
  })
}

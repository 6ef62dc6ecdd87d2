import { randomUUID } from 'node:crypto'
import { messageOf } from '../core/errors.js'
import { createLeases, type Lease } from '../store/lease.js'
import { expandWave } from './expand.js'
import { ACTIVE } from './life.js'
import { campaignCollections, type RunRow } from './model.js'
import { planRuns } from './occurrences.js'
import { createOptOuts } from './opt-outs.js'
import { type PlanContext, planOf } from './plan.js'
import type { CampaignPorts } from './ports.js'
import { settleRecalls } from './recall.js'
import { createSteps, isMoved, isOpen } from './run-steps.js'

/** Durations in ms that tests shorten. */
export interface RunnerTiming {
  /** How long a worker may be silent before another goes on with its run. */
  lease: number
  /** How often the stop rules are looked at while chunks are being stored. */
  look: number
}

/** What carries runs from their due time to their end. */
export interface Runner {
  /** Carries one run as far as it goes now; resolves when it rests, waits for messages to leave, or has ended. */
  work(run: string): Promise<void>
  /** Plans runs, begins those that are due, and looks after those under way. Chunks are stored behind it. */
  tick(): Promise<void>
  /** Makes a campaign's runs follow what was just decided about it, at once. */
  follow(campaign: string): Promise<void>
  /** Resolves when nothing is under way in this process. */
  idle(): Promise<void>
  /** Stores no more chunks; what is under way goes on at the next start, here or elsewhere. */
  close(): Promise<void>
}

const MOST_TURNS = 1000

/** A runner; any number of processes may have one: a lease gives each run to one of them at a time. */
export function createRunner(ports: CampaignPorts, context: () => PlanContext, timing: RunnerTiming): Runner {
  const { connection, clock, log, events, bulk } = ports
  const owner = randomUUID()
  const leases = createLeases(connection)
  const optOutCounts = createOptOuts({ events, bulk })
  const stopping = new AbortController()
  const underWay = new Map<string, Promise<void>>()
  const { campaigns, runs, recalls } = campaignCollections(connection)
  const optOuts = (run: RunRow, purpose: string) => optOutCounts.count(run._id, purpose, run.asOf ?? run.dueAt)
  const steps = createSteps({ ports, context, optOuts: (run, plan) => optOuts(run, plan.purpose), tell })
  let settle = true

  async function tell(run: RunRow, type: string, props: Record<string, unknown> = {}): Promise<void> {
    const { campaign, occurrence, version } = run
    const about = { campaign, occurrence, ...(version !== undefined && { version }), ...props }
    const id = `${run._id}:${run.state}:${run.rev}`
    await events.append([{ source: 'campaigns', id, type, occurredAt: clock.now(), props: about }])
  }

  function work(id: string, expand = true): Promise<void> {
    const running = underWay.get(id)
    if (running) return running
    const begun = carry(id, expand)
      .catch((error: unknown) => log.error({ run: id, reason: messageOf(error) }, 'campaign run interrupted'))
      .finally(() => underWay.delete(id))
    underWay.set(id, begun)
    return begun
  }

  async function carry(id: string, expand: boolean): Promise<void> {
    const lease = await leases.take(`campaign-run:${id}`, owner, timing.lease)
    if (lease === undefined) return
    try {
      for (let turn = 0; turn < MOST_TURNS && !stopping.signal.aborted; turn++) {
        const run = await runs.findOne({ _id: id })
        if (run === null || (run.state === 'expanding' && !expand) || !(await step(run, lease))) break
      }
    } finally {
      await lease.release().catch(() => undefined)
    }
  }

  /** True: look again at once. */
  async function step(run: RunRow, lease: Lease): Promise<boolean> {
    const campaign = await campaigns.findOne({ _id: run.campaign })
    if (campaign === null || !(isOpen(run.state) || run.owes)) return false
    if (run.state === 'scheduled') {
      const after = await steps.begin(run, campaign)
      await plan(run.campaign)
      return after?.state === 'expanding'
    }
    const obeyed = await steps.obey(run, campaign)
    if (obeyed === undefined) return true
    if (obeyed.state === 'stopped') settle = true
    if (obeyed.state !== run.state) return isOpen(obeyed.state)
    const told = steps.plan(obeyed, campaign)
    switch (obeyed.state) {
      case 'expanding':
        await expandWave({ ...ports, at: ports.at }, obeyed, told, keeper(lease, told))
        return true
      case 'sending':
      case 'resting': {
        const watched = await steps.watch(obeyed, told)
        if (watched?.state === 'done') {
          settle = true
          optOutCounts.forget(run._id)
          await plan(run.campaign)
        }
        return watched === undefined || (watched.state !== obeyed.state && isOpen(watched.state))
      }
      default:
        return false
    }
  }

  /** Says, between chunks, whether an expansion may go on: the lease is kept and no stop rule is broken. */
  function keeper(lease: Lease, told: ReturnType<typeof planOf>): (row: RunRow) => Promise<boolean> {
    let renewedAt = performance.now()
    let lookedAt = renewedAt
    return async (row) => {
      const now = performance.now()
      if (stopping.signal.aborted) return false
      if (now - renewedAt > timing.lease / 4) {
        renewedAt = now
        if (!(await lease.renew(timing.lease))) return false
      }
      if (now - lookedAt < timing.look) return true
      lookedAt = now
      const campaign = await campaigns.findOne({ _id: row.campaign }, { projection: { state: 1 } })
      if (campaign?.state !== 'running' && campaign?.state !== 'scheduled') return false
      return steps.within(row, told)
    }
  }

  async function plan(id: string): Promise<void> {
    const campaign = await campaigns.findOne({ _id: id })
    if (campaign) await planRuns(connection, campaign, planOf(campaign.definition, context()).schedule, clock.now())
  }

  async function tick(): Promise<void> {
    const tried = new Set<string>()
    for (let round = 0; round < MOST_TURNS && !stopping.signal.aborted; round++) {
      const planned = await campaigns
        .find({ state: { $in: ['scheduled', 'running'] } }, { projection: { _id: 1 } })
        .toArray()
      for (const { _id } of planned) await plan(_id)
      const due = await runs
        .find({ state: 'scheduled', dueAt: { $lte: clock.now() } })
        .sort({ dueAt: 1 })
        .limit(100)
        .toArray()
      const fresh = due.filter(({ _id }) => !tried.has(_id))
      if (fresh.length === 0) break
      for (const { _id } of fresh) tried.add(_id)
      await Promise.all(fresh.map(({ _id }) => work(_id, false)))
    }
    const active = await runs.find({ state: { $in: [...ACTIVE] } }).toArray()
    const owing = await runs.find({ owes: { $exists: true } }).toArray()
    const ids = new Set([...active, ...owing].map(({ _id }) => _id))
    const storing = new Set(active.filter(({ state }) => state === 'expanding').map(({ _id }) => _id))
    await Promise.all([...ids].filter((id) => !storing.has(id)).map((id) => work(id, false)))
    for (const { _id } of await runs.find({ state: 'expanding' }).toArray()) void work(_id)
    if (settle) await settleEnded()
  }

  /** Needs no lease: whoever works on a run meanwhile finds its row changed and looks again. */
  async function follow(id: string): Promise<void> {
    await plan(id)
    for (let turn = 0; turn < 10; turn++) {
      const campaign = await campaigns.findOne({ _id: id })
      if (campaign === null) return
      const open = await runs.find({ campaign: id, state: { $in: [...ACTIVE, 'scheduled'] } }).toArray()
      let lost = false
      for (const run of open) {
        if (run.state !== 'scheduled') lost = (await steps.obey(run, campaign)) === undefined || lost
        else if (campaign.state === 'stopped' || campaign.state === 'draft')
          lost = !(await steps.callBack(run, campaign)) || lost
        else if (isMoved(run, steps.plan(run, campaign))) lost = !(await steps.withdrawMoved(run)) || lost
      }
      if (campaign.state === 'stopped') settle = true
      if (!lost) return
    }
  }

  /** Recalls of runs that have ended, also of those that another process left. */
  async function settleEnded(): Promise<void> {
    settle = false
    const groups = recalls.aggregate<{ _id: string }>([{ $match: { open: true } }, { $group: { _id: '$run' } }])
    for await (const { _id } of groups) {
      const run = await runs.findOne({ _id })
      if (run && isOpen(run.state)) continue
      if (!(await bulk.progress(_id)).done) {
        settle = true
        continue
      }
      const given = await settleRecalls(connection, bulk, _id, stopping.signal)
      if (given > 0) log.info({ run: _id, given }, 'recalls that did not leave were taken back')
    }
  }

  return {
    work: (id) => work(id),
    tick,
    follow,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
    async close() {
      stopping.abort()
      await Promise.all(underWay.values())
    },
  }
}

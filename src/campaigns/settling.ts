import type { RecipientEnd, RecipientState } from '../outbox/bulk/chunk.js'
import { save } from '../store/compare-and-set.js'
import type { By } from './actions.js'
import { CampaignError } from './campaign-error.js'
import { campaignCollections, type RunRow } from './model.js'
import type { CampaignPorts } from './ports.js'

/** A page of the people of a run. */
export interface RecipientsPage {
  recipients: RecipientEnd[]
  /** `after` of the next page; absent on the last. */
  next?: string
}

/** Which people of a run are meant: these contacts (100 at most), or all that stand so. */
export type Whom<State extends string> = readonly string[] | State

/** Something that was done about a campaign, newest first. */
export interface LogLine {
  at: Date
  /** `campaign.changed`, `campaign.started`, `campaign.settled` ... */
  type: string
  /** `create`, `edit`, `move`, `approve` ..., `resend`, `treat-as-sent`. */
  action?: string
  /** Who did it; absent: the engine. */
  by?: string
  note?: string
  occurrence?: string
  version?: number
  /** People it was about, of runs and of what was put right. */
  people?: number
}

const MOST_LINES = 200

/** What became of the people of a run, and putting right what did not end well. */
export function createSettling(
  { connection, clock, events, bulk }: CampaignPorts,
  runOf: (id: string, occurrence: string) => Promise<RunRow>,
) {
  /** The run's counts are read anew until everything has ended again. */
  async function reopen(run: RunRow): Promise<void> {
    const { runs } = campaignCollections(connection)
    await runs.updateOne({ _id: run._id }, { $set: { unsettled: true as const }, $inc: { rev: 1 } })
  }

  async function record(run: RunRow, action: string, { by, note }: By, people: number): Promise<void> {
    const { campaign, occurrence } = run
    const at = clock.now()
    const props = { campaign, occurrence, action, by, people, ...(note !== undefined && { note }) }
    const id = `${run._id}:${action}:${at.getTime()}`
    await events.append([{ source: 'campaigns', id, type: 'campaign.settled', occurredAt: at, props }])
  }

  async function begun(id: string, occurrence: string): Promise<RunRow> {
    const run = await runOf(id, occurrence)
    if (run.asOf) return run
    throw new CampaignError('campaign.state', `run '${occurrence}' has not begun`, { fix: 'wait for it' })
  }

  return {
    /** People of a run by how they stand, in a steady order. */
    async recipients(
      id: string,
      occurrence: string,
      states: readonly RecipientState[],
      page: { after?: string; limit?: number } = {},
    ): Promise<RecipientsPage> {
      const { ends, next } = await bulk.ends((await runOf(id, occurrence))._id, states, page)
      return { recipients: ends, ...(next !== undefined && { next }) }
    },

    /** Sends once more to people to whom it surely did not go, or of whom nobody knows; gives to how many. */
    async resend(id: string, occurrence: string, whom: Whom<'failed' | 'uncertain'>, by: By): Promise<number> {
      const run = await begun(id, occurrence)
      if (run.state === 'stopped') {
        throw new CampaignError('campaign.state', `run '${occurrence}' was stopped: nothing more of it leaves`, {
          fix: 'make a push of its own for these people',
        })
      }
      const people = await bulk.resend(run._id, whom)
      if (people > 0) {
        await reopen(run)
        await record(run, 'resend', by, people)
      }
      return people
    },

    /** Takes people of whom nobody knows for reached; gives how many. */
    async treatAsSent(id: string, occurrence: string, whom: Whom<'uncertain'>, by: By): Promise<number> {
      const run = await begun(id, occurrence)
      const people = await bulk.treatAsSent(run._id, whom)
      if (people > 0) {
        await reopen(run)
        await record(run, 'treat-as-sent', by, people)
      }
      return people
    },

    /** What was done about a campaign and its runs, the newest 200 first. */
    async log(id: string): Promise<LogLine[]> {
      const facts = await events.read({ of: { source: 'campaigns', id: `${id}:` }, limit: MOST_LINES })
      return facts.map(({ type, occurredAt, props }) => ({
        at: occurredAt,
        type,
        ...text(props, 'action'),
        ...text(props, 'by'),
        ...text(props, 'note'),
        ...text(props, 'occurrence'),
        ...number(props, 'version'),
        ...number(props, 'people'),
      }))
    },

    /** The outcome of a run that somebody put something right in, kept once everything has ended again. */
    async settled(run: RunRow): Promise<RunRow['outcome']> {
      if (!run.unsettled) return run.outcome
      const progress = await bulk.progress(run._id)
      const { runs } = campaignCollections(connection)
      if (progress.done && run.outcome) await save(runs, run, { outcome: progress, unsettled: undefined })
      return progress
    },
  }
}

const text = (props: Record<string, unknown>, key: 'action' | 'by' | 'note' | 'occurrence') =>
  typeof props[key] === 'string' && props[key] !== '' ? { [key]: props[key] } : {}
const number = (props: Record<string, unknown>, key: 'version' | 'people') =>
  typeof props[key] === 'number' ? { [key]: props[key] } : {}

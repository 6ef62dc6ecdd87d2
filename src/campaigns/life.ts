/** Where a campaign is in its life. */
export const CAMPAIGN_STATES = [
  'draft',
  'estimated',
  'approved',
  'scheduled',
  'running',
  'paused',
  'done',
  'stopped',
] as const
export type CampaignState = (typeof CAMPAIGN_STATES)[number]

/** What people do with a campaign. */
export type CampaignAction =
  | 'edit'
  | 'move'
  | 'estimate'
  | 'approve'
  | 'schedule'
  | 'pause'
  | 'resume'
  | 'stop'
  | 'withdraw'

type Table = Record<CampaignAction, Partial<Record<CampaignState, CampaignState>>>

/** Which state an action leads to; an action that has been done already leads to the same state. */
const TABLE: Table = {
  edit: { draft: 'draft', estimated: 'draft', approved: 'draft' },
  move: { draft: 'draft', estimated: 'draft', approved: 'approved', scheduled: 'scheduled' },
  estimate: {
    draft: 'estimated',
    estimated: 'estimated',
    approved: 'approved',
    scheduled: 'scheduled',
    running: 'running',
    paused: 'paused',
  },
  approve: { estimated: 'approved', approved: 'approved', paused: 'paused' },
  schedule: { approved: 'scheduled', scheduled: 'scheduled', running: 'running' },
  pause: { scheduled: 'paused', running: 'paused', paused: 'paused' },
  resume: { paused: 'scheduled', scheduled: 'scheduled', running: 'running' },
  stop: { scheduled: 'stopped', running: 'stopped', paused: 'stopped', stopped: 'stopped' },
  withdraw: { draft: 'draft', estimated: 'draft', approved: 'draft', scheduled: 'draft' },
}

/** The state after an action, or undefined when the state does not allow it. */
export function stateAfter(state: CampaignState, action: CampaignAction): CampaignState | undefined {
  return TABLE[action][state]
}

/** What can be done now, for an error's advice. */
export function actionsIn(state: CampaignState): CampaignAction[] {
  return (Object.keys(TABLE) as CampaignAction[]).filter((action) => TABLE[action][state] !== undefined)
}

/** Where one run of a campaign is. `resting`: a wave has been sent and is being looked at. */
export type RunState =
  | 'scheduled'
  | 'expanding'
  | 'sending'
  | 'resting'
  | 'paused'
  | 'done'
  | 'stopped'
  | 'skipped'
  | 'cancelled'

/** The states in which a run is under way: a campaign has at most one such run. */
export const ACTIVE: readonly RunState[] = ['expanding', 'sending', 'resting', 'paused']

import type { Occurrences } from './occurrences.js'
import type { Tick } from './scheduler.js'

/** What the clock drives of campaigns. */
export interface CampaignTickDeps {
  campaigns: {
    /** Plans runs, begins those that are due, looks after those under way. */
    tick(): Promise<unknown>
    upcoming(): Promise<readonly { key: string; at: Date }[]>
    work(key: string): Promise<unknown>
  }
}

/** Looks after campaigns; what its jobs begin, it would begin a few seconds later. */
export function campaignTicks({ campaigns }: CampaignTickDeps): Tick[] {
  return [{ name: 'campaigns', every: '2 seconds', run: () => campaigns.tick() }]
}

/** One job a run, at its time: a campaign of a million people has one. */
export function campaignOccurrences({ campaigns }: CampaignTickDeps): Occurrences {
  return { name: 'campaign-run', due: () => campaigns.upcoming(), run: (key) => campaigns.work(key) }
}

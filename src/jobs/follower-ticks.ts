import type { Tick } from './scheduler.js'

/** What the nightly upkeep of followers and channel codes drives. */
export interface FollowerTickDeps {
  /** Brings the followers of every account in step; goes on where the last run stopped. */
  syncFollowers(): Promise<unknown>
  /** Counts channel codes anew from the facts. */
  recountScenes(): Promise<unknown>
  /** The zone of the business day. */
  timeZone: string
}

/** At night, when the platform's quotas of the new day are untouched and nobody waits for an answer. */
export function followerTicks({ syncFollowers, recountScenes, timeZone }: FollowerTickDeps): Tick[] {
  return [
    { name: 'followers-sync', every: '40 3 * * *', timeZone, run: syncFollowers },
    { name: 'scenes-recount', every: '10 4 * * *', timeZone, run: recountScenes },
  ]
}

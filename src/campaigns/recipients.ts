import type { Recipient } from '../outbox/bulk/chunk.js'
import type { AudienceRow } from '../segments/segment.js'
import { bucketOf, weighted } from './bucket.js'
import type { Plan, Wave } from './plan.js'
import type { Recalls } from './recall.js'
import { stageOf } from './stage.js'

/** What decides who gets what in one run. */
export interface Choice {
  campaign: string
  /** The run's id. */
  run: string
  plan: Pick<Plan, 'account' | 'holdOut' | 'variants' | 'stages'>
  waves: readonly Wave[]
  wave: number
  asOf: Date
  /** With stages: what is known about the people of the page. */
  recalls: Recalls
}

/** The people of a page who belong to the wave, with their variants; those who are held out are marked, not left out. */
export function recipientsOf(rows: readonly AudienceRow[], choice: Choice): Recipient[] {
  const { waves, wave, plan } = choice
  const from = wave === 0 ? 0 : (waves[wave - 1]?.upTo ?? 0)
  const to = waves[wave]?.upTo ?? 0
  const whole = waves.length === 1
  const recipients: Recipient[] = []
  for (const row of rows) {
    if (!whole) {
      const bucket = bucketOf(`${choice.run}:wave`, row._id)
      if (bucket < from || bucket >= to) continue
    }
    const variant = variantOf(row, choice)
    if (variant === undefined) continue
    const id = idOn(row, plan.account)
    const person = { contact: row._id, to: id ?? '', variant }
    if (isHeldOut(choice.campaign, row._id, plan.holdOut)) recipients.push({ ...person, skip: 'hold-out' })
    else if (id === undefined) recipients.push({ ...person, skip: 'no-identity' })
    else recipients.push(person)
  }
  return recipients
}

/** Which variant or stage a person gets; undefined: nothing this time. */
export function variantOf(
  row: AudienceRow,
  { campaign, run, plan, asOf, recalls }: Pick<Choice, 'campaign' | 'run' | 'plan' | 'asOf' | 'recalls'>,
): number | undefined {
  if (plan.stages === undefined) {
    if (plan.variants.length === 1) return 0
    const weights = plan.variants.map(({ weight }) => weight)
    return weighted(bucketOf(`${campaign}:variant`, row._id), weights)
  }
  const known = recalls.stages.get(row._id)
  const earlier = known?.run === run ? known.before : known
  const ordered = recalls.orders.get(row._id)
  const active = ordered && ordered > row.lastSeenAt ? ordered : row.lastSeenAt
  return stageOf(plan.stages, active, earlier, asOf)
}

/** Whether a person belongs to the group that gets nothing of a campaign, in any of its runs. */
export function isHeldOut(campaign: string, contact: string, buckets: number): boolean {
  return buckets > 0 && bucketOf(`${campaign}:hold-out`, contact) < buckets
}

/** The person's id on an account: the one that follows when there are several. */
export function idOn(row: Pick<AudienceRow, 'identities'>, account: string): string | undefined {
  const there = row.identities.filter((identity) => identity.account === account)
  return (there.find(({ follow }) => follow.following) ?? there[0])?.externalId
}

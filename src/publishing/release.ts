import { createHash } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import { explain, isUncertain, type Turn } from './draft.js'
import type { ArticleRows, Audience, Job } from './model.js'
import type { PublishingApi } from './ports.js'

/** What is needed to publish or mass-send a draft. */
export interface ReleasePorts {
  rows: ArticleRows
  clock: Clock
}

/** The first question of a publication's fate; the event is usually earlier. */
export const FIRST_POLL_MS = 60_000

/**
 * Orders the publication of a draft. The intent is written before the call; an answer that was lost leaves
 * `submitting`, which the poll settles by looking: publishing has no key, so it is never ordered twice blindly.
 */
export async function orderPublication(
  { rows, clock }: ReleasePorts,
  api: PublishingApi,
  turn: Turn,
  draft: { mediaId: string; hash: string },
): Promise<Job> {
  const job: Job = { kind: 'publish', state: 'submitting', ...draft, startedAt: clock.now(), polls: 0 }
  return order({ rows, clock }, turn, job, async () => {
    const { publishId, msgDataId } = await api.publish.submit(draft.mediaId)
    return { id: publishId, ...(msgDataId !== undefined && { msgDataId }) }
  })
}

/** Orders a mass send under a key of its own: the same job asked again is taken once within 24 h. */
export async function orderMassSend(
  { rows, clock }: ReleasePorts,
  api: PublishingApi,
  turn: Turn,
  draft: { mediaId: string; hash: string },
  audience: Audience,
): Promise<Job> {
  const startedAt = clock.now()
  const parts = [turn.account, turn.slug, draft.hash, draft.mediaId, audience, startedAt.getTime()]
  const key = `wl${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`
  const job: Job = { kind: 'mass', state: 'submitting', ...draft, audience, key, startedAt, polls: 0 }
  return order({ rows, clock }, turn, job, () => sendMass(api, job))
}

/** One call of a mass send; may be repeated with the same job for 24 h. */
export async function sendMass(api: PublishingApi, job: Job): Promise<{ id: string; msgDataId?: string }> {
  const message = { type: 'article' as const, mediaId: job.mediaId }
  const options = { clientMsgId: job.key ?? '' }
  const { audience } = job
  const accepted = await (audience?.to === 'tag'
    ? api.mass.toTag(audience.tagId, message, options)
    : api.mass.toAll(message, options))
  return { id: accepted.msgId, ...(accepted.msgDataId !== undefined && { msgDataId: accepted.msgDataId }) }
}

async function order(
  { rows, clock }: ReleasePorts,
  turn: Turn,
  job: Job,
  call: () => Promise<{ id: string; msgDataId?: string }>,
): Promise<Job> {
  const { account, slug, fence } = turn
  const pollAt = new Date(job.startedAt.getTime() + FIRST_POLL_MS)
  await rows.save(account, slug, fence, { job: { ...job, pollAt } })
  await turn.alive()
  let next: Job
  try {
    next = { ...job, ...(await call()), state: 'running', pollAt: new Date(clock.now().getTime() + FIRST_POLL_MS) }
  } catch (error) {
    next = isUncertain(error) ? { ...job, pollAt, ...explain(error) } : { ...job, state: 'failed', ...explain(error) }
  }
  await rows.save(account, slug, fence, { job: next })
  return next
}

import { DateTime } from 'luxon'
import { AppError } from '../core/errors.js'
import { explain, isInBox, isUncertain, type Turn } from './draft.js'
import type { ArticleRow, Job } from './model.js'
import type { PublishingApi, SeenArticle } from './ports.js'
import { type ReleasePorts, sendMass } from './release.js'
import { type Ending, endingOfMassState, endingOfPublication } from './settle.js'

/** What asking about a job came to: an ending, or the job as it stands now with the time of the next question. */
export type Asked = { ending: Ending } | { job: Job }

/**
 * Automatic questions an account may ask in a day: `freepublish/get` and `batchget` take 100 calls a day each, and
 * people and restarts need some of them.
 */
export const POLLS_PER_DAY = 60
const DELAYS_MIN = [1, 2, 4, 8, 15, 30, 60]
/** A mass send may be repeated under its key for 24 h; an hour is kept for slow clocks. */
const KEY_MS = 23 * 3_600_000
const NEVER_ACCEPTED_MS = 600_000
const GIVE_UP_MS = 3 * 86_400_000
const SKEW_MS = 120_000

/** Asks the platform about a job that no event has ended. */
export async function askAbout(
  { rows, clock }: ReleasePorts,
  api: PublishingApi,
  turn: Turn,
  row: ArticleRow,
  job: Job,
): Promise<Asked> {
  const now = clock.now()
  const ageMs = now.getTime() - job.startedAt.getTime()
  const later = (delayMs = (DELAYS_MIN[job.polls] ?? 60) * 60_000): Asked => ({
    job: { ...job, polls: job.polls + 1, pollAt: new Date(now.getTime() + delayMs) },
  })
  const unknown = (reason: string): Asked => {
    const { pollAt: _, ...rest } = job
    return {
      job: { ...rest, state: 'uncertain', reason, fix: '到公众平台后台核实；确认没有发出再发一次（加 --again）' },
    }
  }
  if (ageMs > GIVE_UP_MS) return unknown('三天没有得到结果')
  if (!(await rows.mayPoll(row.account, chinaDay(now), POLLS_PER_DAY))) return later(untilTomorrow(now))
  try {
    if (job.kind === 'mass') {
      if (job.id !== undefined) {
        const ending = endingOfMassState(await api.mass.state(job.id))
        return ending.state === 'running' ? later() : { ending }
      }
      if (ageMs > KEY_MS) return unknown('没有收到微信的回应，可能已经群发')
      await turn.alive()
      const { reason: _, fix: __, ...rest } = job
      const accepted = await sendMass(api, job)
      return { job: { ...rest, ...accepted, state: 'running', pollAt: new Date(now.getTime() + 600_000) } }
    }
    if (job.id !== undefined) {
      const ending = endingOfPublication(await api.publish.state(job.id))
      return ending.state === 'running' ? later() : { ending }
    }
    const found = await findPublished(api, row, job)
    if (found) return { ending: found }
    if (ageMs < NEVER_ACCEPTED_MS) return later()
    if (await isInBox(api, job.mediaId))
      return { ending: { state: 'failed', reason: '微信没有收到发布请求，草稿还在', fix: '再发布一次' } }
    return later()
  } catch (error) {
    const { code = '' } = error instanceof AppError ? error : {}
    if (code === 'wechat.quota-day') return later(untilTomorrow(now))
    const definite = !isUncertain(error) && !TRANSIENT.includes(code)
    if (definite && job.id === undefined && job.kind === 'mass')
      return { ending: { state: 'failed', ...explain(error) } }
    return later()
  }
}

/** Codes after which the same question makes sense again. */
const TRANSIENT = ['wechat.busy', 'wechat.not-sent', 'wechat.quota-minute', 'wechat.frequency', 'wechat.token']

/** A publication whose order's answer was lost: it is among the newest published articles, or not (yet). */
async function findPublished(api: PublishingApi, row: ArticleRow, job: Job): Promise<Ending | undefined> {
  const since = job.startedAt.getTime() - SKEW_MS
  const { published } = await api.publish.list(0, 20)
  const isIt = (first: SeenArticle | undefined) => first?.title === row.title
  const found = published.find((each) => each.updatedAt.getTime() >= since && isIt(each.articles[0]))
  const url = found?.articles[0]?.url
  return found && { state: 'published', articleId: found.articleId, ...(url !== undefined && url !== '' && { url }) }
}

/** The platform's day: quotas roll at midnight in Shanghai whatever the zone of the business. */
export const chinaDay = (at: Date): string => DateTime.fromJSDate(at, { zone: 'Asia/Shanghai' }).toFormat('yyyy-MM-dd')

function untilTomorrow(now: Date): number {
  const here = DateTime.fromJSDate(now, { zone: 'Asia/Shanghai' })
  return here.plus({ days: 1 }).startOf('day').plus({ minutes: 5 }).toMillis() - here.toMillis()
}

import { datacubeSpans } from '../../rules/official-account/datacube.js'
import type { Days } from './days.js'

/** One number (or a few that belong together) of a day. */
export interface Reading {
  day: string
  /** What the day is split by: an article, a source, a message type; empty when it is not. */
  dimension: string
  props: Record<string, unknown>
}

type Answer<T> = Promise<readonly T[] | { rows: readonly T[]; delayed: boolean }>
type DayRow = { day: string }

/** The platform's statistics, as far as they are imported; errors are AppErrors whose code is `wechat.<class>`. */
export interface StatisticsApi {
  followerCounts(days: Days): Answer<DayRow & { followers: number }>
  followerChanges(days: Days): Answer<DayRow & { source: number; gained: number; lost: number }>
  reading(days: Days): Answer<DayRow>
  articleReaders(days: Days): Answer<DayRow & { articleId: string }>
  articleSharers(days: Days): Answer<DayRow & { articleId: string }>
  articleTotals(
    days: Days,
  ): Answer<DayRow & { articleId: string; title: string; url: string; notified: boolean; days: readonly DayRow[] }>
  messages(days: Days): Answer<DayRow & { type: number }>
  messageDistribution(days: Days): Answer<DayRow & { interval: number }>
  callbackCalls(days: Days): Answer<DayRow>
}

/** One of the platform's statistics. */
export interface Metric {
  /** The fact's type after `statistics.`. */
  name: string
  /** How many days one call may span. */
  span: number
  /** How many days before the wanted ones are asked too: an article's later days come with its day of publication. */
  lookBack: number
  fetch(api: StatisticsApi, days: Days): Promise<{ readings: Reading[]; delayed: boolean }>
}

/** Days that an article is followed after its publication. */
const FOLLOWED_DAYS = 30

/** What is imported. `follower-counts` comes first: it has a row for every day, so it shows whether a day is ready. */
export const metrics: readonly Metric[] = [
  metric(
    'follower-counts',
    datacubeSpans.getusercumulate,
    (api, days) => api.followerCounts(days),
    () => '',
  ),
  metric(
    'follower-changes',
    datacubeSpans.getusersummary,
    (api, days) => api.followerChanges(days),
    (row) => `${row.source}`,
  ),
  metric(
    'reading',
    datacubeSpans.getbizsummary,
    (api, days) => api.reading(days),
    () => '',
  ),
  metric(
    'article-readers',
    datacubeSpans.getarticleread,
    (api, days) => api.articleReaders(days),
    (row) => row.articleId,
  ),
  metric(
    'article-sharers',
    datacubeSpans.getarticleshare,
    (api, days) => api.articleSharers(days),
    (row) => row.articleId,
  ),
  {
    name: 'article-days',
    span: datacubeSpans.getarticletotaldetail,
    lookBack: FOLLOWED_DAYS - 1,
    fetch: async (api, days) => {
      const { rows, delayed } = await ask(api.articleTotals(days))
      const readings = rows.flatMap(({ day: publishedOn, articleId, title, url, notified, days: each }) =>
        each.map(({ day, ...numbers }) => ({
          day,
          dimension: articleId,
          props: { articleId, title, url, notified, publishedOn, ...numbers },
        })),
      )
      return { readings, delayed }
    },
  },
  metric(
    'messages',
    datacubeSpans.getupstreammsg,
    (api, days) => api.messages(days),
    (row) => `${row.type}`,
  ),
  metric(
    'message-distribution',
    datacubeSpans.getupstreammsgdist,
    (api, days) => api.messageDistribution(days),
    (row) => `${row.interval}`,
  ),
  metric(
    'callback-calls',
    datacubeSpans.getinterfacesummary,
    (api, days) => api.callbackCalls(days),
    () => '',
  ),
]

function metric<T extends DayRow>(
  name: string,
  span: number,
  call: (api: StatisticsApi, days: Days) => Answer<T>,
  dimensionOf: (row: T) => string,
): Metric {
  return {
    name,
    span,
    lookBack: 0,
    fetch: async (api, days) => {
      const { rows, delayed } = await ask(call(api, days))
      const readings = rows.map((row) => {
        const { day, ...props } = row
        return { day, dimension: dimensionOf(row), props }
      })
      return { readings, delayed }
    },
  }
}

async function ask<T>(answer: Answer<T>): Promise<{ rows: readonly T[]; delayed: boolean }> {
  const found = await answer
  return 'rows' in found ? found : { rows: found, delayed: false }
}

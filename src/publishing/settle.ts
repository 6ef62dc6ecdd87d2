import { massResult, publishResults, type ResultWords } from '../../rules/official-account/results.js'
import type { Fact } from '../events/fact.js'
import type { ArticleRow, Job } from './model.js'
import type { Publication, Verdict } from './ports.js'

/** How a job ended, or that it has not. */
export type Ending =
  | { state: 'running' }
  | { state: 'published'; articleId?: string; url?: string }
  | { state: 'sent'; url?: string; total?: number; delivered?: number; failed?: number }
  | { state: 'failed'; reason: string; fix?: string }

/** What a verdict of the platform says of a job. */
export function endingOfVerdict(verdict: Verdict): Ending {
  const [first] = verdict.articles
  const url = first === undefined || first.url === '' ? {} : { url: first.url }
  if (verdict.kind === 'event.mass.sent') {
    const result = massResult(verdict.status)
    if (!result.ok) return failure(result)
    const { total, sent, failed } = verdict
    return { state: 'sent', ...url, total, delivered: sent, failed }
  }
  if (verdict.status === 1) return { state: 'running' }
  if (verdict.status !== 0) return failure(publishResults[verdict.status] ?? publishResults[3])
  return { state: 'published', ...url, ...(verdict.articleId !== undefined && { articleId: verdict.articleId }) }
}

const NUMBERS: Record<Publication['status'], number> = {
  published: 0,
  publishing: 1,
  'not-original': 2,
  failed: 3,
  refused: 4,
  deleted: 5,
  banned: 6,
}

/** What the platform answers when it is asked about a publication. */
export function endingOfPublication(found: Publication): Ending {
  if (found.status === 'publishing') return { state: 'running' }
  if (found.status !== 'published') return failure(publishResults[NUMBERS[found.status]])
  const url = found.articles[0]?.url
  return {
    state: 'published',
    ...(found.articleId !== undefined && { articleId: found.articleId }),
    ...(url !== undefined && url !== '' && { url }),
  }
}

/** What the platform answers when it is asked about a mass send; counts come with the event only. */
export function endingOfMassState(state: string): Ending {
  if (state === 'SEND_SUCCESS') return { state: 'sent' }
  if (state === 'SEND_FAIL') return failure(massResult('send fail'))
  if (state === 'DELETE') return { state: 'failed', reason: '群发后已被删除' }
  return { state: 'running' }
}

/** The record and the fact that an ending makes of a job; undefined while it runs. */
export function settled(
  row: ArticleRow,
  job: Job,
  ending: Ending,
  now: Date,
): { changes: Partial<ArticleRow>; dropDraft: boolean; fact: Fact } | undefined {
  if (ending.state === 'running') return undefined
  const { pollAt: _, reason: __, fix: ___, ...kept } = job
  const fact = (type: string, props: Record<string, unknown>): Fact => ({
    source: 'publishing',
    id: `${row._id}:${job.startedAt.getTime()}:${type}`,
    type,
    account: row.account,
    occurredAt: now,
    props: {
      slug: row.slug,
      title: row.title,
      ...(job.msgDataId !== undefined && { dataId: job.msgDataId }),
      ...props,
    },
  })
  const common = { hash: job.hash, at: now, ...(job.msgDataId !== undefined && { msgDataId: job.msgDataId }) }
  switch (ending.state) {
    case 'failed': {
      const { reason, fix } = ending
      const failed: Job = { ...kept, state: 'failed', reason, ...(fix !== undefined && { fix }) }
      return { changes: { job: failed }, dropDraft: false, fact: fact('article.failed', { by: job.kind, reason }) }
    }
    case 'published': {
      const { state, ...found } = ending
      const changes = { job: { ...kept, state: 'done' as const }, published: { ...common, ...found } }
      return { changes, dropDraft: true, fact: fact(`article.${state}`, found) }
    }
    case 'sent': {
      const { state, ...found } = ending
      const audience = job.audience ?? { to: 'all' as const }
      const changes = {
        job: { ...kept, state: 'done' as const },
        sent: { ...common, msgId: job.id ?? '', audience, ...found },
      }
      return { changes, dropDraft: true, fact: fact(`article.${state}`, { ...found, audience }) }
    }
  }
}

function failure(result: ResultWords | undefined): Ending {
  const { zh = '发布失败', fix } = result ?? {}
  return { state: 'failed', reason: zh, ...(fix && fix.zh !== '' && { fix: fix.zh }) }
}

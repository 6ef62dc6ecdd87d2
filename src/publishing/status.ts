import type { ArticleRow, Audience } from './model.js'

/** How an article stands on an account, for people. */
export interface ArticleStatus {
  account: string
  slug: string
  title: string
  /** `none`: not pushed, or published since; `outdated`: the article was edited since; `unknown`: a push broke off. */
  draft: 'none' | 'current' | 'outdated' | 'unknown'
  mediaId?: string
  /** The publication or mass send under way, or how the last one ended. */
  job?: {
    kind: 'publish' | 'mass'
    state: 'submitting' | 'running' | 'done' | 'failed' | 'uncertain'
    at: Date
    audience?: Audience
    reason?: string
    fix?: string
  }
  published?: { articleId?: string; url?: string; at: Date; current: boolean }
  sent?: { audience: Audience; url?: string; at: Date; total?: number; delivered?: number; failed?: number }
}

/** The record as people see it; `hash` is the article's content now, undefined when it is no longer in `content/`. */
export function statusOf(row: ArticleRow, hash: string | undefined): ArticleStatus {
  const { account, slug, title, draft, adding, job, published, sent } = row
  const state = adding ? 'unknown' : draft === undefined ? 'none' : draft.hash === hash ? 'current' : 'outdated'
  return {
    account,
    slug,
    title,
    draft: state,
    ...(draft && { mediaId: draft.mediaId }),
    ...(job && {
      job: {
        kind: job.kind,
        state: job.state,
        at: job.startedAt,
        ...(job.audience && { audience: job.audience }),
        ...(job.reason !== undefined && { reason: job.reason }),
        ...(job.fix !== undefined && { fix: job.fix }),
      },
    }),
    ...(published && {
      published: {
        at: published.at,
        current: published.hash === hash,
        ...(published.articleId !== undefined && { articleId: published.articleId }),
        ...(published.url !== undefined && { url: published.url }),
      },
    }),
    ...(sent && {
      sent: {
        audience: sent.audience,
        at: sent.at,
        ...(sent.url !== undefined && { url: sent.url }),
        ...(sent.total !== undefined && { total: sent.total }),
        ...(sent.delivered !== undefined && { delivered: sent.delivered }),
        ...(sent.failed !== undefined && { failed: sent.failed }),
      },
    }),
  }
}

const DRAFT = {
  none: '无',
  current: '是最新内容',
  outdated: '内容有改动，还没推送',
  unknown: '上次推送中断，再推送一次即可',
}
const JOB = {
  submitting: '已提交，等微信确认收到',
  running: '进行中，等微信的结果',
  done: '成功',
  failed: '失败',
  uncertain: '结果不明',
}

/** The status in Chinese lines for a terminal. */
export function describeStatus(status: ArticleStatus, timeZone: string): string {
  const when = (at: Date) => at.toLocaleString('zh-CN', { timeZone, hour12: false })
  const { job, published, sent } = status
  const lines = [`${status.slug} @ ${status.account}  ${status.title}`, `  草稿    ${DRAFT[status.draft]}`]
  if (job) lines.push(`  ${job.kind === 'publish' ? '发布' : '群发'}    ${JOB[job.state]}（${when(job.at)}）`)
  if (job?.reason !== undefined) lines.push(`          ${job.reason}`)
  if (job?.fix !== undefined) lines.push(`          改法：${job.fix}`)
  if (published)
    lines.push(`  已发布  ${when(published.at)}${published.current ? '' : '（之后内容有改动）'} ${published.url ?? ''}`)
  if (sent) {
    const counts =
      sent.total === undefined ? '' : `，目标 ${sent.total} 人，成功 ${sent.delivered ?? 0}，失败 ${sent.failed ?? 0}`
    lines.push(`  已群发  ${when(sent.at)} ${audienceWords(sent.audience)}${counts} ${sent.url ?? ''}`)
  }
  return lines.map((line) => line.trimEnd()).join('\n')
}

const audienceWords = (audience: Audience) => (audience.to === 'all' ? '给全部粉丝' : `给标签 ${audience.tagId}`)

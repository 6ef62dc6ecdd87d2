import { hostname } from 'node:os'
import { type Capability, capabilities } from '../../rules/official-account/kinds.js'
import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Update } from '../core/update.js'
import type { Events } from '../events/events.js'
import type { Leases } from '../store/lease.js'
import { bringUpToDate, type DraftResult, type Turn } from './draft.js'
import type { ArticleRow, ArticleRows, Audience, Job } from './model.js'
import { askAbout } from './poll.js'
import type { Articles, PublishingAccount, UploadStore, Verdict } from './ports.js'
import { type Prepared, prepareArticle } from './prepare.js'
import { orderMassSend, orderPublication } from './release.js'
import { type Ending, endingOfVerdict, settled } from './settle.js'
import { type ArticleStatus, statusOf } from './status.js'

/** A push with what readers will not get as written; `released`: this content is published or sent, no draft is made. */
export type Pushed = (DraftResult | { state: 'released' }) & { notes: string[] }

/** Articles of `content/` on their way to the platform: drafts, publications, mass sends. */
export interface Publishing {
  /** Makes or updates the draft. Throws ProblemsError `article.refused` for limits, AppError for everything else. */
  push(account: string, slug: string, options?: { again?: boolean }): Promise<Pushed>
  /** Shows the draft, brought up to date, to one WeChat id (微信号). 100 a day. */
  preview(account: string, slug: string, wechatId: string): Promise<Pushed>
  /** Publishes (a public address, no push); nothing when this content is published already, unless `again`. */
  publish(account: string, slug: string, options?: { again?: boolean }): Promise<ArticleStatus>
  /** Mass-sends to a tag or to all. `again` sends content that was sent already. */
  send(account: string, slug: string, audience: Audience, options?: { again?: boolean }): Promise<ArticleStatus>
  /** Undefined when nothing was ever done with it on this account. */
  status(account: string, slug: string): Promise<ArticleStatus | undefined>
  list(account: string): Promise<ArticleStatus[]>
  /** Takes the platform's verdict; undefined for updates that are none. */
  apply(update: Update): Promise<void> | undefined
  /** Asks about publications and sends that no event has ended; gives how many were looked at. */
  poll(): Promise<number>
}

/** What publishing needs. */
export interface PublishingPorts {
  rows: ArticleRows
  leases: Leases
  uploads: UploadStore
  events: Pick<Events, 'append'>
  articles: Articles
  /** The product's address from outside: pictures in articles start with it. */
  publicUrl: string
  account(id: string): PublishingAccount | undefined
  clock: Clock
  log: Logger
}

const TURN_MS = 120_000
const MOST_DUE = 20

/** Publishing on the given ports. */
export function createPublishing(ports: PublishingPorts): Publishing {
  const { rows, clock, log } = ports
  const publicUrl = ports.publicUrl.replace(/\/+$/, '')
  const owner = `${hostname()}:${process.pid}`

  function accountFor(id: string, capability: Capability): PublishingAccount {
    const found = ports.account(id)
    if (!found)
      throw new AppError('account.unknown', `no account '${id}' is configured`, { fix: 'name one of config/' })
    const may = capabilities[capability]
    if (may[found.kind]) return found
    throw new AppError('publishing.permission', `account '${id}' may not: ${may.zh} (${may.source})`, {
      fix: `这类账号没有“${may.zh}”的接口权限；认证后把配置里的 verified 改成 true`,
    })
  }

  async function prepare(account: string, slug: string, known?: readonly ArticleRow[]): Promise<Prepared> {
    const article = ports.articles.find(slug)
    if (!article)
      throw new AppError('article.missing', `there is no article '${slug}' in the content folder`, {
        fix: 'run `weloop content check`',
      })
    const urls = new Map(
      (known ?? (await rows.list(account))).map((row) => [row.slug, row.published?.url ?? row.sent?.url]),
    )
    return prepareArticle(article, ports.articles, publicUrl, (other) => urls.get(other))
  }

  /** Runs work on one article that no other process does at the same time. */
  async function inTurn<T>(account: string, slug: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    const lease = await ports.leases.take(`article:${account}:${slug}`, owner, TURN_MS)
    if (!lease)
      throw new AppError('publishing.busy', `${slug} is being pushed or published right now`, {
        fix: 'wait two minutes and look at `weloop article status`',
      })
    const alive = async () => {
      if (await lease.renew(TURN_MS)) return
      throw new AppError('publishing.lost', `${slug} was taken over by another process`, { fix: 'look at its state' })
    }
    try {
      return await work({ account, slug, fence: lease.fence, alive })
    } finally {
      await lease.release()
    }
  }

  async function drafted(turn: Turn, prepared: Prepared): Promise<DraftResult> {
    const { api } = accountFor(turn.account, 'drafts')
    const result = await bringUpToDate(ports, api, turn, prepared)
    const { account, slug } = turn
    log.info({ account, article: slug, draft: result.state }, 'article was pushed')
    if (result.state !== 'unchanged') {
      const type = result.state === 'created' ? 'article.drafted' : 'article.updated'
      const id = `${account}:${slug}:${result.mediaId}:${prepared.hash}`
      const props = { slug, title: prepared.article.title, hash: prepared.hash }
      await ports.events.append([{ source: 'publishing', id, type, account, occurredAt: clock.now(), props }])
    }
    return result
  }

  /** Brings the draft up to date and orders its release; a draft deleted by hand in between is made once more. */
  async function release(
    turn: Turn,
    prepared: Prepared,
    order: (draft: { mediaId: string; hash: string }) => Promise<Job>,
  ): Promise<void> {
    const { mediaId } = await drafted(turn, prepared)
    const job = await order({ mediaId, hash: prepared.hash })
    const { account, slug } = turn
    const fields = { account, article: slug, by: job.kind, state: job.state, reason: job.reason }
    if (job.state === 'failed') log.warn(fields, 'article was refused')
    else log.info(fields, 'article was submitted')
    if (job.state === 'failed') await finish(turn, job, { state: 'failed', ...reasonOf(job) })
  }

  async function finish(turn: Turn, job: Job, ending: Ending): Promise<void> {
    const row = await rows.find(turn.account, turn.slug)
    const done = row && settled(row, job, ending, clock.now())
    if (!row || !done) return
    const gone = done.dropDraft && row.draft?.mediaId === job.mediaId ? { draft: undefined } : {}
    await ports.events.append([done.fact])
    await rows.save(turn.account, turn.slug, turn.fence, { ...done.changes, ...gone })
    log.info({ account: turn.account, article: turn.slug, state: ending.state }, 'article was settled')
  }

  async function mustBeFree(turn: Turn, again: boolean): Promise<ArticleRow | undefined> {
    const row = await rows.find(turn.account, turn.slug)
    const state = row?.job?.state
    if (state === 'submitting' || state === 'running')
      throw new AppError(
        'publishing.underway',
        `${turn.slug} is being published or sent; its result is not known yet`,
        {
          fix: 'look at `weloop article status`',
        },
      )
    if (state === 'uncertain' && !again)
      throw new AppError('publishing.uncertain', `${turn.slug}: it is not known how the last attempt ended`, {
        fix: '到公众平台后台核实；确认没有发出再加 --again',
      })
    return row
  }

  async function statusNow(account: string, slug: string): Promise<ArticleStatus | undefined> {
    const row = await rows.find(account, slug)
    return row && statusOf(row, await hashNow(account, slug))
  }

  async function hashNow(account: string, slug: string, known?: readonly ArticleRow[]): Promise<string | undefined> {
    try {
      return (await prepare(account, slug, known)).hash
    } catch (error) {
      if (error instanceof AppError) return undefined
      throw error
    }
  }

  async function statusAfter(account: string, slug: string): Promise<ArticleStatus> {
    const status = await statusNow(account, slug)
    if (status) return status
    throw new AppError('publishing.lost', `the record of ${slug} is gone`, { fix: 'push it again' })
  }

  async function verdict(update: Verdict): Promise<void> {
    const mass = update.kind === 'event.mass.sent'
    const id = mass ? update.messageId : update.publishId
    const row = await rows.byJob(update.account, mass ? 'mass' : 'publish', id)
    /** Some publications are only told of as a mass send: then it is worth asking at once. */
    if (!row) return rows.hurry(update.account, clock.now())
    await inTurn(row.account, row.slug, async (turn) => {
      const now = await rows.find(row.account, row.slug)
      if (now?.job?.id === id) await finish(turn, now.job, endingOfVerdict(update))
    }).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code.startsWith('publishing.'))) throw error
      log.info({ article: row.slug, reason: error.message }, 'verdict is left to the poll')
    })
  }

  return {
    push: (account, slug, { again = false } = {}) =>
      inTurn(account, slug, async (turn) => {
        accountFor(account, 'drafts')
        const row = await mustBeFree(turn, true)
        const prepared = await prepare(account, slug)
        const released = [row?.published?.hash, row?.sent?.hash].includes(prepared.hash)
        if (released && !row?.draft && !row?.adding && !again) return { state: 'released', notes: prepared.notes }
        return { ...(await drafted(turn, prepared)), notes: prepared.notes }
      }),

    preview: (account, slug, wechatId) =>
      inTurn(account, slug, async (turn) => {
        const { api } = accountFor(account, 'mass-by-tag')
        await mustBeFree(turn, true)
        const prepared = await prepare(account, slug)
        const result = await drafted(turn, prepared)
        await api.mass.preview({ wechatId }, { type: 'article', mediaId: result.mediaId })
        return { ...result, notes: prepared.notes }
      }),

    async publish(account, slug, { again = false } = {}) {
      await inTurn(account, slug, async (turn) => {
        const { api } = accountFor(account, 'publish')
        const row = await mustBeFree(turn, again)
        const prepared = await prepare(account, slug)
        if (row?.published?.hash === prepared.hash && !again) return
        await release(turn, prepared, (draft) => orderPublication(ports, api, turn, draft))
      })
      return statusAfter(account, slug)
    },

    async send(account, slug, audience, { again = false } = {}) {
      await inTurn(account, slug, async (turn) => {
        const { api } = accountFor(account, 'mass-by-tag')
        const row = await mustBeFree(turn, again)
        const prepared = await prepare(account, slug)
        if (row?.sent?.hash === prepared.hash && sameAudience(row.sent.audience, audience) && !again)
          throw new AppError('publishing.sent', `${slug} was sent to this audience already`, {
            fix: '确实要再发一次就加 --again',
          })
        await release(turn, prepared, (draft) => orderMassSend(ports, api, turn, draft, audience))
      })
      return statusAfter(account, slug)
    },

    status: statusNow,

    async list(account) {
      const all = await rows.list(account)
      return Promise.all(all.map(async (row) => statusOf(row, await hashNow(account, row.slug, all))))
    },

    apply: (update) =>
      update.kind === 'event.publish.finished' || update.kind === 'event.mass.sent' ? verdict(update) : undefined,

    async poll() {
      const due = await rows.due(clock.now(), MOST_DUE)
      for (const { account, slug } of due) {
        const api = ports.account(account)?.api
        if (!api) continue
        await inTurn(account, slug, async (turn) => {
          const row = await rows.find(account, slug)
          if (!row?.job?.pollAt || row.job.pollAt > clock.now()) return
          const asked = await askAbout(ports, api, turn, row, row.job)
          if ('ending' in asked) await finish(turn, row.job, asked.ending)
          else await rows.save(account, slug, turn.fence, { job: asked.job })
        }).catch((error: unknown) => {
          log.warn({ account, article: slug, reason: messageOf(error) }, 'article could not be asked about')
        })
      }
      return due.length
    },
  }
}

const reasonOf = ({ reason = '', fix }: Job) => ({ reason, ...(fix !== undefined && { fix }) })

const sameAudience = (a: Audience, b: Audience) => JSON.stringify(a) === JSON.stringify(b)

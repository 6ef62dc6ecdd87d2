import { accountKind } from '../rules/official-account/kinds.js'
import type { Config } from './config/schema.js'
import type { Clock } from './core/clock.js'
import { AppError } from './core/errors.js'
import type { Logger } from './core/log.js'
import type { Events } from './events/events.js'
import type { Library } from './library/library.js'
import type { AccountTemplates } from './library/notice-templates.js'
import type { Accounts } from './platforms/accounts.js'
import type { OfficialAccountClient } from './platforms/official-account/client.js'
import { createArticleRows } from './publishing/model.js'
import type { Articles, PublishingApi } from './publishing/ports.js'
import { createPublishing, type Publishing } from './publishing/publishing.js'
import { createCheckpoints } from './statistics/model.js'
import { createStatistics, type Statistics } from './statistics/statistics.js'
import type { Connection } from './store/connect.js'
import { createLeases } from './store/lease.js'
import { createMediaStore } from './store/media-store.js'

/** What publishing and statistics are connected to. */
export interface ContentPartsPorts {
  config: Pick<Config, 'accounts' | 'publicUrl'>
  connection: Connection
  library: Library
  accounts: Pick<Accounts, 'client'>
  events: Events
  clock: Clock
  log: Logger
}

/** Articles to WeChat and statistics from it, on the configured accounts. Make them before `ensureIndexes`. */
export function connectContentParts(ports: ContentPartsPorts): { publishing: Publishing; statistics: Statistics } {
  const { config, connection, library, accounts, events, clock, log } = ports
  const leases = createLeases(connection)
  const publishing = createPublishing({
    rows: createArticleRows(connection),
    leases,
    uploads: createMediaStore(connection),
    events,
    articles: articlesOf(library),
    publicUrl: config.publicUrl,
    account(id) {
      const account = config.accounts[id]
      const client = accounts.client(id)
      if (account?.platform !== 'official-account' || client === undefined) return undefined
      return { kind: accountKind(account), api: publishingApi(client) }
    },
    clock,
    log,
  })
  const readable = Object.keys(config.accounts).flatMap((id) => {
    const client = accounts.client(id)
    return client?.permissions.may('statistics') ? [[id, client.statistics] as const] : []
  })
  const checkpoints = createCheckpoints(connection)
  const statistics = createStatistics({ accounts: new Map(readable), checkpoints, leases, events, clock, log })
  return { publishing, statistics }
}

/** The library's articles as publishing takes them. */
export function articlesOf(library: Pick<Library, 'articles' | 'html' | 'media'>): Articles {
  return {
    find(slug) {
      const found = library.articles().find((each) => each.slug === slug)
      const html = library.html(slug)
      if (found === undefined || html === undefined) return undefined
      const { title, digest, cover, author, source } = found
      const optional = { ...(author !== undefined && { author }), ...(source !== undefined && { source }) }
      return { slug, title, digest, cover, html, ...optional }
    },
    picture: (name) => library.media(name),
  }
}

/** The client's methods that publishing uses. */
export function publishingApi(client: OfficialAccountClient): PublishingApi {
  const { media, materials, drafts, publish, mass } = client
  return {
    pictures: {
      uploadForArticle: (file) => media.uploadArticleImage(file),
      uploadForever: async (file) => (await materials.add('image', file)).mediaId,
    },
    drafts,
    publish,
    mass,
  }
}

/** The templates that accounts really have, for the channels that the notices of `channels` use. */
export async function templatesOf(
  accounts: Pick<Accounts, 'client' | 'miniProgram'>,
  ids: readonly string[],
  channels: ReadonlySet<string>,
): Promise<{
  templates: Map<string, AccountTemplates>
  refused: { account: string; channel: string; reason: string }[]
}> {
  const templates = new Map<string, AccountTemplates>()
  const refused: { account: string; channel: string; reason: string }[] = []
  for (const account of ids) {
    const client = accounts.client(account)
    const program = accounts.miniProgram(account)
    const found: AccountTemplates = {}
    const ask = async (
      channel: keyof AccountTemplates,
      list: (() => Promise<AccountTemplates['template']>) | undefined,
    ) => {
      if (!channels.has(channel) || !list) return
      try {
        found[channel] = (await list()) ?? []
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        refused.push({ account, channel, reason: error.message })
      }
    }
    await ask('template', client && (() => client.templates.list()))
    await ask('subscription', client && (() => client.subscriptions.templates.list()))
    await ask('mini-program', program && (() => program.subscribe.templates.list()))
    templates.set(account, found)
  }
  return { templates, refused }
}

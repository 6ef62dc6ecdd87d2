import type { Command } from 'commander'
import { AppError } from '../core/errors.js'
import type { Audience } from '../publishing/model.js'
import type { Publishing, Pushed } from '../publishing/publishing.js'
import { type ArticleStatus, describeStatus } from '../publishing/status.js'
import { type CommandOptions, chooseAccount, openParts } from './open.js'

/** What every article command takes. */
export interface ArticleOptions extends CommandOptions {
  slug: string
  account?: string | undefined
  json?: boolean | undefined
  again?: boolean | undefined
}

const PUSHED = {
  created: '已建立草稿',
  updated: '已更新草稿',
  unchanged: '草稿已是最新，没有改动',
  released: '这份内容已经发布或群发过，没有再建草稿（确实要建就加 --again）',
}

/** Makes or updates the draft of an article. Gives the exit code. */
export function pushArticle(options: ArticleOptions): Promise<number> {
  return withPublishing(options, async (publishing, account) => {
    const pushed = await publishing.push(account, options.slug, { again: options.again === true })
    return { result: pushed, text: pushedText(options.slug, account, pushed) }
  })
}

/** Shows the draft to one WeChat id (微信号). Gives the exit code. */
export function previewArticle(options: ArticleOptions & { to: string }): Promise<number> {
  return withPublishing(options, async (publishing, account) => {
    const pushed = await publishing.preview(account, options.slug, options.to)
    return { result: pushed, text: `${pushedText(options.slug, account, pushed)}\n  预览已发给微信号 ${options.to}` }
  })
}

/** Publishes, or mass-sends with `mass` (`all` or `tag:<id>`). Gives the exit code: 1 when it failed. */
export function publishArticle(options: ArticleOptions & { mass?: string | undefined }): Promise<number> {
  const audience = options.mass === undefined ? undefined : readAudience(options.mass)
  return withPublishing(options, async (publishing, account, timeZone) => {
    const again = { again: options.again === true }
    const status =
      audience === undefined
        ? await publishing.publish(account, options.slug, again)
        : await publishing.send(account, options.slug, audience, again)
    return { result: status, text: describeStatus(status, timeZone), code: exitCode(status) }
  })
}

/** Tells how an article stands; asks the platform when an answer is due. Gives the exit code: 1 when the last attempt failed. */
export function articleStatus(options: ArticleOptions): Promise<number> {
  return withPublishing(options, async (publishing, account, timeZone) => {
    await publishing.poll()
    const status = await publishing.status(account, options.slug)
    if (status === undefined) return { result: null, text: `${options.slug} @ ${account}  还没有推送过` }
    return { result: status, text: describeStatus(status, timeZone), code: exitCode(status) }
  })
}

/** Adds `article push|preview|publish|status` to the program. */
export function addArticleCommands(program: Command, base: CommandOptions): void {
  const article = program.command('article').description('articles of content/ as drafts, publications and mass sends')
  const command = (name: string, description: string) =>
    article
      .command(name)
      .description(description)
      .argument('<slug>', 'the article’s name in content/articles')
      .option('--account <id>', 'the account (default: the only one)')
      .option('--json', 'machine-readable')
  type Flags = { account?: string; json?: boolean; again?: boolean }

  command('push', 'make or update the draft')
    .option('--again', 'make a draft of content that was published already')
    .action(async (slug: string, flags: Flags) => {
      process.exitCode = await pushArticle({ ...base, slug, ...flags })
    })
  command('preview', 'show the draft to one WeChat id')
    .requiredOption('--to <wechatId>', 'the WeChat id (微信号) of somebody who follows the account')
    .action(async (slug: string, flags: Flags & { to: string }) => {
      process.exitCode = await previewArticle({ ...base, slug, ...flags })
    })
  command('publish', 'publish (an address, no push); with --mass send it to followers')
    .option('--mass <audience>', 'all, or tag:<id>')
    .option('--again', 'also when this content was published or sent already, or the last end is not known')
    .action(async (slug: string, flags: Flags & { mass?: string }) => {
      process.exitCode = await publishArticle({ ...base, slug, ...flags })
    })
  command('status', 'how it stands').action(async (slug: string, flags: Flags) => {
    process.exitCode = await articleStatus({ ...base, slug, ...flags })
  })
}

function readAudience(text: string): Audience {
  const tagId = /^tag:(\d{1,15})$/.exec(text)?.[1]
  if (text === 'all') return { to: 'all' }
  if (tagId !== undefined) return { to: 'tag', tagId }
  throw new AppError('article.audience', `'${text}' is no audience`, { fix: 'write all, or tag:101' })
}

async function withPublishing(
  options: ArticleOptions,
  work: (
    publishing: Publishing,
    account: string,
    timeZone: string,
  ) => Promise<{ result: unknown; text: string; code?: number }>,
): Promise<number> {
  const { print = console.log } = options
  const parts = await openParts(options)
  try {
    const account = chooseAccount(parts.config, options.account)
    const { result, text, code = 0 } = await work(parts.publishing, account, parts.config.timeZone)
    print(options.json === true ? JSON.stringify(result, null, 2) : text)
    return code
  } finally {
    await parts.close()
  }
}

function pushedText(slug: string, account: string, pushed: Pushed): string {
  return [`${slug} @ ${account}  ${PUSHED[pushed.state]}`, ...pushed.notes.map((note) => `  ! ${note}`)].join('\n')
}

const exitCode = ({ job }: ArticleStatus) => (job?.state === 'failed' || job?.state === 'uncertain' ? 1 : 0)

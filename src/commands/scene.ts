import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../core/errors.js'
import { codePng, codeSvg } from '../growth/scenes/image.js'
import type { SceneRow } from '../growth/scenes/model.js'
import { type NewScene, PLACEMENTS } from '../growth/scenes/scene.js'
import { unknown } from '../growth/scenes/scenes.js'
import { type CommandContext, chooseAccount, clientOf, openTools, type Tools } from './tools.js'

/** What every `weloop scene` command takes. */
export interface SceneOptions extends CommandContext {
  account?: string | undefined
  json?: boolean
}

/** What `weloop scene create` takes besides. */
export interface SceneCreateOptions extends SceneOptions {
  name: string
  placement: string
  costCentre?: string | undefined
  tag?: string[]
  text?: string | undefined
  article?: string | undefined
  card?: string | undefined
  lasts?: string | undefined
}

/** Makes a channel code on the platform and keeps it. */
export async function createScene(code: string, options: SceneCreateOptions): Promise<number> {
  return withTools(options, async (tools, account, say) => {
    const reply = replyOf(options)
    await tools.library.load()
    if (reply && 'article' in reply && !tools.library.hasArticle(reply.article)) throw missing('article', reply.article)
    if (reply && 'card' in reply && !tools.library.hasCard(reply.card)) throw missing('card', reply.card)
    const { name, placement, costCentre, tag = [], lasts } = options
    const scene = {
      account,
      code,
      name,
      placement,
      tags: tag,
      ...(costCentre !== undefined && { costCentre }),
      ...(reply && { reply }),
      ...(lasts !== undefined && { lasts }),
    } as NewScene
    const row = await tools.scenes.create(scene, clientOf(tools, account).codes)
    say(
      options.json
        ? JSON.stringify(row, null, 2)
        : `${describeScene(row)}\n  next       weloop scene qr ${code} ${code}.svg`,
    )
    return 0
  })
}

/** Lists channel codes with their counts, newest first. */
export async function listScenes(options: SceneOptions & { all?: boolean }): Promise<number> {
  return withTools(options, async (tools, account, say) => {
    const rows = await tools.scenes.list({ account, limit: 1000 })
    if (options.json) say(JSON.stringify(rows, null, 2))
    else if (rows.length === 0) say('no channel codes yet; make one with `weloop scene create`')
    else {
      say(
        `${'code'.padEnd(24)}${'placement'.padEnd(10)}${'follows'.padStart(8)}${'scans'.padStart(8)}${'left'.padStart(8)}  name`,
      )
      for (const { code, placement, counts, name } of rows) {
        const { follows, scans, unfollows } = counts
        const figures = [follows, scans, unfollows].map((count) => String(count).padStart(8)).join('')
        say(`${code.padEnd(24)}${placement.padEnd(10)}${figures}  ${name}`)
      }
    }
    return 0
  })
}

/** One channel code; with `lasts` a temporary one is made anew first. */
export async function showScene(code: string, options: SceneOptions & { renew?: string | undefined }): Promise<number> {
  return withTools(options, async (tools, account, say) => {
    const { codes } = clientOf(tools, account)
    const row =
      options.renew === undefined
        ? await tools.scenes.find(account, code)
        : await tools.scenes.renew(account, code, options.renew, codes)
    if (!row) throw unknown(account, code)
    say(options.json ? JSON.stringify(row, null, 2) : describeScene(row))
    return 0
  })
}

/** Draws a channel code into a file, PNG or SVG by its name, with a caption. */
export async function drawScene(
  code: string,
  file: string,
  options: SceneOptions & { caption?: string | undefined },
): Promise<number> {
  return withTools(options, async (tools, account, say) => {
    const row = await tools.scenes.find(account, code)
    if (!row) throw unknown(account, code)
    if (row.url === undefined) {
      throw new AppError('scene.unmade', `the platform has not made '${code}' yet`, {
        fix: 'repeat the `weloop scene create` that was cut short',
      })
    }
    if (row.expiresAt && row.expiresAt <= new Date()) {
      throw new AppError('scene.expired', `'${code}' ended at ${row.expiresAt.toISOString()}`, {
        fix: `make it anew: weloop scene show ${code} --renew 30d`,
      })
    }
    const kind = path.extname(file).toLowerCase()
    if (kind === '.svg') await writeFile(file, codeSvg(row.url, options.caption ?? row.name))
    else if (kind === '.png') await writeFile(file, codePng(row.url, options.caption ?? row.code))
    else throw new AppError('scene.file', `'${file}' is neither .png nor .svg`, { fix: 'SVG is best for print' })
    say(options.json ? JSON.stringify({ file, url: row.url }) : `${file}: ${row.name} (${row.url})`)
    return 0
  })
}

/** Adds `weloop scene create | list | show | qr`. */
export function addSceneCommands(program: Command, context: CommandContext): void {
  const scene = program
    .command('scene')
    .description('channel codes (渠道码): who came by which poster, parcel or shelf')
  const shared = (command: Command) =>
    command.option('--account <id>', 'the account (needed when there are several)').option('--json', 'machine-readable')
  shared(scene.command('create').description('make a code; permanent unless --lasts'))
    .argument('<code>', 'what comes back with a follow or scan, at most 64 characters, e.g. poster-2026-spring')
    .requiredOption('--name <name>', 'for people, in any language')
    .requiredOption('--placement <kind>', PLACEMENTS.join(' | '))
    .option('--cost-centre <name>', 'who pays')
    .option('--tag <tag>', 'tags those who come by it; may be repeated', (tag, all: string[]) => [...all, tag], [])
    .option('--text <words>', 'answers with this text')
    .option('--article <slug>', 'answers with this article')
    .option('--card <slug>', 'answers with this card')
    .option('--lasts <time>', 'temporary, at most 30d')
    .action(async (code: string, options: SceneCreateOptions) => {
      process.exitCode = await createScene(code, { ...context, ...options })
    })
  shared(scene.command('list').description('all codes with their counts')).action(async (options: SceneOptions) => {
    process.exitCode = await listScenes({ ...context, ...options })
  })
  shared(scene.command('show').description('one code'))
    .argument('<code>')
    .option('--renew <time>', 'make a temporary code anew, under the same name')
    .action(async (code: string, options: SceneOptions & { renew?: string }) => {
      process.exitCode = await showScene(code, { ...context, ...options })
    })
  shared(scene.command('qr').description('draw a code into a .png or .svg file'))
    .argument('<code>')
    .argument('<file>')
    .option('--caption <text>', 'below the code; PNG takes letters and digits only')
    .action(async (code: string, file: string, options: SceneOptions & { caption?: string }) => {
      process.exitCode = await drawScene(code, file, { ...context, ...options })
    })
}

/** A code for a terminal. */
export function describeScene(row: SceneRow): string {
  const { code, name, placement, costCentre, tags, reply, permanent, expiresAt, url, counts } = row
  return [
    `${code}  ${name}`,
    `  placement  ${placement}${costCentre === undefined ? '' : `, paid by ${costCentre}`}`,
    `  kind       ${permanent ? 'permanent' : `temporary, until ${expiresAt?.toISOString() ?? '?'}`}`,
    `  tags       ${tags.join(', ') || '-'}`,
    `  reply      ${reply === undefined ? 'by the handlers' : JSON.stringify(reply)}`,
    `  address    ${url ?? 'not made yet: repeat the command'}`,
    `  came       ${counts.follows} follows, ${counts.scans} scans by followers, ${counts.first} met us here first`,
    `  left       ${counts.unfollows}`,
  ].join('\n')
}

async function withTools(
  options: SceneOptions,
  work: (tools: Tools, account: string, say: (line: string) => void) => Promise<number>,
): Promise<number> {
  const tools = await openTools(options)
  try {
    await tools.store.ensureIndexes()
    return await work(tools, chooseAccount(tools.config, options.account), options.say ?? ((line) => console.log(line)))
  } finally {
    await tools.close()
  }
}

function replyOf({ text, article, card }: SceneCreateOptions): NewScene['reply'] {
  const given = [text, article, card].filter((value) => value !== undefined).length
  if (given > 1) {
    throw new AppError('scene.reply', 'a code has one reply', { fix: 'use one of --text, --article and --card' })
  }
  if (text !== undefined) return { text }
  if (article !== undefined) return { article }
  return card === undefined ? undefined : { card }
}

const missing = (kind: string, name: string) =>
  new AppError('scene.reply', `there is no ${kind} '${name}' in the content folder`, {
    fix: 'see `weloop content check`',
  })

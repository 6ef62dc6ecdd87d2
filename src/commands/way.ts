import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../core/errors.js'
import type { WayView } from '../customers/ways/view.js'
import { readYaml } from '../library/yaml.js'
import type { CommandContext } from './tools.js'
import { codeSvg, openWays, pictureOf, type WayTools } from './way-tools.js'
import { describeWay, wayLine } from './way-words.js'

/** What every `weloop way` command takes. */
export interface WayOptions extends CommandContext {
  account?: string | undefined
  json?: boolean
}

/** Lists the contact ways with their counts. */
export async function listWays(options: WayOptions & { removed?: boolean }): Promise<number> {
  return withWays(options, async ({ desk, account }, say) => {
    const ways = await desk.list({ account, removed: options.removed ?? false })
    if (options.json) say(JSON.stringify(ways, null, 2))
    else if (ways.length === 0) say('还没有渠道码；在 content/contact-ways 写一个，或用 weloop way create')
    else for (const way of ways) say(wayLine(way))
    return 0
  })
}

/** One contact way: who is on duty, what it is on the platform, what came of it. */
export async function showWay(slug: string, options: WayOptions): Promise<number> {
  return withWays(options, async (tools, say) => {
    const { desk, account, clock } = tools
    const way = await known(tools, slug)
    const onDuty = await desk.onDuty(slug, clock.now(), account)
    const days = await desk.days(slug, { account, limit: 20 })
    if (options.json) say(JSON.stringify({ ...way, onDuty, days }, null, 2))
    else for (const line of describeWay(way, onDuty, days)) say(line)
    return 0
  })
}

/** Makes a way from a YAML or JSON file, or changes one, and brings it to the platform. */
export async function putWay(slug: string, file: string, options: WayOptions & { create: boolean }): Promise<number> {
  return withWays(options, async ({ desk, account }, say) => {
    const definition = await read(file)
    const exists = await desk.find(slug, account)
    if (options.create && exists && exists.status !== 'removed') {
      throw new AppError('way.exists', `there is a contact way '${slug}' already`, { fix: 'use `weloop way update`' })
    }
    if (!options.create && !exists) throw unknown(slug)
    const done = await desk.put(slug, definition, 'command line', { account })
    switch (done.outcome) {
      case 'stored':
        say(options.json ? JSON.stringify(done.way, null, 2) : describeWay(done.way).join('\n'))
        return done.way.problem ? 1 : 0
      case 'invalid':
        for (const { field, message, fix } of done.problems) say(`${file} ${field}: ${message}。${fix}`)
        return 1
      case 'read-only':
        throw readOnly(slug)
      default:
        throw new AppError('way.stale', `'${slug}' was changed by somebody else`, { fix: 'repeat the command' })
    }
  })
}

/** Removes a way from the platform: printed codes stop working. */
export async function removeWay(slug: string, options: WayOptions & { yes?: boolean }): Promise<number> {
  return withWays(options, async (tools, say) => {
    const { desk, account } = tools
    const way = await known(tools, slug)
    const sure =
      options.yes ?? (await options.ask?.(`${way.name}（${slug}）：已印出的二维码将失效，确定删除？`)) ?? false
    if (!sure) {
      say('没有删除；确认请加 --yes')
      return 1
    }
    const removed = await desk.remove(slug, 'command line', account)
    if (removed === 'read-only') throw readOnly(slug)
    if (removed === 'unknown') throw unknown(slug)
    say(options.json ? JSON.stringify({ slug, removed: true }) : `已删除 ${slug}；渠道与统计保留`)
    return 0
  })
}

/** Makes a way anew whose code is gone from the platform. */
export async function remakeWay(slug: string, options: WayOptions): Promise<number> {
  return withWays(options, async (tools, say) => {
    const way = await known(tools, slug)
    if (way.status !== 'gone') {
      throw new AppError('way.live', `'${slug}' is not gone from the platform`, {
        fix: 'there is nothing to make anew',
      })
    }
    const made = (await tools.desk.remake(slug, tools.account)) ?? way
    say(options.json ? JSON.stringify(made, null, 2) : describeWay(made).join('\n'))
    return made.problem ? 1 : 0
  })
}

/** Writes the code's picture into a file: `.png` as the platform gives it, `.svg` with a caption for print. */
export async function imageOfWay(
  slug: string,
  file: string,
  options: WayOptions & { caption?: string | undefined },
): Promise<number> {
  return withWays(options, async (tools, say) => {
    const way = await known(tools, slug)
    if (way.qrCode === undefined) {
      const fix =
        way.place === 'mini-program'
          ? 'it is a button of a mini program: give its platformId to the page'
          : 'see `weloop way show`'
      throw new AppError('way.picture', `'${slug}' has no picture (${way.status})`, { fix })
    }
    const kind = path.extname(file).toLowerCase()
    if (kind !== '.png' && kind !== '.svg') {
      throw new AppError('way.file', `'${file}' is neither .png nor .svg`, { fix: 'SVG has a caption, for print' })
    }
    const picture = await pictureOf(tools, way.qrCode)
    await writeFile(file, kind === '.svg' ? codeSvg(picture, options.caption ?? way.name) : picture.bytes)
    say(options.json ? JSON.stringify({ file, qrCode: way.qrCode }) : `${file}: ${way.name} (${way.qrCode})`)
    return 0
  })
}

/** Adds `weloop way list | show | create | update | remove | remake | image`. */
export function addWayCommands(program: Command, context: CommandContext): void {
  const way = program
    .command('way')
    .description('contact ways (联系我, 渠道活码): who came to which member by which code')
  const shared = (command: Command) =>
    command
      .option('--account <id>', 'the WeCom app (needed when there are several)')
      .option('--json', 'machine-readable')
  shared(way.command('list').description('all contact ways with their counts'))
    .option('--removed', 'those that were removed as well')
    .action(async (options: WayOptions & { removed?: boolean }) => {
      process.exitCode = await listWays({ ...context, ...options })
    })
  shared(way.command('show').description('one contact way and who is on duty'))
    .argument('<slug>')
    .action(async (slug: string, options: WayOptions) => {
      process.exitCode = await showWay(slug, { ...context, ...options })
    })
  for (const create of [true, false]) {
    shared(way.command(create ? 'create' : 'update').description(create ? 'make one from a file' : 'change one'))
      .argument('<slug>', 'lower-case letters, digits and hyphens')
      .argument('<file>', 'YAML or JSON, the fields of content/contact-ways')
      .action(async (slug: string, file: string, options: WayOptions) => {
        process.exitCode = await putWay(slug, file, { ...context, ...options, create })
      })
  }
  shared(way.command('remove').description('remove one from the platform; printed codes stop working'))
    .argument('<slug>')
    .option('--yes', 'without asking')
    .action(async (slug: string, options: WayOptions & { yes?: boolean }) => {
      process.exitCode = await removeWay(slug, { ...context, ...options })
    })
  shared(way.command('remake').description('make one anew whose code is gone from the platform'))
    .argument('<slug>')
    .action(async (slug: string, options: WayOptions) => {
      process.exitCode = await remakeWay(slug, { ...context, ...options })
    })
  shared(way.command('image').description('the code as .png, or as .svg with a caption for print'))
    .argument('<slug>')
    .argument('<file>')
    .option('--caption <text>', 'below the code; its name unless given')
    .action(async (slug: string, file: string, options: WayOptions & { caption?: string }) => {
      process.exitCode = await imageOfWay(slug, file, { ...context, ...options })
    })
}

async function withWays(
  options: WayOptions,
  work: (tools: WayTools, say: (line: string) => void) => Promise<number>,
): Promise<number> {
  const tools = await openWays(options)
  try {
    return await work(tools, options.say ?? ((line) => console.log(line)))
  } finally {
    await tools.close()
  }
}

async function known({ desk, account }: WayTools, slug: string): Promise<WayView> {
  const found = await desk.find(slug, account)
  if (found) return found
  throw unknown(slug)
}

async function read(file: string): Promise<unknown> {
  const { value, problems } = readYaml(await readFile(file, 'utf8'), file)
  const [first] = problems
  if (first) throw new AppError('way.file', `${file}:${first.line ?? 1} ${first.message}`, { fix: first.fix })
  return value
}

const unknown = (slug: string) =>
  new AppError('way.unknown', `there is no contact way '${slug}'`, { fix: 'see `weloop way list`' })

const readOnly = (slug: string) =>
  new AppError('way.read-only', `'${slug}' is a file`, { fix: `edit content/contact-ways/${slug}.yaml` })

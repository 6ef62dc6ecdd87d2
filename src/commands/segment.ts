import type { Command } from 'commander'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { Explained } from '../segments/explain.js'
import type { Member, Segment } from '../segments/segment.js'
import { createSegments, type Segments } from '../segments/segments.js'
import type { CommandContext } from './tools.js'
import { openTools } from './tools.js'

/** What every command of segments takes. */
export interface SegmentOptions extends CommandContext {
  json?: boolean | undefined
  /** Texts of conditions: Chinese unless asked otherwise. */
  english?: boolean | undefined
}

/** Lists the segments of files and store. */
export async function listSegments(options: SegmentOptions): Promise<number> {
  return withSegments(options, async (segments, say) => {
    const all = await segments.list()
    if (options.json) say(JSON.stringify(all, null, 2))
    else for (const each of all) say(line(each))
    return 0
  })
}

/** Says how many a segment means now, with some of them. */
export async function countSegment(slug: string, options: SegmentOptions): Promise<number> {
  return withSegments(options, async (segments, say) => {
    const segment = await named(segments, slug)
    const began = performance.now()
    const found = await segments.count(segment.rule)
    const ms = Math.round(performance.now() - began)
    if (options.json) say(JSON.stringify({ slug, ...found, ms }, null, 2))
    else {
      say(`${segment.title}（${slug}）：${found.count} 人，用时 ${ms} 毫秒`)
      for (const each of found.sample) say(`  ${memberLine(each)}`)
    }
    return 0
  })
}

/** Shows a segment with its rule. */
export async function showSegment(slug: string, options: SegmentOptions): Promise<number> {
  return withSegments(options, async (segments, say) => {
    const segment = await named(segments, slug)
    if (options.json) say(JSON.stringify(segment, null, 2))
    else {
      say(line(segment))
      if (segment.description) say(segment.description)
      say(JSON.stringify(segment.rule, null, 2))
    }
    return 0
  })
}

/** Says of each condition of a segment whether it holds for a contact; exit code 1 when the person does not belong. */
export async function explainSegment(contact: string, slug: string, options: SegmentOptions): Promise<number> {
  return withSegments(options, async (segments, say) => {
    const segment = await named(segments, slug)
    const explained = await segments.explain(segment.rule, contact, systemClock.now())
    if (explained === undefined) {
      throw new AppError('contact.unknown', `there is no contact '${contact}'`, {
        fix: 'take an id as `weloop segment count` shows them',
      })
    }
    if (options.json) say(JSON.stringify({ slug, contact, ...explained }, null, 2))
    else {
      say(`${contact} ${explained.holds ? '属于' : '不属于'} ${segment.title}（${slug}）`)
      for (const each of tree(explained, options.english ? 'en' : 'zh')) say(each)
    }
    return explained.holds ? 0 : 1
  })
}

/** Adds `segment list|count|show|explain` to the program. */
export function addSegmentCommands(program: Command, base: CommandContext): void {
  const segment = program.command('segment').description('who is meant: the segments of content/ and of the store')
  const json = ['--json', 'machine-readable'] as const
  segment
    .command('list')
    .description('all segments')
    .option(...json)
    .action(async (flags: { json?: boolean }) => {
      process.exitCode = await listSegments({ ...base, ...flags })
    })
  segment
    .command('count')
    .description('how many it means now, with some of them')
    .argument('<slug>')
    .option(...json)
    .action(async (slug: string, flags: { json?: boolean }) => {
      process.exitCode = await countSegment(slug, { ...base, ...flags })
    })
  segment
    .command('show')
    .description('its rule')
    .argument('<slug>')
    .option(...json)
    .action(async (slug: string, flags: { json?: boolean }) => {
      process.exitCode = await showSegment(slug, { ...base, ...flags })
    })
  segment
    .command('explain')
    .description('whether somebody belongs to it, condition by condition; exit 1 when not')
    .argument('<contact>')
    .argument('<slug>')
    .option(...json)
    .option('--english', 'conditions in English')
    .action(async (contact: string, slug: string, flags: { json?: boolean; english?: boolean }) => {
      process.exitCode = await explainSegment(contact, slug, { ...base, ...flags })
    })
}

async function withSegments(
  options: SegmentOptions,
  work: (segments: Segments, say: (line: string) => void) => Promise<number>,
): Promise<number> {
  const tools = await openTools(options)
  try {
    const { config, store, library } = tools
    const { connection } = store
    const { timeZone } = config
    const segments = createSegments({ connection, files: library, clock: systemClock, timeZone })
    await store.ensureIndexes()
    await library.load()
    return await work(segments, options.say ?? console.log)
  } finally {
    await tools.close()
  }
}

async function named(segments: Segments, slug: string): Promise<Segment> {
  const found = await segments.find(slug)
  if (found) return found
  throw new AppError('segment.unknown', `there is no segment '${slug}'`, { fix: 'look at `weloop segment list`' })
}

const line = ({ slug, title, origin }: Segment) => `${slug}  ${title}${origin === 'store' ? '（在线建立）' : ''}`

function memberLine({ contact, name, lastSeenAt, tags }: Member): string {
  return [contact, name ?? '（没有名字）', lastSeenAt.toISOString(), tags.join('、')].join('  ').trimEnd()
}

function* tree(node: Explained, language: 'zh' | 'en', depth = 1): Generator<string> {
  const found = node.found ? `（${node.found[language]}）` : ''
  yield `${'  '.repeat(depth)}${node.holds ? '✓' : '✗'} ${node.text[language]}${found}`
  for (const each of node.of ?? []) yield* tree(each, language, depth + 1)
}

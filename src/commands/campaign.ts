import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'
import { stderr } from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { CampaignError } from '../campaigns/campaign-error.js'
import type { Campaigns } from '../campaigns/campaigns.js'
import { type Names, parseTemplate, readTemplates } from '../campaigns/content.js'
import { CAMPAIGN_STATES, type CampaignState } from '../campaigns/life.js'
import { AppError, ProblemsError } from '../core/errors.js'
import { describeCampaign, describeEstimate, listLine, progressBar } from './campaign-words.js'
import type { CommandContext } from './tools.js'

/** What the commands work on: the campaigns of the product's store. */
export interface CampaignTools {
  campaigns: Campaigns
  /** The content folder, and what it has. */
  contentDir: string
  names: Names
  timeZone: string
  close(): Promise<void>
}

/** What every `weloop campaign` command takes. */
export interface CampaignOptions extends CommandContext {
  open(context: CommandContext): Promise<CampaignTools>
  json?: boolean
  /** Who does it, for the record; the user of the terminal unless given. */
  as?: string
  note?: string
  /** Where progress goes; the terminal's error output unless a test listens. */
  progress?: (line: string) => void
}

/** All campaigns, the last changed first. */
export const listCampaigns = (options: CampaignOptions & { state?: string }) =>
  withTools(options, async ({ campaigns, timeZone }, say) => {
    const { state } = options
    if (state !== undefined && !CAMPAIGN_STATES.includes(state as CampaignState)) {
      throw new AppError('campaign.state', `'${state}' is no state of a campaign`, {
        fix: `use one of ${CAMPAIGN_STATES.join(', ')}`,
      })
    }
    const rows = await campaigns.list(state === undefined ? {} : { state: state as CampaignState })
    if (options.json) say(JSON.stringify(rows, null, 2))
    else if (rows.length === 0) say('还没有活动：weloop campaign create NAME -f content/campaigns/recall.yaml')
    else for (const row of rows) say(listLine(row, timeZone))
    return 0
  })

/** One campaign: what was foreseen beside what became of it. */
export const showCampaign = (id: string, options: CampaignOptions) =>
  withTools(options, async ({ campaigns, timeZone }, say) => {
    const view = await campaigns.show(id)
    say(options.json ? JSON.stringify(view, null, 2) : describeCampaign(view, timeZone))
    return 0
  })

/** Makes a campaign of a file, or edits it: with `version` the edit is refused when somebody else was quicker. */
export const writeCampaign = (id: string, options: CampaignOptions & { file: string; version?: number }) =>
  withTools(options, async ({ campaigns, timeZone }, say) => {
    const definition = await definitionOf(options.file)
    const by = whoOf(options)
    const { version } = options
    await (version === undefined
      ? campaigns.create({ id, definition, by })
      : campaigns.edit(id, { version, definition, by }))
    const view = await campaigns.show(id)
    say(options.json ? JSON.stringify(view, null, 2) : describeCampaign(view, timeZone))
    return 0
  })

/** Looks at every person of the audience; a progress bar while it does. */
export const estimateCampaign = (id: string, options: CampaignOptions) =>
  withTools(options, async ({ campaigns, timeZone }, say) => {
    const tell = progressOf(options)
    const found = await campaigns.estimate(id, {
      by: whoOf(options),
      progress: (people) => tell(`正在查看 ${people} 人`),
    })
    tell('')
    say(options.json ? JSON.stringify(found, null, 2) : describeEstimate(found, timeZone))
    return 0
  })

/** What one word does to a campaign. */
export type CampaignVerb = 'approve' | 'schedule' | 'run' | 'pause' | 'resume' | 'stop' | 'withdraw'

/** Does it and shows what the campaign is then. */
export const actOnCampaign = (verb: CampaignVerb, id: string, options: CampaignOptions & { follow?: boolean }) =>
  withTools(options, async ({ campaigns, timeZone }, say) => {
    const by = { by: whoOf(options), ...(options.note !== undefined && { note: options.note }) }
    await campaigns[verb](id, by)
    if (options.follow) await follow(campaigns, id, progressOf(options))
    const view = await campaigns.show(id)
    say(options.json ? JSON.stringify(view, null, 2) : describeCampaign(view, timeZone))
    return 0
  })

/** Sends the message to one person on trial. */
export const tryCampaign = (
  id: string,
  options: CampaignOptions & { contact?: string; openid?: string; variant?: string },
) =>
  withTools(options, async ({ campaigns }, say) => {
    const { contact, openid: to, variant } = options
    if ((contact === undefined) === (to === undefined)) {
      throw new AppError('campaign.person', 'whom it goes to is not clear', {
        fix: 'use one of --contact and --openid',
      })
    }
    const sent = await campaigns.trial(id, { contact, to, variant, nonce: `${Date.now()} ${Math.random()}` })
    say(options.json ? JSON.stringify(sent, null, 2) : `已放入发件箱：${sent.variant} → ${sent.to}（${sent.key}）`)
    return 0
  })

/** Everything that is wrong in `content/campaigns`; exit code 1 on any mistake. */
export const checkCampaigns = (options: CampaignOptions) =>
  withTools(options, async ({ contentDir, names }, say) => {
    const { templates, problems } = await readTemplates(contentDir, names, path.basename(contentDir))
    if (options.json) say(JSON.stringify({ templates: templates.map(({ slug }) => slug), problems }, null, 2))
    else {
      for (const { severity, file, line, field, message, fix } of problems)
        say(
          `${severity === 'error' ? '✗' : '!'} ${file}${line === undefined ? '' : `:${line}`}  ${field}：${message}\n    改法：${fix}`,
        )
      say(`活动 ${templates.length} 个，问题 ${problems.length} 处`)
    }
    return problems.some(({ severity }) => severity === 'error') ? 1 : 0
  })

/** Shows how far the newest run is until nothing more happens by itself. */
async function follow(campaigns: Campaigns, id: string, tell: (line: string) => void): Promise<void> {
  for (;;) {
    const { campaign, runs } = await campaigns.show(id)
    const [run] = runs.filter(({ state }) => state !== 'scheduled')
    const { states = {}, recipients = 0 } = run?.progress ?? {}
    const { waiting = 0, sending = 0, retry = 0 } = states
    tell(progressBar(recipients - waiting - sending - retry, recipients))
    if (campaign.state !== 'running' && !(campaign.state === 'scheduled' && campaign.next?.manual)) break
    await wait(500)
  }
  tell('')
}

async function definitionOf(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new AppError('campaign.file', `there is no file '${file}'`, { fix: 'name a YAML file' })
  const { value, problems } = parseTemplate(text, file)
  if (value !== undefined) return value
  throw new ProblemsError('campaign.invalid', problems)
}

const whoOf = ({ as }: CampaignOptions): string => as ?? `cli:${userInfo().username}`

/** One line that is written over where a person watches; nothing in a log or with --json. */
function progressOf({ progress, json }: CampaignOptions): (line: string) => void {
  if (progress) return progress
  if (json === true || !stderr.isTTY) return () => undefined
  return (line) => void stderr.write(`\r${line.padEnd(60)}${line === '' ? '\r' : ''}`)
}

async function withTools(
  options: CampaignOptions,
  work: (tools: CampaignTools, say: (line: string) => void) => Promise<number>,
): Promise<number> {
  const tools = await options.open(options)
  const say = options.say ?? ((line: string) => console.log(line))
  const warn = options.warn ?? ((line: string) => console.error(line))
  try {
    return await work(tools, say)
  } catch (error) {
    if (!(error instanceof CampaignError)) throw error
    warn(error.message)
    for (const { field, message, fix } of error.faults)
      warn(`  ${field}：${message}${fix === undefined ? '' : `。改法：${fix}`}`)
    for (const { field, stored, given } of error.differences)
      warn(`  ${field}：现在是 ${JSON.stringify(stored) ?? '无'}，你的是 ${JSON.stringify(given) ?? '无'}`)
    if (error.fix !== undefined) warn(`Fix: ${error.fix}`)
    return 1
  } finally {
    await tools.close()
  }
}

/** Adds `weloop campaign ...`. */
export function addCampaignCommands(program: Command, context: Omit<CampaignOptions, 'json' | 'as' | 'note'>): void {
  const campaign = program.command('campaign').description('活动：推广、关怀与召回 (campaigns)')
  type Flags = { json?: boolean; as?: string; note?: string }
  const command = (name: string, about: string) =>
    campaign.command(name).description(about).option('--json', 'machine-readable')
  const written = (name: string, about: string) =>
    command(name, about).option('--as <who>', 'who does it, for the record (default: cli:<user>)')
  const end = async (code: Promise<number>) => {
    process.exitCode = await code
  }

  command('list', 'all campaigns, the last changed first')
    .option('--state <state>', CAMPAIGN_STATES.join(' | '))
    .action((flags: Flags & { state?: string }) => end(listCampaigns({ ...context, ...flags })))
  command('show <id>', 'a campaign with its runs, what was foreseen beside what became of it').action(
    (id: string, flags: Flags) => end(showCampaign(id, { ...context, ...flags })),
  )
  written('create <id>', 'make a campaign of a file; it starts as a draft')
    .requiredOption('-f, --file <file>', 'YAML or JSON, e.g. content/campaigns/recall.yaml')
    .action((id: string, flags: Flags & { file: string }) => end(writeCampaign(id, { ...context, ...flags })))
  written('edit <id>', 'replace the definition; estimate and approval are taken back')
    .requiredOption('-f, --file <file>', 'YAML or JSON')
    .requiredOption('--based-on <version>', 'the version your file is based on', Number)
    .action((id: string, { basedOn: version, ...flags }: Flags & { file: string; basedOn: number }) =>
      end(writeCampaign(id, { ...context, ...flags, version })),
    )
  written('estimate <id>', 'whom it would reach how, and whom not and why').action((id: string, flags: Flags) =>
    end(estimateCampaign(id, { ...context, ...flags })),
  )
  const verbs: [CampaignVerb, string][] = [
    ['approve', 'approve what was estimated; large ones need another person than the authors'],
    ['pause', 'let nothing more leave until it is resumed'],
    ['resume', 'go on where it was paused'],
    ['stop', 'call back for good what has not left, and run it no more'],
    ['withdraw', 'take it off the calendar, to be edited'],
  ]
  for (const [verb, about] of verbs)
    written(`${verb} <id>`, about)
      .option('--note <words>', 'why, for the record')
      .action((id: string, flags: Flags) => end(actOnCampaign(verb, id, { ...context, ...flags })))
  written('run <id>', 'put it on the calendar by its schedule, or with --now run it at once')
    .option('--now', 'now, whatever its schedule says')
    .option('--follow', 'show how far it is until it has ended')
    .action((id: string, { now, ...flags }: Flags & { now?: boolean; follow?: boolean }) =>
      end(actOnCampaign(now ? 'run' : 'schedule', id, { ...context, ...flags })),
    )
  written('test <id>', 'send its message to one person, outside of consent, caps and runs')
    .option('--contact <id>', 'our id of a contact')
    .option('--openid <id>', 'the person’s id on the account')
    .option('--variant <name>', 'the variant or stage (default: the first)')
    .action((id: string, flags: Flags & { contact?: string; openid?: string; variant?: string }) =>
      end(tryCampaign(id, { ...context, ...flags })),
    )
  command('check', 'find every mistake in content/campaigns; exit 1 on any').action((flags: Flags) =>
    end(checkCampaigns({ ...context, ...flags })),
  )
}

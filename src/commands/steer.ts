import type { Command } from 'commander'
import { describeProblem } from '../core/errors.js'
import { steeringFolders } from '../groups/steer/check.js'
import type { Steering } from '../groups/steer/steering.js'
import type { Welcomes } from '../groups/welcomes/welcomes.js'
import { describeAttempt, describeWay, OUTCOMES, wayLine, welcomeLine } from './steer-words.js'
import { type CommandContext, terminalAsk } from './tools.js'

/** What the commands work on: the product's store and platforms. */
export interface SteerTools {
  ways: Steering['ways']
  steer: Steering['steer']
  welcomes: Welcomes
  /** The content folder, and what it has. */
  contentDir: string
  names: { hasCard(slug: string): boolean; hasArticle(slug: string): boolean; segment(slug: string): unknown }
  close(): Promise<void>
}

/** What every `weloop steer` command takes. */
export interface SteerOptions extends CommandContext {
  open(context: CommandContext): Promise<SteerTools>
  json?: boolean
}

/** All join ways with their counts; those without a definition too. */
export const listWays = (options: SteerOptions) =>
  withTools(options, async ({ ways }, say) => {
    const [all, strays] = [await ways.list(), await ways.strays()]
    if (options.json) say(JSON.stringify({ ways: all, strays }, null, 2))
    else if (all.length + strays.length === 0) say('还没有入群方式：写 content/join-ways/NAME.yaml')
    else {
      for (const way of all) say(wayLine(way))
      for (const { slug, account } of strays) {
        say(`${slug.padEnd(20)}文件已删，二维码仍有效（${account}）；不再用：weloop steer ways remove ${slug}`)
      }
    }
    return 0
  })

/** One join way: its groups, code, problem and counts. */
export const showWay = (slug: string, options: SteerOptions) =>
  withTools(options, async ({ ways }, say, warn) => {
    const way = await ways.find(slug)
    if (!way) {
      warn(`没有入群方式 ${slug}，见 weloop steer ways list`)
      return 1
    }
    say(options.json ? JSON.stringify(way, null, 2) : describeWay(way))
    return 0
  })

/** Makes, rolls over and mends now; exit code 1 when one cannot be kept up. */
export const syncWays = (slug: string | undefined, options: SteerOptions & { anyway?: boolean }) =>
  withTools(options, async ({ ways }, say, warn) => {
    const done = await ways.sync(slug, { anyway: options.anyway === true })
    if (options.json) say(JSON.stringify(done, null, 2))
    else {
      for (const { slug: name, outcome } of done) {
        if (typeof outcome === 'string') say(`${name.padEnd(20)}${OUTCOMES[outcome]}`)
        else warn(`${name.padEnd(20)}${outcome.problem.message}（${outcome.problem.fix}）`)
      }
    }
    if (slug !== undefined && done.length === 0) warn(`没有入群方式 ${slug}`)
    return (slug !== undefined && done.length === 0) || done.some(({ outcome }) => typeof outcome !== 'string') ? 1 : 0
  })

/** Removes a way whose definition is gone, or a stored one; asks first, as its code dies. */
export const removeWay = (slug: string, options: SteerOptions & { yes?: boolean }) =>
  withTools(options, async ({ ways }, say, warn) => {
    if (options.yes !== true && !(await options.ask?.(`删除后二维码 ${slug} 失效，印出去的也不能再用。删除？`))) {
      warn('没有删除。确定要删请加 --yes')
      return 2
    }
    const removed = await ways.remove(slug)
    if (removed === 'removed') say(`已删除 ${slug}`)
    else if (removed === 'read-only') warn(`先删去 content/join-ways/${slug}.yaml，再执行一次`)
    else warn(`没有入群方式 ${slug}`)
    return removed === 'removed' ? 0 : 1
  })

/** Every mistake of content/join-ways, content/steering and content/group-welcomes. */
export const checkRules = (options: SteerOptions) =>
  withTools(options, async ({ contentDir, names, ways, steer }, say) => {
    const stored = {
      ways: (await ways.definitions.list()).map(({ slug }) => slug),
      sets: (await steer.sets.list()).map(({ slug }) => slug),
    }
    const checked = await Promise.all(steeringFolders(stored).map((folder) => folder(contentDir, names, 'content')))
    const problems = checked.flatMap((folder) => folder.problems)
    if (options.json) say(JSON.stringify(problems, null, 2))
    else {
      for (const each of problems) say(describeProblem(each))
      say([...checked.map(({ title, count }) => `${title} ${count}`), `问题 ${problems.length}`].join('，'))
    }
    return problems.some(({ severity }) => severity === 'error') ? 1 : 0
  })

/** Which group a contact would get, and why. */
export const trySteering = (
  contact: string,
  options: SteerOptions & { set?: string; said?: string; scene?: string; state?: string },
) =>
  withTools(options, async ({ steer }, say, warn) => {
    const { set = 'join', said, scene, state } = options
    const found = await steer.attempt(set, contact, { said, scene, state })
    if (!found) {
      warn(`没有这个人：${contact}`)
      return 1
    }
    say(options.json ? JSON.stringify(found, null, 2) : describeAttempt(set, found))
    return 0
  })

/** How the library of group welcomes differs from the files; exit code 1 when it does. */
export const diffWelcomes = (options: SteerOptions) =>
  withTools(options, async ({ welcomes }, say) => {
    const states = await welcomes.diff()
    if (options.json) say(JSON.stringify(states, null, 2))
    else if (states.length === 0) say('没有入群欢迎语：写 content/group-welcomes/NAME.yaml')
    else for (const state of states) say(welcomeLine(state))
    return states.every(({ state }) => state === 'same') ? 0 : 1
  })

/** Puts the files into the library; exit code 1 when one failed. */
export const pushWelcomes = (slug: string | undefined, options: SteerOptions & { prune?: boolean }) =>
  withTools(options, async ({ welcomes }, say) => {
    const done = await welcomes.push({ ...(slug !== undefined && { slug }), prune: options.prune === true })
    if (options.json) say(JSON.stringify(done, null, 2))
    else {
      for (const state of done) say(welcomeLine(state))
      if (done.some((state) => state.done === 'added'))
        say('下一步：请群主在客户端的“入群欢迎语”里选用，服务器不能替群主选。')
    }
    return done.some((state) => state.done === 'failed') ? 1 : 0
  })

/** Takes attempts of unknown end as failed. */
export const forgetWelcome = (slug: string, options: SteerOptions) =>
  withTools(options, async ({ welcomes }, say) => {
    const found = await welcomes.forget(slug)
    say(found ? `${slug} 会在下次 push 时重新添加` : `${slug} 没有结果不明的添加`)
    return found ? 0 : 1
  })

/** Adds `weloop steer ways | rules | try | welcomes`. */
export function addSteerCommands(
  program: Command,
  context: CommandContext & { open(context: CommandContext): Promise<SteerTools> },
): void {
  const steer = program.command('steer').description('lead people to the right customer group (加入群聊)')
  const json = (command: Command) => command.option('--json', 'machine-readable')
  const run =
    <A extends unknown[]>(work: (options: SteerOptions, ...args: A) => Promise<number>) =>
    async (...args: [...A, object]) => {
      const options = args[args.length - 2] as object
      process.exitCode = await work(
        { ask: terminalAsk(), ...context, ...options },
        ...(args.slice(0, -2) as unknown as A),
      )
    }

  const ways = steer.command('ways').description('join ways of content/join-ways and of the API')
  json(ways.command('list').description('all of them with their counts')).action(run((options) => listWays(options)))
  json(ways.command('show').description('one of them').argument('<name>')).action(
    run<[string]>((options, slug) => showWay(slug, options)),
  )
  json(ways.command('sync').description('make, roll over and mend now').argument('[name]'))
    .option('--anyway', 'also those that were refused lately or ended without an answer')
    .action(run<[string | undefined]>((options, slug) => syncWays(slug, options)))
  ways
    .command('remove')
    .description('remove a way without a file; its code is dead then')
    .argument('<name>')
    .option('--yes', 'do not ask')
    .action(run<[string]>((options, slug) => removeWay(slug, options)))

  const rules = steer.command('rules').description('steering rules of content/steering')
  json(rules.command('check').description('find every mistake; exit 1 on any')).action(
    run((options) => checkRules(options)),
  )

  json(steer.command('try').description('which group a contact would get, and why').argument('<contact>'))
    .option('--set <name>', 'the rule set, or a join way (default: join)')
    .option('--said <words>', 'as if they had just written this')
    .option('--scene <code>', 'as if they had just come by this channel code')
    .option('--state <state>', 'as if they had just come by this contact way')
    .action(run<[string]>((options, contact) => trySteering(contact, options)))

  const welcomes = steer.command('welcomes').description('the library of group welcomes (content/group-welcomes)')
  json(welcomes.command('diff').description('compare with the platform; exit 1 when they differ')).action(
    run((options) => diffWelcomes(options)),
  )
  json(welcomes.command('push').description('add and overwrite what differs').argument('[name]'))
    .option('--prune', 'also remove those whose file is gone')
    .action(run<[string | undefined]>((options, slug) => pushWelcomes(slug, options)))
  welcomes
    .command('forget')
    .description('take attempts of unknown end as failed')
    .argument('<name>')
    .action(run<[string]>((options, slug) => forgetWelcome(slug, options)))
}

async function withTools(
  options: SteerOptions,
  work: (tools: SteerTools, say: (line: string) => void, warn: (line: string) => void) => Promise<number>,
): Promise<number> {
  const tools = await options.open(options)
  try {
    const say = options.say ?? ((line: string) => console.log(line))
    return await work(tools, say, options.warn ?? ((line: string) => console.error(line)))
  } finally {
    await tools.close()
  }
}

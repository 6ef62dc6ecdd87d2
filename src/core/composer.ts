import { type Answered, call, isPromise, named, type Rest } from './call.js'
import type { Context, Handler, HearsHandler, MatchHandler } from './context.js'
import { withMatch } from './derived-context.js'
import { describePattern, exact, type Pattern, typed } from './match.js'
import type { Reply } from './message.js'
import type {
  MenuClickEvent,
  MessageUpdate,
  Narrow,
  ScanEvent,
  SubscribeEvent,
  TextMessage,
  Update,
  UpdateFilter,
} from './update.js'

/** A follow or scan that came through a channel code. */
export type SceneUpdate = (SubscribeEvent & { scene: string }) | ScanEvent

/** A file of `handlers/`: a function that tells the bot what to do. Its name appears in errors. */
export type Plugin = (bot: Bot) => void

/**
 * The bot: an ordered list of handlers. An update goes down the list; the first handler that fits takes it, and the
 * later ones see it only when that handler calls `next()`. Every registration but `use` and `install` returns the
 * bot *inside* that condition, so that more can be registered there.
 */
export interface Bot<U extends Update = Update> {
  /** For every update. */
  use(...handlers: Handler<U>[]): Bot<U>
  /** For a kind of update or its first words: `message.image`, `event.menu`, `['message.voice', 'message.video']`. */
  on<F extends UpdateFilter>(
    filter: F | readonly F[],
    ...handlers: Handler<Extract<U, Narrow<F>>>[]
  ): Bot<Extract<U, Narrow<F>>>
  /**
   * For texts. A string fits when the text is that word, whatever its width, case, blanks around and punctuation at
   * the end (`退货` fits `退货？`); a regular expression fits where it matches. `ctx.match` is the match.
   */
  hears(pattern: Pattern, ...handlers: HearsHandler[]): Bot<TextMessage>
  /** For follows and scans through a channel code; the string is the whole code. `ctx.match` is the match. */
  scene(pattern: Pattern, ...handlers: MatchHandler<SceneUpdate>[]): Bot<SceneUpdate>
  /** For clicks on the menu buttons of that key. `ctx.match` is the match. */
  menu(key: Pattern, ...handlers: MatchHandler<MenuClickEvent>[]): Bot<MenuClickEvent>
  /** For messages while the conversation waits for this name (`ctx.session.wait(name)`). Only messages load it. */
  waiting(name: string, ...handlers: Handler<MessageUpdate>[]): Bot<MessageUpdate>
  /** For the updates of these accounts (ids as in the configuration). */
  account(id: string | readonly string[], ...handlers: Handler<U>[]): Bot<U>
  /** For updates that pass a test; a type guard narrows the handlers' context. */
  filter<V extends U>(guard: (ctx: Context<U>) => ctx is Context<V>, ...handlers: Handler<V>[]): Bot<V>
  filter(test: (ctx: Context<U>) => boolean | Promise<boolean>, ...handlers: Handler<U>[]): Bot<U>
  /**
   * Takes an update through the handlers. The reply comes without a promise when no handler waited for anything.
   * Throws or rejects with a HandlerError that names the handler.
   */
  handle(ctx: Context<U>): Reply | Promise<Reply>
}

/** The bot as the application holds it: it also takes whole handler files. */
export interface RootBot extends Bot {
  /** Adds handler files in this order; each one's function name is part of its handlers' names. */
  install(...plugins: Plugin[]): RootBot
}

/** A bot without handlers; it answers nothing. */
export function createBot(): RootBot {
  const root = createScope<Update>('')
  const bot: RootBot = {
    ...root.bot,
    install(...plugins) {
      for (const plugin of plugins) {
        const scope = createScope<Update>(plugin.name)
        plugin(scope.bot)
        root.steps.push((ctx) => (rest) => scope.run(ctx, rest))
      }
      return bot
    },
  }
  return bot
}

type Enter = (rest: Rest) => Answered
/** Looks at an update and gives the way in when it fits. */
type Step<U extends Update> = (ctx: Context<U>) => Enter | undefined | Promise<Enter | undefined>

interface Scope<U extends Update> {
  bot: Bot<U>
  steps: Step<U>[]
  run(ctx: Context<U>, rest: Rest): Answered
}

function createScope<U extends Update>(path: string): Scope<U> {
  const steps: Step<U>[] = []
  const at = (label: string) => (path === '' ? label : `${path} > ${label}`)

  function when<V extends Update>(
    label: string,
    test: (ctx: Context<U>) => boolean | Promise<boolean>,
    handlers: readonly Handler<V>[],
  ): Bot<V> {
    const name = at(label)
    const inner = createScope<V>(name)
    const fits = (_ctx: Context, passed: boolean): _ctx is Context<V> => passed
    const enter = (ctx: Context<U>, passed: boolean): Enter | undefined =>
      fits(ctx, passed) ? (rest) => inner.run(ctx, rest) : undefined
    for (const handler of handlers) inner.steps.push(stepOf(handler, name))
    steps.push((ctx) => {
      const passed = tested(name, ctx, test)
      return isPromise(passed) ? passed.then((value) => enter(ctx, value)) : enter(ctx, passed)
    })
    return inner.bot
  }

  function matching<V extends Update>(
    label: string,
    fits: (ctx: Context) => ctx is Context<V>,
    find: (update: V) => RegExpMatchArray | undefined,
    handlers: readonly MatchHandler<V>[],
  ): Bot<V> {
    const name = at(label)
    const inner = createScope<V>(name)
    const chain = handlers.map((handler) => ({ handler, name: nameOf(handler, name) }))
    steps.push((ctx) => {
      if (!fits(ctx)) return undefined
      const match = find(ctx.update)
      if (match === undefined) return undefined
      const matched = withMatch<V>(ctx, match)
      const from = (index: number, rest: Rest): Answered => {
        const link = chain[index]
        if (link === undefined) return inner.run(ctx, rest)
        return call(link.handler, link.name, matched, () => from(index + 1, rest))
      }
      return (rest) => from(0, rest)
    })
    return inner.bot
  }

  function filter<V extends U>(
    test: (ctx: Context<U>) => boolean | Promise<boolean>,
    ...handlers: Handler<V>[]
  ): Bot<V> {
    return when(`filter(${test.name})`, test, handlers)
  }

  const run = (ctx: Context<U>, rest: Rest): Answered => walk(steps, 0, ctx, rest)

  const bot: Bot<U> = {
    use(...handlers) {
      for (const handler of handlers) steps.push(stepOf(handler, at('use')))
      return bot
    },
    on: (kinds, ...handlers) => {
      const wanted = typeof kinds === 'string' ? [kinds] : kinds
      return when(`on(${wanted.join('|')})`, kindTest(wanted), handlers)
    },
    hears: (pattern, ...handlers) => {
      const find = typed(pattern)
      return matching(`hears(${describePattern(pattern)})`, isText, (update) => find(update.text), handlers)
    },
    scene: (pattern, ...handlers) => {
      const find = exact(pattern)
      return matching(`scene(${describePattern(pattern)})`, hasScene, (update) => find(update.scene), handlers)
    },
    menu: (key, ...handlers) => {
      const find = exact(key)
      return matching(`menu(${describePattern(key)})`, isMenuClick, (update) => find(update.key), handlers)
    },
    waiting: (name, ...handlers) => {
      const waits = (ctx: Context<U>) =>
        ctx.update.kind.startsWith('message.') && ctx.session.waitingFor().then((awaited) => awaited === name)
      return when(`waiting(${name})`, waits, handlers)
    },
    account: (id, ...handlers) => {
      const ids = typeof id === 'string' ? [id] : id
      return when<U>(`account(${ids.join('|')})`, (ctx) => ids.includes(ctx.account.id), handlers)
    },
    filter,
    handle: (ctx) => run(ctx, nothing),
  }
  return { bot, steps, run }
}

const nothing: Rest = () => undefined

function walk<U extends Update>(steps: readonly Step<U>[], start: number, ctx: Context<U>, rest: Rest): Answered {
  for (let index = start; index < steps.length; index++) {
    const enter = steps[index]?.(ctx)
    if (enter === undefined) continue
    const onward = () => walk(steps, index + 1, ctx, rest)
    return isPromise(enter) ? enter.then((found) => (found === undefined ? onward() : found(onward))) : enter(onward)
  }
  return rest()
}

function stepOf<V extends Update>(handler: Handler<V>, path: string): Step<V> {
  const name = nameOf(handler, path)
  return (ctx) => (rest) => call<Context<V>>(handler, name, ctx, rest)
}

function nameOf(handler: { name: string }, path: string): string {
  return handler.name === '' ? path : `${path} ${handler.name}`
}

function tested<C>(name: string, ctx: C, test: (ctx: C) => boolean | Promise<boolean>): boolean | Promise<boolean> {
  try {
    const passed = test(ctx)
    if (!isPromise(passed)) return passed
    return passed.catch((error: unknown) => {
      throw named(error, name)
    })
  } catch (error) {
    throw named(error, name)
  }
}

function kindTest(wanted: readonly UpdateFilter[]): (ctx: Context) => boolean {
  const known = new Map<string, boolean>()
  return ({ update: { kind } }) => {
    let fits = known.get(kind)
    if (fits === undefined) {
      fits = wanted.some((filter) => kind === filter || kind.startsWith(`${filter}.`))
      known.set(kind, fits)
    }
    return fits
  }
}

const isText = (ctx: Context): ctx is Context<TextMessage> => ctx.update.kind === 'message.text'
const isMenuClick = (ctx: Context): ctx is Context<MenuClickEvent> => ctx.update.kind === 'event.menu.click'
const hasScene = (ctx: Context): ctx is Context<SceneUpdate> =>
  ctx.update.kind === 'event.scan' || (ctx.update.kind === 'event.subscribe' && ctx.update.scene !== undefined)

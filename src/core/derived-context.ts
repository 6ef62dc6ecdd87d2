import type { Context, MatchedContext } from './context.js'
import type { HandOver, HandOverAsk, Message } from './message.js'
import type { TextMessage, Update } from './update.js'

/** The same context with the match of a pattern; the one passed in stays as it is for the handlers after. */
export function withMatch<U extends Update>(ctx: Context<U>, match: RegExpMatchArray): MatchedContext<U> {
  return new Derived(ctx, ctx.update, match)
}

/**
 * The same context as if the follower had typed `text`: what a menu button stands for is answered by the handlers of
 * that word. Everything else (contact, session, what is sent) stays that of the update itself.
 */
export function said(ctx: Context, text: string): Context<TextMessage> {
  const { id, platform, account, from, at } = ctx.update
  return new Derived<TextMessage>(ctx, { kind: 'message.text', id, platform, account, from, at, text }, [text])
}

class Derived<U extends Update> implements Context<U> {
  readonly update: U
  readonly match: RegExpMatchArray
  readonly #ctx: Context

  constructor(ctx: Context, update: U, match: RegExpMatchArray) {
    this.#ctx = ctx
    this.update = update
    this.match = match
  }

  get account() {
    return this.#ctx.account
  }
  get contact() {
    return this.#ctx.contact
  }
  get session() {
    return this.#ctx.session
  }
  get content() {
    return this.#ctx.content
  }
  get window() {
    return this.#ctx.window
  }
  get log() {
    return this.#ctx.log
  }
  get now() {
    return this.#ctx.now
  }
  send(message: Message | string): Promise<void> {
    return this.#ctx.send(message)
  }
  record(type: string, props?: Record<string, unknown>): Promise<void> {
    return this.#ctx.record(type, props)
  }
  handOver(asked?: HandOverAsk): HandOver {
    return this.#ctx.handOver(asked)
  }
}

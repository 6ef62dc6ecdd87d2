import { contactOf } from '../contacts/identity.js'
import { windowHandle } from '../contacts/windows.js'
import type { ContactHandle, ContentHandle, Context, SessionHandle, WindowHandle } from '../core/context.js'
import type { Logger } from '../core/log.js'
import { type HandOver, type HandOverAsk, handOver, type Message, text } from '../core/message.js'
import type { Update } from '../core/update.js'
import type { Fact } from '../events/fact.js'
import type { NewDelivery } from '../outbox/delivery.js'

/** What a context needs of the other parts. */
export interface ContextPorts {
  contacts: { handle(update: Update): ContactHandle }
  sessions: { handle(update: Update, now: Date): SessionHandle }
  events: { append(facts: readonly Fact[]): Promise<unknown> }
  outbox: { put(delivery: NewDelivery): Promise<unknown> }
  library: {
    reply(text: string, now: Date): Message | undefined
    hasArticle(slug: string): boolean
    hasCard(slug: string): boolean
  }
  /** The ledger of customer-service windows; without it a context knows the window of its own update only. */
  windows?: { handle(update: Update, now: Date): WindowHandle }
  log: Logger
}

/** Makes the context of one update. */
export type ContextFactory = (update: Update, receivedAt: Date) => Context

/** The factory of contexts. A context makes its parts when they are first used: most messages use one or none. */
export function createContextFactory(ports: ContextPorts): ContextFactory {
  return (update, receivedAt) => new UpdateContext(ports, update, receivedAt)
}

class UpdateContext implements Context {
  readonly update: Update
  readonly now: Date
  readonly #ports: ContextPorts
  #sends = 0
  #contact: ContactHandle | undefined
  #session: SessionHandle | undefined
  #content: ContentHandle | undefined
  #window: WindowHandle | undefined
  #log: Logger | undefined

  constructor(ports: ContextPorts, update: Update, now: Date) {
    this.#ports = ports
    this.update = update
    this.now = now
  }

  get account() {
    return { id: this.update.account, platform: this.update.platform }
  }

  get contact(): ContactHandle {
    this.#contact ??= this.#ports.contacts.handle(this.update)
    return this.#contact
  }

  get session(): SessionHandle {
    this.#session ??= this.#ports.sessions.handle(this.update, this.now)
    return this.#session
  }

  get content(): ContentHandle {
    const { library } = this.#ports
    this.#content ??= {
      reply: (value) => library.reply(value, this.now),
      hasArticle: (slug) => library.hasArticle(slug),
      hasCard: (slug) => library.hasCard(slug),
    }
    return this.#content
  }

  get window(): WindowHandle {
    this.#window ??= this.#ports.windows?.handle(this.update, this.now) ?? windowHandle(this.update, this.now)
    return this.#window
  }

  get log(): Logger {
    this.#log ??= this.#ports.log.child({ update: this.update.id, kind: this.update.kind })
    return this.#log
  }

  async send(message: Message | string): Promise<void> {
    const { update } = this
    const row = rowOf(update)
    await this.#ports.outbox.put({
      key: `${row}:send:${this.#sends++}`,
      account: update.account,
      to: update.from,
      purpose: 'reply',
      message: typeof message === 'string' ? text(message) : message,
      source: row,
    })
  }

  async record(type: string, props: Record<string, unknown> = {}): Promise<void> {
    const { update } = this
    await this.#ports.events.append([
      {
        source: 'bot',
        id: `${update.id}:${type}`,
        type,
        account: update.account,
        ...(contactOf(update) && { contact: await this.contact.id() }),
        occurredAt: update.at,
        props,
      },
    ])
  }

  handOver(asked?: HandOverAsk): HandOver {
    return handOver(asked)
  }
}

/** The inbox row of an update: what is sent because of it belongs to that row and keeps its order. */
function rowOf(update: Update): string {
  return `${update.account}:${update.id}`
}

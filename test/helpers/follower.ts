import handlers from '../../handlers/index.js'
import type { SessionRow } from '../../src/contacts/model.js'
import { createSessions } from '../../src/contacts/session.js'
import { createBot, type Plugin } from '../../src/core/composer.js'
import type { ConsentPurpose, ContactHandle } from '../../src/core/context.js'
import { silentLogger } from '../../src/core/log.js'
import { type Message, toMessage } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import type { Fact } from '../../src/events/fact.js'
import { type ContextPorts, createContextFactory } from '../../src/inbox/context.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'

/** A shop whose handlers run without a store or a platform. */
export interface Shop {
  follower(openid: string): Follower
  /** Lets time pass: `wait('1h')` in milliseconds. */
  pass(ms: number): void
}

/** A person with a phone. Every act resolves to the reply as a message, or undefined. */
export interface Follower {
  says(text: string): Promise<Message | undefined>
  follows(scene?: string): Promise<Message | undefined>
  unfollows(): Promise<Message | undefined>
  scans(scene: string): Promise<Message | undefined>
  clicks(key: string): Promise<Message | undefined>
  sendsPicture(): Promise<Message | undefined>
  sendsVoice(transcript?: string): Promise<Message | undefined>
  /** Sends any update, changed from a text message's base; the same `id` again is a rerun after a crash. */
  causes(update: Partial<Update> & Pick<Update, 'kind'>): Promise<Message | undefined>
  /** What came besides replies, oldest first; a message put twice under one key came once. */
  readonly outbox: Message[]
  readonly facts: Fact[]
  readonly tags: string[]
  readonly consents: Partial<Record<ConsentPurpose, boolean>>
}

/** Settings of a test's shop. */
export interface ShopOptions {
  plugins?: readonly Plugin[]
  now?: Date
  /** Stands for `content/replies`: the text and its answer. */
  replies?: Record<string, Message>
  /** Stands for the whole library. */
  library?: ContextPorts['library']
}

/** A shop with the sample handlers, at noon on a working day in Shanghai. */
export function createShop(options: ShopOptions = {}): Shop {
  const { plugins = handlers, replies = {} } = options
  const bot = createBot().install(...plugins)
  let now = options.now ?? new Date('2026-03-04T12:00:00+08:00')
  let count = 0
  const sessions = new Map<string, SessionRow>()
  const deliveries = new Map<string, NewDelivery>()
  const facts = new Map<string, Fact>()
  const people = new Map<string, Person>()
  const personOf = (openid: string) => {
    const known = people.get(openid) ?? { tags: new Set<string>(), profile: {}, consents: {} }
    people.set(openid, known)
    return known
  }

  const createContext = createContextFactory({
    contacts: { handle: (update) => contactOf(update.from, personOf(update.from)) },
    sessions: createSessions({
      read: async (id) => structuredClone(sessions.get(id)),
      write: async (row) => {
        sessions.set(row._id, structuredClone(row))
      },
    }),
    events: {
      append: async (added) => {
        for (const fact of added) facts.set(`${fact.source}:${fact.id}`, fact)
      },
    },
    outbox: {
      put: async (delivery) => {
        if (!deliveries.has(delivery.key)) deliveries.set(delivery.key, delivery)
      },
    },
    library: options.library ?? { reply: (text) => replies[text], hasArticle: () => true, hasCard: () => true },
    log: silentLogger,
  })

  function follower(from: string): Follower {
    const causes: Follower['causes'] = async (change) => {
      count++
      const base = { id: `u${count}`, platform: 'official-account', account: 'shop', from, at: now, text: '' }
      const update = { ...base, ...change } as Update
      return toMessage(await bot.handle(createContext(update, now)))
    }
    return {
      causes,
      says: (text) => causes({ kind: 'message.text', text }),
      follows: (scene) => causes({ kind: 'event.subscribe', ...(scene !== undefined && { scene, ticket: 't' }) }),
      unfollows: () => causes({ kind: 'event.unsubscribe' }),
      scans: (scene) => causes({ kind: 'event.scan', scene, ticket: 't' }),
      clicks: (key) => causes({ kind: 'event.menu.click', key }),
      sendsPicture: () => causes({ kind: 'message.image', mediaId: 'm1', url: 'https://img.example.com/1.jpg' }),
      sendsVoice: (transcript) =>
        causes({
          kind: 'message.voice',
          mediaId: 'm2',
          format: 'amr',
          ...(transcript !== undefined && { transcript }),
        }),
      get outbox() {
        return [...deliveries.values()].filter(({ to }) => to === from).map(({ message }) => message)
      },
      get facts() {
        return [...facts.values()].filter(({ contact }) => contact === `c-${from}`)
      },
      get tags() {
        return [...personOf(from).tags]
      },
      get consents() {
        return personOf(from).consents
      },
    }
  }

  return {
    follower,
    pass(ms) {
      now = new Date(now.getTime() + ms)
    },
  }
}

/** A follower of a shop of their own, with the sample handlers. */
export const follower = (openid: string, options?: ShopOptions): Follower => createShop(options).follower(openid)

interface Person {
  tags: Set<string>
  profile: Record<string, unknown>
  consents: Partial<Record<ConsentPurpose, boolean>>
}

function contactOf(openid: string, person: Person): ContactHandle {
  return {
    id: async () => `c-${openid}`,
    tags: async () => [...person.tags],
    hasTag: async (tag) => person.tags.has(tag),
    tag: async (...names) => {
      for (const name of names) person.tags.add(name)
    },
    untag: async (...names) => {
      for (const name of names) person.tags.delete(name)
    },
    profile: async () => person.profile,
    setProfile: async (fields) => {
      Object.assign(person.profile, fields)
    },
    consent: async (purpose, allowed) => {
      person.consents[purpose] = allowed
    },
  }
}

import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { ConversationRow, EntryRow } from '../model.js'
import type { DeskRows } from '../rows.js'
import type { Announced } from './announce.js'
import type { ChangeRow, Journal } from './journal.js'

/** What happened, as it stands now. Everything with an id up to `id` has been told with it. */
export interface News {
  id: number
  conversations: ConversationRow[]
  entries: EntryRow[]
  /** Some is not told of any more: read everything anew. */
  reset?: true
}

/** Somebody who follows the desk. */
export interface Listener {
  news(news: News): void
  /** Nothing more comes. */
  ended(): void
}

/** Changes of the desk for those who look on, from all processes. */
export interface Live {
  /**
   * Tells what changed from now on, or since a number that was told before. Gives the way to stop. A listener that is
   * told nothing for long still has everything: there was nothing.
   */
  follow(since: number | undefined, listener: Listener): () => void
  /** Ends all listeners; for a shutdown. */
  close(): void
}

const AT_ONCE = 100
/** How often the journal is looked into for what other processes wrote, in ms. */
export const LIVE_EVERY_MS = 700

/** Follows the journal while somebody listens. */
export function createLive(ports: {
  journal: Journal
  rows: DeskRows
  announced: Pick<Announced, 'onWritten'>
  log: Logger
  everyMs?: number
}): Live {
  const { journal, rows, announced, log, everyMs = LIVE_EVERY_MS } = ports
  /** Those who have read up to `head`, and those on their way there. */
  const listeners = new Map<Listener, number | undefined>()
  let timer: NodeJS.Timeout | undefined
  let looking = false
  let again = false
  announced.onWritten(() => poke())

  function poke(): void {
    if (listeners.size === 0) return
    again = true
    if (looking) return
    looking = true
    void look().finally(() => {
      looking = false
    })
  }

  /** Every listener has a number of its own; those with the same one share what is read. */
  async function look(): Promise<void> {
    while (again) {
      again = false
      try {
        await begin()
        const numbers = new Set([...listeners.values()].filter((number) => number !== undefined))
        for (const number of numbers) if (await forward(number)) again = true
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'changes of the desk could not be read, tried again')
        return
      }
    }
  }

  /** Those who asked for nothing earlier begin at the end. */
  async function begin(): Promise<void> {
    if (![...listeners.values()].includes(undefined)) return
    const fresh = [...listeners].filter(([, number]) => number === undefined).map(([listener]) => listener)
    const last = await journal.last()
    for (const listener of fresh) tell(listener, { id: last, conversations: [], entries: [] })
  }

  /** Takes all who stand at a number further; true when there is more. */
  async function forward(number: number): Promise<boolean> {
    const found = await journal.after(number, AT_ONCE)
    if (found?.length === 0) return false
    const news = found
      ? await read(found)
      : { id: await journal.last(), conversations: [], entries: [], reset: true as const }
    for (const [listener, at] of listeners) if (at === number) tell(listener, news)
    return (found?.length ?? 0) === AT_ONCE
  }

  function tell(listener: Listener, news: News): void {
    if (!listeners.has(listener)) return
    listeners.set(listener, news.id)
    listener.news(news)
  }

  async function read(changes: readonly ChangeRow[]): Promise<News> {
    const places = changes.flatMap(({ entries }) => entries)
    const ids = new Set([...changes.flatMap((one) => one.conversations), ...places.map((one) => one.conversation)])
    const bySeq = new Map<string, Set<number>>()
    for (const { conversation, seq } of places) bySeq.set(conversation, (bySeq.get(conversation) ?? new Set()).add(seq))
    const $or = [...bySeq].map(([conversation, seqs]) => ({ conversation, seq: { $in: [...seqs] } }))
    const [conversations, entries] = await Promise.all([
      ids.size === 0 ? [] : rows.conversations.find({ _id: { $in: [...ids] } }).toArray(),
      $or.length === 0
        ? []
        : rows.entries
            .find({ $or }, { projection: { message: 0 } })
            .sort({ conversation: 1, seq: 1 })
            .toArray(),
    ])
    const id = changes.at(-1)?._id ?? 0
    const reset = changes.some((one) => one.reset)
    return { id, conversations, entries, ...(reset && { reset: true as const }) }
  }

  return {
    follow(since, listener) {
      listeners.set(listener, since)
      timer ??= setInterval(poke, everyMs)
      poke()
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
    close() {
      clearInterval(timer)
      timer = undefined
      const all = [...listeners.keys()]
      listeners.clear()
      for (const listener of all) listener.ended()
    },
  }
}

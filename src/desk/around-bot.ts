import { isPromise } from '../core/call.js'
import { type Message, type Reply, toMessage } from '../core/message.js'
import type { Update } from '../core/update.js'
import { createBatch } from '../store/batch.js'
import { DUPLICATE_KEY } from '../store/duplicate.js'
import { insertRaw } from '../store/raw-commands.js'
import { line } from './acts.js'
import type { Core } from './core.js'
import { contentOfMessage } from './entries.js'
import type { createIntake, Seen } from './intake.js'
import type { EntryRow } from './model.js'
import { ENTRIES } from './rows.js'

/**
 * Gives the function that goes round the bot. What is said to the bot and what it answers at once become entries in one
 * write, together with those of other people in the same turn: with the count of the conversation two round trips a
 * message. A process that ends before has kept the update in the inbox, which runs it again. While a handler waits for
 * something the question is stored already.
 */
export function createAroundBot({ ports }: Core, { taken, handOver }: ReturnType<typeof createIntake>) {
  const { clock, connection } = ports

  const store = createBatch<readonly EntryRow[], undefined>(async (groups) => {
    const faults = await insertRaw(connection, ENTRIES, groups.flat())
    const broken = faults.find(({ code }) => code !== DUPLICATE_KEY)
    if (broken) throw new Error(`an entry was refused: ${broken.message}`)
    return groups.map(() => undefined)
  })

  /** The answer that rides a push; one that goes by the outbox has the same key, and its end says more. */
  function answerEntry(update: Update, message: Message, by: 'bot' | 'desk', { conversation, seq }: Seen): EntryRow {
    const key = `${update.account}:${update.id}:reply:0`
    const at = clock.now()
    return {
      ...line(conversation, seq, at),
      _id: `out:${key}`,
      direction: 'out',
      by,
      content: contentOfMessage(message),
      delivery: { key, state: 'answered', at },
    }
  }

  /** Runs the bot; `unstored` is stored while it waits, or at once when it throws, else given back. */
  async function ask(run: () => Reply | Promise<Reply>, unstored: EntryRow | undefined) {
    const left = () => (unstored === undefined ? undefined : store([unstored]))
    let reply: Reply | Promise<Reply>
    try {
      reply = run()
    } catch (error) {
      await left()
      throw error
    }
    if (!isPromise(reply)) return { own: toMessage(reply), left: unstored }
    const [said, stored] = await Promise.allSettled([reply, left()])
    if (said.status === 'rejected') throw said.reason
    if (stored.status === 'rejected') throw stored.reason
    return { own: toMessage(said.value), left: undefined }
  }

  return async (update: Update, run: () => Reply | Promise<Reply>, first = false): Promise<Reply> => {
    const { by, reply, seen, unstored } = await taken(update, first)
    const asked = by === 'desk' ? { own: reply, left: undefined } : await ask(run, unstored)
    const { own } = asked
    const handed = by === 'bot' && own?.kind === 'hand-over'
    if (handed && asked.left) await store([asked.left])
    const message = handed ? await handOver(update, own, seen) : own
    const entries = handed || !asked.left ? [] : [asked.left]
    if (message && seen && message.kind !== 'hand-over') {
      entries.push(answerEntry(update, message, handed ? 'desk' : by, seen))
    }
    if (entries.length > 0) await store(entries)
    return message
  }
}

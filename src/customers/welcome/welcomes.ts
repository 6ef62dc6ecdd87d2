import { setTimeout as pause } from 'node:timers/promises'
import { type Answered, isPromise } from '../../core/call.js'
import { messageOf } from '../../core/errors.js'
import { type Reply, type ResolvedMessage, toMessage } from '../../core/message.js'
import type { Update } from '../../core/update.js'
import { createBook, type Welcoming, welcomeId } from './book.js'
import { deliverWelcome } from './deliver.js'
import { type WelcomeRow, type WelcomeSource, welcomeModel, welcomeRows } from './model.js'
import type { Newcomer, WelcomePorts } from './ports.js'

/** The welcomes of new customers: sent at once, within the 20 s that their codes live. */
export interface Welcomes {
  /**
   * Notes an update's welcome code and starts the welcome; resolves when it is noted, not when it is sent. Undefined for
   * updates without a code. Run it after the durable insert of the update and before the handlers.
   */
  apply(update: Update): Promise<void> | undefined
  /**
   * Runs the handlers of an update. Their reply to a new customer becomes the welcome, before the contact way's own and
   * the account's, and does not go anywhere else; all other updates pass through.
   */
  answered(update: Update, handle: () => Answered): Answered
  /** Takes up what processes left that are gone: sends what is still in time, counts the rest. */
  resume(): Promise<void>
  /** How many welcomes ended how since then. */
  counts(query: { account?: string; from: Date }): Promise<Record<string, number>>
  /** Waits for what is being sent; what has not begun stays for another process. */
  close(): Promise<void>
}

type Words = readonly ResolvedMessage[]

interface Job {
  row: WelcomeRow
  /** The handlers have answered, with something or nothing. */
  said(messages: Words | undefined): void
  answer: Promise<Words | undefined>
}

const HANDLER_MS = 3_000
/** Its process may still be at it for so long. */
const GRACE_MS = 2_000
/** A call that was begun before the deadline has ended by then. */
const CALL_MS = 15_000
const AT_ONCE = 200

/** The welcomes on a connection; make them before `ensureIndexes`. */
export function createWelcomes(ports: WelcomePorts): Welcomes {
  const { connection, clock, log, handlerMs = HANDLER_MS } = ports
  welcomeModel(connection)
  const book = createBook(ports)
  const rows = () => welcomeRows(connection)
  const closing = new AbortController()
  const wait = ports.wait ?? quietPause
  const jobs = new Map<string, Job>()
  const running = new Set<Promise<void>>()

  function start(row: WelcomeRow, work: () => Promise<void>): Promise<void> {
    const run = work()
      .catch((error: unknown) => log.error({ account: row.account, update: row.update, err: error }, 'welcome failed'))
      .finally(() => {
        jobs.delete(row._id)
        running.delete(run)
      })
    running.add(run)
    return run
  }

  function begin(row: WelcomeRow): void {
    if (jobs.has(row._id)) return
    let said: Job['said'] = () => undefined
    const answer = new Promise<Words | undefined>((resolve) => {
      said = resolve
    })
    jobs.set(row._id, { row, said, answer })
    void start(row, async () => welcome(row, await within(answer, handlerMs, closing.signal)))
  }

  async function welcome(row: WelcomeRow, said: Words | undefined): Promise<void> {
    const sender = ports.sender(row.account)
    if (sender === undefined) return book.end(row, 'waiting', { status: 'failed', reason: 'no client' })
    if (clock.now() >= row.deadline) return book.end(row, 'waiting', { status: 'too-late', tries: 0 })
    if (closing.signal.aborted) return
    const chosen = await choose(row, said)
    if (chosen === undefined) return book.end(row, 'waiting', { status: 'none' })
    if (!(await book.claim(row._id, chosen.source))) return
    const { status, ...rest } = await deliverWelcome(
      { sender, clock, wait, closing: closing.signal },
      row,
      chosen.messages,
    )
    if (status === 'left') return book.unclaim(row._id)
    await book.end(row, 'sending', { status, ...rest })
    const { account, update, staff } = row
    const ms = clock.now().getTime() - row.receivedAt.getTime()
    const line = { account, update, staff, status, source: chosen.source, ms, ...rest }
    if (status === 'sent' || status === 'not-due') log.info(line, 'customer was welcomed')
    else log.warn(line, 'customer was not welcomed')
  }

  /** The first that has something to say that fits; what does not fit is told and passed over. */
  async function choose(
    row: WelcomeRow,
    said: Words | undefined,
  ): Promise<{ source: WelcomeSource; messages: readonly ResolvedMessage[] } | undefined> {
    const { account, update } = row
    const sender = ports.sender(account)
    const fits = (source: WelcomeSource, messages: readonly ResolvedMessage[]) => {
      const problems = messages.length === 0 ? ['nothing is said'] : (sender?.problems(messages) ?? [])
      if (problems.length > 0) log.error({ account, update, source, problems }, 'welcome does not fit')
      return problems.length === 0
    }
    if (said !== undefined && fits('handler', said)) return { source: 'handler', messages: said }
    try {
      for await (const words of ports.words(newcomerOf(row))) if (fits(words.source, words.messages)) return words
    } catch (error) {
      log.error({ account, update, reason: messageOf(error) }, 'welcome could not be put together')
    }
    return undefined
  }

  async function take(update: Update, reply: Reply): Promise<undefined> {
    const message = toMessage(reply)
    const job = isWelcoming(update) ? jobs.get(welcomeId(update)) : undefined
    if (message === undefined) return void job?.said(undefined)
    if (!isWelcoming(update)) {
      log.warn(
        { account: update.account, update: update.id },
        'reply to a new customer dropped: there is no welcome code',
      )
      return undefined
    }
    try {
      const { account, staff, from: customer } = update
      const state = update.kind === 'event.customer.added' ? update.state : undefined
      const resolved = await ports.resolve(message, newcomerOf({ account, staff, customer, state }))
      await book.say(welcomeId(update), resolved)
      job?.said(resolved)
    } catch (error) {
      job?.said(undefined)
      throw error
    }
    return undefined
  }

  return {
    apply(update) {
      if (!isWelcoming(update) || ports.sender(update.account) === undefined) return undefined
      return book.open(update).then(({ row }) => {
        if (row.status === 'waiting') begin(row)
      })
    },
    answered(update, handle) {
      if (!greets(update)) return handle()
      const failed = (error: unknown): never => {
        if (isWelcoming(update)) jobs.get(welcomeId(update))?.said(undefined)
        throw error
      }
      let reply: Answered
      try {
        reply = handle()
      } catch (error) {
        return failed(error)
      }
      return isPromise(reply) ? reply.then((value) => take(update, value), failed) : take(update, reply)
    },
    async resume() {
      const now = clock.now().getTime()
      const free = (row: WelcomeRow) => !jobs.has(row._id)
      const stale = new Date(now - handlerMs - GRACE_MS)
      const waiting = await rows()
        .find({ status: 'waiting', receivedAt: { $lte: stale } })
        .limit(AT_ONCE)
        .toArray()
      await Promise.all(waiting.filter(free).map((row) => start(row, () => welcome(row, row.said))))
      const left = await rows()
        .find({ status: 'sending', deadline: { $lte: new Date(now - CALL_MS) } })
        .limit(AT_ONCE)
        .toArray()
      const reason = 'unclear: the process ended while it was being sent'
      for (const row of left.filter(free)) await book.end(row, 'sending', { status: 'failed', reason })
      await book.tell(AT_ONCE)
    },
    async counts({ account, from }) {
      const found = rows().aggregate<{ _id: string; count: number }>([
        { $match: { at: { $gte: from }, ...(account !== undefined && { account }) } },
        { $group: { _id: '$status', count: { $sum: 1 } } },
      ])
      return Object.fromEntries((await found.toArray()).map(({ _id, count }) => [_id, count]))
    },
    async close() {
      closing.abort()
      await Promise.all(running)
    },
  }
}

function newcomerOf(known: Omit<Newcomer, 'state'> & { state?: string | undefined }): Newcomer {
  const { account, staff, customer, state } = known
  return { account, staff, customer, ...(state !== undefined && { state }) }
}

const greets = (update: Update) =>
  update.kind === 'event.customer.added' || update.kind === 'event.customer.archive-agreed'

function isWelcoming(update: Update): update is Welcoming & Update {
  return greets(update) && 'welcomeCode' in update && update.welcomeCode !== undefined && update.welcomeCode !== ''
}

/** What a promise gives, or undefined when it takes too long or the product shuts down. */
async function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  const over = new AbortController()
  const late = quietPause(ms, AbortSignal.any([over.signal, signal])).then(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    over.abort()
  }
}

async function quietPause(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined)
}

import { setTimeout as pause } from 'node:timers/promises'
import { type Answered, isPromise } from '../core/call.js'
import { messageOf } from '../core/errors.js'
import { choices, type Reply, type ResolvedMessage, text, toMessage } from '../core/message.js'
import type { SessionEnteredEvent, Update } from '../core/update.js'
import { codeId, createCodeBook, type NewCode } from './code-book.js'
import { type KfCodeRow, type KfCodeStatus, kfCodes } from './model.js'
import type { KfAccount, KfOccasion, KfPorts, KfWords } from './ports.js'
import { sayInTime } from './say.js'

/** What is said for the codes of events: welcomes (20 s), queue and taking (48 h), the end (20 s). None counts into the 5. */
export interface Codes {
  /** Notes an update's code and begins to say something; resolves when it is noted. Undefined without a code. */
  apply(one: KfAccount, update: Update): Promise<void> | undefined
  /**
   * Runs the handlers of somebody's entering: their reply becomes the welcome, before the account's own. Without a code
   * (spoken to within 48 h) nothing is due and their reply is dropped.
   */
  answered(update: Update, handle: () => Answered): Answered
  /** A move of ours gave a code: says this, or the account's own words. Resolves with the end. */
  moved(one: KfAccount, code: NewCode): Promise<KfCodeStatus>
  /** Says something for a code that nobody has used yet and that is still good; undefined when there is none. */
  sayAtEnd(one: KfAccount, customer: string, message: ResolvedMessage): Promise<KfCodeStatus | undefined>
  /** Takes up what processes left that are gone. */
  resume(): Promise<void>
  /** How many ended how since then, by kind. */
  counts(query: { account?: string; from: Date }): Promise<{ kind: string; status: string; count: number }[]>
  close(): Promise<void>
}

const HANDLER_MS = 3_000
/** Its process may still be at it for so long. */
const GRACE_MS = 2_000
/** A call that was begun before the deadline has ended by then. */
const CALL_MS = 25_000
const AT_ONCE = 200

interface Waiting {
  said(message: ResolvedMessage | undefined): void
  answer: Promise<ResolvedMessage | undefined>
}

/** The codes on a connection. */
export function createCodes(ports: KfPorts): Codes {
  const { connection, clock, log, accounts, handlerMs = HANDLER_MS } = ports
  const book = createCodeBook({
    ...ports,
    contact: (account, externalId) => ports.contacts.find({ platform: 'wecom', account, externalId }),
  })
  const rows = () => kfCodes(connection)
  const closing = new AbortController()
  const wait = ports.wait ?? quietPause
  const waiting = new Map<string, Waiting>()
  const running = new Map<string, Promise<KfCodeStatus>>()

  function start(row: KfCodeRow, work: () => Promise<KfCodeStatus>): Promise<KfCodeStatus> {
    const busy = running.get(row._id)
    if (busy) return busy
    const run = work()
      .catch((error: unknown): KfCodeStatus => {
        log.error({ account: row.account, kind: row.kind, err: error }, 'desk: a code was not used')
        return 'failed'
      })
      .finally(() => {
        waiting.delete(row._id)
        running.delete(row._id)
      })
    running.set(row._id, run)
    return run
  }

  /** Says it, unless somebody else does. */
  async function use(one: KfAccount, row: KfCodeRow, said: ResolvedMessage | undefined): Promise<KfCodeStatus> {
    if (clock.now() >= row.deadline) return book.end(row, 'waiting', { status: 'too-late', tries: 0 })
    if (closing.signal.aborted) return 'waiting'
    const chosen = await choose(one, row, said)
    if (chosen === undefined) return book.end(row, 'waiting', { status: 'none' })
    if (!(await book.claim(row._id, chosen.source))) return 'sending'
    return send(one, row, chosen.message)
  }

  async function send(one: KfAccount, row: KfCodeRow, message: ResolvedMessage): Promise<KfCodeStatus> {
    const end = await sayInTime({ one, clock, wait, closing: closing.signal }, row, message)
    if (end.status === 'left') {
      await book.unclaim(row._id)
      return 'waiting'
    }
    const { account, kind } = row
    const line = { account, kind, ...end, ms: clock.now().getTime() - row.receivedAt.getTime() }
    if (end.status === 'sent') log.info(line, 'desk: said for a code')
    else log.warn(line, 'desk: not said for a code')
    return book.end(row, 'sending', end)
  }

  /** The first that has something to say that fits. */
  async function choose(
    one: KfAccount,
    row: KfCodeRow,
    said: ResolvedMessage | undefined,
  ): Promise<{ source: NonNullable<KfCodeRow['source']>; message: ResolvedMessage } | undefined> {
    const { account, kind } = row
    const fits = (message: ResolvedMessage | undefined): message is ResolvedMessage => {
      const problem = message && one.problem(message, kind)
      if (problem !== undefined) log.error({ account, kind, problem }, 'desk: what was to be said does not fit')
      return message !== undefined && problem === undefined
    }
    if (fits(said)) return { source: row.source ?? (kind === 'welcome' ? 'handler' : 'desk'), message: said }
    try {
      const theirs = await ports.words?.(occasionOf(row))
      if (fits(theirs)) return { source: 'desk', message: theirs }
    } catch (error) {
      log.error({ account, kind, reason: messageOf(error) }, 'desk: what is said could not be found out')
    }
    const own = ownWords(one, row)
    return fits(own) ? { source: 'account', message: own } : undefined
  }

  function entered(one: KfAccount, row: KfCodeRow): void {
    let said: Waiting['said'] = () => undefined
    const answer = new Promise<ResolvedMessage | undefined>((resolve) => {
      said = resolve
    })
    waiting.set(row._id, { said, answer })
    void start(row, async () => use(one, row, await within(answer, handlerMs, closing.signal)))
  }

  async function take(update: SessionEnteredEvent, reply: Reply): Promise<undefined> {
    const id = codeId(update.account, update.welcomeCode ?? '')
    const job = waiting.get(id)
    const message = toMessage(reply)
    if (message === undefined || update.welcomeCode === undefined) {
      job?.said(undefined)
      if (message) log.debug({ account: update.account, update: update.id }, 'desk: no welcome is due, reply dropped')
      return undefined
    }
    try {
      const resolved = ports.resolve(message, update.account)
      await book.say(id, resolved)
      job?.said(resolved)
    } catch (error) {
      job?.said(undefined)
      throw error
    }
    return undefined
  }

  const mine = (update: Update): update is SessionEnteredEvent =>
    update.kind === 'event.session.entered' && accounts.some(({ account }) => account === update.account)

  return {
    apply(one, update) {
      const code = codeOf(update)
      if (code === undefined) return undefined
      return book.open(code).then(({ row }) => {
        if (row.status !== 'waiting' || running.has(row._id)) return
        if (row.kind === 'welcome') entered(one, row)
        else void start(row, () => use(one, row, row.said))
      })
    },
    answered(update, handle) {
      if (!mine(update)) return handle()
      const failed = (error: unknown): never => {
        waiting.get(codeId(update.account, update.welcomeCode ?? ''))?.said(undefined)
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
    async moved(one, code) {
      const { row } = await book.open(code)
      return row.status === 'waiting' ? start(row, () => use(one, row, row.said)) : row.status
    },
    async sayAtEnd(one, customer, message) {
      const row = await book.unused(one.account, customer, 'ended')
      if (row === undefined || one.problem(message, 'ended') !== undefined) return undefined
      if (!(await book.claim(row._id, 'desk'))) return undefined
      return start(row, () => send(one, row, message))
    },
    async resume() {
      const now = clock.now().getTime()
      const stale = new Date(now - handlerMs - GRACE_MS)
      const left = await rows()
        .find({ status: 'waiting', receivedAt: { $lte: stale } })
        .limit(AT_ONCE)
        .toArray()
      const resumed = left.map((row) => {
        const one = accounts.find(({ account }) => account === row.account)
        return one && start(row, () => use(one, row, row.said))
      })
      await Promise.all(resumed)
      const ends = new Date(now - CALL_MS)
      const cut = await rows()
        .find({ status: 'sending', deadline: { $lte: ends } })
        .limit(AT_ONCE)
        .toArray()
      const reason = 'unclear: the process ended while it was being sent'
      for (const row of cut) if (!running.has(row._id)) await book.end(row, 'sending', { status: 'failed', reason })
      await book.tell(AT_ONCE)
    },
    async counts({ account, from }) {
      const found = rows().aggregate<{ _id: { kind: string; status: string }; count: number }>([
        { $match: { at: { $gte: from }, ...(account !== undefined && { account }) } },
        { $group: { _id: { kind: '$kind', status: '$status' }, count: { $sum: 1 } } },
      ])
      return (await found.toArray()).map(({ _id, count }) => ({ ..._id, count }))
    },
    async close() {
      closing.abort()
      await Promise.all(running.values())
    },
  }
}

/** The code that an update brings. */
function codeOf(update: Update): NewCode | undefined {
  const { account, from: customer, at } = update
  if (update.kind === 'event.session.entered') {
    const { welcomeCode: code, source: scene } = update
    if (code === undefined || code === '') return undefined
    return { kind: 'welcome', account, customer, at, code, ...(scene !== '' && { scene }) }
  }
  if (update.kind !== 'event.kf.session' || update.code === undefined) return undefined
  const { code, change, before, after } = update
  const kind = change === 'ended' ? 'ended' : 'taken'
  const staff = kind === 'ended' ? before : after
  return { kind, account, customer, at, code, ...(staff !== undefined && { staff }) }
}

function occasionOf({ kind, account, customer, scene, staff }: KfCodeRow): KfOccasion {
  return { kind, account, customer, ...(scene !== undefined && { scene }), ...(staff !== undefined && { staff }) }
}

/** The configuration's words for an occasion. */
function ownWords({ settings }: KfAccount, { kind, scene }: KfCodeRow): ResolvedMessage | undefined {
  const own = kind === 'welcome' ? (settings.welcome?.scenes?.[scene ?? ''] ?? settings.welcome) : settings[kind]
  return own && messageIn(own)
}

const messageIn = (words: KfWords): ResolvedMessage =>
  words.choices === undefined || words.choices.length === 0 ? text(words.text) : choices(words.text, [...words.choices])

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

// Group commit: writes that arrive together share one LMDB transaction and one sync to disk.
import { MongoError } from './errors.js'
import type { Store } from './storage/store.js'

/** A write waiting for its turn. */
interface Job {
  /** Does the work inside a transaction. A throw is an internal failure: it aborts the transaction. */
  run: () => Buffer
  /** Must not share a transaction. */
  alone: boolean
  /** Its documents; a command that carries many is a group already and waits for nobody. */
  rows: number
  done: (reply: Buffer) => void
  failed: (error: unknown) => void
}

/** A group stops growing after this long, so that reads get their turn. */
const GROUP_MS = 20
/** From this many documents on a command does not wait for others. */
const MANY_ROWS = 4
/** Longest wait for more writers. */
const MAX_WAIT_MS = 5

/** Queue of writes: all that arrive in one turn of the event loop are committed together. */
export class Batch {
  private readonly store: Store
  private queue: Job[] = []
  private scheduled = false
  private closed = false
  private timer: NodeJS.Timeout | undefined
  /** Size of recent groups, fading. */
  private usual = 0
  /** Time recent commits took, disk included. */
  private commitMs = 1

  constructor(store: Store) {
    this.store = store
  }

  /** Refuses new writes and drops those that wait: nobody has been told that they are stored. */
  close(): void {
    this.closed = true
    clearTimeout(this.timer)
    for (const job of this.queue.splice(0)) job.failed(new MongoError(91, 'the store is closing'))
  }

  /** Runs a write; resolves when it is on disk. */
  submit(run: () => Buffer, alone: boolean, rows = 1): Promise<Buffer> {
    if (this.closed) return Promise.reject(new MongoError(91, 'the store is closing'))
    return new Promise((done, failed) => {
      this.queue.push({ run, alone, rows, done, failed })
      this.schedule(rows >= MANY_ROWS)
    })
  }

  // Writers that were just answered tend to write again at once: a group that is still smaller than the last ones waits
  // for them, half as long as a commit takes. One writer by itself never waits.
  private schedule(now = false): void {
    if (this.scheduled) {
      if (this.timer === undefined || (this.queue.length < this.usual && !now)) return
      clearTimeout(this.timer)
      this.timer = undefined
      setImmediate(() => this.flush())
      return
    }
    this.scheduled = true
    if (now || this.usual < 1.5 || this.queue.length >= this.usual) setImmediate(() => this.flush())
    else this.timer = setTimeout(() => this.flush(), Math.min(MAX_WAIT_MS, this.commitMs / 2))
  }

  private flush(): void {
    this.scheduled = false
    this.timer = undefined
    const group = this.take()
    if (group.length > 0) this.commit(group)
    if (this.queue.length > 0) this.schedule(this.queue.some((job) => job.rows >= MANY_ROWS))
  }

  // a command that must be alone is a group of its own, in its place
  private take(): Job[] {
    const at = this.queue.findIndex((job) => job.alone)
    return this.queue.splice(0, at < 0 ? this.queue.length : Math.max(1, at))
  }

  private commit(group: Job[]): void {
    this.usual = Math.max(group.length, this.usual * 0.9)
    const replies: Buffer[] = []
    const startedAt = performance.now()
    let ranAt = startedAt
    try {
      this.store.transact(() => {
        for (const job of group) {
          if (replies.length > 0 && performance.now() - startedAt > GROUP_MS) break
          replies.push(job.run())
        }
        ranAt = performance.now()
      })
      this.commitMs = this.commitMs * 0.8 + (performance.now() - ranAt) * 0.2
    } catch (error) {
      this.retry(group, error)
      return
    }
    this.queue.unshift(...group.slice(replies.length))
    replies.forEach((reply, i) => {
      group[i]?.done(reply)
    })
  }

  // one failure aborts the whole group: each command is then tried by itself, so only the guilty one fails
  private retry(group: Job[], error: unknown): void {
    if (group.length === 1) {
      group[0]?.failed(error)
      return
    }
    for (const job of group) this.commit([job])
  }
}

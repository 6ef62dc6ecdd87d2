import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { readRecords, SpoolFile } from './spool-file.js'

/** A bounded queue on the local disk that takes what the store cannot take now. */
export interface Spool {
  /**
   * Appends records and resolves when they are on the disk. Rejects with AppError `spool.full` beyond the limit and
   * `spool.failed` when the disk refuses: then nothing of it was kept.
   */
  append(records: readonly object[]): Promise<void>
  /**
   * Gives every record in order, in groups, those of ended processes first, and deletes what was consumed; resolves
   * when nothing is left. When `consume` rejects, so does this, and the group is given again next time.
   */
  drain(consume: (records: unknown[]) => Promise<void>): Promise<void>
  /** Keeps a line that cannot be used for a person to look at. */
  quarantine(line: string): Promise<void>
  /** Bytes that wait, those of ended processes included. */
  readonly bytes: number
  /** False after the disk has refused, until an append succeeds. */
  readonly writable: boolean
  close(): Promise<void>
}

/** Where the spool lives and how much it may hold. */
export interface SpoolOptions {
  dir: string
  maxBytes: number
  log: Logger
  /** Replaces writing to the disk in tests. */
  sync?: (file: SpoolFile) => Promise<void>
}

/** A file of another machine's process is adopted when it has not been touched for this long. */
const ABANDONED_MS = 60_000
const HEARTBEAT_MS = 10_000
/** Files that this very process has open: several products may live in one process. */
const openHere = new Set<string>()

/**
 * Opens the spool in `dir`. Every process writes its own file; the file of a process that is gone is adopted, at once
 * when it ran on this machine, after a minute otherwise. Reading a file twice does no harm: the consumer deduplicates.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, maxBytes, log } = options
  await mkdir(dir, { recursive: true })
  const name = `${Date.now()}-${Math.random().toString(36).slice(2, 8)}.${process.pid}.${hostname()}.spool`
  const orphans: { path: string; bytes: number }[] = []
  let own: SpoolFile | undefined
  let creating: Promise<SpoolFile> | undefined
  let writable = true
  let draining: Promise<void> | undefined
  openHere.add(name)
  await adopt()
  const heartbeat = setInterval(() => void touch(), HEARTBEAT_MS)
  heartbeat.unref()

  async function adopt(): Promise<void> {
    for (const file of (await readdir(dir)).filter((entry) => entry.endsWith('.spool')).sort()) {
      const path = join(dir, file)
      const about = await stat(path).catch(() => undefined)
      if (!about || !isOrphan(file, about.mtimeMs)) continue
      const mine = join(dir, `${file.slice(0, file.indexOf('.'))}.${process.pid}.${hostname()}.spool`)
      await rename(path, mine)
      openHere.add(basename(mine))
      orphans.push({ path: mine, bytes: about.size })
      log.info({ file, bytes: about.size }, 'spool of an ended process adopted')
    }
  }

  async function touch(): Promise<void> {
    const now = new Date()
    const paths = orphans.map((orphan) => orphan.path)
    if (own) paths.push(own.path)
    for (const path of paths) await utimes(path, now, now).catch(() => undefined)
  }

  function create(): Promise<SpoolFile> {
    creating ??= SpoolFile.create(join(dir, name))
      .then((file) => {
        own = file
        return file
      })
      .catch(refused)
      .finally(() => {
        creating = undefined
      })
    return creating
  }

  async function append(records: readonly object[]): Promise<void> {
    const file = own ?? (await create())
    try {
      await file.append(records, maxBytes - orphanBytes(), options.sync)
      writable = true
    } catch (error) {
      writable = false
      if (error instanceof AppError) throw error
      refused(error)
    }
  }

  function refused(error: unknown): never {
    writable = false
    log.error({ reason: messageOf(error) }, 'spool could not be written')
    throw new AppError('spool.failed', 'the spool could not be written', { cause: error, fix: 'free disk space' })
  }

  async function drainAll(consume: (records: unknown[]) => Promise<void>): Promise<void> {
    for (let orphan = orphans[0]; orphan; orphan = orphans[0]) {
      await drainOrphan(orphan.path, consume)
      await rm(orphan.path, { force: true })
      openHere.delete(basename(orphan.path))
      orphans.shift()
    }
    while (own && own.bytes > 0) {
      await own.read(consume, bad)
      if (await own.resetIfRead()) break
    }
    writable = true
  }

  async function drainOrphan(path: string, consume: (records: unknown[]) => Promise<void>): Promise<void> {
    const handle = await open(path, 'r')
    try {
      await readRecords(handle, 0, Number.POSITIVE_INFINITY, { consume: (records) => consume(records), bad })
    } finally {
      await handle.close()
    }
  }

  async function bad(line: string, torn: boolean): Promise<void> {
    if (torn) log.warn({ bytes: line.length }, 'torn tail of a spool set aside; it was never acknowledged')
    else log.error({ bytes: line.length }, 'corrupt line of a spool set aside')
    await quarantine(line)
  }

  async function quarantine(line: string): Promise<void> {
    const handle = await open(join(dir, 'quarantine.log'), 'a')
    await handle.appendFile(`${line}\n`).finally(() => handle.close())
  }

  function orphanBytes(): number {
    return orphans.reduce((sum, orphan) => sum + orphan.bytes, 0)
  }

  return {
    append,
    drain(consume) {
      draining ??= drainAll(consume).finally(() => {
        draining = undefined
      })
      return draining
    },
    quarantine,
    get bytes() {
      return orphanBytes() + (own?.bytes ?? 0)
    },
    get writable() {
      return writable
    },
    async close() {
      clearInterval(heartbeat)
      await draining?.catch(() => undefined)
      await own?.close()
      if (own?.bytes === 0) await rm(own.path, { force: true })
      openHere.delete(name)
      for (const orphan of orphans) openHere.delete(basename(orphan.path))
    },
  }
}

function isOrphan(file: string, touchedAt: number): boolean {
  const [, pid, ...host] = file.slice(0, -'.spool'.length).split('.')
  if (host.join('.') !== hostname()) return Date.now() - touchedAt > ABANDONED_MS
  return Number(pid) === process.pid ? !openHere.has(file) : !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

// Who owns a directory: one process at a time, found out from a small file beside the data.
import { linkSync, readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Where an owner listens. */
export type Address = { path: string } | { host: string; port: number }

/** What the owner file says. Without an address the owner is still starting. */
export interface Owner {
  pid: number
  /** Start time of the process in clock ticks, where the system tells it: tells a new process with an old pid apart. */
  started: string | undefined
  host: string
  address: Address | undefined
}

/** An owner on another host (a container that shares the directory) is taken for dead after this long without a sign. */
const SILENT_MS = 30_000
/** Pause between two signs of life. */
export const SIGN_MS = 10_000

const file = (dir: string) => join(dir, 'owner.json')

/** This process as an owner. */
export function self(address?: Address): Owner {
  return { pid: process.pid, started: startOf(process.pid), host: hostname(), address }
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/** The owner file's content, undefined when there is none or it cannot be read. */
export function readOwner(dir: string): { owner: Owner; text: string } | undefined {
  try {
    const text = readFileSync(file(dir), 'utf8')
    return { owner: parse(text), text }
  } catch {
    return undefined
  }
}

function parse(text: string): Owner {
  const v: unknown = text === '' ? {} : JSON.parse(text)
  const o: Partial<Owner> = typeof v === 'object' && v !== null ? v : {}
  return { pid: o.pid ?? 0, started: o.started, host: o.host ?? '', address: o.address }
}

/** Takes a directory that has no owner; false when somebody was quicker. */
export function claim(dir: string): boolean {
  try {
    writeFileSync(file(dir), JSON.stringify(self()), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Writes where the owner listens. */
export function announce(dir: string, address: Address): void {
  const next = `${file(dir)}.${process.pid}`
  writeFileSync(next, JSON.stringify(self(address)), { mode: 0o600 })
  renameSync(next, file(dir))
}

/** Gives a sign of life. */
export function sign(dir: string): void {
  try {
    utimesSync(file(dir), new Date(), new Date())
  } catch {
    // a directory removed under the store is the caller's doing
  }
}

/** Gives up a directory this process owns. */
export function release(dir: string): void {
  const now = readOwner(dir)
  if (now?.owner.pid === process.pid && now.owner.host === hostname()) removeQuietly(file(dir))
}

/** Whether the owner can still be there, whatever its socket says. */
export function mayLive(dir: string, owner: Owner): boolean {
  if (owner.host !== hostname()) {
    const at = statSync(file(dir), { throwIfNoEntry: false })?.mtimeMs ?? 0
    return Date.now() - at < SILENT_MS
  }
  if (owner.pid === 0) return false
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false
  }
  const started = startOf(owner.pid)
  return started === undefined || owner.started === undefined || started === owner.started
}

/** Removes the owner file of a dead owner; a file that changed meanwhile is put back. */
export function bury(dir: string, text: string): void {
  const aside = `${file(dir)}.${process.pid}.${Date.now()}`
  try {
    renameSync(file(dir), aside)
  } catch {
    return
  }
  try {
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, file(dir))
  } catch {
    // somebody has claimed it in between: theirs stays
  }
  removeQuietly(aside)
}

/** Whether something answers at an address. */
export function answers(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const end = (live: boolean) => {
      socket.destroy()
      resolve(live)
    }
    socket.setTimeout(2000, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

/** System code of an error (`ENOENT`), whatever realm made it. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
}

/** Removes a file that may not be there. */
export function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // not there
  }
}

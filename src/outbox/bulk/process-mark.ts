import { readFileSync, readlinkSync } from 'node:fs'

/** Tells one process of this machine from every other that ever ran on it. */
export interface ProcessMark {
  /** Changes with every start of the machine. */
  boot: string
  /** The space in which process numbers count; containers have their own. */
  space: string
  pid: number
  /** When it began, in ticks since the start of the machine: numbers are used again. */
  began: string
}

/** The mark of a running process; undefined where the system does not tell (only Linux does). */
export function processMark(pid: number = process.pid): ProcessMark | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const space = readlinkSync('/proc/self/ns/pid')
    const began = startOf(pid)
    return boot === '' || began === undefined ? undefined : { boot, space, pid, began }
  } catch {
    return undefined
  }
}

/**
 * True when the process is surely gone and the machine has not been started anew since: then everything that it had
 * handed to the system (files written but not synced) can still be read here. False also when that cannot be told.
 */
export function isGone(mark: ProcessMark): boolean {
  const own = processMark()
  if (own === undefined || own.boot !== mark.boot || own.space !== mark.space) return false
  return startOf(mark.pid) !== mark.began
}

/** The 22nd field of `/proc/<pid>/stat`; the second may hold anything in its brackets. A zombie is gone. */
function startOf(pid: number): string | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * This process, or another of this machine, as the owner of a lease: `shop-1 pid 4711` for people, then what tells it from every other process: the
 * machine's boot, its space of process numbers (two containers may share a host's name) and its start. Where the system
 * does not tell these (not Linux) the name ends in `?`, and nobody can find out that the process is gone.
 */
export function processName(pid = process.pid): string {
  return `${hostname()} pid ${pid} ${[machine(), startOf(pid)].map((part) => part ?? '?').join('.')}`
}

/** True when a name that `processName` made on this very machine belongs to no process any more; false when in doubt. */
export function isGone(name: string): boolean {
  const [, pid = '', where = '', started = ''] = / pid (\d+) ([\w-]+-\d+)\.(\d+)$/.exec(name) ?? []
  if (started === '' || where !== machine()) return false
  return startOf(Number(pid)) !== started
}

/** This boot of this machine, and the space that its process numbers are counted in. */
function machine(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const space = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]
    return space && `${boot}-${space}`
  } catch {
    return undefined
  }
}

/** When a process started, in clock ticks since the boot; undefined when there is none, or only its corpse. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

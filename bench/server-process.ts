import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** A server under test in a process of its own. */
export interface ServerProcess {
  name: string
  port: number
  pid: number
  /** What else the server said when it was up. */
  extra: Record<string, unknown>
  /** CPU seconds used so far, all threads, user and system. */
  cpuSeconds(): number
  /** Resident memory, MB. */
  rssMb(): number
  stop(): Promise<void>
}

const TICKS_PER_SECOND = 100
const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** Pins this process (the load generator) to the second core where the machine has one. */
export function pinGenerator(): boolean {
  return canPin && spawnSync('taskset', ['-cp', '1', String(process.pid)]).status === 0
}

/** Starts `script` (relative to this file), pinned to `cpus` (a taskset list) where possible, and waits for its port. */
export function startServer(
  name: string,
  script: string,
  args: string[],
  cpus: string | undefined,
): Promise<ServerProcess> {
  const file = path.join(import.meta.dirname, script)
  const command = cpus !== undefined && canPin ? ['taskset', '-c', cpus, process.execPath] : [process.execPath]
  const child: ChildProcess = spawn(String(command[0]), [...command.slice(1), file, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'bench' },
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it listened`)))
    child.once('message', (message: unknown) => {
      const { port, ...extra } = message as { port: number }
      const pid = child.pid ?? 0
      child.removeAllListeners('exit')
      resolve({
        name,
        port,
        pid,
        extra,
        cpuSeconds: () => cpuOf(pid),
        rssMb: () => rssOf(pid),
        stop: () =>
          new Promise((done) => {
            child.once('exit', () => done())
            child.kill('SIGTERM')
          }),
      })
    })
  })
}

function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

function rssOf(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kb ?? 0) / 1024
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'

/** A server under test in a process of its own. */
export interface ServerProcess {
  name: string
  port: number
  pid: number
  /** What else the server said when it was up. */
  extra: Record<string, unknown>
  /** CPU seconds used so far, user and system: by all threads, and by the main one. */
  cpuSeconds(): { all: number; main: number }
  /** Resident memory, MB. */
  rssMb(): number
  stop(): Promise<void>
}

/**
 * Where a server may run: its main thread on core 0 and its other threads (the store's worker, the collector) on any,
 * all of it on core 0, or all of it anywhere.
 */
export type Placement = 'main' | 'one' | 'free'

const NANOSECONDS = 1e9
const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** Pins this process (the load generator) to the second core where the machine has one. */
export function pinGenerator(): boolean {
  return canPin && spawnSync('taskset', ['-cp', '1', String(process.pid)]).status === 0
}

/** Starts `script` (relative to this file), waits for its port and places it where the machine allows. */
export function startServer(
  name: string,
  script: string,
  args: string[],
  placement: Placement,
): Promise<ServerProcess> {
  const file = path.join(import.meta.dirname, script)
  const child: ChildProcess = spawn(process.execPath, [file, ...args], {
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
      place(pid, placement)
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

/** The generator's own core is inherited by the servers it starts, so every placement is said explicitly. */
function place(pid: number, placement: Placement): void {
  if (!canPin) return
  spawnSync('taskset', ['-acp', placement === 'one' ? '0' : allCpus(), String(pid)])
  if (placement === 'main') spawnSync('taskset', ['-cp', '0', String(pid)])
}

function allCpus(): string {
  return `0-${cpus().length - 1}`
}

function cpuOf(pid: number): { all: number; main: number } {
  let [all, main] = [0, 0]
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const seconds = cpuOfThread(pid, thread)
    all += seconds
    if (thread === String(pid)) main = seconds
  }
  return { all, main }
}

/** 0 for a thread that has just ended. */
function cpuOfThread(pid: number, thread: string): number {
  try {
    const [spent] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    return Number(spent) / NANOSECONDS
  } catch {
    return 0
  }
}

function rssOf(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kb ?? 0) / 1024
}

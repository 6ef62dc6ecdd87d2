import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'

/** A child of the bench that answers over IPC. */
export interface Child {
  pid: number
  /** What it said when it was up. */
  hello: Record<string, number>
  /** Asks and waits for the answer. */
  ask(message: string): Promise<Record<string, never>>
  /** Resident memory now and at most so far, MB; `anonMb` leaves out what is only mapped from files. */
  memory(): { rssMb: number; peakMb: number; anonMb: number }
  stop(): Promise<void>
}

const canPin = cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** Puts the main thread of a process on a core of its own, its other threads on any; nothing where the system cannot. */
function pin(pid: number, core: 0 | 1): void {
  if (canPin) spawnSync('taskset', ['-cp', String(core), String(pid)])
}

/** Starts a script of this folder; `core` is where its main thread runs. */
export function startChild(script: string, orders: object, core?: 0 | 1): Promise<Child> {
  const file = path.join(import.meta.dirname, script)
  const child: ChildProcess = spawn(process.execPath, [file, JSON.stringify(orders)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'bench', WELOOP_BENCH_LOG: process.env['WELOOP_BENCH_LOG'] },
  })
  const pid = child.pid ?? 0
  return new Promise((resolve, reject) => {
    child.setMaxListeners(0)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready`)))
    child.once('message', (hello) => {
      child.removeAllListeners('exit')
      if (core !== undefined) pin(pid, core)
      resolve({
        pid,
        hello: hello as Record<string, number>,
        ask(message) {
          return new Promise((answered, failed) => {
            child.once('message', (answer) => answered(answer as Record<string, never>))
            child.once('exit', () => failed(new Error(`${script} ended`)))
            child.send(message)
          })
        },
        memory: () => memoryOf(pid),
        stop: () =>
          new Promise((done) => {
            child.removeAllListeners('exit')
            child.once('exit', () => done())
            child.kill('SIGTERM')
          }),
      })
    })
  })
}

function memoryOf(pid: number): { rssMb: number; peakMb: number; anonMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
  return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM'), anonMb: mb('RssAnon') }
}

/** CPU of a process by thread name, ms: all threads, and the main one. */
export function cpuOf(pid: number): { allMs: number; mainMs: number } {
  const stat = (file: string) => Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6
  const tasks = path.join('/proc', String(pid), 'task')
  let allMs = 0
  let mainMs = 0
  for (const thread of readdirSync(tasks)) {
    try {
      const ms = stat(path.join(tasks, thread, 'schedstat'))
      allMs += ms
      if (thread === String(pid)) mainMs = ms
    } catch {}
  }
  return { allMs, mainMs }
}

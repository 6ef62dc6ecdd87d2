/**
 * A web role by itself: how long and how much CPU until it is ready, with everything imported, and what memory it holds
 * when nothing comes, then after messages, then after the API was used. The store and the simulated platform are in
 * processes of their own, as in production. `node dist/bench/idle.js [--rounds 5] [--idle 10]`
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { median, openLoop } from './load.js'
import { signedRequest } from './message.js'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, idle: { type: 'string', default: '10' } },
})
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-bench-idle-'))
const cli = path.join(import.meta.dirname, '../src/cli.js')
const free = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return String(port)
}
const env = { ...process.env, NODE_ENV: 'bench', SIMULATOR_PORT: await free(), WELOOP_DATA_DIR: dir }

/** Runs a script until its output holds `word`. */
async function start(args: string[], extra: Record<string, string>, word: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, {
    env: { ...env, ...extra },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${said}`)))
    child.once('message', () => resolve())
    child.stdout?.on('data', (text) => {
      said += text
      if (said.includes(word)) resolve()
    })
  })
  child.removeAllListeners('exit')
  return child
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  await once(child, 'exit')
}

const status = (pid: number, field: string) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
const cpuMs = (pid: number) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
const wait = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000))

const orders = JSON.stringify({ uri: '', dir, database: 'weloop' })
const host = await start([path.join(import.meta.dirname, 'customers/store-process.js'), orders], {}, 'never said')
const simulator = await start([cli, 'simulate'], {}, 'http')
const rounds: Record<string, number>[] = []
let sent = 0
for (let round = 0; round < Number(values.rounds); round++) {
  const port = await free()
  const began = performance.now()
  const web = await start([cli, 'web'], { PORT: port }, '"ready')
  const pid = web.pid ?? 0
  const found: Record<string, number> = {
    'ready, ms': performance.now() - began,
    'CPU of the main thread, ms': cpuMs(pid),
  }
  await wait(Number(values.idle))
  found['idle RSS, MB'] = status(pid, 'VmRSS')
  found['of it anonymous'] = status(pid, 'RssAnon')
  const message = () => signedRequest('safe', '/wechat/shop', '退货', `oIdle${String(sent++ % 200).padStart(23, '0')}`)
  await openLoop(Number(port), message, { connections: 16, seconds: 10, rateAt: () => 300 })
  await wait(Number(values.idle))
  found['RSS after messages'] = status(pid, 'VmRSS')
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/openapi.json`)
  await answer.arrayBuffer()
  await wait(Number(values.idle))
  found['RSS after the API was used'] = status(pid, 'VmRSS')
  rounds.push(found)
  await end(web)
}
for (const name of Object.keys(rounds[0] ?? {})) {
  const all = rounds.map((round) => round[name] ?? 0)
  console.log(`${name}: median ${median(all).toFixed(0)} (${all.map((one) => one.toFixed(0)).join(', ')})`)
}
await end(simulator)
await end(host)
rmSync(dir, { recursive: true, force: true })

/**
 * Signed message in, correct reply out: the product against bare Koa and co-wechat, in one run, interleaved.
 * `npm run bench:webhook [-- --cycles 7 --seconds 2 --pin one|free]`; figures and method in bench/README.md.
 */
import http from 'node:http'
import { parseArgs } from 'node:util'
import { closedLoop, median, percentile } from './load.js'
import { isCorrectReply, type Mode, signedRequest } from './message.js'
import { pinGenerator, type ServerProcess, startServer } from './server-process.js'

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '64' },
    /** one: each server has core 0 to itself (all its threads); free: servers may use both cores. */
    pin: { type: 'string', default: 'one' },
  },
})
const cycles = Number(values.cycles)
const seconds = Number(values.seconds)
const connections = Number(values.connections)
const CONTENT = '退货'
const PATH = '/wechat/shop'
const cpus = values.pin === 'one' ? '0' : undefined
const pinned = pinGenerator()

interface Contender {
  server: ServerProcess
  mode: Mode
  checks: boolean
  rounds: { perSecond: number; cpuUs: number; p99: number; p50: number }[]
}

const contenders: Contender[] = []
async function add(name: string, script: string, args: string[], mode: Mode, checks: boolean) {
  const server = await startServer(name, script, args, cpus)
  contenders.push({ server, mode, checks, rounds: [] })
}
await add('bare koa', './servers/bare-koa.js', [], 'plain', false)
await add('bare koa + tick', './servers/bare-koa.js', ['tick'], 'plain', false)
await add('co-wechat plain', './servers/co-wechat.js', ['plain'], 'plain', true)
await add('co-wechat safe', './servers/co-wechat.js', ['safe'], 'safe', true)
await add('weloop plain', './servers/weloop.js', ['plain'], 'plain', true)
await add('weloop safe', './servers/weloop.js', ['safe'], 'safe', true)

let followers = 0
const follower = () => `oBench${String(followers++ % 500).padStart(22, '0')}`

async function check(contender: Contender): Promise<void> {
  if (!contender.checks) return
  const from = follower()
  const request = signedRequest(contender.mode, PATH, CONTENT, from).toString()
  const [head = '', body = ''] = request.split('\r\n\r\n')
  const target = head.split(' ')[1] ?? ''
  const reply = await new Promise<string>((resolve, reject) => {
    const sent = http.request(
      { port: contender.server.port, host: '127.0.0.1', path: target, method: 'POST' },
      (res) => {
        let text = ''
        res.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        res.on('end', () => resolve(text))
      },
    )
    sent.on('error', reject).end(body)
  })
  if (!isCorrectReply(contender.mode, reply, from))
    throw new Error(`${contender.server.name} replied wrongly: ${reply}`)
}

async function burst(contender: Contender, lasting: number): Promise<void> {
  const size = Math.ceil(lasting * (contender.checks ? 14_000 : 40_000))
  const requests = Array.from({ length: size }, () => signedRequest(contender.mode, PATH, CONTENT, follower()))
  const before = contender.server.cpuSeconds()
  const result = await closedLoop(contender.server.port, requests, { connections, seconds: lasting })
  const cpu = contender.server.cpuSeconds() - before
  if (result.failed > 0) throw new Error(`${contender.server.name}: ${result.failed} requests failed`)
  contender.rounds.push({
    perSecond: result.perSecond,
    cpuUs: (cpu / result.answered) * 1e6,
    p50: percentile(result.latencies, 0.5),
    p99: percentile(result.latencies, 0.99),
  })
}

for (const contender of contenders) {
  await check(contender)
  await burst(contender, 1)
  contender.rounds.length = 0
}
for (let cycle = 0; cycle < cycles; cycle++) {
  const order = [...contenders].sort(() => Math.random() - 0.5)
  for (const contender of order) await burst(contender, seconds)
}
for (const contender of contenders) await check(contender)

const named = (name: string) => contenders.find((contender) => contender.server.name === name)
const ratio = (a: Contender, b: Contender | undefined) =>
  b ? median(a.rounds.map((round, i) => round.perSecond / (b.rounds[i]?.perSecond ?? Number.NaN))) : Number.NaN
console.log(
  `generator ${pinned ? 'pinned to core 1' : 'not pinned'}, servers ${cpus === undefined ? 'on both cores' : 'on core 0'}; ${cycles} cycles of ${seconds} s, ${connections} connections, medians`,
)
console.table(
  contenders.map((contender) => ({
    server: contender.server.name,
    'req/s': Math.round(median(contender.rounds.map((round) => round.perSecond))),
    'x bare koa': ratio(contender, named('bare koa')).toFixed(2),
    'x bare koa + tick': ratio(contender, named('bare koa + tick')).toFixed(2),
    'x co-wechat': contender.checks ? ratio(contender, named(`co-wechat ${contender.mode}`)).toFixed(2) : '',
    'CPU us/req': median(contender.rounds.map((round) => round.cpuUs)).toFixed(0),
    'p50 ms': median(contender.rounds.map((round) => round.p50)).toFixed(1),
    'p99 ms': median(contender.rounds.map((round) => round.p99)).toFixed(1),
    'RSS MB': contender.server.rssMb().toFixed(0),
  })),
)
for (const contender of contenders) await contender.server.stop()

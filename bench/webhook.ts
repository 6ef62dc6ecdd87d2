/**
 * Signed message in, correct reply out: the product against bare Koa and co-wechat, in one run, interleaved, each one
 * warmed up until it gets no faster. `npm run bench:webhook [-- --cycles 11 --seconds 2 --pin main|one|free]`; figures
 * and method in bench/README.md.
 */
import http from 'node:http'
import { parseArgs } from 'node:util'
import { closedLoop, median, percentile } from './load.js'
import { isCorrectReply, type Mode, signedRequest } from './message.js'
import { type Placement, pinGenerator, type ServerProcess, startServer } from './server-process.js'

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '11' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '64' },
    /** main: the main thread on core 0, other threads on both; one: all on core 0; free: all on both. */
    pin: { type: 'string', default: 'main' },
  },
})
const cycles = Number(values.cycles)
const seconds = Number(values.seconds)
const connections = Number(values.connections)
const CONTENT = '退货'
const PATH = '/wechat/shop'
const placement: Placement = values.pin === 'one' || values.pin === 'free' ? values.pin : 'main'
const pinned = pinGenerator()

interface Round {
  perSecond: number
  /** CPU of all threads for a request, and of the main thread, in microseconds. */
  cpuUs: number
  mainUs: number
  p99: number
  p50: number
}

interface Contender {
  server: ServerProcess
  mode: Mode
  checks: boolean
  rounds: Round[]
}

const contenders: Contender[] = []
async function add(name: string, script: string, args: string[], mode: Mode, checks: boolean) {
  const server = await startServer(name, script, args, placement)
  contenders.push({ server, mode, checks, rounds: [] })
}
await add('bare koa', './servers/bare-koa.js', [], 'plain', false)
await add('bare koa + tick', './servers/bare-koa.js', ['tick'], 'plain', false)
await add('co-wechat plain', './servers/co-wechat.js', ['plain'], 'plain', true)
await add('co-wechat safe', './servers/co-wechat.js', ['safe'], 'safe', true)
await add('weloop plain', './servers/weloop.js', ['plain'], 'plain', true)
await add('weloop safe', './servers/weloop.js', ['safe'], 'safe', true)
await add('weloop plain, no tick', './servers/weloop.js', ['plain', 'no-tick'], 'plain', true)
await add('weloop safe, no tick', './servers/weloop.js', ['safe', 'no-tick'], 'safe', true)

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

async function run(contender: Contender, count: number, lasting: number): Promise<Round> {
  const requests = Array.from({ length: count }, () => signedRequest(contender.mode, PATH, CONTENT, follower()))
  const before = contender.server.cpuSeconds()
  const result = await closedLoop(contender.server.port, requests, { connections, seconds: lasting })
  const after = contender.server.cpuSeconds()
  if (result.failed > 0) throw new Error(`${contender.server.name}: ${result.failed} requests failed`)
  return {
    perSecond: result.perSecond,
    cpuUs: ((after.all - before.all) / result.answered) * 1e6,
    mainUs: ((after.main - before.main) / result.answered) * 1e6,
    p50: percentile(result.latencies, 0.5),
    p99: percentile(result.latencies, 0.99),
  }
}

/** At least 20,000 requests each, and more while the last 5,000 cost clearly less CPU than those before. */
async function warmUp(contender: Contender): Promise<void> {
  let before = Number.POSITIVE_INFINITY
  for (let sent = 0; sent < 60_000; sent += 5000) {
    const { mainUs } = await run(contender, 5000, 60)
    if (sent >= 15_000 && mainUs > before * 0.95) return
    before = mainUs
  }
}

for (const contender of contenders) {
  await check(contender)
  await warmUp(contender)
}
for (let cycle = 0; cycle < cycles; cycle++) {
  const order = [...contenders].sort(() => Math.random() - 0.5)
  for (const contender of order) {
    const most = Math.ceil(seconds * (contender.checks ? 14_000 : 40_000))
    // While a server idles the engine drops what it has compiled for it; it gets that back before it is measured.
    await run(contender, most, seconds / 2)
    contender.rounds.push(await run(contender, most, seconds))
  }
}
for (const contender of contenders) await check(contender)

const named = (name: string) => contenders.find((contender) => contender.server.name === name)
const ratio = (a: Contender, b: Contender | undefined) =>
  b ? median(a.rounds.map((round, i) => round.perSecond / (b.rounds[i]?.perSecond ?? Number.NaN))) : Number.NaN
const places = { main: 'main threads on core 0', one: 'servers on core 0', free: 'servers on all cores' }
console.log(
  `generator ${pinned ? 'pinned to core 1' : 'not pinned'}, ${places[placement]}; ${cycles} cycles of ${seconds} s, ${connections} connections, medians`,
)
console.table(
  contenders.map((contender) => {
    const of = (key: keyof Round) => median(contender.rounds.map((round) => round[key]))
    const peer = named(`co-wechat ${contender.mode}`)
    return {
      server: contender.server.name,
      'req/s': Math.round(of('perSecond')),
      'x bare koa': ratio(contender, named('bare koa')).toFixed(2),
      'x bare koa + tick': ratio(contender, named('bare koa + tick')).toFixed(2),
      'x co-wechat': contender.checks ? ratio(contender, peer).toFixed(2) : '',
      'CPU us/req': of('cpuUs').toFixed(0),
      'main thread': of('mainUs').toFixed(0),
      'p50 ms': of('p50').toFixed(1),
      'p99 ms': of('p99').toFixed(1),
      'RSS MB': contender.server.rssMb().toFixed(0),
    }
  }),
)
for (const contender of contenders) await contender.server.stop()

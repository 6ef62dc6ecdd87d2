/**
 * Latency at fixed rates and under a burst, safe mode, the product only: every message acknowledged and found in the
 * store afterwards. `npm run bench:latency [-- --quick]`.
 */
import { MongoClient } from 'mongodb'
import { openStore } from '../embedded-mongo/open.js'
import { type LoadResult, openLoop, percentile } from './load.js'
import { signedRequest } from './message.js'
import { pinGenerator, startServer } from './server-process.js'

const quick = process.argv.includes('--quick')
pinGenerator()
let sent = 0
const makeRequest = () =>
  signedRequest('safe', '/wechat/shop', '退货', `oLoad${String(sent++ % 2000).padStart(23, '0')}`)

interface Run {
  name: string
  seconds: number
  rateAt: (second: number) => number
  connections: number
  /** Before it; 2 s at 300/s unless given. */
  warmUp?: { seconds: number; rate: number }
}
const minutes = quick ? 10 : 60
const runs: Run[] = [
  { name: `300/s for ${minutes} s`, seconds: minutes, rateAt: () => 300, connections: 64 },
  { name: 'fixed 2000/s for 10 s, cold', seconds: 10, rateAt: () => 2000, connections: 64 },
  {
    name: 'fixed 2000/s for 10 s, warm',
    seconds: 10,
    rateAt: () => 2000,
    connections: 64,
    warmUp: { seconds: 10, rate: 2000 },
  },
  {
    name: 'burst 100 -> 1000/s for 20 s',
    seconds: quick ? 10 : 26,
    rateAt: (second) => (second >= 3 && second < (quick ? 8 : 23) ? 1000 : 100),
    connections: 128,
  },
]

const rows: Record<string, string | number>[] = []
for (const run of runs) {
  const server = await startServer(run.name, './servers/weloop.js', ['safe'], 'free')
  const warm = run.warmUp ?? { seconds: 2, rate: 300 }
  await openLoop(server.port, makeRequest, { connections: 64, seconds: warm.seconds, rateAt: () => warm.rate })
  const store = await openStore({ dir: String(server.extra['dir']) })
  const client = await MongoClient.connect(store.uri)
  const rowsBefore = await count(client)
  const result = await openLoop(server.port, makeRequest, run)
  const stored = (await count(client)) - rowsBefore
  await client.close()
  await store.close()
  rows.push(describe(run, result, stored, server.rssMb()))
  await server.stop()
}
console.table(rows)

/** Rows of updates; the batches beside them have no kind. */
function count(client: MongoClient): Promise<number> {
  return client
    .db('weloop')
    .collection('inbox')
    .countDocuments({ kind: { $exists: true } })
}

function describe(run: Run, result: LoadResult, stored: number, rss: number) {
  const max = result.latencies.at(-1) ?? 0
  return {
    run: run.name,
    acked: result.answered,
    'not acked': result.failed,
    'not stored': result.answered - stored,
    'p50 ms': percentile(result.latencies, 0.5).toFixed(1),
    'p99 ms': percentile(result.latencies, 0.99).toFixed(1),
    'p99.9 ms': percentile(result.latencies, 0.999).toFixed(1),
    'max ms': max.toFixed(0),
    'RSS MB': rss.toFixed(0),
  }
}

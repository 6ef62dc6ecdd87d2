// Long form of the fuzz: `node dist/embedded-mongo/test/long/fuzz.js [first seed] [rounds]`.
import { fuzzRound } from '../fuzz.js'
import { startStore } from '../helpers.js'

const first = Number(process.argv[2] ?? 1)
const rounds = Number(process.argv[3] ?? 200)
const store = await startStore()
let queries = 0
let indexed = 0
for (let seed = first; seed < first + rounds; seed++) {
  store.server.store.mostRecent = [2048, 40, 5, 0][seed % 4] ?? 0
  const run = await fuzzRound(store, seed, 150, 80)
  queries += run.queries
  indexed += run.indexed
  if (run.problems.length > 0) {
    console.log(run.problems.slice(0, 5).join('\n'))
    process.exitCode = 1
    break
  }
  await store.db.dropDatabase()
}
console.log(`${queries} queries with seeds ${first}..${first + rounds - 1}, ${indexed} through an index`)
await store.close()

/**
 * The attack list over HTTP, against co-wechat on Koa as shipped and against WeLoop's door with an inbox in memory.
 * Run: `npm run build && node dist/bench/attacks.js` (about 25 s, because slow senders are waited for). Ends with 1
 * when WeLoop lets any attack through.
 */
import { attacks } from './attack-list.js'
import { startCoWechat, startWeLoop } from './attack-targets.js'

const targets = [await startCoWechat(), await startWeLoop()]
const failed = new Map(targets.map(({ name }) => [name, 0]))

process.stdout.write(`${'row'.padEnd(5)}${'attack'.padEnd(50)}${targets.map(({ name }) => name.padEnd(42)).join('')}\n`)
for (const attack of attacks) {
  const cells: string[] = []
  for (const target of targets) {
    const { held, saw } = await attack.run(target)
    if (!held) failed.set(target.name, (failed.get(target.name) ?? 0) + 1)
    cells.push(`${held ? 'held  ' : 'FAILED'} ${saw}`.padEnd(42))
  }
  process.stdout.write(`${attack.id.padEnd(5)}${attack.title.padEnd(50)}${cells.join('')}\n`)
}
const total = attacks.length
process.stdout.write(`\n${[...failed].map(([name, count]) => `${name}: ${count} of ${total} failed`).join('; ')}\n`)
await Promise.all(targets.map((target) => target.close()))
process.exitCode = failed.get('weloop') === 0 ? 0 : 1

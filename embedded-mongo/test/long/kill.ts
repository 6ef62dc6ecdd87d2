// Long form of the kill test: `node dist/embedded-mongo/test/long/kill.js [rounds]`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { killRound } from '../kill.js'

const rounds = Number(process.argv[2] ?? 15)
const dir = mkdtempSync(join(tmpdir(), 'em-kill-'))
const server = fileURLToPath(new URL('../../server.js', import.meta.url))
const acked = { inserted: new Set<number>(), updated: new Map<number, number>(), next: 0 }
let wrong = 0
for (let round = 0; round < rounds; round++) {
  const found = await killRound(dir, server, acked, 150 + Math.random() * 700)
  wrong += found.length
  if (found.length > 0) console.log(found.slice(0, 5).join('\n'))
}
console.log(
  `${rounds} rounds, ${acked.inserted.size} inserts and updates of ${acked.updated.size} documents acknowledged: ${wrong} wrong`,
)
rmSync(dir, { recursive: true })
process.exitCode = wrong === 0 ? 0 : 1

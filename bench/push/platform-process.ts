/** The fake platform in a process of its own; answers `report` and `reset` over IPC. */
import { setPriority } from 'node:os'
import { perSecond, startPlatform } from './platform.js'

const { latencyMs, people } = JSON.parse(process.argv[2] ?? '{}') as { latencyMs: number; people: number }
// The measuring end must not be held up by what it measures.
try {
  setPriority(-15)
} catch {}
const platform = await startPlatform({ latencyMs, people })
process.on('message', (message) => {
  if (message === 'reset') platform.reset()
  const arrivals = platform.arrivals()
  process.send?.({ ...platform.totals(), ...perSecond(arrivals), first: (arrivals[0] ?? 0) + performance.timeOrigin })
})
process.on('SIGTERM', () => process.exit(0))
process.send?.({ port: platform.port })

/** A loop over co-wechat-api as its users write it: so many sends under way, nothing stored, nothing limited. */
import API from 'co-wechat-api'
import { openidOf } from './people.js'

const { apiBase, sends, concurrency } = JSON.parse(process.argv[2] ?? '{}') as {
  apiBase: string
  sends: number
  concurrency: number
}
type Package = API & { sendText(openid: string, text: string): Promise<unknown>; prefix: string }
const api = new API('wxbench0000000000', 'bench-secret-of-32-characters-000') as Package
api.prefix = `${apiBase}/cgi-bin/`
const TEXT = '老朋友，好久不见。新一季的面霜到了，会员立减 30 元，回复“面霜”看详情。'

async function run(from: number, count: number): Promise<number> {
  let next = from
  let failed = 0
  const lane = async () => {
    while (next < from + count) {
      try {
        await api.sendText(openidOf(next++), TEXT)
      } catch {
        failed++
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return failed
}

await api.ensureAccessToken()
process.send?.({ port: 0 })
process.on('message', async (message) => {
  if (message !== 'run') return
  const before = process.cpuUsage()
  const began = performance.now()
  const failed = await run(0, sends)
  const cpu = process.cpuUsage(before)
  process.send?.({ failed, ms: performance.now() - began, cpuUs: (cpu.user + cpu.system) / sends })
})
process.on('SIGTERM', () => process.exit(0))

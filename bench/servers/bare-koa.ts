import { createServer } from 'node:http'
import Koa from 'koa'

/**
 * The baseline: Koa reads the body to a string and sends it back. With `tick` the replies of one event-loop turn are
 * released together, as a group-committing store does by itself.
 */
const tick = process.argv[2] === 'tick'
let waiting: (() => void)[] = []

function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) {
      setImmediate(() => {
        const now = waiting
        waiting = []
        for (const release of now) release()
      })
    }
  })
}

const app = new Koa()
app.use(async (ctx) => {
  const chunks: Buffer[] = []
  for await (const chunk of ctx.req) chunks.push(chunk as Buffer)
  if (tick) await turn()
  ctx.body = Buffer.concat(chunks).toString('utf8')
})
const server = createServer(app.callback()).listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 })
})
process.on('disconnect', () => process.exit(0))

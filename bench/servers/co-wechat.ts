import { createServer } from 'node:http'
import wechat from 'co-wechat'
import Koa from 'koa'
import { ACCOUNT } from '../message.js'

/** The peer: co-wechat on Koa as its README shows it. It verifies, parses and replies, and stores nothing. */
const safe = process.argv[2] === 'safe'
const app = new Koa()
app.silent = true
app.use(
  wechat({
    token: ACCOUNT.token,
    appid: ACCOUNT.appid,
    ...(safe ? { encodingAESKey: ACCOUNT.aesKey } : {}),
  }).middleware(async (message) => `echo: ${message.Content}`),
)
const server = createServer(app.callback()).listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 })
})
process.on('disconnect', () => process.exit(0))

import { test } from '@jest/globals'
import { startContractWorld, MINI } from './world.js'
test('x', async () => {
  const world = await startContractWorld()
  for (const body of [
    { scene: 'a=1', page: 'pages/index', width: 430 },
    { scene: 'a=1', page: 'pages/index', width: 430, auto_color: false, line_color: { r: 0, g: 0, b: 0 }, is_hyaline: false },
  ]) {
    const token = (await world.mini.tokens.get()).value
    const t = Date.now()
    const r = await fetch(`${world.simulator.url}/wxa/getwxacodeunlimit?access_token=${token}`, { method: 'POST', body: JSON.stringify(body) })
    console.log(r.status, (await r.arrayBuffer()).byteLength, Date.now() - t)
  }
  const tok = await (await fetch(`${world.simulator.url}/cgi-bin/token?grant_type=client_credential&appid=${MINI.appid}&secret=${MINI.secret}`)).json() as {access_token: string}
  const r = await fetch(`${world.simulator.url}/wxa/getwxacodeunlimit?access_token=${tok.access_token}`, { method: 'POST', body: JSON.stringify({ scene: 'a=1', page: 'pages/index', width: 430 }), signal: AbortSignal.timeout(2000) })
  console.log(r.status, (await r.arrayBuffer()).byteLength)
  await world.close()
})

import { expect, test } from '@jest/globals'
import { miniProgram } from '../../src/core/message.js'
import { handleOnce } from '../../src/inbox/handle-once.js'
import { createMemoryOutbox } from '../../src/outbox/memory.js'
import { fakePlatform, says } from './setup.js'

const platform = fakePlatform()
const resolve = (message: Parameters<Parameters<typeof handleOnce>[1]['resolve']>[0]) => {
  if (message.kind === 'card' || message.kind === 'article') throw new Error('nothing to look up')
  return message
}
const once = (run: Parameters<typeof handleOnce>[1]['run']) =>
  handleOnce(says('hi', 'ming', 'u1'), { platform, run, resolve, now: new Date(0) })

test('one update can be handled without a store, and tells what would have been sent', async () => {
  expect(await once(() => undefined)).toEqual({ deliveries: [] })
  const long = await once(() => 'the first twenty; then the rest of it')
  expect(long.passive).toEqual({ kind: 'text', text: 'the first twenty;' })
  expect(long.deliveries.map((one) => one.key)).toEqual(['shop:u1:reply:1'])
  const card = miniProgram({ title: 't', appid: 'wx', path: 'p', thumb: { file: 'x.jpg' } })
  expect(await once(() => card)).toMatchObject({ deliveries: [{ key: 'shop:u1:reply:0', to: 'ming', message: card }] })
  await expect(once(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
})

test('what a handler sends besides can be kept in memory, once per key', async () => {
  const outbox = createMemoryOutbox()
  const { deliveries } = await once(() => 'the first twenty; then the rest of it')
  expect(await outbox.put(deliveries)).toEqual(['new'])
  expect(await outbox.put(deliveries)).toEqual(['known'])
  expect(outbox.deliveries).toEqual(deliveries)
})

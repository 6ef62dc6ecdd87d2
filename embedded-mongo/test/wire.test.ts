import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { deserialize, serialize } from 'bson'
import { random, startStore, type TestStore } from './helpers.js'

let store: TestStore
beforeAll(async () => {
  store = await startStore()
  await store.db.collection('c').insertOne({ _id: 1 as never, v: 'kept' })
})
afterAll(() => store.close())

function message(body: Buffer, id = 1, op = 2013): Buffer {
  const head = Buffer.alloc(16)
  head.writeInt32LE(16 + body.length, 0)
  head.writeInt32LE(id, 4)
  head.writeInt32LE(op, 12)
  return Buffer.concat([head, body])
}

function command(doc: Record<string, unknown>, flags = 0): Buffer {
  const head = Buffer.alloc(5)
  head.writeInt32LE(flags, 0)
  return message(Buffer.concat([head, Buffer.from(serialize({ ...doc, $db: 'test' }))]))
}

// what the server answers to these bytes until it closes the connection or has answered `replies` times
function talk(bytes: Buffer[], replies = 1): Promise<{ closed: boolean; docs: Record<string, unknown>[] }> {
  return new Promise((resolve) => {
    const socket: Socket = connect(join(store.dir, 'mongo.sock'))
    let have = Buffer.alloc(0)
    const docs: Record<string, unknown>[] = []
    const end = (closed: boolean) => {
      socket.destroy()
      resolve({ closed, docs })
    }
    socket.on('close', () => end(true))
    socket.on('error', () => end(true))
    socket.on('data', (chunk) => {
      have = Buffer.concat([have, chunk])
      while (have.length >= 16 && have.length >= have.readInt32LE(0)) {
        const one = have.subarray(0, have.readInt32LE(0))
        have = have.subarray(one.length)
        docs.push(deserialize(one.subarray(one.readInt32LE(12) === 1 ? 36 : 21)))
        if (docs.length >= replies) end(false)
      }
    })
    for (const b of bytes) socket.write(b)
  })
}

const alive = async () => expect(await store.db.collection('c').findOne({})).toEqual({ _id: 1, v: 'kept' })

test.each([
  ['a length of zero', Buffer.alloc(16)],
  ['a negative length', Buffer.from('ffffffff000000000000000000000000', 'hex')],
  ['a length over 48 MB', Buffer.from('00000010000000000000000000000000', 'hex')],
  ['an unknown opcode', message(Buffer.alloc(20), 1, 4242)],
  ['a compressed message', message(Buffer.alloc(20), 1, 2012)],
  ['an empty OP_MSG', message(Buffer.alloc(5))],
  ['a body longer than its message', message(Buffer.from('0000000000ffffff7f00', 'hex'))],
  ['a section kind that does not exist', message(Buffer.from('00000000090500000000', 'hex'))],
  ['a document sequence past the end', message(Buffer.from('0000000001ff000000610000', 'hex'))],
  [
    'two bodies',
    message(
      Buffer.concat([
        Buffer.alloc(5),
        Buffer.from(serialize({ ping: 1 })),
        Buffer.alloc(1),
        Buffer.from(serialize({ ping: 1 })),
      ]),
    ),
  ],
  ['unknown required flags', command({ ping: 1 }, 4)],
  ['an OP_QUERY without document', message(Buffer.alloc(12), 1, 2004)],
])('%s closes that connection and no other', async (_, bytes) => {
  const { closed, docs } = await talk([bytes])
  expect({ closed, docs }).toEqual({ closed: true, docs: [] })
  await alive()
})

test('random bytes, also inside a sound envelope, never harm the server', async () => {
  const seed = 20240601
  const r = random(seed)
  const sound = Buffer.from(serialize({ find: 'c', filter: { a: { $in: [1, 'x', null] } }, $db: 'test' }))
  for (let i = 0; i < 150; i++) {
    const body = Buffer.concat([Buffer.alloc(5), sound])
    for (let k = 0; k < 1 + r.below(4); k++) body[5 + r.below(sound.length)] = r.below(256)
    const noise = Buffer.from(Array.from({ length: 20 + r.below(200) }, () => r.below(256)))
    const bytes = i % 2 === 0 ? message(body) : noise
    const length = bytes.readInt32LE(0)
    // a message that claims to be longer than what is sent is waited for: end it
    await (length > bytes.length && length < 48_000_000 ? hangUp(bytes) : talk([bytes]))
  }
  await alive()
})

function hangUp(bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(join(store.dir, 'mongo.sock'), () => socket.end(bytes))
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.resume()
  })
}

test('half a message and a hang-up are forgotten', async () => {
  const whole = command({ ping: 1 })
  await hangUp(whole.subarray(0, 30))
  await hangUp(whole.subarray(0, 3))
  await alive()
})

test('a message in single bytes, and several in one write, are answered in order', async () => {
  const bytes = command({ ping: 1 })
  const slow = await talk(Array.from(bytes, (b) => Buffer.from([b])))
  expect(slow.docs[0]).toMatchObject({ ok: 1 })
  const insert = command({ insert: 'order', documents: [{ _id: 1 }] })
  const count = command({ count: 'order' })
  const many = await talk([Buffer.concat([insert, count, bytes])], 3)
  expect(many.docs.map((d) => [d['ok'], d['n']])).toEqual([
    [1, 1],
    [1, 1],
    [1, undefined],
  ])
})

test('a write with moreToCome is done and not answered', async () => {
  const silent = command({ insert: 'quiet', documents: [{ _id: 1 }] }, 2)
  const { docs } = await talk([silent, command({ count: 'quiet' })])
  expect(docs).toEqual([expect.objectContaining({ n: 1, ok: 1 })])
})

test('the OP_QUERY handshake is answered as by a standalone 7.0', async () => {
  const head = Buffer.alloc(4)
  const name = Buffer.from('admin.$cmd\0')
  const counts = Buffer.alloc(8)
  const doc = Buffer.from(serialize({ ismaster: 1, helloOk: true }))
  const { docs } = await talk([message(Buffer.concat([head, name, counts, doc]), 1, 2004)])
  expect(docs[0]).toMatchObject({ ismaster: true, helloOk: true, maxWireVersion: 21, ok: 1 })
  expect(docs[0]).not.toHaveProperty('topologyVersion')
  expect(docs[0]).not.toHaveProperty('setName')
})

test('__proto__ and constructor are names like any other', async () => {
  const c = store.db.collection('proto')
  await c.insertOne({ _id: 1 as never, n: 1 })
  for (const path of ['__proto__.polluted', 'constructor.prototype.polluted', '__proto__', 'constructor']) {
    await c.updateOne({ n: 1 }, { $set: { [path]: { x: 1 } } }).catch(() => undefined)
    await c.find({ [path]: 1 }).toArray()
    await c.aggregate([{ $match: { [path]: { $exists: true } } }]).toArray()
  }
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
  expect(Reflect.get(Object, 'x')).toBeUndefined()
  await alive()
})

test('a nesting deeper than 180 is refused', async () => {
  let deep: Record<string, unknown> = { end: 1 }
  for (let i = 0; i < 190; i++) deep = { a: deep }
  const { docs } = await talk([command({ insert: 'c', documents: [deep] })])
  expect(docs[0]).toMatchObject({ ok: 0, code: 15 })
  await alive()
})

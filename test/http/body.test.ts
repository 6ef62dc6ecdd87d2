import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, createConnection } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Body, DirectRequest, endUnread, readBody } from '../../src/http/body.js'
import { createRelease } from '../../src/http/release.js'

const LIMIT = 1000

describe.each([
  ['as it arrives', DirectRequest],
  ['as a stream', undefined],
])('a body read %s', (_, request) => {
  let server: Server
  let port: number
  const bodies: Body[] = []
  const release = createRelease(true)
  let told: (body: Body) => void = () => undefined

  beforeAll(async () => {
    server = createServer({ ...(request && { IncomingMessage: request }) }, (incoming: IncomingMessage, response) => {
      readBody(incoming, LIMIT, (body) => {
        bodies.push(body)
        told(body)
        if (body.type === 'read') {
          release(response, { status: 200, type: 'text/plain', body: `读到 ${body.bytes.toString('latin1')}` })
        } else if (body.unread) {
          response.writeHead(403, { 'Content-Length': 2, Connection: 'close' })
          response.write('no')
          endUnread(incoming, response)
        }
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const post = (body: string, head = '') =>
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${head}\r\n${body}`

  /** Writes the pieces, each in a turn of its own, and gives what has come when `until` has. */
  async function talk(pieces: string[], until: string, count = 1): Promise<string> {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
    let heard = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text
    })
    for (const piece of pieces) {
      socket.write(piece)
      await new Promise(setImmediate)
    }
    while (heard.split(until).length <= count && !socket.destroyed) await new Promise(setImmediate)
    socket.destroy()
    return heard
  }

  test('is whole, in one piece and in many, and empty when there is none', async () => {
    expect(await talk([post('hello')], '读到 hello')).toContain('Content-Length: 12\r\n')
    const whole = post('0123456789'.repeat(90))
    const pieces = Array.from({ length: 30 }, (_, n) =>
      whole.slice((n * whole.length) / 30, ((n + 1) * whole.length) / 30),
    )
    expect(await talk(pieces, '789')).toContain('0123456789'.repeat(90))
    expect(await talk(['GET / HTTP/1.1\r\nHost: x\r\n\r\n'], '读到 ')).toContain('200 OK')
  })

  test('is read again and again on one connection, also when the next comes before the answer', async () => {
    const heard = await talk([post('one') + post('two'), post('three'), post('four')], '读到', 4)
    expect([...heard.matchAll(/读到 (\w+?)(?=HTTP|$)/g)].map(([, word]) => word)).toEqual([
      'one',
      'two',
      'three',
      'four',
    ])
  })

  test('in chunks is limited while it is read, and its sender is told', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    const chunk = `12c\r\n${'x'.repeat(300)}\r\n`
    expect(await talk([head, chunk, chunk, chunk, chunk, '0\r\n\r\n'], 'no')).toContain('403')
    expect(bodies.at(-1)).toEqual({ type: 'refused', reason: 'a body of more than 1000 bytes', unread: true })
  })

  test('is refused unread when it says that it is too large or compressed', async () => {
    expect(await talk([`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n`, 'x'], 'no')).toContain('403')
    expect(await talk([post('zip', 'Content-Encoding: gzip\r\n')], 'no')).toContain('403')
    expect(bodies.at(-1)).toMatchObject({ reason: 'a compressed body' })
  })

  test('whose sender goes away in the middle is told once', async () => {
    const before = bodies.length
    const gone = new Promise<Body>((resolve) => {
      told = resolve
    })
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc')
    await once(socket, 'connect')
    await new Promise(setImmediate)
    socket.destroy()
    expect(await gone).toMatchObject({ type: 'refused', unread: false })
    expect(bodies.length).toBe(before + 1)
  })
})

test('a request that nobody diverts is a stream like any other', async () => {
  const server = createServer({ IncomingMessage: DirectRequest }, async (incoming, response) => {
    let text = ''
    for await (const chunk of incoming) text += String(chunk)
    readBody(incoming, LIMIT, () => undefined)
    response.end(`${text} ${incoming.readableEnded}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: 'streamed' })
  expect(await answer.text()).toBe('streamed true')
  server.closeAllConnections()
  server.close()
})

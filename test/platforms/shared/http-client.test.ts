import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../src/platforms/shared/http-client.js'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

function client(options: HttpClientOptions = {}): HttpClient {
  const made = createHttpClient(options)
  ends.push(() => made.close())
  return made
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x?access_token=canary-token`)
}

async function http(listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  ends.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return listen(server)
}

async function tcp(onSocket: (socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  ends.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return listen(server)
}

const post = { method: 'POST', body: '{"secret":"canary-secret"}' } as const

describe('an exchange that never reached the other side is not-sent', () => {
  test('a refused connection', async () => {
    const server = createTcpServer()
    const url = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    expect(await client().request({ ...post, url })).toEqual({ end: 'not-sent', reason: 'the connection was refused' })
  })

  test('a name that does not exist', async () => {
    const lookup = (_: string, __: object, done: (error: NodeJS.ErrnoException | null, a: string, f: number) => void) =>
      done(Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), { code: 'ENOTFOUND' }), '', 0)
    const end = await client({ connect: { lookup } }).request({ ...post, url: new URL('http://nowhere.example/') })
    expect(end).toEqual({ end: 'not-sent', reason: 'the host name was not found (DNS)' })
  })

  test('a TLS handshake that fails', async () => {
    const url = await tcp((socket) => socket.end('this is not TLS'))
    url.protocol = 'https:'
    const end = await client().request({ ...post, url })
    expect(end).toMatchObject({ end: 'not-sent' })
  })

  test('waiting for a free connection until the deadline, and nothing is written later', async () => {
    let seen = 0
    let release: () => void = () => undefined
    const url = await http((_, response) => {
      seen += 1
      release = () => response.end('{}')
    })
    const one = client({ connections: 1 })
    const first = one.request({ ...post, url })
    const second = await one.request({ ...post, url, deadlineMs: 50 })
    expect(second).toEqual({ end: 'not-sent', reason: 'no whole answer within 50 ms' })
    release()
    expect(await first).toMatchObject({ end: 'answered' })
    expect(await one.request({ ...post, url, deadlineMs: 50 })).toMatchObject({ end: 'uncertain' })
    expect(seen).toBe(2)
  })

  test('a signal that was aborted before', async () => {
    const url = await http((_, response) => response.end('{}'))
    const end = await client().request({ ...post, url, signal: AbortSignal.abort() })
    expect(end).toMatchObject({ end: 'not-sent' })
  })
})

describe('an exchange that broke off after the request was written is uncertain', () => {
  test('the connection is reset instead of an answer', async () => {
    const url = await tcp((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await client().request({ ...post, url })).toMatchObject({ end: 'uncertain' })
  })

  test('the answer is cut in the middle', async () => {
    const url = await tcp((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"errcode"')),
    )
    expect(await client().request({ ...post, url })).toMatchObject({ end: 'uncertain' })
  })

  test('no answer comes in time', async () => {
    const url = await http(() => undefined)
    const end = await client().request({ ...post, url, deadlineMs: 60 })
    expect(end).toEqual({ end: 'uncertain', reason: 'no whole answer within 60 ms' })
  })

  test('an answer of one byte at a time does not outlive the deadline', async () => {
    const url = await http((_, response) => {
      const timer = setInterval(() => response.write(' '), 5)
      response.on('close', () => clearInterval(timer))
    })
    const end = await client().request({ ...post, url, deadlineMs: 80 })
    expect(end).toEqual({ end: 'uncertain', reason: 'no whole answer within 80 ms' })
  })

  test('something that is not HTTP', async () => {
    const url = await tcp((socket) => socket.once('data', () => socket.end('hello\r\n\r\n')))
    expect(await client().request({ ...post, url })).toMatchObject({ end: 'uncertain' })
  })

  test('the caller gives up', async () => {
    const controller = new AbortController()
    const url = await http(() => controller.abort())
    const end = await client().request({ ...post, url, signal: controller.signal })
    expect(end).toEqual({ end: 'uncertain', reason: 'the caller gave up' })
  })
})

describe('limits', () => {
  test('an endless answer is cut at the byte limit while it is read', async () => {
    let written = 0
    const url = await http((_, response) => {
      const piece = Buffer.alloc(65_536)
      const more = () => {
        written += piece.length
        if (written > 50 * 1_048_576) response.end()
        else if (response.write(piece)) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    const end = await client().request({ method: 'GET', url, maxBytes: 200_000 })
    expect(end).toEqual({ end: 'uncertain', reason: 'the answer is larger than 200000 bytes' })
    expect(written).toBeLessThan(20 * 1_048_576)
  })

  test('an answer that announces too much is not read at all', async () => {
    const url = await http((_, response) => {
      response.writeHead(200, { 'content-length': '999999999' })
      response.write('x')
    })
    const end = await client().request({ method: 'GET', url, maxBytes: 1000 })
    expect(end).toMatchObject({ end: 'uncertain', reason: 'the answer is larger than 1000 bytes' })
  })

  test('redirects are answers and are not followed', async () => {
    let seen = 0
    const url = await http((_, response) => {
      seen += 1
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(await client().request({ ...post, url })).toMatchObject({ end: 'answered', status: 302 })
    expect(seen).toBe(1)
  })

  test('connections are kept and no more are opened than allowed', async () => {
    const ports = new Set<number | undefined>()
    const url = await http((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('{}')
    })
    const few = client({ connections: 3 })
    const ended = await Promise.all(Array.from({ length: 30 }, () => few.request({ ...post, url })))
    expect(ended.every((end) => end.end === 'answered')).toBe(true)
    expect(ports.size).toBeLessThanOrEqual(3)
  })
})

test('no end tells the address, its query or the body', async () => {
  const urls = [
    await tcp((socket) => socket.once('data', () => socket.resetAndDestroy())),
    await tcp((socket) => socket.once('data', () => socket.end('junk canary-token'))),
    new URL('http://127.0.0.1:1/cgi-bin/x?access_token=canary-token'),
  ]
  const found = await Promise.all(urls.map((url) => client().request({ ...post, url, deadlineMs: 2000 })))
  expect(JSON.stringify(found)).not.toContain('canary')
})

test('a closed client sends nothing', async () => {
  const url = await http((_, response) => response.end('{}'))
  const closed = createHttpClient()
  await closed.close()
  expect(await closed.request({ ...post, url })).toEqual({ end: 'not-sent', reason: 'the client is closed' })
})

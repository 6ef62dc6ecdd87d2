import { createServer } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createDownloads, DownloadError, type Downloads } from '../../../src/platforms/shared/download.js'
import { isPublicAddress } from '../../../src/platforms/shared/public-address.js'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Names as a hostile DNS would answer them. */
const lookupOf =
  (names: Record<string, string[]>): LookupFunction =>
  (host, options, done) => {
    const all = (names[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    const [first] = all
    if (!first) done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), '', 0)
    else if (options.all) done(null, all)
    else done(null, first.address, first.family)
  }

function downloads(options: Parameters<typeof createDownloads>[0] = {}): Downloads {
  const made = createDownloads(options)
  ends.push(() => made.close())
  return made
}

async function serve(respond: (path: string) => { status: number; body?: string; headers?: Record<string, string> }) {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    const { status, body, headers } = respond(request.url ?? '')
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
  return { port: (server.address() as AddressInfo).port, paths }
}

const refusal = async (promise: Promise<unknown>): Promise<DownloadError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DownloadError)) throw new Error('it was not refused')
  return error
}

describe('an address may only lead to the public internet', () => {
  test.each([
    'http://cdn.example.com/a.png',
    'https://127.0.0.1/a.png',
    'https://0x7f.1/a.png',
    'https://2130706433/a.png',
    'https://[::1]/a.png',
    'https://[::ffff:10.0.0.1]/a.png',
    'https://169.254.169.254/latest/meta-data',
    'https://100.100.100.200/latest/meta-data',
    'https://10.1.2.3/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://cdn.example.com:8443/a.png',
    'https://user:pass@cdn.example.com/a.png',
    'ftp://cdn.example.com/a',
    'file:///etc/passwd',
    'not an address',
  ])('%s is refused before anything is sent', async (url) => {
    expect(await refusal(downloads().get(url, 1000))).toMatchObject({ temporary: false })
  })

  test.each([
    ['private', ['10.0.0.5']],
    ['loopback', ['127.0.0.1']],
    ['metadata', ['169.254.169.254']],
    ['one of two private', ['93.184.215.14', '192.168.1.1']],
    ['mapped', ['::ffff:127.0.0.1']],
  ])('a name that leads to a %s address is refused', async (_, addresses) => {
    const error = await refusal(
      downloads({ lookup: lookupOf({ 'evil.example': addresses }) }).get('https://evil.example/a', 1000),
    )
    expect(error).toMatchObject({ temporary: false, message: expect.stringContaining('ENOTPUBLIC') })
  })

  test('the check is made on the very look-up that is connected to', async () => {
    const { port, paths } = await serve(() => ({ status: 200, body: 'internal' }))
    let asked = 0
    const rebinding: LookupFunction = (host, options, done) => {
      asked += 1
      lookupOf({ 'rebind.example': [asked === 1 ? '93.184.215.14' : '127.0.0.1'] })(host, options, done)
    }
    const some = downloads({ lookup: rebinding })
    asked = 1
    await refusal(some.get('https://rebind.example/', 1000))
    expect([asked, paths.length, port > 0]).toEqual([2, 0, true])
  })

  test('a name that cannot be found may be tried again later', async () => {
    expect(await refusal(downloads({ lookup: lookupOf({}) }).get('https://gone.example/', 1000))).toMatchObject({
      temporary: true,
    })
  })

  test('no address of a private range is public', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(
        fc.constantFrom('10', '127', '0', '169.254', '192.168', '172.16', '172.31', '100.64', '224', '255'),
        octet,
        octet,
        octet,
        (head, a, b, c) => {
          const address = [...head.split('.'), a, b, c].slice(0, 4).join('.')
          expect(isPublicAddress(address)).toBe(false)
          expect(isPublicAddress(`::ffff:${address}`)).toBe(false)
          expect(isPublicAddress(`64:ff9b::${address}`)).toBe(false)
        },
      ),
    )
    expect(
      ['1.1.1.1', '93.184.215.14', '172.32.0.1', '2606:2800:21f:cb07::1', '2400:3200::1'].every(isPublicAddress),
    ).toBe(true)
    expect(['', 'localhost', '1.1.1', 'fc00::1', '::', '2001:db8::1', '2001::1'].some(isPublicAddress)).toBe(false)
  })
})

describe('an allowed host', () => {
  test('may be on this machine and speak clear http', async () => {
    const { port } = await serve(() => ({ status: 200, body: 'picture' }))
    const some = downloads({ allowHosts: [`127.0.0.1:${port}`] })
    expect((await some.get(`http://127.0.0.1:${port}/a.png`, 1000)).toString()).toBe('picture')
    expect(await refusal(some.get('http://127.0.0.1:1/a.png', 1000))).toMatchObject({ temporary: false })
  })

  test('is not followed when it redirects', async () => {
    const { port, paths } = await serve(() => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }))
    expect(
      await refusal(downloads({ allowHosts: ['127.0.0.1'] }).get(`http://127.0.0.1:${port}/a`, 1000)),
    ).toMatchObject({ temporary: false })
    expect(paths).toEqual(['/a'])
  })

  test('a file above the limit is refused for good, a server error may pass', async () => {
    const { port } = await serve((path) =>
      path === '/big' ? { status: 200, body: 'x'.repeat(2000) } : { status: 503 },
    )
    const some = downloads({ allowHosts: ['127.0.0.1'] })
    expect(await refusal(some.get(`http://127.0.0.1:${port}/big`, 1000))).toMatchObject({ temporary: false })
    expect(await refusal(some.get(`http://127.0.0.1:${port}/down`, 1000))).toMatchObject({ temporary: true })
  })
})

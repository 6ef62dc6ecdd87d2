import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { base32, newTotpSecret, totpCode, totpFits, totpStep, totpUri } from '../../src/access/totp.js'
import { fromBase32 } from './open-access.js'

const ascii = (length: number) => Buffer.from('1234567890'.repeat(7).slice(0, length))

describe('codes of an authenticator app', () => {
  // RFC 6238, appendix B.
  test.each([
    [59, '94287082', '46119246', '90693936'],
    [1_111_111_109, '07081804', '68084774', '25091201'],
    [1_111_111_111, '14050471', '67062674', '99943326'],
    [1_234_567_890, '89005924', '91819424', '93441116'],
    [2_000_000_000, '69279037', '90698825', '38618901'],
    [20_000_000_000, '65353130', '77737706', '47863826'],
  ])('are those of RFC 6238 at %i s', (seconds, sha1, sha256, sha512) => {
    const at = new Date(seconds * 1000)
    const code = (algorithm: 'sha1' | 'sha256' | 'sha512', length: number) => {
      const shape = { algorithm, digits: 8, stepSeconds: 30 }
      return totpCode(ascii(length), totpStep(at, shape), shape)
    }
    expect([code('sha1', 20), code('sha256', 32), code('sha512', 64)]).toEqual([sha1, sha256, sha512])
  })

  test('are taken one step early and late, not two, and not again', () => {
    const secret = newTotpSecret()
    const at = new Date('2026-03-04T04:00:10Z')
    const step = totpStep(at)
    for (const near of [-1, 0, 1]) expect(totpFits(secret, totpCode(secret, step + near), at)).toBe(step + near)
    for (const far of [-2, 2]) expect(totpFits(secret, totpCode(secret, step + far), at)).toBeUndefined()
    expect(totpFits(secret, totpCode(secret, step), at, step)).toBeUndefined()
    expect(totpFits(secret, ` ${totpCode(secret, step).replace(/(...)/, '$1 ')}`, at)).toBe(step)
    for (const odd of ['', '12345', '1234567', 'abcdef', '１２３４５６'])
      expect(totpFits(secret, odd, at)).toBeUndefined()
  })

  test('base 32 is read back as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(fromBase32(base32(Buffer.from(bytes)))).toEqual(Buffer.from(bytes))
      }),
    )
    expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI')
  })

  test('the address for the app names issuer and login', () => {
    const uri = new URL(totpUri(Buffer.from('foobar'), 'li@shop.cn'))
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
      'otpauth:',
      'totp',
      '/WeLoop:li@shop.cn',
    ])
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret: 'MZXW6YTBOI', issuer: 'WeLoop', digits: '6' })
  })
})

import { describe, expect, test } from '@jest/globals'
import { getSignature } from '@wecom/crypto'
import fc from 'fast-check'
import { isSignature, sign, signPage } from '../../../src/platforms/shared/signature.js'

describe('signatures of callbacks', () => {
  test('match the published samples', () => {
    expect(sign('demoToken01', '1760000000', 'nonce123')).toBe('77e354ece3e179c9c88a168a93bb54f3154723d3')
    expect(
      isSignature(
        '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
        'QDG6eK',
        '1409659589',
        '263014780',
        'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
      ),
    ).toBe(true)
  })

  test('match the reference implementation on anything', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9+/=_-]{1,64}$/)
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        expect(sign(a, b, c, d)).toBe(getSignature(a, b, c, d))
        expect(isSignature(getSignature(a, b, c, d), a, b, c, d)).toBe(true)
      }),
    )
  })

  test('with any digit changed, or of another shape, do not hold', () => {
    const good = sign('token', '1767225600', 'n')
    for (let at = 0; at < 40; at++) {
      const bad = good.slice(0, at) + (good[at] === '0' ? '1' : '0') + good.slice(at + 1)
      expect(isSignature(bad, 'token', '1767225600', 'n')).toBe(false)
    }
    for (const bad of ['', good.slice(1), `${good}0`, good.toUpperCase(), `${good.slice(1)}g`, `${good}\n`]) {
      expect(isSignature(bad, 'token', '1767225600', 'n')).toBe(false)
    }
  })
})

describe('signatures of pages', () => {
  const page = {
    url: 'http://mp.weixin.qq.com?params=value',
    ticket: 'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg',
    now: new Date(1_414_587_457_000),
  }

  test('match the sample of the documentation, with or without a #fragment', () => {
    const expected = {
      nonce: 'Wm3WZYTPz0wzccnW',
      timestamp: 1_414_587_457,
      signature: '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
    }
    expect(signPage({ ...page, nonce: 'Wm3WZYTPz0wzccnW' })).toEqual(expected)
    expect(signPage({ ...page, url: `${page.url}#/cart?x=1`, nonce: 'Wm3WZYTPz0wzccnW' })).toEqual(expected)
  })

  test('C8: have a nonce of the system`s random source, another each time', () => {
    const nonces = new Set(Array.from({ length: 1000 }, () => signPage(page).nonce))
    expect(nonces.size).toBe(1000)
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{16}$/)
  })
})

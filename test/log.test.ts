import { expect, test } from '@jest/globals'
import { createLogger, createScrubber } from '../src/log.js'

const CANARIES = ['canary-secret-7f3a', 'canaryTOKEN_1', `${'C4n4ry'.repeat(7)}x`, 'p@ss/word"quoted']

function capture(level = 'debug') {
  const lines: string[] = []
  const log = createLogger({ level, secrets: CANARIES, sink: { write: (line) => void lines.push(line) } })
  return { log, text: () => lines.join(''), lines }
}

test('planted secrets never reach the sink, however they are passed', () => {
  const { log, text, lines } = capture()
  for (const canary of CANARIES) {
    log.info({ value: canary, nested: { deep: [canary] } }, `said ${canary}`)
    log.error({ err: new Error(`GET /token?secret=${encodeURIComponent(canary)} failed`) }, 'call failed')
    log.child({ token: canary }).warn({}, 'child spoke')
  }
  for (const canary of CANARIES) {
    expect(text()).not.toContain(canary)
    expect(text()).not.toContain(encodeURIComponent(canary))
  }
  expect(lines).toHaveLength(CANARIES.length * 3)
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
})

test('access tokens, phone numbers and openids are masked even when unknown', () => {
  const { log, text } = capture()
  log.info({ url: '/cgi-bin/user/info?access_token=90_abcDEF123456&openid=x' }, 'called')
  log.info({ body: '{"access_token":"91_zyxWVU987654","expires_in":7200}' }, 'answered')
  log.info({ phone: '13812341234', order: '2025138123412340001' }, 'ordered')
  log.info({ contact: 'shop:oAbCdEfGhIjKlMnOpQrStUvWxYz1' }, 'wrote')
  expect(text()).not.toMatch(/90_abcDEF|91_zyxWVU|13812341234"|oAbCdEfGhIjKlMnOpQrStUvWxYz1/)
  expect(text()).toContain('138****1234')
  expect(text()).toContain('2025138123412340001')
  expect(text()).toMatch(/shop:oAbCd~[0-9a-f]{8}/)
})

test('two people stay distinguishable, the same person stays the same', () => {
  const scrub = createScrubber([])
  const [a, b] = [`o${'A'.repeat(27)}`, `o${'A'.repeat(26)}B`]
  expect(scrub(a)).toBe(scrub(a))
  expect(scrub(a)).not.toBe(scrub(b))
})

test('at a terminal a line reads as a sentence, and is scrubbed all the same', () => {
  const lines: string[] = []
  const log = createLogger({
    level: 'info',
    secrets: CANARIES,
    sink: { write: (line) => void lines.push(line) },
    readable: true,
  })
  log.warn({ account: 'shop', token: CANARIES[0] }, 'token was refused')
  expect(lines.join('')).toMatch(/^\d\d:\d\d:\d\d WARN {2}token was refused {2}\(account=shop token=\[secret\]\)\n$/)
})

test('levels are obeyed', () => {
  const { log, lines } = capture('warn')
  log.info({}, 'quiet')
  log.warn({}, 'loud')
  expect(lines).toHaveLength(1)
})

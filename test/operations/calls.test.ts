import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import { codeInWords } from '../../src/operations/call-words.js'
import { createCallbacks } from '../../src/operations/callbacks.js'
import { createCallCounter } from '../../src/operations/calls.js'
import { readCalls } from '../../src/operations/calls-read.js'
import { conceal } from '../../src/operations/conceal.js'
import { callRows, operationsModels } from '../../src/operations/model.js'
import { replayFailures } from '../../src/operations/replays.js'
import type { HttpEnd } from '../../src/platforms/shared/http-client.js'
import { codeOf } from '../../src/platforms/shared/observed-http.js'
import { openTestStore, type TestStore } from '../store/open.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
  operationsModels(store.connection)
  await store.ensureIndexes()
})
afterAll(() => store.dispose())

const answered = (body: string, status = 200): HttpEnd => ({
  end: 'answered',
  status,
  headers: {},
  body: Buffer.from(body),
})

test.each([
  ['{"errcode":0,"errmsg":"ok"}', 200, '0'],
  ['{"errcode":0,"errmsg":"ok","media_id":"x"}', 200, '0'],
  ['{"errcode": 45015, "errmsg": "response out of time limit rid: 65a1-0b2c-77"}', 200, '45015'],
  ['{"openid":"o1","remark":"\\"errcode\\": 40001"}', 200, '0'],
  [`{"errcode":40013,"list":"${'x'.repeat(9000)}"}`, 200, '40013'],
  ['<html>Bad Gateway</html>', 502, 'http-502'],
  ['<!DOCTYPE html><html>sign in to the network</html>', 200, 'uncertain'],
  ['\u00ff\u00d8\u00ff a picture', 200, '0'],
])('how a call ended is read off its answer: %p', (body, status, code) => {
  expect(codeOf(answered(body, status)).code).toBe(code)
})

test('a call without an answer counts as what it was, and the request’s id is kept', () => {
  expect(codeOf({ end: 'not-sent', reason: 'DNS' })).toEqual({ code: 'not-sent' })
  expect(codeOf({ end: 'uncertain', reason: 'reset' })).toEqual({ code: 'uncertain' })
  const refused = answered('{"errcode":40001,"errmsg":"invalid credential rid: 65a1-0b2c-77"}')
  expect(codeOf(refused)).toEqual({ code: '40001', rid: '65a1-0b2c-77' })
})

test('counts of several processes add up by hour, endpoint and code, failures first', async () => {
  let now = new Date('2026-03-04T04:59:59Z')
  const open = () =>
    createCallCounter({ connection: store.connection, clock: { now: () => now }, log: silentLogger, everyMs: 1e9 })
  const [one, two] = [open(), open()]
  const send = '/cgi-bin/message/custom/send'
  for (let n = 0; n < 10; n += 1) one.add('shop', { endpoint: send, code: '0', tookMs: 20 })
  two.add('shop', { endpoint: send, code: '45015', tookMs: 31, rid: 'aa-1' })
  await one.flush()
  now = new Date('2026-03-04T05:00:01Z')
  one.add('shop', { endpoint: send, code: '0', tookMs: 40 })
  two.add('shop', { endpoint: send, code: '45015', tookMs: 33, rid: 'bb-2' })
  await Promise.all([one.close(), two.close()])
  const from = new Date('2026-03-04T04:30:00Z')
  const { calls, hours } = await readCalls(store.connection, { from, to: new Date('2026-03-04T06:30:00Z') })
  expect(calls).toEqual([
    {
      account: 'shop',
      endpoint: send,
      code: '45015',
      count: 2,
      averageMs: 32,
      slowestMs: 33,
      lastAt: now,
      rid: 'bb-2',
    },
    { account: 'shop', endpoint: send, code: '0', count: 11, averageMs: 22, slowestMs: 40, lastAt: now },
  ])
  expect(hours.map(({ hour, codes }) => [hour.getUTCHours(), codes])).toEqual([
    [4, { '0': 10, '45015': 1 }],
    [5, { '0': 1, '45015': 1 }],
    [6, {}],
  ])
})

test('a store that is away loses no count, and kinds are bounded', async () => {
  const counter = createCallCounter({
    connection: store.connection,
    clock: { now: () => new Date('2026-05-01T00:10:00Z') },
    log: silentLogger,
    everyMs: 1e9,
  })
  counter.add('away', { endpoint: '/a', code: '0', tookMs: 1 })
  const rows = callRows(store.connection)
  await counter.flush()
  let up = false
  const connection = {
    get db() {
      return up ? store.connection.db : undefined
    },
  } as never
  const clock = { now: () => new Date('2026-05-01T00:10:00Z') }
  const patient = createCallCounter({ connection, clock, log: silentLogger, everyMs: 1e9 })
  patient.add('patient', { endpoint: '/a', code: '0', tookMs: 1 })
  await patient.flush()
  patient.add('patient', { endpoint: '/a', code: '0', tookMs: 1 })
  up = true
  await patient.close()
  expect(await rows.find({ account: 'patient' }).toArray()).toMatchObject([{ endpoint: '/a', count: 2 }])
  for (let n = 0; n < 2500; n += 1) counter.add('away', { endpoint: `/made-up/${n}`, code: '0', tookMs: 1 })
  await counter.close()
  const found = await rows.find({ account: 'away' }).toArray()
  expect(found.length).toBeLessThanOrEqual(2002)
  expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(2501)
  expect(found.find(({ endpoint }) => endpoint === '(other)')?.count).toBe(500)
})

test('codes are told in words with a fix, each platform’s by its own table', () => {
  expect(codeInWords('official-account', '0')).toBeUndefined()
  expect(codeInWords('official-account', '45015')?.reason.zh).toMatch(/48|时间|会话/)
  expect(codeInWords('official-account', '99999999')?.fix.zh).toContain('99999999')
  expect(codeInWords('wecom', '60020')?.source).toContain('work.weixin')
  expect(codeInWords('wecom', 'http-502')?.reason.en).toContain('502')
})

test('the last push and the last refusal of a callback are remembered', async () => {
  let now = new Date('2026-03-04T04:00:00Z')
  const callbacks = createCallbacks({ connection: store.connection, clock: { now: () => now }, log: silentLogger })
  callbacks.heard('shop', { type: 'echo' })
  callbacks.heard('shop', { type: 'refused', reason: 'signature' })
  now = new Date('2026-03-04T04:01:00Z')
  callbacks.heard('shop', { type: 'update', update: { kind: 'message.text' }, envelope: { mode: 'safe' } })
  callbacks.heard('shop', { type: 'refused', reason: 'appid' })
  expect((await callbacks.read()).get('shop')).toEqual({
    _id: 'shop',
    checkedAt: new Date('2026-03-04T04:00:00Z'),
    lastAt: now,
    kind: 'message.text',
    mode: 'safe',
    refused: 2,
    refusedAt: now,
    refusedReason: 'appid',
  })
  callbacks.quiet('shop', true)
  callbacks.heard('shop', { type: 'refused', reason: 'our own doctor, wrongly signed' })
  callbacks.quiet('shop', false)
  expect((await callbacks.read()).get('shop')?.refused).toBe(2)
  await callbacks.close()
})

test('what opens something is taken out of a raw push', () => {
  const raw =
    '<xml><Token><![CDATA[ENCApHxnGDNAVNY4AaSJKj4Tb5mwsEMzxhFmHVGcra996NR]]></Token><WelcomeCode><![CDATA[CODE]]></WelcomeCode><Ticket>gQH</Ticket><Content><![CDATA[token 是什么]]></Content></xml>'
  const told = conceal(raw)
  expect(told).not.toMatch(/ENCApH|CODE\]|gQH/)
  expect(told).toContain('<Content><![CDATA[token 是什么]]></Content>')
  const json = '{"response_url":"https://qyapi/x?response_code=abc","text":"https://a.example/?key=s3cret&x=1"}'
  expect(conceal(json)).toBe('{"response_url":"***","text":"https://a.example/?key=***&x=1"}')
})

test('a bulk replay tries each failure once, in order, and stops at its bound', async () => {
  const tried: string[] = []
  const ends = { a: 'done', b: 'failed', c: undefined, d: 'received' } as const
  const ports = {
    failures: async ({ limit }: { limit: number }) => ['a', 'b', 'c', 'd', 'e'].slice(0, limit),
    async replay(id: string) {
      tried.push(id)
      return ends[id as keyof typeof ends]
    },
    now: () => new Date(),
  }
  expect(await replayFailures(ports, { limit: 4 })).toEqual({
    done: 1,
    failed: 1,
    dead: 0,
    waiting: 1,
    passed: 1,
    more: true,
  })
  expect(tried).toEqual(['a', 'b', 'c', 'd'])
})

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { contactEditRoutes } from '../../../src/http/api/contact-edits.js'
import { contactMergeRoutes } from '../../../src/http/api/contact-merges.js'
import { contactSearchRoutes } from '../../../src/http/api/contact-search.js'
import { contactTimelineRoutes } from '../../../src/http/api/contact-timeline.js'
import type { ApiContact } from '../../../src/http/api/contacts.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'

const NOW = new Date('2026-03-04T04:00:00Z')
const ID = 'a'.repeat(24)
const OTHER = 'b'.repeat(24)
const CONTACT: ApiContact = {
  ...{ _id: ID, identities: [], tags: [], profile: {}, consents: {} },
  ...{ firstSeenAt: NOW, lastSeenAt: NOW },
}
const calls: unknown[][] = []
const note =
  <T>(name: string, answer: T) =>
  async (...given: unknown[]): Promise<T> => {
    calls.push([name, ...given])
    return answer
  }
const read = async (id: string) => (id === ID ? CONTACT : undefined)
const entry = {
  at: NOW,
  kind: 'message' as const,
  type: 'message.text',
  text: '我的地址是…',
  props: { text: 'x', n: 1 },
}
const routes = [
  ...contactSearchRoutes({ find: note('find', { people: [], looked: 0 }) }),
  ...contactTimelineRoutes({
    read,
    timeline: note('timeline', { entries: [entry], next: '1~facts.1' }),
    consents: async () => [],
  }),
  ...contactEditRoutes({
    edits: {
      consent: note('consent', CONTACT),
      tag: note('tag', CONTACT),
      fields: note('fields', CONTACT),
    },
    mirror: async () => [],
    now: () => NOW,
  }),
  ...contactMergeRoutes({
    read,
    preview: async () => undefined,
    merge: note('merge', { outcome: 'conflict', detail: 'the two have different unionids' }),
    undo: note('undo', false),
    merges: async () => [],
    erase: note('erase', true),
  }),
]
let api: ServedApi
let reader: ServedApi

beforeAll(async () => {
  api = await serveApi(routes)
  reader = await serveApi(routes, { scopes: ['contacts:read'] })
})
afterAll(async () => {
  await api.close()
  await reader.close()
})
beforeEach(() => {
  calls.length = 0
})

test('a masked value is not written back over the real one, and nothing of the request is', async () => {
  for (const value of ['138****1234', '138****', '林**', '****']) {
    const body = { fields: { city: '杭州', phone: value } }
    expect(await api.ask('PATCH', `/contacts/${ID}`, body)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'phone' }] },
    })
  }
  expect(calls).toEqual([])
  expect(await api.ask('PATCH', `/contacts/${ID}`, { fields: { city: '杭州' } })).toMatchObject({ status: 200 })
})

test('a consent needs a reason, a purpose there is, and no other field', async () => {
  const path = `/contacts/${ID}/consents`
  expect(await api.ask('POST', path, { purpose: 'marketing', allowed: true })).toMatchObject({ status: 400 })
  expect(await api.ask('POST', path, { purpose: 'service', allowed: true, reason: '电话里说的' })).toMatchObject({
    status: 400,
  })
  expect(calls).toEqual([])
  expect(await api.ask('POST', path, { purpose: 'care', allowed: false, reason: '电话里说的' })).toMatchObject({
    status: 200,
  })
  expect(calls[0]).toMatchObject([
    'consent',
    ID,
    { purpose: 'care', allowed: false, reason: '电话里说的' },
    { at: NOW },
  ])
})

test('what was written is told only to callers who may change contacts', async () => {
  const path = `/contacts/${ID}/timeline?kinds=message,event`
  expect(await api.ask('GET', path)).toMatchObject({
    body: { entries: [{ text: '我的地址是…', props: { text: 'x' } }] },
  })
  const { body } = await reader.ask<{ entries: object[] }>('GET', path)
  expect(body.entries).toEqual([{ at: NOW.toISOString(), kind: 'message', type: 'message.text', props: { n: 1 } }])
  expect(calls[0]?.[2]).toMatchObject({ kinds: ['message', 'event'], limit: 50 })
  expect(await api.ask('GET', `/contacts/${ID}/timeline?kinds=secrets`)).toMatchObject({ status: 400 })
  expect(await api.ask('GET', `/contacts/${OTHER}/timeline`)).toMatchObject({ status: 404 })
})

test('readers change nothing', async () => {
  for (const [method, path, body] of [
    ['POST', `/contacts/${ID}/tags`, { add: ['vip'] }],
    ['PATCH', `/contacts/${ID}`, { fields: { city: 'x' } }],
    ['POST', '/contact-merges', { one: ID, other: OTHER, reason: 'the same person' }],
    ['POST', `/contacts/${ID}/erasure`, { reason: 'asked for it', confirm: ID.slice(-6) }],
  ] as const) {
    expect(await reader.ask(method, path, body)).toMatchObject({ status: 403 })
  }
  expect(calls).toEqual([])
})

test('an erasure is typed and has a reason; merges that cannot be are told as such', async () => {
  const path = `/contacts/${ID}/erasure`
  expect(await api.ask('POST', path, { reason: 'asked for it', confirm: 'wrong!' })).toMatchObject({ status: 422 })
  expect(calls).toEqual([])
  expect(await api.ask('POST', path, { reason: 'asked for it', confirm: ID.slice(-6) })).toMatchObject({ status: 200 })
  const merge = { one: ID, other: OTHER, reason: 'the same person' }
  expect(await api.ask('POST', '/contact-merges', merge)).toMatchObject({
    status: 409,
    body: { type: 'urn:weloop:problem:merge.conflict' },
  })
  expect(await api.ask('POST', `/contact-merges/${OTHER}/undo`, { reason: 'no, two people' })).toMatchObject({
    status: 409,
  })
})

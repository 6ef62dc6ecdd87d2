import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { segmentUses } from '../../src/campaigns/audiences.js'
import { contactRows } from '../../src/contacts/model.js'
import type { Problem } from '../../src/http/api/problem.js'
import { segmentToolRoutes } from '../../src/http/api/segment-tools.js'
import { segmentRoutes } from '../../src/http/api/segments.js'
import { ruleSchema } from '../../src/library/rule.js'
import type { SegmentUse } from '../../src/segments/definitions.js'
import { createSegments, type Segments } from '../../src/segments/segments.js'
import { vocabularyOf } from '../../src/segments/vocabulary.js'
import { coreTypes } from '../../src/shop/types/define.js'
import { openPeople, type People } from '../contacts/people.js'
import { type ServedApi, serveApi } from '../helpers/api.js'

const NOW = new Date('2026-03-04T10:30:00+08:00')
const vip = { tag: { in: ['vip'] } }
let people: People
let segments: Segments
let api: ServedApi
let contact: string
let used: SegmentUse[] = []

beforeAll(async () => {
  people = await openPeople(() => NOW)
  const { connection } = people.store
  const files = { segment: () => undefined, segments: () => [] }
  const clock = { now: () => NOW }
  segments = createSegments({ connection, files, clock, timeZone: 'Asia/Shanghai', usedBy: async () => used })
  await people.store.ensureIndexes()
  contact = await people.contacts.resolve({ platform: 'official-account', account: 'shop', externalId: 'o1' }, NOW)
  await contactRows(connection).updateOne({ _id: contact }, { $set: { tags: ['vip'] } })
  const tools = {
    vocabulary: async () => vocabularyOf({ events: [], accounts: ['shop'] }),
    explain: segments.explain,
  }
  const now = () => NOW
  const routes = [
    ...segmentRoutes({ segments, rule: ruleSchema, now }),
    ...segmentToolRoutes({ tools, rule: ruleSchema, now }),
  ]
  api = await serveApi(routes, { scopes: ['segments:read', 'segments:write', 'contacts:read'] })
})
afterAll(async () => {
  await api.close()
  await people.close()
})

const codeOf = (body: unknown) => (body as Problem).type.split(':').at(-1)

describe('building a segment', () => {
  test('an unsaved rule is tried on a person, condition by condition', async () => {
    const rule = { all: [vip, { tag: { in: ['new'] } }] }
    const { body } = await api.ask<{ explained: { holds: boolean; of: { holds: boolean }[] } }>(
      'POST',
      '/segments/explain',
      { rule, contact },
    )
    expect([body.explained.holds, body.explained.of.map(({ holds }) => holds)]).toEqual([false, [true, false]])
    const nobody = await api.ask('POST', '/segments/explain', { rule, contact: '0'.repeat(24) })
    expect([nobody.status, codeOf(nobody.body)]).toEqual([404, 'contact.unknown'])
    const wrong = await api.ask<Problem>('POST', '/segments/explain', { rule: { all: [{ tag: { in: [] } }] }, contact })
    expect([wrong.status, wrong.body.errors?.[0]?.field]).toEqual([400, 'rule.all[0].tag.in'])
  })

  test('two who make the same segment at once: one does, the other is told', async () => {
    const make = (title: string) => api.ask('PUT', '/segments/twins', { title, rule: vip, version: 0 })
    const statuses = (await Promise.all([make('甲'), make('乙'), make('丙')])).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 409, 409])
    expect((await segments.find('twins'))?.version).toBe(1)
  })

  test('what is used stays, and says by what; deleting is against the version that was looked at', async () => {
    await api.ask('PUT', '/segments/base', { title: '底', rule: vip, version: 0 })
    used = [{ kind: 'campaign', id: 'autumn', title: '秋' }]
    expect((await api.ask('GET', '/segments/base')).body).toMatchObject({ usedBy: used })
    const refused = await api.ask<Problem>('DELETE', '/segments/base?version=1')
    expect([refused.status, codeOf(refused.body), refused.body.errors?.[0]?.field]).toEqual([
      409,
      'segment.used',
      'campaign autumn',
    ])
    used = []
    await api.ask('PUT', '/segments/base', { title: '底二', rule: vip, version: 1 })
    const late = await api.ask('DELETE', '/segments/base?version=1')
    expect([late.status, codeOf(late.body)]).toEqual([409, 'segment.stale'])
    expect((await api.ask('DELETE', '/segments/base?version=2')).status).toBe(200)
  })

  test('campaigns that have not ended and refer to it, by name or inside of a rule, use it', () => {
    const campaign = (id: string, state: string, audience: unknown) =>
      ({ _id: id, state, definition: { name: id, audience } }) as never
    const all = [
      campaign('named', 'running', 'base'),
      campaign('inside', 'draft', { all: [vip, { segment: { id: 'base' } }] }),
      campaign('ended', 'done', 'base'),
      campaign('other', 'draft', vip),
    ]
    expect(segmentUses(all, 'base').map(({ id }) => id)).toEqual(['named', 'inside'])
  })

  test('the words of rules hold the shop’s events with their fields, those in lists too', async () => {
    expect((await api.ask('GET', '/segment-vocabulary')).body).toMatchObject({
      depth: 6,
      leaves: 50,
      accounts: ['shop'],
    })
    const events = coreTypes.map(({ type, title, person }) => ({ type, title, person, props: PROPS }))
    const { events: known } = vocabularyOf({ events, accounts: [] })
    expect(known.find(({ type }) => type === 'order.paid')?.fields).toEqual(['paidFen', 'items.category'])
    expect(new Set(known.map(({ type }) => type)).size).toBe(known.length)
    expect(known.map(({ type }) => type)).toContain('inbound')
  })
})

const PROPS = {
  type: 'object',
  properties: {
    paidFen: { type: 'integer' },
    items: { type: 'array', items: { type: 'object', properties: { category: { type: 'string' } } } },
  },
}

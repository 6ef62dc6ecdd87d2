import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { contactRows } from '../../src/contacts/model.js'
import { openApi } from '../../src/http/api/openapi.js'
import type { Problem } from '../../src/http/api/problem.js'
import { segmentRoutes } from '../../src/http/api/segments.js'
import { ruleSchema } from '../../src/library/rule.js'
import { createSegments, type Segments } from '../../src/segments/segments.js'
import { openPeople, type People } from '../contacts/people.js'
import { type ServedApi, serveApi } from '../helpers/api.js'

const NOW = new Date('2026-03-04T10:30:00+08:00')
const FILE = { slug: 'file', title: '文件', rule: { tag: { in: ['vip'] } } }
let people: People
let segments: Segments
let api: ServedApi

beforeAll(async () => {
  people = await openPeople(() => NOW)
  const files = { segment: (slug: string) => (slug === 'file' ? FILE : undefined), segments: () => [FILE] }
  const clock = { now: () => NOW }
  const { connection } = people.store
  segments = createSegments({ connection, files, clock, timeZone: 'Asia/Shanghai' })
  await people.store.ensureIndexes()
  const person = (externalId: string) => ({ platform: 'official-account' as const, account: 'shop', externalId })
  for (let n = 0; n < 5; n++) {
    const _id = await people.contacts.resolve(person(`o${n}`), NOW)
    await contactRows(connection).updateOne(
      { _id },
      { $set: { tags: n < 3 ? ['vip'] : [], 'profile.nickname': '小明' } },
    )
  }
  api = await serveApi(segmentRoutes({ segments, rule: ruleSchema, now: clock.now }), {
    scopes: ['segments:read', 'segments:write', 'contacts:read'],
  })
})
afterAll(async () => {
  await api.close()
  await people.close()
})

const codeOf = (body: unknown) => (body as Problem).type.split(':').at(-1)

describe('the routes of segments', () => {
  test('list and show segments of files and store', async () => {
    const list = await api.ask<{ segments: object[] }>('GET', '/segments')
    expect(list.body.segments).toEqual([{ slug: 'file', title: '文件', origin: 'file' }])
    expect((await api.ask('GET', '/segments/file')).body).toEqual({ ...FILE, origin: 'file', usedBy: [] })
    const unknown = await api.ask('GET', '/segments/nothing')
    expect([unknown.status, codeOf(unknown.body)]).toEqual([404, 'segment.unknown'])
  })

  test('put a segment, refuse a stale or read-only one, and delete it', async () => {
    const rule = { not: { segment: { id: 'file' } } }
    const put = await api.ask('PUT', '/segments/mine', { title: '我的', rule })
    expect(put.body).toMatchObject({ slug: 'mine', rule, origin: 'store', version: 1, updatedAt: NOW.toISOString() })
    const again = await api.ask('PUT', '/segments/mine', { title: '我的', rule, version: 7 })
    expect([again.status, codeOf(again.body)]).toEqual([409, 'segment.stale'])
    const file = await api.ask<Problem>('PUT', '/segments/file', { title: '抢', rule })
    expect([file.status, codeOf(file.body)]).toEqual([409, 'segment.read-only'])
    expect(file.body.errors?.[0]?.field).toBe('content/segments/file.yaml')
    const lost = await api.ask<Problem>('PUT', '/segments/lost', { title: '无', rule: { segment: { id: 'nowhere' } } })
    expect([lost.status, lost.body.errors?.[0]?.field]).toEqual([422, 'rule.segment.id'])
    expect((await api.ask('DELETE', '/segments/mine')).status).toBe(200)
    expect((await api.ask('DELETE', '/segments/mine')).status).toBe(404)
    expect((await api.ask('DELETE', '/segments/file')).status).toBe(409)
  })

  test('count any rule and show some of those it means, masked', async () => {
    const { body } = await api.ask('POST', '/segments/count', { rule: { segment: { id: 'file' } }, sample: 1 })
    expect(body).toMatchObject({ count: 3, asOf: NOW.toISOString(), sample: [{ name: '小**', tags: ['vip'] }] })
    expect(JSON.stringify(body)).not.toContain('小明')
  })

  test('tell where a rule is wrong', async () => {
    const rule = { any: [{ event: { type: 'order.paid', within: 'soon' } }, { tagg: {} }] }
    const { status, body } = await api.ask<Problem>('POST', '/segments/count', { rule })
    expect(status).toBe(400)
    expect(body.errors?.map(({ field }) => field)).toEqual(['rule.any[0].event.within', 'rule.any[1].tagg'])
    const cyclic = await api.ask<Problem>('POST', '/segments/count', { rule: { segment: { id: 'nowhere' } } })
    expect([cyclic.status, codeOf(cyclic.body)]).toEqual([422, 'segment.missing'])
  })

  test('page through the people of a segment', async () => {
    type Page = { asOf: string; members: { contact: string }[]; next?: string }
    const first = (await api.ask<Page>('GET', '/segments/file/members?size=2')).body
    expect(first.members).toHaveLength(2)
    const query = `size=2&after=${first.next}&asOf=${encodeURIComponent(first.asOf)}`
    const second = (await api.ask<Page>('GET', `/segments/file/members?${query}`)).body
    expect(second.members).toHaveLength(1)
    expect(second).not.toHaveProperty('next')
    const ids = [...first.members, ...second.members].map(({ contact }) => contact)
    expect(new Set(ids).size).toBe(3)
    const why = await api.ask('GET', `/segments/file/contacts/${ids[0]}`)
    expect(why.body).toMatchObject({ explained: { holds: true, text: { en: 'has one of the tags vip' } } })
    expect((await api.ask('GET', '/segments/file/contacts/nobody')).status).toBe(404)
  })

  test('are described with the rules they take', () => {
    const { components, paths } = openApi(segmentRoutes({ segments, rule: ruleSchema, now: () => NOW }))
    expect(JSON.stringify(components.schemas['SegmentRule'])).toContain('olderThan')
    expect(JSON.stringify(paths['/segments/count'])).toContain('#/components/schemas/SegmentRule')
    expect(JSON.stringify(components.schemas['ExplainedCondition'])).toContain(
      '#/components/schemas/ExplainedCondition',
    )
  })
})

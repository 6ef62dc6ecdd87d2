import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type CorpWorld, startCorpWorld } from './wecom-setup.js'

let world: CorpWorld
beforeAll(async () => {
  world = await startCorpWorld()
})
afterAll(() => world.close())

type Json = Record<string, unknown>

async function control(method: string, path: string, body?: object): Promise<Json> {
  const response = await fetch(`${world.simulator.url}/control/corp${path}`, {
    method,
    ...(method !== 'GET' && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
  })
  const answer = (await response.json()) as Json
  return response.status === 200 ? answer : { status: response.status, ...answer }
}

test('a story is told over HTTP: code, scan, group, group-send, and everything can be read', async () => {
  const openid = world.simulator.control.addFollower({ name: '小雨' }).id
  const { config_id } = await world.api('/externalcontact/add_contact_way', { type: 1, scene: 2, user: ['lihua'] })
  expect(await control('GET', `/customers/${openid}/people`)).toEqual({ wecom: [], groups: [], transfers: [] })
  const scanned = await control('POST', `/people/${openid}/scan?wait`, { code: config_id })
  expect(scanned).toMatchObject({ kind: 'contact', staff: 'lihua', results: [{ state: 'acknowledged' }] })
  const customer = String(scanned['customer'])
  const made = await control('POST', '/staff/lihua/create-group', { name: '福利1群', members: [openid] })
  const group = String(made['group'])
  const sent = await world.api('/externalcontact/add_msg_template', {
    chat_type: 'group',
    sender: 'lihua',
    chat_id_list: [group],
    text: { content: '开团' },
  })
  const task = String(sent['msgid'])
  expect(await control('GET', '/staff/lihua')).toMatchObject({ waiting: 1, customers: 1, groups: 1 })
  expect(await control('POST', '/staff/lihua/send', { task })).toMatchObject({ exchange: null, sent: 1 })
  expect(await control('POST', '/staff/lihua/send', { task })).toMatchObject({ status: 409 })
  expect(await control('GET', '/staff/lihua/tasks')).toMatchObject({ tasks: [{ id: task, status: 2 }] })
  expect(await control('GET', `/tasks/${task}`)).toMatchObject({ senders: [{ staff: 'lihua', counts: { sent: 1 } }] })
  expect(await control('GET', `/groups/${group}`)).toMatchObject({
    count: 2,
    members: [{ id: 'lihua' }, { id: customer }],
  })
  expect(await control('GET', `/groups/${group}/thread?after=1`)).toMatchObject({ entries: [{ task }] })
  expect(await control('GET', `/chats/lihua/${openid}?wait=0`)).toEqual({ entries: [] })
  expect(await control('GET', `/customers/${openid}/people`)).toMatchObject({
    wecom: [{ staff: 'lihua', name: '李华' }],
    groups: [{ id: group, name: '福利1群', count: 2 }],
  })
  expect(await control('GET', '/')).toMatchObject({ counts: { customers: 1, groups: 1, tasks: 1, contactWays: 1 } })
  expect(await control('GET', '/truth')).toMatchObject({
    relations: [{ staff: 'lihua', customer, lost: false, half: false }],
    groups: [{ id: group, members: [customer, 'lihua'].toSorted() }],
  })
})

test('what happens is streamed to pages, and repeated pushes carry the same XML', async () => {
  const stream = await fetch(`${world.simulator.url}/control/events`)
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  await reader?.read()
  const { id } = world.simulator.control.addFollower({ name: '阿强' })
  const added = await control('POST', '/staff/wangfang/add?wait', { person: id })
  let seen = ''
  while (reader && !seen.includes('"about":"staff"')) seen += (await reader.read()).value ?? ''
  expect(seen).toContain('"type":"corp","account":"corp","about":"customer"')
  await reader?.cancel()
  const again = await control('POST', '/push?wait', { repeat: added['exchange'] })
  expect(again['exchange']).not.toBe(added['exchange'])
  const mine = world.pushes.filter((push) => push.get('UserID') === 'wangfang')
  expect(mine.map((push) => push.xml)).toEqual([mine[0]?.xml, mine[0]?.xml])
  expect(mine).toHaveLength(2)
})

test('settings are changed in part; unknown things are named', async () => {
  expect(await control('PATCH', '/', { cap: 'day', allowed: { moments: false } })).toMatchObject({
    settings: { cap: 'day', allowed: { contacts: true, moments: false } },
  })
  expect(await control('PATCH', '/', { cap: 'year', dispatchMs: -1 })).toMatchObject({
    status: 400,
    error: expect.stringMatching(/cap: .*dispatchMs: /s),
  })
  expect(await control('GET', '/?corp=other')).toMatchObject({ status: 404 })
  expect(await control('GET', '/nothing')).toMatchObject({ status: 404 })
  expect(await control('POST', '/seed', { customers: 4, tags: ['海报'] })).toMatchObject({ customers: 4, relations: 4 })
  expect(await control('GET', '/customers?limit=2&offset=1')).toMatchObject({ customers: [{}, {}] })
  const staff = { userid: 'sunli', name: '孙丽', departments: [3] }
  expect(await control('POST', '/staff', staff)).toMatchObject({ id: 'sunli' })
  expect(await control('POST', '/staff', { ...staff, userid: 'x', departments: [9] })).toMatchObject({ status: 400 })
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import {
  addDeskCommands,
  type DeskTools,
  endConversation,
  listConversations,
  listTickets,
  searchCanned,
  setPresence,
  showConversation,
  showDesk,
  showFigures,
} from '../../../src/commands/desk.js'
import { deskRoutes } from '../../../src/http/api/desk.js'
import { deskCannedRoutes } from '../../../src/http/api/desk-canned.js'
import { deskStaffRoutes } from '../../../src/http/api/desk-staff.js'
import { openApi } from '../../../src/http/api/openapi.js'
import { type Bench, HOUR, openBench } from '../../desk/setup.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'

let bench: Bench
let api: ServedApi
let reader: ServedApi

beforeAll(async () => {
  bench = await openBench()
  const { desk, clock } = bench
  const routes = [...deskRoutes({ desk }), ...deskStaffRoutes({ desk }), ...deskCannedRoutes(desk)]
  api = await serveApi(routes, { clock })
  reader = await serveApi(routes, { clock, scopes: ['desk:read'] })
})
afterAll(async () => {
  await Promise.all([api.close(), reader.close()])
  await bench.store.dispose()
})
beforeEach(() => bench.reset())

async function queued(): Promise<string> {
  await bench.says('人工')
  return (await bench.open())._id
}

const idempotent = (key: string) => ({ headers: { 'idempotency-key': key } })

describe('by API', () => {
  test('a conversation is listed, taken once, answered, noted, transferred and closed', async () => {
    const id = await queued()
    const listed = await api.ask<{ conversations: { _id: string }[] }>('GET', '/desk/conversations?state=queued')
    expect(listed.body.conversations.map(({ _id }) => _id)).toEqual([id])
    expect((await api.ask('GET', `/desk/conversations/${id}`)).body).toMatchObject({ state: 'queued', place: 1 })
    expect((await api.ask('POST', `/desk/conversations/${id}/accept`, { staff: 'lihua' })).body).toMatchObject({
      staff: 'lihua',
      number: 1,
    })
    const second = await api.ask<{ type: string; detail: string }>('POST', `/desk/conversations/${id}/accept`, {
      staff: 'wangfang',
    })
    expect([second.status, second.body.type.endsWith('desk.taken')]).toEqual([409, true])
    const path = `/desk/conversations/${id}/messages`
    expect((await api.ask('POST', path, { staff: 'lihua', text: '您好' })).status).toBe(400)
    const said = await api.ask('POST', path, { staff: 'lihua', text: '您好' }, idempotent('message-key-1'))
    await api.ask('POST', path, { staff: 'lihua', text: '您好' }, idempotent('message-key-1'))
    expect(said.body).toMatchObject({ by: 'lihua', content: { kind: 'text', text: '您好' } })
    expect(bench.texts().filter((text) => text === '您好')).toHaveLength(1)
    expect(
      (await api.ask('POST', path, { staff: 'lihua', text: 'a', card: 'b' }, idempotent('message-key-2'))).status,
    ).toBe(400)
    await api.ask(
      'POST',
      `/desk/conversations/${id}/notes`,
      { staff: 'lihua', text: '老客户' },
      idempotent('note-key-1'),
    )
    const entries = await api.ask<{ entries: { direction: string }[] }>('GET', `/desk/conversations/${id}/entries`)
    expect(entries.body.entries.map(({ direction }) => direction)).toContain('note')
    expect(
      (await api.ask('POST', `/desk/conversations/${id}/transfer`, { staff: 'lihua', to: '王芳' })).body,
    ).toMatchObject({ staff: 'wangfang' })
    expect((await api.ask('POST', `/desk/conversations/${id}/close`, { staff: 'lihua' })).status).toBe(409)
    expect((await api.ask('POST', `/desk/conversations/${id}/close`, {})).body).toMatchObject({
      state: 'closed',
      closedBy: 'api',
    })
    expect((await api.ask('POST', `/desk/conversations/aaaaaaaaaaaaaaaa/close`, {})).status).toBe(404)
    expect((await reader.ask('POST', `/desk/conversations/${id}/close`, {})).status).toBe(403)
  })

  test('a conversation goes back to the queue of a skill, or to the bot', async () => {
    const id = await queued()
    await api.ask('POST', `/desk/conversations/${id}/accept`, { staff: 'lihua' })
    expect(
      (await api.ask('POST', `/desk/conversations/${id}/transfer`, { staff: 'lihua', skill: '售前' })).body,
    ).toMatchObject({ state: 'queued', skill: '售前' })
    await bench.desk.idle()
    expect(bench.told.at(-1)).toMatchObject({ what: 'offered', staff: ['wangfang'] })
    expect(
      (await api.ask('POST', `/desk/conversations/${id}/transfer`, { staff: 'lihua', skill: '维修' })).status,
    ).toBe(409)
    expect((await api.ask('POST', `/desk/conversations/${id}/bot`, {})).body).toMatchObject({ state: 'bot' })
  })

  test('presence, tickets and figures', async () => {
    expect((await api.ask('PATCH', '/desk/staff/lihua', { presence: 'offline', capacity: 9 })).body).toMatchObject({
      online: false,
      capacity: 9,
    })
    expect((await api.ask('PATCH', '/desk/staff/nobody', { presence: 'online' })).status).toBe(404)
    expect((await api.ask('PATCH', '/desk/staff/lihua', {})).status).toBe(400)
    await api.ask('PATCH', '/desk/staff/wangfang', { presence: 'offline' })
    await bench.says('人工')
    expect((await api.ask<{ tickets: object[] }>('GET', '/desk/tickets?state=open')).body.tickets).toHaveLength(1)
    const figures = await api.ask<{ total: { tickets: number } }>('GET', '/desk/figures?from=2037-03-04&to=2037-03-04')
    expect(figures.body.total.tickets).toBe(1)
    expect((await api.ask('GET', '/desk/figures?from=2037-03-04&to=2037-03-01')).status).toBe(400)
    expect((await api.ask<{ staff: object[] }>('GET', '/desk/staff')).body.staff).toHaveLength(2)
  })

  test('canned replies are put, found, guarded by their version, and removed', async () => {
    const reply = { group: '售后', title: '退货地址', text: '{name}您好，杭州' }
    expect((await api.ask('PUT', '/desk/canned/address', { ...reply, version: 0 })).body).toMatchObject({
      version: 1,
      origin: 'store',
    })
    expect((await api.ask('PUT', '/desk/canned/address', { ...reply, version: 0 })).status).toBe(409)
    const bad = await api.ask<{ errors: { field: string }[] }>('PUT', '/desk/canned/bad', {
      ...reply,
      text: '{phone}',
    })
    expect([bad.status, bad.body.errors[0]?.field]).toEqual([422, 'text'])
    expect(
      (await api.ask<{ replies: object[] }>('GET', `/desk/canned?q=${encodeURIComponent('地址')}`)).body.replies,
    ).toHaveLength(1)
    expect((await api.ask('GET', '/desk/canned/address')).body).toMatchObject({ title: '退货地址' })
    expect((await api.ask('DELETE', '/desk/canned/address')).status).toBe(200)
    expect((await api.ask('DELETE', '/desk/canned/address')).status).toBe(404)
  })

  test('the description has every route', () => {
    const routes = [...deskRoutes(bench), ...deskStaffRoutes(bench), ...deskCannedRoutes(bench.desk)]
    const { paths } = openApi(routes, 'https://wx.example.com') as { paths: object }
    expect(Object.keys(paths).length).toBeGreaterThan(12)
  })
})

describe('by CLI', () => {
  const lines: string[] = []
  const options = () => ({
    say: (line: string) => void lines.push(line),
    open: async (): Promise<DeskTools> => ({
      desk: bench.desk,
      timeZone: 'Asia/Shanghai',
      close: async () => undefined,
    }),
  })
  beforeEach(() => {
    lines.length = 0
  })

  test('who is on duty, who waits, and what was said', async () => {
    const id = await queued()
    await showDesk(options())
    expect(lines.join('\n')).toContain('● lihua')
    expect(lines.join('\n')).toContain(`  ${id}  03-04 10:30 起`)
    lines.length = 0
    await listConversations({ ...options(), state: 'queued' })
    expect(lines).toHaveLength(1)
    await expect(listConversations({ ...options(), state: 'lost' })).rejects.toThrow('no state')
    await showConversation(id, options())
    expect(lines.join('\n')).toContain('客户：人工')
    await expect(showConversation('x', options())).rejects.toThrow('no conversation')
    await endConversation(id, options())
    expect((await bench.desk.find(id))?.state).toBe('closed')
    await expect(endConversation(id, options())).rejects.toThrow('closed')
  })

  test('presence, tickets, figures and canned replies', async () => {
    await setPresence('lihua', 'offline', { ...options(), capacity: 3 })
    expect(lines).toEqual(['李华 离线，接待上限 3'])
    await expect(setPresence('lihua', 'away', options())).rejects.toThrow('no presence')
    await expect(setPresence('nobody', 'auto', options())).rejects.toThrow('not in content/desk.yaml')
    bench.clock.pass(12 * HOUR)
    await bench.says('人工')
    await listTickets(options())
    expect(lines.join('\n')).toContain('未接待')
    await showFigures({ ...options(), from: '2037-03-04', to: '2037-03-04' })
    expect(lines.join('\n')).toContain('留言 1（超时 0）')
    await searchCanned('无', options())
    expect(lines.at(-1)).toContain('没有找到常用语')
    process.exitCode = 0
  })

  test('every command parses', () => {
    const program = new Command()
    addDeskCommands(program, options())
    expect(program.commands[0]?.commands.map((command) => command.name())).toEqual([
      'status',
      'list',
      'show',
      'presence',
      'tickets',
      'figures',
      'canned',
      'close',
    ])
  })
})

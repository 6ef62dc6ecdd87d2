import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type GroupOptions, labelGroup, listGroups, showGroup, syncGroups } from '../../src/commands/groups.js'
import { silentLogger } from '../../src/core/log.js'
import { createGroups } from '../../src/groups/groups.js'
import { FakeCorp } from '../groups/fake-corp.js'
import { openShop, type TestShop } from './shop.js'

let shop: TestShop
let options: GroupOptions
const NOW = new Date('2026-03-04T02:00:00Z')
const corp = new FakeCorp(() => NOW)

beforeAll(async () => {
  shop = await openShop()
  const app = { platform: 'wecom', kind: 'app', corpid: 'ww00000000000demo1', agentId: 1_000_002 }
  writeFileSync(
    path.join(shop.root, 'config/local.yaml'),
    JSON.stringify({ accounts: { corp: { ...app, apiBase: shop.simulator.url } } }),
  )
  const secrets = {
    WELOOP_CORP_SECRET: 'secret',
    WELOOP_CORP_TOKEN: 'token',
    WELOOP_CORP_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  }
  corp.create('wrA', 'lihua', ['wm-a'], '华东福利')
  corp.join('wrA', 'wm-b', { way: 'code', state: '=cmd|x' })
  options = {
    ...shop.context,
    env: { ...shop.context.env, ...secrets },
    connect: ({ store, events, config }) =>
      createGroups({
        connection: store.connection,
        clock: { now: () => NOW },
        log: silentLogger,
        events,
        learn: async () => new Map(),
        corps: { ids: () => ['corp'], find: () => corp },
        sizes: config.groups,
        timeZone: config.timeZone,
      }),
  }
})
afterAll(() => shop.close())
beforeEach(() => void shop.said.splice(0))

describe('weloop groups', () => {
  test('reads all groups, says what it found, and lists them with what a server cannot do', async () => {
    expect(await listGroups(options)).toBe(0)
    expect(shop.said[0]).toMatch(/^没有群；用 weloop groups sync 读取。服务端不能建群/)
    expect(await syncGroups(options)).toBe(0)
    expect(shop.said[1]).toBe('列出 1，读取 1，新群 1，有差异 0（进 0，退 0），已解散 0，未读成 0')
    expect(shop.said[2]).toContain('wrA  3 members')
    shop.said.splice(0)
    await listGroups(options)
    expect(shop.said[0]).toBe('wrA  华东福利  3/500  群主 lihua')
    expect(shop.said[1]).toMatch(/^共 1 个群。服务端不能建群/)
  })

  test('labels a group and finds it by that', async () => {
    await labelGroup('wrA', { ...options, add: ['老客'], folder: '华东', full: 3 })
    expect(shop.said).toEqual(['wrA  华东福利  3/500  群主 lihua  将满 #老客 [华东]'])
    await listGroups({ ...options, label: '没有的', json: true })
    await listGroups({ ...options, label: '老客', nearlyFull: true, json: true })
    expect(shop.said).toHaveLength(2)
    expect(shop.json()).toMatchObject({ chatId: 'wrA', nearlyFullAt: 3 })
    await expect(labelGroup('wrX', { ...options, add: ['x'] })).rejects.toMatchObject({ code: 'group.unknown' })
  })

  test('shows the days, also as a table in which nothing becomes a formula', async () => {
    await showGroup('wrA', { ...options, days: 1 })
    expect(shop.said).toContain('  2026-03-04  进 3  退 0  共 3  （=cmd|x 1）')
    shop.said.splice(0)
    await showGroup('wrA', { ...options, days: 1, csv: true })
    expect(shop.said).toEqual([
      'day,joined,left,members,byState,byWay,byLeave',
      `2026-03-04,3,0,3,"'=cmd|x:1","invited:2 code:1",""`,
    ])
  })

  test('names the corporations when another account is asked for', async () => {
    await expect(listGroups({ ...options, account: 'shop' })).rejects.toMatchObject({
      code: 'account.unknown',
      fix: 'name one with --account: corp',
    })
  })
})

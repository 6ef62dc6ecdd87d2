import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { listCustomers, showCustomer, syncCustomers, syncCustomerTags } from '../../src/commands/customers.js'
import { actOnHandOver, listHandOvers, planHandOver } from '../../src/commands/hand-over.js'
import type { Tools } from '../../src/commands/tools.js'
import { systemClock } from '../../src/core/clock.js'
import { createCustomers } from '../../src/customers/customers.js'
import type { HandOverView } from '../../src/customers/hand-over/hand-over.js'
import { batchRow } from '../platforms/wecom/rows.js'
import { AGENT, CORPID, SECRET, type StrictWecom, startStrictWecom } from '../platforms/wecom/strict-wecom.js'
import { openShop, type TestShop } from './shop.js'

const ROOT = '/cgi-bin/externalcontact'
let shop: TestShop
let wecom: StrictWecom

beforeEach(async () => {
  shop = await openShop()
  wecom = await startStrictWecom()
  const app = { platform: 'wecom', kind: 'app', corpid: CORPID, agentId: AGENT, apiBase: wecom.base }
  writeFileSync(
    path.join(shop.root, 'config/local.yaml'),
    JSON.stringify({ accounts: { works: { ...app, mirrorTags: ['双11'] } } }),
  )
  wecom.always(`${ROOT}/get_follow_user_list`, { errcode: 0, follow_user: ['lihua'] })
  wecom.always(`${ROOT}/batch/get_by_user`, { errcode: 0, external_contact_list: [batchRow], next_cursor: '' })
  const tag = [{ id: 'etT1', name: '双11', create_time: 1, order: 1 }]
  wecom.always(`${ROOT}/get_corp_tag_list`, { errcode: 0, tag_group: [{ group_id: 'etG1', group_name: '来源', tag }] })
})
afterEach(async () => {
  await wecom.close()
  await shop.close()
})

function connect({ config, accounts, contacts, events, store, log }: Tools) {
  const account = config.accounts['works']
  const client = accounts.corp('works')
  if (account?.platform !== 'wecom' || account.kind !== 'app' || !client) throw new Error('no corporation')
  const { mirrorTags, mirrorTagGroup } = account
  const { transfer, tags, groups } = client
  const corp = { account: 'works', contacts: client.contacts, transfer, tags, groups, mirrorTags, mirrorTagGroup }
  const ports = { connection: store.connection, clock: systemClock, log, events, contacts }
  return createCustomers({ ...ports, corps: [corp], timeZone: config.timeZone })
}
const SECRETS = { WELOOP_WORKS_SECRET: SECRET, WELOOP_WORKS_TOKEN: 'canary1', WELOOP_WORKS_AES_KEY: 'a'.repeat(43) }
const at = <T extends object>(more?: T) => {
  const { env, ...context } = shop.context
  return { ...context, env: { ...env, ...SECRETS }, connect, ...(more as T) }
}

describe('weloop customers', () => {
  test('syncs, lists and shows customers, with tags of the corporation here', async () => {
    expect(await syncCustomers(at())).toBe(0)
    expect(shop.said.join('\n')).toMatch(/works: in step\n +members +1 of 1\n +customers +1 pairs looked at/)
    expect(await listCustomers(at({ tag: '双11' }))).toBe(0)
    expect(shop.said.at(-2)).toMatch(/^lihua +wmDEMO01 +小\*\* +live +ch_2025d11_a +双11$/)
    expect(await showCustomer('wmDEMO01', at())).toBe(0)
    expect(shop.said.at(-1)).toContain('remark 小雨-宝妈')
    expect(await syncCustomerTags(at())).toBe(0)
    expect(shop.said.at(-1)).toBe('works: tags 0 changed here, 0 there; 0 stay here only for now')
    await expect(showCustomer('wmNONE', at())).rejects.toMatchObject({ code: 'customer.unknown' })
  })

  test('plans, starts and drops hand-overs', async () => {
    await syncCustomers(at())
    expect(await planHandOver('lihua', at({ to: ['wangfang'], noGroups: true, json: true }))).toBe(0)
    const { _id } = shop.json<HandOverView>()
    expect(await actOnHandOver('show', _id, at())).toBe(0)
    expect(shop.said.at(-1)).toContain('customers  1 planned')
    expect(await actOnHandOver('start', _id, at())).toBe(0)
    expect(await actOnHandOver('drop', _id, at())).toBe(1)
    expect(await listHandOvers(at())).toBe(0)
    expect(shop.said.at(-1)).toBe(`${_id}  running  lihua -> wangfang`)
    expect(wecom.sent(`${ROOT}/transfer_customer`)).toEqual([])
  })

  test('names the corporations there are when another is asked for', async () => {
    await expect(listCustomers(at({ account: 'shop' }))).rejects.toMatchObject({
      code: 'account.unknown',
      fix: '--account works',
    })
  })
})

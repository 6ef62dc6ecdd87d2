import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { imageOfWay, listWays, putWay, remakeWay, removeWay, showWay } from '../../src/commands/way.js'
import type { WayView } from '../../src/customers/ways/view.js'
import { AGENT, CORPID, SECRET, type StrictWecom, startStrictWecom } from '../platforms/wecom/strict-wecom.js'
import { openShop, type TestShop } from './shop.js'

const ADD = '/cgi-bin/externalcontact/add_contact_way'
const PICTURE = '/cgi-bin/webhook/qr.png'
const PNG = Buffer.from('\x89PNG\r\n\x1a\n-a-code', 'latin1')
let shop: TestShop
let wecom: StrictWecom
let file: string
let secrets: Record<string, string>

beforeEach(async () => {
  shop = await openShop()
  wecom = await startStrictWecom()
  wecom.always(PICTURE, (response) => response.setHeader('content-type', 'image/png').end(PNG))
  wecom.always(ADD, { errcode: 0, config_id: 'CFG1', qr_code: `${wecom.base}${PICTURE}` })
  const app = { platform: 'wecom', kind: 'app', corpid: CORPID, agentId: AGENT, apiBase: wecom.base }
  secrets = { WELOOP_WORKS_SECRET: SECRET, WELOOP_WORKS_TOKEN: 'canary1', WELOOP_WORKS_AES_KEY: 'a'.repeat(43) }
  rmSync(path.join(shop.root, 'content/contact-ways'), { recursive: true, force: true })
  writeFileSync(path.join(shop.root, 'config/local.yaml'), JSON.stringify({ accounts: { works: app } }))
  file = path.join(shop.root, 'way.yaml')
  writeFileSync(file, 'name: 包裹卡\nstaff: [lihua, wangfang]\n')
})
afterEach(async () => {
  await wecom.close()
  await shop.close()
})

const at = <T extends object>(more?: T) => ({
  ...shop.context,
  env: { ...shop.context.env, ...secrets },
  account: 'works',
  ...(more as T),
})

describe('weloop way', () => {
  test('makes a way from a file, shows it, changes it and removes it', async () => {
    expect(await putWay('parcel', file, at({ create: true }))).toBe(0)
    expect(shop.said.join('\n')).toContain('渠道    parcel')
    await expect(putWay('parcel', file, at({ create: true }))).rejects.toMatchObject({ code: 'way.exists' })
    expect(await listWays(at())).toBe(0)
    expect(shop.said.at(-1)).toMatch(/^parcel +使用中 {2}新增 0 {2}流失 0 {2}接待 2 人 {2}包裹卡/)
    expect(await showWay('parcel', at())).toBe(0)
    expect(shop.said.join('\n')).toContain('此刻    lihua、wangfang（当班）')
    writeFileSync(file, 'name: 包裹卡\nstaff: [lihua]\n')
    expect(await putWay('parcel', file, at({ create: false, json: true }))).toBe(0)
    expect(shop.json<WayView>()).toMatchObject({ staff: ['lihua'], version: 2 })
    expect(wecom.sent('/cgi-bin/externalcontact/update_contact_way')).toMatchObject([
      { config_id: 'CFG1', user: ['lihua'] },
    ])
    expect(await removeWay('parcel', at({ ask: async () => false }))).toBe(1)
    expect(wecom.sent('/cgi-bin/externalcontact/del_contact_way')).toEqual([])
    expect(await removeWay('parcel', at({ yes: true }))).toBe(0)
    expect(wecom.sent('/cgi-bin/externalcontact/del_contact_way')).toEqual([{ config_id: 'CFG1' }])
  })

  test('writes the picture as it is, and with a caption for print', async () => {
    await putWay('parcel', file, at({ create: true }))
    const [png, svg] = [path.join(shop.root, 'a.png'), path.join(shop.root, 'a.svg')]
    expect(await imageOfWay('parcel', png, at())).toBe(0)
    expect(readFileSync(png)).toEqual(PNG)
    expect(await imageOfWay('parcel', svg, at({ caption: '扫码 & 加客服' }))).toBe(0)
    const drawn = readFileSync(svg, 'utf8')
    expect(drawn).toContain('扫码 &#38; 加客服')
    expect(drawn).toContain(PNG.toString('base64'))
    await expect(imageOfWay('parcel', `${png}.gif`, at())).rejects.toMatchObject({ code: 'way.file' })
  })

  test('says what is wrong with a file by its field, and what the platform refuses, with exit code 1', async () => {
    writeFileSync(file, 'name: 包裹卡\nstaff: [lihua]\ndailyCap: 3\n')
    expect(await putWay('parcel', file, at({ create: true }))).toBe(1)
    expect(shop.said.at(-1)).toContain('spare: 没有备用成员')
    writeFileSync(file, 'name: 包裹卡\nstaff: [lihua]\n')
    wecom.always(ADD, { errcode: 41054, errmsg: 'not active' })
    wecom.always('/cgi-bin/externalcontact/get_follow_user_list', { errcode: 0, follow_user: ['wangfang'] })
    expect(await putWay('parcel', file, at({ create: true }))).toBe(1)
    expect(shop.said.at(-1)).toContain('成员 lihua 不能接待客户')
  })

  test('refuses what does not make sense', async () => {
    await expect(showWay('none', at())).rejects.toMatchObject({ code: 'way.unknown' })
    await expect(showWay('none', at({ account: 'shop' }))).rejects.toMatchObject({ code: 'account.unknown' })
    await putWay('parcel', file, at({ create: true }))
    await expect(remakeWay('parcel', at())).rejects.toMatchObject({ code: 'way.live' })
  })
})

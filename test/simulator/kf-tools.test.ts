import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { demoCorp } from '../../simulator/options.js'
import { pixel, upload } from './api.js'
import { corpToken } from './fake-corp.js'
import { type CorpWorld, startCorpWorld } from './wecom-setup.js'

let world: CorpWorld
beforeEach(async () => {
  world = await startCorpWorld()
})
afterEach(() => world.close())

const URL_OF_PAGE = 'https://shop.example.cn/sidebar?login=1'
const sign = (ticket: string, url: string) => {
  const signed = `jsapi_ticket=${ticket}&noncestr=n1&timestamp=1760000000&url=${url}`
  const signature = createHash('sha1').update(signed).digest('hex')
  return { timestamp: '1760000000', nonceStr: 'n1', signature }
}

test('the tool bar stands beside the callback unless it is set', () => {
  const { tools } = world.corp
  expect(tools.get()).toMatchObject({ corpid: demoCorp.corpid, sdk: `${world.simulator.url}/jssdk-stand-in.js` })
  expect(tools.get().url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sidebar$/)
  expect(tools.set({ url: 'https://shop.example.cn/side' }).url).toBe('https://shop.example.cn/side')
})

test('only a page signed with the live tickets, for its own address, may call the SDK', async () => {
  const given = { corpId: demoCorp.corpid, agentId: demoCorp.agentId, url: `${URL_OF_PAGE}#top` }
  const early = { ...given, agentConfig: sign('guessed', URL_OF_PAGE) }
  expect(world.corp.tools.register(early)).toEqual({ config: null, agentConfig: 'invalid ticket' })
  const agent = String((await world.api('/ticket/get', undefined, { type: 'agent_config' }))['ticket'])
  const corp = String((await world.api('/get_jsapi_ticket'))['ticket'])
  const config = sign(corp, URL_OF_PAGE)
  const agentConfig = sign(agent, URL_OF_PAGE)
  expect(world.corp.tools.register({ ...given, config, agentConfig })).toEqual({ config: 'ok', agentConfig: 'ok' })
  expect(world.corp.tools.register({ ...given, config: agentConfig, agentConfig: config })).toEqual({
    config: 'invalid signature',
    agentConfig: 'invalid signature',
  })
  expect(world.corp.tools.register({ ...given, url: 'https://other.example.cn', agentConfig }).agentConfig).toBe(
    'invalid signature',
  )
  expect(world.corp.tools.register({ ...given, corpId: 'ww1', agentConfig }).agentConfig).toBe('invalid corpid')
})

test('what a page sends appears in the chat it stands beside, as written by the member', async () => {
  const { corp, simulator } = world
  const { tools, kf } = corp
  const { customer } = corp.staffAct('lihua', 'add', { person: { name: '阿强' } })
  const { group } = corp.staffAct('lihua', 'create-group', { name: '福利1群' })
  tools.send('lihua', { person: customer, message: { msgtype: 'text', text: { content: '您好' } } })
  const news = { link: 'https://shop.example.cn/a', title: '上新', desc: '限时', imgUrl: '' }
  tools.send('lihua', { group, message: { msgtype: 'news', news } })
  const token = await corpToken(simulator.url)
  const sent = await upload(`${simulator.url}/cgi-bin/media/upload?type=image&access_token=${token}`, pixel)
  tools.send('lihua', { person: customer, message: { msgtype: 'image', image: { mediaid: sent['media_id'] } } })
  expect(await corp.chat('lihua', customer)).toMatchObject([
    { from: 'staff', by: 'lihua', via: 'hand', content: { kind: 'text', text: '您好' } },
    { content: { kind: 'image', url: expect.stringContaining('/wwmedia/') } },
  ])
  expect((await corp.groupThread(group)).at(-1)).toMatchObject({ content: { kind: 'link', title: '上新' } })
  const menu = { head_content: '请选', list: [{ type: 'click', click: { id: 'a', content: '查物流' } }] }
  const message = { msgtype: 'msgmenu', msgmenu: menu }
  expect(() => tools.send('lihua', { person: customer, message })).toThrow('invalid msgtype msgmenu')
  expect(() => tools.send('wangfang', { group, message: { msgtype: 'news', news } })).toThrow('is not in')
  const wrong = { msgtype: 'image', image: { mediaid: 'of-the-account' } }
  expect(() => tools.send('lihua', { person: customer, message: wrong })).toThrow('invalid media')
  kf.personAct(customer, 'enter')
  kf.personAct(customer, 'say', { text: '人工' })
  const KF = kf.account().id
  expect(() => tools.send('lihua', { kf: KF, person: customer, message })).toThrow('does not have the conversation')
  const trans = { open_kfid: KF, external_userid: customer, service_state: 3, servicer_userid: 'lihua' }
  await world.api('/kf/service_state/trans', trans)
  tools.send('lihua', { kf: KF, person: customer, message })
  const read = await world.api('/kf/sync_msg', { open_kfid: KF })
  expect((read['msg_list'] as object[]).at(-1)).toMatchObject({ origin: 5, msgtype: 'msgmenu', msgmenu: menu })
})

test('the control API carries everything over HTTP, and refuses what is wrong', async () => {
  const base = `${world.simulator.url}/control/corp`
  const call = async (path: string, body?: object, method = body ? 'POST' : 'GET') => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${base}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const { id: person } = world.simulator.control.addFollower({ name: '小雨' })
  const made = await call('/kf/accounts', { name: '售后', id: 'wkAFTER01' })
  expect(made.body).toMatchObject({ id: 'wkAFTER01' })
  const { body: link } = await call('/kf/accounts/wkAFTER01/link', { scene: 'oa_menu' })
  expect((await fetch(String(link['url']))).status).toBe(200)
  expect((await fetch(`${world.simulator.url}/kf/kfcNONE`)).status).toBe(404)
  const entered = await call(`/kf/people/${person}/enter?wait`, { link: link['url'] })
  expect(entered.body).toMatchObject({ kf: 'wkAFTER01', results: [{ kind: 'event.kf_msg_or_event' }] })
  await call(`/kf/people/${person}/say`, { kf: 'wkAFTER01', text: '在吗' })
  const thread = await call(`/kf/chats/wkAFTER01/${person}/thread?after=0&wait=1000`)
  expect(thread.body).toMatchObject({ entries: [{ content: { text: '在吗' }, msgid: expect.any(String) }] })
  expect((await call(`/kf/chats/wkAFTER01/${person}`)).body).toMatchObject({ state: 0, scene: 'oa_menu', left: 5 })
  expect((await call('/kf/accounts/wkAFTER01/chats')).body).toMatchObject({ total: 1 })
  expect((await call(`/kf/people/${person}`)).body).toMatchObject({ chats: [{ kf: 'wkAFTER01' }] })
  expect((await call('/kf/people/oNOBODY')).body).toEqual({ chats: [] })
  expect((await call('/kf/staff/lihua')).body).toMatchObject({ accounts: [{ id: 'wkDEMO0000000001', serving: true }] })
  expect((await call('/kf', { readsWithoutToken: 3 }, 'PATCH')).body).toMatchObject({
    settings: { readsWithoutToken: 3 },
  })
  expect(await call(`/kf/people/${person}/say`, { text: '在吗' })).toMatchObject({ status: 409 })
  expect(await call(`/kf/people/${person}/vote`, { score: 9 })).toMatchObject({ status: 400 })
  expect(await call('/kf/chats/wkNONE/oNOBODY')).toMatchObject({ status: 404 })
  expect(await call('/kf/nothing')).toMatchObject({ status: 404 })
  expect((await call('/tools')).body).toMatchObject({ agentId: demoCorp.agentId })
})

test('pages of any origin may load the stand-in of the SDK', async () => {
  const answer = await fetch(`${world.simulator.url}/jssdk-stand-in.js`)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('content-type')).toContain('text/javascript')
  expect(await answer.text()).toContain('window.ww')
})

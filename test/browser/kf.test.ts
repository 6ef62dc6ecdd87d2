import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { corpToken } from '../simulator/fake-corp.js'
import { createStage, type Stage } from './corp-stage.js'
import { startFakeSideBar } from './fake-side-bar.js'

const KF = 'wkDEMO0000000001'
let stage: Stage
let side: Awaited<ReturnType<typeof startFakeSideBar>>

beforeAll(async () => {
  stage = await createStage()
  const base = stage.simulator.url
  const read = async (path: string) => {
    const joint = path.includes('?') ? '&' : '?'
    const answer = await fetch(`${base}${path}${joint}access_token=${await corpToken(base)}`)
    return (await answer.json()) as Record<string, unknown>
  }
  side = await startFakeSideBar({ simulator: base, read })
}, 120_000)
beforeEach(async () => {
  await stage.begin()
  side.wrongSignature = false
  await stage.corp('/tools', { url: `${side.url}/sidebar` }, 'PATCH')
}, 90_000)
afterAll(async () => {
  await stage?.end()
  await side?.stop()
}, 90_000)

describe('the desk on the phones', () => {
  test('a person enters, taps a menu, is taken by a servicer, takes up an offer and rates the service', async () => {
    const { id, person, staff, page, call, corp } = stage
    const { group } = await corp('/staff/lihua/create-group', { name: '母婴福利1群' })
    await stage.open()
    await person('person-tab', 'discover').click()
    await person('enter-kf', KF).click()
    await person('kf-say-input').fill('我的快递到哪了')
    await person('kf-say-send').click()
    await person('corp-text').filter({ hasText: '快递' }).waitFor()
    const chats = (await corp(`/kf/accounts/${KF}/chats`))['chats'] as { person: string }[]
    const customer = chats[0]?.person ?? ''
    const to = { touser: customer, open_kfid: KF }
    const click = (item: string, content: string) => ({ type: 'click', click: { id: item, content } })
    const msgmenu = {
      head_content: '您好，请选择',
      list: [click('logi', '查物流'), click('human', '转人工')],
      tail_content: '也可以直接描述您的问题',
    }
    await call('/cgi-bin/kf/send_msg', { ...to, msgtype: 'msgmenu', msgmenu })
    await person('kf-choice', 'human').click()
    await person('corp-text').filter({ hasText: '转人工' }).waitFor()
    await stage.shoot('kf-person')
    const state = { open_kfid: KF, external_userid: customer, service_state: 2 }
    await call('/cgi-bin/kf/service_state/trans', state)
    await staff('staff-kf').click()
    expect(await staff('kf-state').innerText()).toBe('待接入')
    await id('kf-take').click()
    await staff('kf-answer-input').fill('您好，我是李华，已为您催单')
    await page.keyboard.press('Enter')
    await person('corp-text').filter({ hasText: '已为您催单' }).waitFor()
    await stage.shoot('kf-taken')
    const groupchat = { chat_id: group, wording: '进群领新人券' }
    const offer = { open_kfid: KF, external_userid: customer, type: 2, groupchat }
    await call('/cgi-bin/kf/customer/upgrade_service', offer)
    await person('kf-accept').click()
    await page.locator('[data-testid=kf-upgrade][data-state=accepted]').first().waitFor()
    await id('kf-end').click()
    await person('corp-system').filter({ hasText: '本次会话已结束' }).waitFor()
    await id('kf-details').click()
    await stage.shoot('kf-settings')
    await id('kf-vote', '1').click()
    expect(await corp(`/kf/chats/${KF}/${customer}`)).toMatchObject({ state: 4, score: 1 })
    await person('kf-details').click()
    await id('kf-send', 'image').click()
    await person('corp-image').first().waitFor()
    await person('corp-back').click()
    await person('person-tab', 'wechat').click()
    await person('person-kf', KF).waitFor()
    await stage.shoot('kf-list')
    stage.wellBehaved()
  }, 120_000)

  test('a follower enters from a link of the Official Account and finds the chat again in her list', async () => {
    const { id, page, simulator, corp } = stage
    const { url } = await corp(`/kf/accounts/${KF}/link`, { scene: 'oa_text' })
    const { id: openid } = simulator.control.addFollower({ name: '小雨', following: true })
    const account = await stage.accountCall()
    simulator.control.say(openid, '人工')
    await account.send({ touser: openid, msgtype: 'text', text: { content: `<a href="${String(url)}">联系客服</a>` } })
    await page.goto(`${simulator.url}/?lang=zh`)
    await id('phone').getByText('联系客服').click()
    await id('kf-say-input').fill('在吗')
    await id('kf-say-send').click()
    await id('corp-text').filter({ hasText: '在吗' }).waitFor()
    await stage.shoot('kf-from-account')
    expect(await corp(`/kf/chats/${KF}/${openid}`)).toMatchObject({ scene: 'oa_text', openid })
    await id('corp-back').click()
    await id('to-home').click()
    await id('home-kf').click()
    await id('corp-text').filter({ hasText: '在吗' }).waitFor()
    stage.wellBehaved()
  }, 90_000)

  test('a servicer goes off duty on her phone', async () => {
    const { staff, corp } = stage
    await stage.open()
    await staff('staff-tab', 'me').click()
    await staff('kf-duty', KF).click()
    await staff('kf-duty', KF).filter({ hasText: '停止接待' }).waitFor()
    expect(await corp('/kf/staff/lihua')).toMatchObject({ accounts: [{ id: KF, serving: false }] })
    stage.wellBehaved()
  }, 90_000)
})

describe('the chat tool bar', () => {
  test('opens the product’s page as the phone’s owner, knows the chat and sends into it', async () => {
    const { id, staff, page, corp } = stage
    const { customer } = await corp('/staff/wangfang/add', { person: { name: '阿强' } })
    const { group } = await corp('/staff/wangfang/create-group', { name: '福利1群' })
    await corp('/staff/wangfang/say', { to: customer, text: '您好' })
    await stage.open('/wangfang')
    await staff('staff-chat', String(customer)).click()
    await id('tool-bar').click()
    const frame = page.frameLocator('[data-testid=tool-bar-frame]')
    await frame.locator('#who').filter({ hasText: 'wangfang' }).waitFor()
    await frame.locator('#context').filter({ hasText: 'single_chat_tools' }).waitFor()
    expect(JSON.parse(await frame.locator('#context').innerText())).toMatchObject([
      { entry: 'single_chat_tools', errMsg: 'getContext:ok' },
      { userId: customer },
      { errMsg: 'getCurExternalChat:fail without context of external chat' },
    ])
    await frame.locator('#go').click()
    await frame.locator('#sent').filter({ hasText: 'sendChatMessage:ok' }).waitFor()
    await stage.shoot('tool-bar')
    await frame.locator('#old').click()
    await frame.locator('#sent').filter({ hasText: 'getCurExternalContact:ok' }).waitFor()
    expect(JSON.parse(await frame.locator('#sent').innerText())).toMatchObject({
      userId: customer,
      err_msg: 'getCurExternalContact:ok',
    })
    await id('corp-close').click()
    await staff('corp-mini-program').filter({ hasText: '领 20 元券' }).waitFor()
    await id('corp-back').click()
    await staff('staff-group', String(group)).click()
    await id('tool-bar').click()
    await frame.locator('#context').filter({ hasText: 'group_chat_tools' }).waitFor()
    expect(JSON.parse(await frame.locator('#context').innerText())[2]).toMatchObject({ chatId: group })
    stage.wellBehaved()
  }, 120_000)

  test('lets a page that is signed wrong call nothing', async () => {
    const { id, staff, page, corp } = stage
    const { customer } = await corp('/staff/lihua/add', { person: { name: '阿强' } })
    await corp('/staff/lihua/say', { to: customer, text: '您好' })
    side.wrongSignature = true
    await stage.open('/lihua')
    await staff('staff-chat', String(customer)).click()
    await id('tool-bar').click()
    const frame = page.frameLocator('[data-testid=tool-bar-frame]')
    await frame.locator('#context').filter({ hasText: 'no permission' }).waitFor()
    await frame.locator('#go').click()
    await frame.locator('#sent').filter({ hasText: 'sendChatMessage:fail no permission' }).waitFor()
    expect(((await corp(`/chats/lihua/${String(customer)}`))['entries'] as object[]).length).toBe(1)
    stage.wellBehaved()
  }, 90_000)
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { demoCorp } from '../../simulator/options.js'
import { createStage, type Stage } from './corp-stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await createStage()
}, 120_000)
beforeEach(() => stage.begin(), 90_000)
afterAll(() => stage?.end(), 90_000)

describe('what staff do on their phones', () => {
  test('李华 makes a customer group by hand, names it, takes somebody out, and gives it to 王芳', async () => {
    const { id, staff, corp } = stage
    const follower = stage.simulator.control.addFollower({ name: '阿明' })
    await corp('/staff/lihua/add', { person: follower.id })
    await stage.open(`/lihua/${follower.id}`)
    await staff('staff-tab', 'bench').click()
    await id('bench-newGroup').click()
    await id('new-group-name').fill('新品内购群')
    await id('new-group').getByText('阿明').click()
    await id('new-group').getByText('王芳').click()
    await stage.shoot('corp-new-group')
    await id('new-group-yes').click()
    await id('group-details').click()
    await id('group-notice-cell').click()
    await id('edit-input').fill('每周四晚八点拼团')
    await id('edit-yes').click()
    await id('group-notice-cell').filter({ hasText: '每周四' }).waitFor()
    await id('member').filter({ hasText: '阿明' }).locator(id('take-out')).click()
    await id('take-out-ask-yes').click()
    await id('member').filter({ hasText: '阿明' }).waitFor({ state: 'detached' })
    await id('group-owner').click()
    await id('give-group-yes').click()
    await id('group-owner').filter({ hasText: '王芳' }).waitFor()
    expect(await id('dismiss').count()).toBe(0)
    const { groups } = await corp('/groups')
    expect(groups).toMatchObject([{ name: '新品内购群', owner: 'wangfang', notice: '每周四晚八点拼团', count: 2 }])
    stage.wellBehaved()
  }, 120_000)

  test('李华 writes a remark and chooses tags, and the product is told', async () => {
    const { id, staff, corp, fake } = stage
    const follower = stage.simulator.control.addFollower({ name: '小雨' })
    await corp('/tags', { group: '来源', names: ['新客', '老客'] })
    await corp('/staff/lihua/add', { person: follower.id })
    await stage.open(`/lihua/${follower.id}`)
    await staff('staff-tab', 'contacts').click()
    await id('open-customers').click()
    await id('customer-row').first().click()
    await id('edit-remark').click()
    await id('remark-input').fill('小雨-3岁')
    await id('remark-yes').click()
    await id('customer-name').filter({ hasText: '小雨-3岁' }).waitFor()
    await id('edit-tags').click()
    await id('tags').getByText('新客').click()
    await id('tags-yes').click()
    await id('customer-tags').filter({ hasText: '新客' }).waitFor()
    await stage.simulator.control.settled()
    const told = fake.product.pushes.filter((push) => push.field('ChangeType') === 'edit_external_contact')
    expect(told.length).toBe(2)
    stage.wellBehaved()
  }, 90_000)

  test('a moments task is published by a tap, and counted', async () => {
    const { id, staff, corp, call } = stage
    const follower = stage.simulator.control.addFollower({ name: '小雨' })
    await corp('/staff/lihua/add', { person: follower.id })
    await call('/cgi-bin/externalcontact/add_moment_task', {
      text: { content: '秋日上新，水洗棉暖色系列' },
      visible_range: { sender_list: { user_list: ['lihua'] } },
    })
    await stage.open()
    await staff('staff-tab', 'bench').click()
    await id('bench-moments').click()
    await id('moment').filter({ hasText: '秋日上新' }).waitFor()
    await id('moment-publish').click()
    await id('moment-ask-yes').click()
    await stage.page.locator('[data-testid=moment][data-state=published]').waitFor()
    expect(await id('moment').innerText()).toContain('1 位客户可见')
    stage.wellBehaved()
  }, 90_000)

  test('a customer who is handed over is asked, agrees, and 王芳 has her', async () => {
    const { id, staff, person, corp, call } = stage
    const follower = stage.simulator.control.addFollower({ name: '小雨' })
    const { customer } = await corp('/staff/lihua/add', { person: follower.id })
    await stage.open(`/wangfang/${follower.id}`)
    await call('/cgi-bin/externalcontact/transfer_customer', {
      handover_userid: 'lihua',
      takeover_userid: 'wangfang',
      external_userid: [customer],
      transfer_success_msg: '您好，之后由王芳为您服务',
    })
    await id('transfer').filter({ hasText: '李华的服务将由王芳接替' }).waitFor()
    await stage.shoot('corp-transfer')
    await id('transfer-accept').click()
    await person('person-chat', 'wangfang').filter({ hasText: '之后由王芳为您服务' }).waitFor()
    await staff('staff-chat', String(customer)).click()
    expect(await id('customer-chat').innerText()).toContain('由企业分配给你')
    stage.wellBehaved()
  }, 90_000)

  test('internal groups and robots post where their members see them, and nobody else', async () => {
    const { id, staff, corp, call, simulator } = stage
    await call('/cgi-bin/appchat/create', {
      name: '售后协同',
      owner: 'lihua',
      userlist: ['lihua', 'wangfang'],
      chatid: 'svc2026',
    })
    const { key } = await corp('/robots', { name: '告警机器人', chat: 'svc2026' })
    await stage.open()
    const markdown = { content: '## 退款提醒\n**A10086** <font color="warning">待处理</font>' }
    await call('/cgi-bin/appchat/send', { chatid: 'svc2026', msgtype: 'markdown', markdown })
    const robot = `${simulator.url}/cgi-bin/webhook/send?key=${String(key)}`
    const text = { content: '活动已暂停', mentioned_list: ['@all'] }
    await fetch(robot, { method: 'POST', body: JSON.stringify({ msgtype: 'text', text }) })
    await staff('staff-robot').filter({ hasText: '活动已暂停' }).waitFor()
    await stage.shoot('corp-messages')
    await staff('staff-internal', 'svc2026').click()
    await id('corp-markdown').filter({ hasText: '待处理' }).waitFor()
    await stage.shoot('corp-internal')
    await id('staff-picker').selectOption('zhangwei')
    await staff('staff-app').waitFor()
    expect(await staff('staff-internal').count()).toBe(0)
    expect(await staff('staff-robot').count()).toBe(0)
    stage.wellBehaved()
  }, 90_000)

  test('what she writes to the app reaches the product, and a stopped task can no longer be sent', async () => {
    const { id, staff, corp, call, fake } = stage
    const { group } = await corp('/staff/lihua/create-group', { name: '母婴福利1群', members: [] })
    await stage.open()
    await staff('staff-app').click()
    await staff('app-input').fill('今天的群发发了吗')
    await staff('app-send').click()
    await id('app-chat').locator(id('corp-text')).filter({ hasText: '今天的群发' }).waitFor()
    await stage.simulator.control.settled()
    expect(fake.product.pushes.map((push) => push.field('Content'))).toContain('今天的群发发了吗')
    await staff('corp-back').click()
    await staff('staff-tab', 'bench').click()
    await id('bench-groupSend').click()
    const { msgid } = await call('/cgi-bin/externalcontact/add_msg_template', {
      chat_type: 'group',
      sender: 'lihua',
      chat_id_list: [group],
      text: { content: '周四拼团' },
      agentid: demoCorp.agentId,
    })
    await id('task-send', String(msgid)).waitFor()
    await call('/cgi-bin/externalcontact/cancel_groupmsg_send', { msgid })
    await id('task', String(msgid)).filter({ hasText: '企业已停止' }).waitFor()
    expect(await id('task-send').count()).toBe(0)
    stage.wellBehaved()
  }, 90_000)

  test('a person deletes the member; the member who leaves hands nothing on by herself', async () => {
    const { id, staff, person } = stage
    const way = await stage.contactWay()
    await stage.open()
    await person('scan-now').click()
    await id('poster', way).click()
    await id('add-contact').click()
    await id('friend-details').click()
    await id('delete-friend').click()
    await id('delete-friend-ask-yes').click()
    await staff('staff-tab', 'contacts').click()
    await id('open-customers').click()
    await id('customer-row').filter({ hasText: '对方已删除你' }).waitFor()
    await staff('corp-back').click()
    await staff('staff-tab', 'me').click()
    await id('leave-corp').click()
    await id('leave-ask-yes').click()
    await id('staff-left').waitFor()
    expect(await id('staff-picker').locator('option').first().innerText()).toContain('已离职')
    stage.wellBehaved()
  }, 90_000)
})

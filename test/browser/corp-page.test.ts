import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { demoCorp } from '../../simulator/options.js'
import { createStage, type Stage } from './corp-stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await createStage()
}, 120_000)
beforeEach(() => stage.begin(), 90_000)
afterAll(() => stage?.end(), 90_000)

describe('the page of the corp', () => {
  test('has a switch beside the Official Account, and says in empty places what would fill them', async () => {
    const { id, staff, person, page, simulator } = stage
    await page.goto(`${simulator.url}/?lang=zh`)
    await id('profile').first().waitFor()
    await id('side-of-corp').click()
    await id('staff-no-chats').waitFor()
    expect(await id('staff-no-chats').innerText()).toContain('联系我')
    expect(await id('person-empty').innerText()).toContain('扫一张海报')
    await stage.shoot('corp-empty')
    await person('scan-now').click()
    expect(await id('no-posters').innerText()).toContain('产品用接口生成')
    await staff('staff-tab', 'bench').click()
    await id('bench-groupSend').click()
    expect(await id('no-tasks').innerText()).toContain('点「发送」才会真正发出')
    await id('side-of-wechat').click()
    await id('profile').first().waitFor()
    expect(await id('staff-phone').count()).toBe(0)
    stage.wellBehaved()
  }, 90_000)

  test('a link opens the phones of this member and this person', async () => {
    const { id, page } = stage
    const { follower } = await stage.groupWithWay()
    await stage.open(`/wangfang/${follower.id}`)
    expect(await id('staff-picker').inputValue()).toBe('wangfang')
    expect(await id('person-picker').inputValue()).toBe(follower.id)
    await id('staff-picker').selectOption('zhangwei')
    expect(new URL(page.url()).hash).toBe(`#corp/zhangwei/${follower.id}`)
    await page.evaluate("location.hash = '#corp/liuyang'")
    await id('staff-home').locator('.corp-name').waitFor()
    expect(await id('staff-picker').inputValue()).toBe('liuyang')
    stage.wellBehaved()
  }, 90_000)

  test('a person scans a poster, is welcomed and tagged, and the two talk', async () => {
    const { id, staff, person, page, fake, call } = stage
    const { tag_group } = await call('/cgi-bin/externalcontact/add_corp_tag', {
      group_name: '来源',
      tag: [{ name: '门店' }],
    })
    fake.tagsOf = { 'store-01': [(tag_group as { tag: { id: string }[] }).tag[0]?.id ?? ''] }
    fake.welcome = '你好，我是李华，新人礼包已备好'
    const way = await stage.contactWay()
    await stage.open()
    await person('scan-now').click()
    await id('poster', way).click()
    expect(await id('contact-screen').innerText()).toContain('李华')
    await id('add-contact').click()
    await person('corp-text').filter({ hasText: '新人礼包已备好' }).waitFor()
    await person('say-input').fill('有四件套吗？')
    await person('say-send').click()
    await page.locator('[data-testid=staff-chat]').filter({ hasText: '有四件套吗' }).click()
    await staff('talk-input').fill('有的，纯棉款')
    await page.keyboard.press('Enter')
    await person('corp-text').filter({ hasText: '纯棉款' }).waitFor()
    await stage.shoot('corp-chat')
    await id('customer-details').click()
    await id('customer-tags').filter({ hasText: '门店' }).waitFor()
    expect(await id('customer-state').innerText()).toContain('store-01')
    expect(await id('customer-way').innerText()).toContain('扫描二维码')
    await stage.shoot('corp-customer')
    stage.wellBehaved()
  }, 120_000)

  test('where a poster needs consent, the member accepts the request', async () => {
    const { id, staff, person } = stage
    const way = await stage.contactWay({ type: 1, skip_verify: false })
    await stage.open()
    await person('scan-now').click()
    await id('poster', way).click()
    await id('add-contact').click()
    await id('pending-note').waitFor()
    await id('pending-done').click()
    await staff('staff-tab', 'contacts').click()
    await id('accept-request').click()
    await id('accept-request').waitFor({ state: 'detached' })
    await person('person-chat', 'lihua').waitFor()
    stage.wellBehaved()
  }, 90_000)

  test('a person joins by a group code, is greeted, and the roster shows her with her way', async () => {
    const { id, staff, person, corp, call } = stage
    const { follower, group, way } = await stage.groupWithWay()
    const { template_id } = await call('/cgi-bin/externalcontact/group_welcome_template/add', {
      text: { content: '欢迎 %NICKNAME%，先看群公告' },
      agentid: demoCorp.agentId,
    })
    await corp('/staff/lihua/group-welcome', { group, template: template_id })
    await stage.open(`/lihua/${follower.id}`)
    await person('scan-now').click()
    await id('poster', way).click()
    expect(await id('join-name').innerText()).toBe('母婴福利1群')
    expect(await id('join-count').innerText()).toBe('2 人')
    await stage.shoot('corp-join')
    await id('join-go').click()
    await person('corp-text').filter({ hasText: '先看群公告' }).waitFor()
    await staff('staff-group', group).click()
    await staff('corp-system').filter({ hasText: '小雨' }).waitFor()
    await stage.shoot('corp-group')
    await id('group-details').click()
    const her = id('roster').locator('[data-testid=member]').filter({ hasText: '小雨' })
    await her.waitFor()
    expect(await her.innerText()).toContain('grp_order_card')
    expect(await her.getAttribute('data-scene')).toBe('3')
    expect(await id('roster').locator('[data-testid=member]').filter({ hasText: '群主' }).innerText()).toContain('李华')
    expect(await id('member-count').innerText()).toContain('3')
    await stage.shoot('corp-roster')
    await id('my-group-details').click()
    await id('leave-group').click()
    await id('leave-group-ask-yes').click()
    await her.waitFor({ state: 'detached' })
    stage.wellBehaved()
  }, 120_000)

  test('a group-send waits for its owner, shows the reminder, and ends with a result for each group', async () => {
    const { id, staff, corp, call } = stage
    const { group } = await stage.groupWithWay()
    const second = String((await corp('/staff/lihua/create-group', { name: '床品内购群', members: [] }))['group'])
    await corp('', { cap: 'day' }, 'PATCH')
    const send = (chat_id_list: string[], content: string) =>
      call('/cgi-bin/externalcontact/add_msg_template', {
        chat_type: 'group',
        sender: 'lihua',
        chat_id_list,
        text: { content },
        attachments: [{ msgtype: 'link', link: { title: '拼团清单', url: 'https://h5.example.com/pt' } }],
      })
    const first = String((await send([second], '早安'))['msgid'])
    await corp('/staff/lihua/send', { task: first })
    const task = String((await send([group, second], '【周四拼团】今晚八点'))['msgid'])
    await stage.open()
    await staff('staff-tab', 'bench').click()
    await id('bench-groupSend').click()
    await id('task', task).waitFor()
    await call('/cgi-bin/externalcontact/remind_groupmsg_send', { msgid: task })
    await id('task-reminded').waitFor()
    expect(await id('task', task).innerText()).toContain('今晚八点')
    await stage.shoot('corp-task')
    await id('task-send', task).click()
    await id('task-ask-yes').click()
    await id('task', task).locator('[data-testid=task-target][data-state=sent]').waitFor()
    const states = await id('task', task).locator('[data-testid=task-target]').allInnerTexts()
    expect(states.map((line) => line.replace(/\s+/g, ' '))).toEqual(['母婴福利1群 已发送', '床品内购群 超过上限'])
    await stage.shoot('corp-task-sent')
    stage.wellBehaved()
  }, 120_000)

  test('a card of the app is pressed and shows what the product put in place of its buttons', async () => {
    const { id, staff, fake, call } = stage
    const card = {
      card_type: 'button_interaction',
      source: { desc: '客服工单', desc_color: 2 },
      main_title: { title: '客户退款咨询', desc: '群：母婴福利1群' },
      horizontal_content_list: [{ keyname: '订单', value: 'A10086' }],
      task_id: 'ticket_778',
      button_list: [
        { text: '我来处理', style: 1, key: 'claim:778' },
        { text: '转交', style: 2, key: 'pass:778' },
      ],
    }
    fake.pressed = async (push) => {
      await call('/cgi-bin/message/update_template_card', {
        userids: ['lihua'],
        agentid: demoCorp.agentId,
        response_code: push.field('ResponseCode'),
        button: { replace_name: '李华 已认领' },
      })
    }
    await call('/cgi-bin/message/send', {
      touser: 'lihua',
      msgtype: 'template_card',
      agentid: demoCorp.agentId,
      template_card: card,
    })
    await stage.open()
    await staff('staff-app').click()
    await id('card-button', 'claim:778').waitFor()
    await stage.shoot('corp-card')
    await id('card-button', 'claim:778').click()
    await id('card-done').filter({ hasText: '已认领' }).waitFor()
    await id('exchange-row').filter({ hasText: '卡片按钮' }).click()
    await id('tab-xml').click()
    expect(await id('tab-panel').innerText()).toContain('claim:778')
    await id('tab-signature').click()
    expect(await id('tab-panel').innerText()).toMatch(/[0-9a-f]{40}/)
    await stage.shoot('corp-exchange')
    stage.wellBehaved()
  }, 90_000)

  test('a picture with a group code that the Official Account sends leads into the group', async () => {
    const { id, corp, page, simulator } = stage
    const { group, way } = await stage.groupWithWay()
    await page.goto(`${simulator.url}/?lang=zh`)
    await id('follow').click()
    await id('chat').waitFor()
    const [her] = simulator.control.followers()
    const account = await stage.accountCall()
    const { media_id } = await account.image(await stage.codePicture(way))
    await account.send({ touser: her?.id, msgtype: 'image', image: { media_id } })
    await id('bubble-image').locator('button').click()
    await id('read-code').click()
    expect(await id('join-name').innerText()).toBe('母婴福利1群')
    await stage.shoot('corp-door')
    await id('join-go').click()
    await id('person-group-chat')
      .locator(id('corp-system'))
      .filter({ hasText: her?.name ?? '' })
      .waitFor()
    const truth = await corp(`/groups/${group}`)
    expect(truth['members']).toContainEqual(expect.objectContaining({ name: her?.name, state: 'grp_order_card' }))
    stage.wellBehaved()
  }, 90_000)

  test('a welcome with a group code leads from the chat with the member into the group', async () => {
    const { id, person, fake } = stage
    const { group, way } = await stage.groupWithWay()
    fake.welcome = '扫码进福利群'
    fake.attachments = [{ msgtype: 'image', image: { pic_url: await stage.picture(await stage.codePicture(way)) } }]
    const poster = await stage.contactWay()
    await stage.open()
    await person('scan-now').click()
    await id('poster', poster).click()
    await id('add-contact').click()
    await person('corp-image').locator('button').click()
    await id('read-code').click()
    await id('join-go').click()
    await person('person-group-chat').waitFor()
    await person('corp-back').click()
    await person('person-group', group).waitFor()
    stage.wellBehaved()
  }, 90_000)

  test('fits a small screen with one phone at a time, and speaks English', async () => {
    const { id, person, page } = stage
    const { follower, way } = await stage.groupWithWay()
    await page.setViewportSize({ width: 390, height: 844 })
    await stage.open(`/lihua/${follower.id}`, 'en')
    expect(await id('person-phone').isVisible()).toBe(false)
    await stage.shoot('corp-small-staff')
    await id('show-person').click()
    await person('scan-now').click()
    await id('poster', way).click()
    expect(await id('join-go').innerText()).toBe('Join the group')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await stage.shoot('corp-small-person')
    stage.wellBehaved()
  }, 90_000)

  test('is used with the keyboard alone', async () => {
    const { id, staff, page } = stage
    await stage.groupWithWay()
    await stage.open()
    const rows = staff('staff-group')
    await rows.first().focus()
    await page.keyboard.press('Enter')
    await id('group-details').waitFor()
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('corp-back')
    await page.keyboard.press('Enter')
    await id('staff-home').waitFor()
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('staff-group')
    const unnamed = await page.evaluate(
      "[...document.querySelectorAll('button, input, select')].filter((e) => !(e.getAttribute('aria-label') ?? e.textContent).trim()).length",
    )
    expect(unnamed).toBe(0)
    stage.wellBehaved()
  }, 90_000)
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { deskRows } from './rows.js'
import { refusalOf, startWecomWorld, type WecomWorld } from './world.js'

let world: WecomWorld
beforeEach(async () => {
  world = await startWecomWorld()
})
afterEach(() => world.close())

describe('the desk', () => {
  test('is read by pages, what happened as entries', async () => {
    world.wecom.always('/cgi-bin/kf/sync_msg', { errcode: 0, next_cursor: 'N', has_more: 1, msg_list: deskRows })
    const { entries, next, more } = await world.client.deskMessages.sync('wkDEMO', { token: 'ENC' })
    expect({ next, more }).toEqual({ next: 'N', more: true })
    expect(entries).toMatchObject([
      {
        id: 'M1',
        account: 'wkDEMO',
        customer: 'wmDEMO01',
        from: 'customer',
        content: { kind: 'text', text: '查物流', choice: 'logi' },
      },
      { account: 'wkDEMO', customer: 'wmDEMO01', content: { kind: 'entered', scene: 'oa_menu', welcomeCode: 'WC1' } },
      { content: { kind: 'send-failed', messageId: 'm-1', reason: 6 } },
    ])
  })

  test('answers under our own id, within its states, and by the codes of events', async () => {
    const { deskMessages } = world.client
    world.wecom.always('/cgi-bin/kf/send_msg', { errcode: 0, msgid: 'm-778-1' })
    const menu = {
      type: 'menu' as const,
      head: '请选择',
      items: [
        { id: 'logi', text: '查物流' },
        { url: 'https://h5.example.com/faq', text: '常见问题' },
      ],
    }
    expect(await deskMessages.send('wkDEMO', 'wm1', menu, { id: 'm-778-1' })).toBe('m-778-1')
    expect(world.wecom.sent('/cgi-bin/kf/send_msg')).toEqual([
      {
        touser: 'wm1',
        open_kfid: 'wkDEMO',
        msgid: 'm-778-1',
        msgtype: 'msgmenu',
        msgmenu: {
          head_content: '请选择',
          list: [
            { type: 'click', click: { id: 'logi', content: '查物流' } },
            { type: 'view', view: { url: 'https://h5.example.com/faq', content: '常见问题' } },
          ],
        },
      },
    ])
    for (const [errcode, cls] of [
      [95001, 'window-used-up'],
      [95002, 'window-closed'],
      [95018, 'state'],
    ] as const) {
      world.wecom.next('/cgi-bin/kf/send_msg', { errcode, errmsg: 'x' })
      expect((await refusalOf(deskMessages.send('wkDEMO', 'wm1', { type: 'text', text: 'x' }))).class).toBe(cls)
    }
    await deskMessages.sendOnEvent('WC1', { type: 'text', text: '欢迎' })
    world.wecom.always('/cgi-bin/kf/service_state/get', { errcode: 0, service_state: 3, servicer_userid: 'lihua' })
    expect(await deskMessages.state('wkDEMO', 'wm1')).toEqual({ state: 'staff', staff: 'lihua' })
    world.wecom.always('/cgi-bin/kf/service_state/trans', { errcode: 0, msg_code: 'MC' })
    expect(await deskMessages.move('wkDEMO', 'wm1', 'waiting')).toEqual({ code: 'MC' })
    expect((await refusalOf(deskMessages.move('wkDEMO', 'wm1', 'staff'))).class).toBe('request')
  })

  test('has accounts, people on duty and customers', async () => {
    const { desk } = world.client
    world.wecom.always('/cgi-bin/kf/account/list', {
      errcode: 0,
      account_list: [{ open_kfid: 'wk1', name: '客服', manage_privilege: true }],
    })
    world.wecom.always('/cgi-bin/kf/servicer/list', {
      errcode: 0,
      servicer_list: [{ userid: 'lihua', status: 0 }, { userid: 'w', status: 1 }, { department_id: 5 }],
    })
    world.wecom.always('/cgi-bin/kf/servicer/add', {
      errcode: 0,
      result_list: [
        { userid: 'a', errcode: 0 },
        { userid: 'b', errcode: 95014, errmsg: 'x' },
      ],
    })
    world.wecom.always('/cgi-bin/kf/add_contact_way', { errcode: 0, url: 'https://work.weixin.qq.com/kf/kfc1' })
    world.wecom.always('/cgi-bin/kf/customer/batchget', {
      errcode: 0,
      customer_list: [
        { external_userid: 'wm1', nickname: '小雨', unionid: 'oU', enter_session_context: { scene: 's' } },
      ],
    })
    expect(await desk.list()).toEqual([{ id: 'wk1', name: '客服', managed: true }])
    expect(await desk.servicers('wk1')).toEqual([
      { staff: 'lihua', serving: true },
      { staff: 'w', serving: false },
      { department: 5 },
    ])
    expect(await desk.addServicers('wk1', { staff: ['a', 'b'] })).toMatchObject([
      { who: 'b', refused: { errcode: 95014 } },
    ])
    expect(await desk.link('wk1', 'oa_menu')).toContain('kfc1')
    expect(await desk.customers(['wm1'])).toEqual([{ id: 'wm1', nickname: '小雨', unionid: 'oU', scene: 's' }])
  })
})

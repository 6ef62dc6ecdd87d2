import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AppError } from '../../../../src/core/errors.js'
import { entryOf } from '../../../../src/platforms/wecom/client/desk-rows.js'
import { bodyOf, entryIn, updateOf } from '../../../../src/platforms/wecom/kf/decode.js'
import { deskRows } from '../rows.js'

const AT = 1_760_000_000
let serial = 0

function row(msgtype: string, inner: object, origin = 3, more: object = {}): Record<string, unknown> {
  const id = `m${++serial}`
  return {
    msgid: id,
    open_kfid: 'wk1',
    external_userid: 'wm1',
    send_time: AT,
    origin,
    msgtype,
    [msgtype]: inner,
    ...more,
  }
}

const event = (event_type: string, more: object = {}) =>
  row('event', { event_type, open_kfid: 'wk1', external_userid: 'wm1', ...more }, 4, {
    open_kfid: undefined,
    external_userid: undefined,
  })

const decoded = (found: Record<string, unknown>) => updateOf(entryOf(found), 'desk')

describe('what is read from the desk', () => {
  test('becomes the messages that everything else knows, under the platform’s id', () => {
    const cases: [Record<string, unknown>, object][] = [
      [row('text', { content: '你好' }), { kind: 'message.text', text: '你好' }],
      [row('text', { content: '查物流', menu_id: 'logi' }), { kind: 'message.text', choice: 'logi' }],
      [row('image', { media_id: 'M' }), { kind: 'message.image', mediaId: 'M' }],
      [row('voice', { media_id: 'M' }), { kind: 'message.voice', mediaId: 'M', format: 'amr' }],
      [row('video', { media_id: 'M' }), { kind: 'message.video', mediaId: 'M' }],
      [row('file', { media_id: 'M' }), { kind: 'message.file', mediaId: 'M' }],
      [
        row('location', { latitude: 23.1, longitude: 113.3, name: '体育中心', address: '天河' }),
        { kind: 'message.location', latitude: 23.1, longitude: 113.3, label: '体育中心 天河' },
      ],
      [row('link', { title: 'T', desc: 'D', url: 'https://x.example' }), { kind: 'message.link', description: 'D' }],
      [
        row('miniprogram', { title: 'T', appid: 'wx1', pagepath: 'p', thumb_media_id: 'M' }),
        { kind: 'message.card', appid: 'wx1', path: 'p', thumbMediaId: 'M' },
      ],
      [row('business_card', { userid: 'lihua' }), { kind: 'message.other', name: 'business_card' }],
      [row('channels_shop_order', { order_id: '1' }), { kind: 'message.other', fields: { order_id: '1' } }],
    ]
    for (const [found, expected] of cases) {
      expect(decoded(found)).toMatchObject({
        id: found['msgid'],
        platform: 'wecom',
        account: 'desk',
        from: 'wm1',
        at: new Date(AT * 1000),
        ...expected,
      })
    }
  })

  test('becomes what happened, with the codes it brings', () => {
    const cases: [Record<string, unknown>, object][] = [
      [
        event('enter_session', { scene: 'menu', scene_param: 'a=1', welcome_code: 'W' }),
        { kind: 'event.session.entered', source: 'menu', sceneParam: 'a=1', welcomeCode: 'W' },
      ],
      [event('enter_session'), { kind: 'event.session.entered', source: '' }],
      [
        event('msg_send_fail', { fail_msgid: 'X', fail_type: 6 }),
        { kind: 'event.kf.send-failed', messageId: 'X', reason: 6, why: 'window-used-up' },
      ],
      [event('msg_send_fail', { fail_msgid: 'X', fail_type: 4 }), { why: 'window-closed' }],
      [event('msg_send_fail', { fail_msgid: 'X', fail_type: 99 }), { why: 'unknown 99' }],
      [
        event('session_status_change', { change_type: 1, new_servicer_userid: 'lihua', msg_code: 'C' }),
        { kind: 'event.kf.session', change: 'taken', after: 'lihua', code: 'C' },
      ],
      [
        event('session_status_change', { change_type: 3, old_servicer_userid: 'lihua', msg_code: 'C' }),
        { change: 'ended', before: 'lihua', code: 'C' },
      ],
      [event('session_status_change', { change_type: 9 }), { kind: 'unknown', name: 'session' }],
      [event('user_recall_msg', { recall_msgid: 'X' }), { kind: 'event.kf.recalled', messageId: 'X', by: 'customer' }],
      [event('servicer_recall_msg', { recall_msgid: 'X' }), { by: 'servicer' }],
      [
        event('servicer_status_change', { external_userid: undefined, servicer_userid: 'lihua', status: 2 }),
        { kind: 'event.kf.servicer', staff: 'lihua', serving: false, from: '' },
      ],
      [event('reject_customer_msg_switch_change', { reject_switch: 1 }), { kind: 'unknown' }],
      [
        row('text', { content: '您好' }, 5, { servicer_userid: 'lihua' }),
        { kind: 'event.kf.said', staff: 'lihua', content: { kind: 'text', text: '您好' } },
      ],
      [
        row('image', { media_id: 'M' }, 5, { servicer_userid: 'lihua' }),
        { content: { kind: 'image', mediaId: 'M', url: '' } },
      ],
      [row('meeting', {}, 5, { servicer_userid: 'lihua' }), { content: { kind: 'other', name: 'meeting' } }],
    ]
    for (const [found, expected] of cases) expect(decoded(found)).toMatchObject(expected)
  })

  test('an old event without an id is told apart by everything in it', () => {
    const [one, two] = [event('enter_session', { scene: 'a' }), event('enter_session', { scene: 'b' })].map((found) =>
      decoded({ ...found, msgid: undefined }),
    )
    expect(one?.id).toMatch(/^[\w-]{43}$/)
    expect(one?.id).not.toBe(two?.id)
  })

  test('is stored and read again as the same update; what is none is refused with an AppError', () => {
    for (const found of [...deskRows, row('merged_msg', { item: [1] }), event('enter_session')]) {
      const entry = entryOf(found)
      expect(updateOf(entryIn(bodyOf(entry)), 'desk')).toEqual(updateOf(entry, 'desk'))
    }
    for (const body of ['', '<xml/>', '{}', 'null', '[]', bodyOf(entryOf(row('text', {}))).slice(0, -2)]) {
      expect(() => entryIn(body)).toThrow(AppError)
    }
  })

  test('whatever the platform writes, it is read without a throw and comes back the same', () => {
    const names = fc.constantFrom('text', 'image', 'location', 'link', 'miniprogram', 'event', 'note', '')
    const inner = fc.dictionary(
      fc.constantFrom(
        'content',
        'media_id',
        'event_type',
        'latitude',
        'change_type',
        'welcome_code',
        'external_userid',
      ),
      fc.oneof(fc.string(), fc.integer(), fc.constantFrom('enter_session', 'msg_send_fail', 'session_status_change')),
    )
    const rows = fc.record({ msgtype: names, origin: fc.integer({ min: 0, max: 6 }), inner, customer: fc.string() })
    fc.assert(
      fc.property(rows, ({ msgtype, origin, inner: fields, customer }) => {
        const entry = entryOf({ ...row(msgtype, fields, origin), external_userid: customer })
        const update = updateOf(entry, 'desk')
        expect(updateOf(entryIn(bodyOf(entry)), 'desk')).toEqual(update)
      }),
      { numRuns: 300 },
    )
  })
})

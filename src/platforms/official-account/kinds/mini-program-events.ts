import { countOf, fieldsOf, firstTextOf, listOf, secondsOf, textOf } from '../../shared/fields.js'
import { ofAccount, type Reader, type Readers, rest } from '../../shared/header.js'

/** Events of mini programs (the same pushes, mostly as JSON), by Event. */
export const miniProgramEvents: Readers = new Map<string, Reader>([
  [
    'user_enter_tempsession',
    (fields, header) => ({ kind: 'event.session.entered', ...header, source: textOf(fields, 'SessionFrom') }),
  ],
  [
    'wxa_media_check',
    (fields, header) => {
      const result = fieldsOf(fields, 'result')
      return {
        kind: 'event.media.checked',
        ...ofAccount(header),
        traceId: textOf(fields, 'trace_id'),
        suggestion: textOf(result, 'suggest'),
        label: textOf(result, 'label'),
      }
    },
  ],
  [
    'add_express_path',
    (fields, header) => ({
      kind: 'event.parcel.moved',
      ...header,
      carrier: textOf(fields, 'DeliveryID'),
      waybill: textOf(fields, 'WayBillId'),
      order: textOf(fields, 'OrderId'),
      actions: listOf(fields, 'Actions').map((action) => ({
        at: secondsOf(action, 'ActionTime') ?? header.at,
        type: countOf(action, 'ActionType'),
        text: textOf(action, 'ActionMsg'),
      })),
    }),
  ],
  ['trade_manage_order_settlement', trade('settlement')],
  ['trade_manage_remind_shipping', trade('shipping-overdue')],
  ['trade_manage_remind_access_api', trade('shipping-reports-missing')],
  ['complaint callback', trade('complaint')],
  ['xpay_goods_deliver_notify', trade('virtual-goods-paid')],
  ['xpay_coin_pay_notify', trade('virtual-coins-paid')],
  ['xpay_refund_notify', trade('virtual-goods-refunded')],
  ['xpay_complaint_notify', trade('virtual-goods-complaint')],
  ['wxa_comment_bad_score', notice('bad-review')],
  ['wxalive_follow_notify', notice('live-followed')],
  ['wxalive_push_message_notify', notice('live-announced')],
  ['weapp_audit_success', notice('review-passed')],
  ['weapp_audit_fail', notice('review-failed')],
  ['weapp_audit_delay', notice('review-delayed')],
  ['wxa_illegal_record', notice('violation-recorded')],
  ['wxa_privacy_apply', notice('privacy-interface-reviewed')],
])

function trade(name: string): Reader {
  return (fields, header) => ({
    kind: 'event.trade',
    ...header,
    name,
    order: firstTextOf(fields, 'merchant_trade_no', 'out_trade_no', 'OutTradeNo', 'MchOrderId', 'order_id'),
    fields: rest(fields),
  })
}

function notice(name: string): Reader {
  return (fields, header) => ({ kind: 'event.mini-program', ...ofAccount(header), name, fields: rest(fields) })
}

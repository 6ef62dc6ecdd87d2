import { anyId } from './follower-events.js'
import { type Expected, ming } from './messages.js'

const by = { id: anyId, from: ming }
const ofAccount = { id: anyId, from: '' }

/** What the platform reports: results, privacy duties, the account, trades. */
export const platformEvents: Record<string, Expected> = {
  'event.notice.sent.xml': {
    kind: 'event.notice.sent',
    ...by,
    messageId: '3557254367693750277',
    ok: true,
    status: 'success',
  },
  'event.notice.sent.blocked.xml': {
    kind: 'event.notice.sent',
    ...by,
    messageId: '3557254367693750278',
    ok: false,
    status: 'failed:user block',
  },
  'event.mass.sent.xml': {
    kind: 'event.mass.sent',
    ...ofAccount,
    messageId: '1000001625',
    ok: true,
    status: 'send success',
    total: 1280,
    targeted: 1200,
    sent: 1195,
    failed: 5,
    articles: [
      { index: 1, url: 'https://mp.weixin.qq.com/s/demo1' },
      { index: 2, url: 'https://mp.weixin.qq.com/s/demo2' },
    ],
  },
  'event.mass.sent.refused.xml': {
    kind: 'event.mass.sent',
    ...ofAccount,
    messageId: '1000001626',
    ok: false,
    status: 'err(10001)',
    total: 1280,
    targeted: 0,
    sent: 0,
    failed: 0,
    articles: [],
  },
  'event.publish.finished.xml': {
    kind: 'event.publish.finished',
    ...ofAccount,
    publishId: '2247500001',
    status: 0,
    articleId: 'ARTICLE_demo',
    articles: [{ index: 1, url: 'https://mp.weixin.qq.com/s/published' }],
    failed: [],
  },
  'event.publish.finished.failed.xml': {
    kind: 'event.publish.finished',
    ...ofAccount,
    publishId: '2247500002',
    status: 2,
    articles: [],
    failed: [1, 3],
  },
  'event.subscription.sent.xml': {
    kind: 'event.subscription.sent',
    ...by,
    items: [{ templateId: 'TPL_SHIP_demo', messageId: '1864323726461255680', code: '0', status: 'success' }],
  },
  'event.subscription.sent.json': {
    kind: 'event.subscription.sent',
    ...by,
    items: [{ templateId: 'TPL_SHIP_demo', messageId: '1864323726461255681', code: '0', status: 'success' }],
  },
  'event.profile.changed.xml': { kind: 'event.profile.changed', ...by, subject: ming },
  'event.profile.changed.lowercase.xml': { kind: 'event.profile.changed', ...by, subject: ming },
  'event.consent.revoked.xml': {
    kind: 'event.consent.revoked',
    ...by,
    subject: ming,
    unionid: 'uWeLoopUnion01',
    scopes: ['profile'],
  },
  'event.consent.revoked.json': {
    kind: 'event.consent.revoked',
    ...by,
    subject: ming,
    scopes: ['phone', 'album', '301'],
  },
  'event.contact.cancelled.xml': {
    kind: 'event.contact.cancelled',
    ...by,
    subject: ming,
    unionid: 'uWeLoopUnion01',
  },
  ...verification('qualified', { expiresAt: new Date('2027-01-01T00:00:00Z') }),
  ...verification('qualification-failed', { reason: '营业执照照片不清晰' }),
  ...verification('named', { expiresAt: new Date('2027-01-01T00:00:00Z') }),
  ...verification('naming-failed', { reason: '名称已被占用' }),
  ...verification('renewal-due', { expiresAt: new Date('2026-01-31T00:00:00Z') }),
  ...verification('expired', { expiresAt: new Date('2026-01-01T00:00:00Z') }),
  'event.legacy.card.xml': {
    kind: 'event.legacy',
    ...by,
    name: 'user_get_card',
    fields: { CardId: 'pCardDemo', IsGiveByFriend: '0', UserCardCode: '12312312', OuterId: '0' },
  },
  'event.legacy.guide.xml': {
    kind: 'event.legacy',
    ...by,
    name: 'guide_qrcode_scan_event',
    fields: {
      GuideScanEvent: {
        qrcode_guide_account: 'guide_demo',
        qrcode_guide_openid: '',
        openid: ming,
        action: '1',
        qrcode_info: 'store-hangzhou',
      },
    },
  },
  'event.media.checked.json': {
    kind: 'event.media.checked',
    ...ofAccount,
    traceId: 'tr-2026-0001',
    suggestion: 'pass',
    label: '100',
  },
  'event.parcel.moved.json': {
    kind: 'event.parcel.moved',
    ...by,
    carrier: 'SF',
    waybill: 'SF1234567890',
    order: 'SO20260101',
    actions: [
      { at: new Date(1_767_220_000_000), type: 200001, text: '快件到达杭州转运中心' },
      { at: new Date(1_767_225_590_000), type: 300003, text: '已签收，签收人：前台' },
    ],
  },
  'event.trade.settlement.json': {
    kind: 'event.trade',
    ...by,
    name: 'settlement',
    order: 'SO20260101',
    fields: {
      transaction_id: '4200000000000000001',
      merchant_id: '1900000001',
      merchant_trade_no: 'SO20260101',
      pay_time: '1767139200',
      shipped_time: '1767200000',
      estimated_settlement_time: '1768089600',
    },
  },
  'event.trade.shipping-overdue.json': {
    kind: 'event.trade',
    ...by,
    name: 'shipping-overdue',
    order: 'SO20260101',
    fields: {
      transaction_id: '4200000000000000001',
      merchant_id: '1900000001',
      merchant_trade_no: 'SO20260101',
      pay_time: '1767139200',
      msg: '请尽快发货',
    },
  },
  'event.trade.shipping-reports-missing.json': {
    kind: 'event.trade',
    id: anyId,
    from: 'oSystemDemo',
    name: 'shipping-reports-missing',
    order: '',
    fields: { msg: '请接入发货信息管理服务' },
  },
  'event.trade.complaint.json': {
    kind: 'event.trade',
    id: anyId,
    from: 'oSystemDemo',
    name: 'complaint',
    order: 'SO20260101',
    fields: {
      complaint_order_id: '7001',
      order_id: '4200000000000000001',
      out_trade_no: 'SO20260101',
      status: '1',
      type: '2',
      expire_time: '1767484800',
      history: { item_type: '1', content: '商品与描述不符' },
    },
  },
  'event.mini-program.review-failed.json': {
    kind: 'event.mini-program',
    ...ofAccount,
    name: 'review-failed',
    fields: { FailTime: '1767225000', Reason: '1:账号信息不符合规范:(1):包含色情因素' },
  },
  'event.mini-program.live-followed.json': {
    kind: 'event.mini-program',
    ...ofAccount,
    name: 'live-followed',
    fields: {
      FollowNotify: { room_id: '12', user_openid: ming, time: '1767225600', live_status: '101', action: '1' },
    },
  },
  'event.mini-program.bad-review.json': {
    kind: 'event.mini-program',
    ...ofAccount,
    name: 'bad-review',
    fields: { result: { comment_id: '556677' } },
  },
  'unknown.event.xml': {
    kind: 'unknown',
    ...by,
    name: 'some_future_event',
    fields: { FutureInfo: { Key: '值', Count: '2' } },
  },
}

type Verification = Extract<Expected, { kind: 'event.account.verification' }>

function verification(
  status: Verification['status'],
  more: Pick<Verification, 'expiresAt' | 'reason'>,
): Record<string, Expected> {
  return {
    [`event.account.verification.${status}.xml`]: {
      kind: 'event.account.verification',
      ...ofAccount,
      status,
      ...more,
    },
  }
}

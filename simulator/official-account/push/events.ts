import { seconds } from '../../clock.js'
import { newMessageId } from '../../ids.js'
import type { XmlFields } from '../../xml.js'

/** A push before it is addressed: its kind and its fields after MsgType. */
export interface Update {
  /** `text`, `image`, ... or `event.CLICK`, ... */
  kind: string
  fields: XmlFields
  /** FromUserName when it is not the follower (job results and privacy events come from the platform). */
  from?: string
}

/** Events whose passive reply reaches the follower; the answer to others is ignored. */
const ANSWERABLE = new Set(['subscribe', 'SCAN', 'CLICK', 'LOCATION', 'scancode_waitmsg'])

/** Whether a passive reply to this push is shown. */
export function takesReply(kind: string): boolean {
  return !kind.startsWith('event.') || ANSWERABLE.has(kind.slice(6))
}

/** A message; MsgId is beyond 2^53 and written as a bare number. */
export function message(type: string, fields: XmlFields, now: number): Update {
  return { kind: type, fields: { MsgType: type, ...fields, MsgId: newMessageId(now) } }
}

/** An event with the fields given over the usual ones of that event. */
export function event(name: string, given: XmlFields, about: { openid: string; appid: string; now: number }): Update {
  const sample = samples[name]?.(about) ?? {}
  const update: Update = {
    kind: `event.${name}`,
    fields: { MsgType: 'event', Event: name, ...sample, ...given },
  }
  return FROM_PLATFORM.has(name) ? { ...update, from: 'oPlatform00000000000000000000' } : update
}

/** Names that `event` fills with usual fields; any other name is sent with just the given ones. */
export function knownEvents(): string[] {
  return Object.keys(samples)
}

const FROM_PLATFORM = new Set([
  'MASSSENDJOBFINISH',
  'PUBLISHJOBFINISH',
  'user_info_modified',
  'user_authorization_revoke',
  'user_authorization_cancellation',
])

type Sample = (about: { openid: string; appid: string; now: number }) => XmlFields

const none: Sample = () => ({})
const pictures: Sample = () => ({
  EventKey: 'PICTURES',
  SendPicsInfo: { Count: 1, PicList: { item: { PicMd5Sum: '1b5f7c23b5bf75682a53e7b6d163e185' } } },
})
const scanned: Sample = () => ({
  EventKey: 'SCAN_ORDER',
  ScanCodeInfo: { ScanType: 'qrcode', ScanResult: 'SO20260101' },
})
const privacy: Sample = ({ openid, appid }) => ({ OpenID: openid, AppID: appid })
const renewal: Sample = ({ now }) => ({ ExpiredTime: seconds(now) + 86_400 * 365 })
const refusal: Sample = ({ now }) => ({ FailTime: seconds(now), FailReason: '资料不完整' })

const samples: Record<string, Sample> = {
  subscribe: none,
  unsubscribe: none,
  SCAN: () => ({ EventKey: 'ch_poster_01', Ticket: 'gQTicketDemo' }),
  LOCATION: () => ({ Latitude: '23.137466', Longitude: '113.352425', Precision: '119.385040' }),
  CLICK: () => ({ EventKey: 'LOGISTICS' }),
  VIEW: () => ({ EventKey: 'https://shop.example.cn/', MenuId: 400_000_001 }),
  view_miniprogram: () => ({ EventKey: 'pages/index?src=oa_menu', MenuId: 400_000_001 }),
  scancode_push: scanned,
  scancode_waitmsg: scanned,
  pic_sysphoto: pictures,
  pic_photo_or_album: pictures,
  pic_weixin: pictures,
  location_select: () => ({
    EventKey: 'PLACE',
    SendLocationInfo: { Location_X: '23', Location_Y: '113', Scale: '15', Label: '广州市海珠区客村', Poiname: '' },
  }),
  TEMPLATESENDJOBFINISH: ({ now }) => ({ MsgID: newMessageId(now), Status: 'success' }),
  MASSSENDJOBFINISH: ({ now }) => ({
    MsgID: newMessageId(now),
    Status: 'send success',
    TotalCount: 100,
    FilterCount: 80,
    SentCount: 75,
    ErrorCount: 5,
    ArticleUrlResult: {
      Count: 1,
      ResultList: { item: { ArticleIdx: 1, ArticleUrl: 'https://mp.weixin.qq.com/s/demo' } },
    },
  }),
  PUBLISHJOBFINISH: () => ({
    PublishEventInfo: {
      publish_id: '2247500001',
      publish_status: 0,
      article_id: 'ARTICLE_demo',
      article_detail: { count: 1, item: { idx: 1, article_url: 'https://mp.weixin.qq.com/s/demo' } },
    },
  }),
  subscribe_msg_popup_event: () => ({
    SubscribeMsgPopupEvent: {
      List: { TemplateId: 'TPL_SHIP_demo', SubscribeStatusString: 'accept', PopupScene: 1 },
    },
  }),
  subscribe_msg_change_event: () => ({
    SubscribeMsgChangeEvent: { List: { TemplateId: 'TPL_SHIP_demo', SubscribeStatusString: 'reject' } },
  }),
  subscribe_msg_sent_event: ({ now }) => ({
    SubscribeMsgSentEvent: {
      List: { TemplateId: 'TPL_SHIP_demo', MsgID: newMessageId(now), ErrorCode: 0, ErrorStatus: 'success' },
    },
  }),
  kf_create_session: () => ({ KfAccount: 'xiaowei@weloop' }),
  kf_close_session: () => ({ KfAccount: 'xiaowei@weloop', CloseType: 'KF' }),
  kf_switch_session: () => ({ FromKfAccount: 'xiaowei@weloop', ToKfAccount: 'ahuan@weloop' }),
  user_info_modified: privacy,
  user_authorization_revoke: (about) => ({ ...privacy(about), RevokeInfo: '205' }),
  user_authorization_cancellation: privacy,
  qualification_verify_success: renewal,
  qualification_verify_fail: refusal,
  naming_verify_success: renewal,
  naming_verify_fail: refusal,
  annual_renew: renewal,
  verify_expired: renewal,
  guide_qrcode_scan_event: ({ openid }) => ({
    GuideScanEvent: {
      qrcode_guide_account: 'xiaowei',
      qrcode_guide_openid: 'oGuideDemo',
      openid,
      action: 1,
      qrcode_info: 'store-01',
    },
  }),
}

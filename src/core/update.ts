import type { CorpUpdate } from './corp-update.js'

/**
 * What came in: one union over every platform. Platform words (`MsgType`, `touser`) end at the decoder;
 * from here on the product speaks of followers, messages and events.
 */

/** The platforms an account can live on. */
export type PlatformName = 'official-account' | 'wecom' | 'mini-program'

/** What every update carries. */
export interface UpdateBase<K extends string> {
  kind: K
  /** The deduplication key: the same platform push always has the same id, two pushes never share one. */
  id: string
  platform: PlatformName
  /** Our own account id, as in `config`, e.g. `shop`. */
  account: string
  /** The sender's id on the platform (an openid). Empty for events about the account itself. */
  from: string
  /** When it happened, by the platform's clock (whole seconds). */
  at: Date
}

export type TextMessage = UpdateBase<'message.text'> & {
  text: string
  /** The id of the choice that was tapped, when the text came from a choices message. */
  choice?: string
  /** Where the follower wrote from, when it was inside an article. */
  article?: { dataId: string; index: number }
}
export type ImageMessage = UpdateBase<'message.image'> & { mediaId: string; url: string }
export type VoiceMessage = UpdateBase<'message.voice'> & {
  mediaId: string
  format: string
  /** The platform's own speech recognition; often absent. */
  transcript?: string
  /** A 16 kHz recording of the same, when given. */
  clearMediaId?: string
}
export type VideoMessage = UpdateBase<'message.video'> & { mediaId: string; thumbMediaId: string; short: boolean }
export type LocationMessage = UpdateBase<'message.location'> & {
  latitude: number
  longitude: number
  scale: number
  label: string
}
export type LinkMessage = UpdateBase<'message.link'> & { title: string; description: string; url: string }
export type CardMessage = UpdateBase<'message.card'> & {
  title: string
  appid: string
  path: string
  thumbUrl: string
  thumbMediaId: string
}
export type FileMessage = UpdateBase<'message.file'> & {
  mediaId: string
  /** Empty where the platform does not tell it. */
  name: string
}
/** A message of a kind that only staff can make use of (a shop's goods, merged messages, a call ...), by its platform name. */
export type OtherMessage = UpdateBase<'message.other'> & { name: string; fields: Record<string, unknown> }

export type SubscribeEvent = UpdateBase<'event.subscribe'> & { scene?: string; ticket?: string }
export type UnsubscribeEvent = UpdateBase<'event.unsubscribe'>
export type ScanEvent = UpdateBase<'event.scan'> & { scene: string; ticket: string }
export type LocationEvent = UpdateBase<'event.location'> & { latitude: number; longitude: number; precision: number }
export type MenuClickEvent = UpdateBase<'event.menu.click'> & { key: string }
export type MenuViewEvent = UpdateBase<'event.menu.view'> & { url: string; menuId: string }
export type MenuMiniProgramEvent = UpdateBase<'event.menu.mini-program'> & { path: string; menuId: string }
export type MenuScanEvent = UpdateBase<'event.menu.scan'> & {
  key: string
  scanType: string
  result: string
  /** True when WeChat shows the follower a waiting box until the account answers. */
  waits: boolean
}
export type MenuPhotoEvent = UpdateBase<'event.menu.photo'> & {
  key: string
  source: 'camera' | 'camera-or-album' | 'wechat-album'
  count: number
  digests: string[]
}
export type MenuLocationEvent = UpdateBase<'event.menu.location'> & {
  key: string
  latitude: number
  longitude: number
  scale: number
  label: string
  name: string
}
/** The platform's verdict on a template message. */
export type NoticeSentEvent = UpdateBase<'event.notice.sent'> & { messageId: string; ok: boolean; status: string }
/** The platform's verdict on a mass send. */
export type MassSentEvent = UpdateBase<'event.mass.sent'> & {
  messageId: string
  ok: boolean
  status: string
  total: number
  targeted: number
  sent: number
  failed: number
  articles: { index: number; url: string }[]
}
export type PublishFinishedEvent = UpdateBase<'event.publish.finished'> & {
  publishId: string
  status: number
  articleId?: string
  articles: { index: number; url: string }[]
  failed: number[]
}
/** A follower answered the subscription popup: one item per template. */
export type SubscriptionAnsweredEvent = UpdateBase<'event.subscription.answered'> & {
  items: { templateId: string; accepted: boolean; popup: string }[]
}
export type SubscriptionChangedEvent = UpdateBase<'event.subscription.changed'> & {
  items: { templateId: string; accepted: boolean }[]
}
export type SubscriptionSentEvent = UpdateBase<'event.subscription.sent'> & {
  items: { templateId: string; messageId: string; code: string; status: string }[]
}
/** The platform's own customer-service console opened, closed or moved a conversation. */
export type ServiceSessionEvent = UpdateBase<'event.service.session'> & {
  change: 'opened' | 'closed' | 'moved'
  staff: string
  previous?: string
}
/** Profile data the platform asks us to refresh or drop; `subject` is the person (an openid), and `from` is too. */
export type ProfileChangedEvent = UpdateBase<'event.profile.changed'> & { subject: string }
export type ConsentRevokedEvent = UpdateBase<'event.consent.revoked'> & {
  subject: string
  unionid?: string
  scopes: string[]
}
export type ContactCancelledEvent = UpdateBase<'event.contact.cancelled'> & { subject: string; unionid?: string }
/** The account's own verification life cycle; operators are told. */
export type AccountVerificationEvent = UpdateBase<'event.account.verification'> & {
  status: 'qualified' | 'qualification-failed' | 'named' | 'naming-failed' | 'renewal-due' | 'expired'
  expiresAt?: Date
  reason?: string
}
/** Retired or foreign products (guide, card) that must not be an error. */
export type LegacyEvent = UpdateBase<'event.legacy'> & { name: string; fields: Record<string, unknown> }
/** A mini program's service page, or a conversation with the desk (微信客服), was opened. */
export type SessionEnteredEvent = UpdateBase<'event.session.entered'> & {
  /** Where from; for the desk the scene of its link, empty when there is none. */
  source: string
  /** What was added to the desk's link. */
  sceneParam?: string
  /** Good for one message within 20 s. */
  welcomeCode?: string
}
export type MediaCheckedEvent = UpdateBase<'event.media.checked'> & {
  traceId: string
  suggestion: string
  label: string
}
export type ParcelMovedEvent = UpdateBase<'event.parcel.moved'> & {
  carrier: string
  waybill: string
  order: string
  actions: { at: Date; type: number; text: string }[]
}
export type TradeEvent = UpdateBase<'event.trade'> & { name: string; order: string; fields: Record<string, unknown> }
/** News about a mini program itself (code review, violations, live rooms, reviews): operators are told. */
export type MiniProgramEvent = UpdateBase<'event.mini-program'> & { name: string; fields: Record<string, unknown> }
/** Anything the decoder does not know: stored, acknowledged, never an error. */
export type UnknownUpdate = UpdateBase<'unknown'> & { name: string; fields: Record<string, unknown> }

export type MessageUpdate =
  | TextMessage
  | ImageMessage
  | VoiceMessage
  | VideoMessage
  | LocationMessage
  | LinkMessage
  | CardMessage
  | FileMessage
  | OtherMessage
export type EventUpdate =
  | SubscribeEvent
  | UnsubscribeEvent
  | ScanEvent
  | LocationEvent
  | MenuClickEvent
  | MenuViewEvent
  | MenuMiniProgramEvent
  | MenuScanEvent
  | MenuPhotoEvent
  | MenuLocationEvent
  | NoticeSentEvent
  | MassSentEvent
  | PublishFinishedEvent
  | SubscriptionAnsweredEvent
  | SubscriptionChangedEvent
  | SubscriptionSentEvent
  | ServiceSessionEvent
  | ProfileChangedEvent
  | ConsentRevokedEvent
  | ContactCancelledEvent
  | AccountVerificationEvent
  | LegacyEvent
  | SessionEnteredEvent
  | MediaCheckedEvent
  | ParcelMovedEvent
  | TradeEvent
  | MiniProgramEvent
/** Everything that can come in. */
export type Update = MessageUpdate | EventUpdate | CorpUpdate | UnknownUpdate
export type UpdateKind = Update['kind']

/** A kind, or the first words of one: `message`, `event`, `event.menu`. */
export type UpdateFilter =
  | UpdateKind
  | 'message'
  | 'event'
  | 'event.menu'
  | 'event.subscription'
  | 'event.customer'
  | 'event.corp'
  | 'event.kf'
  | 'staff'
/** The updates that a filter lets through. */
export type Narrow<F extends UpdateFilter> = F extends UpdateKind
  ? Extract<Update, { kind: F }>
  : Extract<Update, { kind: `${F}.${string}` }>

/** False for what staff do, and for news about groups, the corporation or a desk: nobody's contact is meant. */
export function concernsContact(kind: UpdateKind): boolean {
  return !/^(staff|event\.(group|corp|kf))\./.test(kind)
}

/** The follower within an account: the key under which updates are ordered and contacts are found. */
export function contactKey(update: Pick<Update, 'account' | 'from'>): string {
  return `${update.account}:${update.from}`
}

/** What goes out: messages as handlers and campaigns speak of them, before any platform's words. */

/** A picture, voice or video: a file of `content/media`, an id the platform knows, or an https address. */
export type Media = { file: string } | { mediaId: string } | { url: string }

export interface Text {
  kind: 'text'
  text: string
}
export interface Image {
  kind: 'image'
  media: Media
}
export interface Voice {
  kind: 'voice'
  media: Media
}
export interface Video {
  kind: 'video'
  media: Media
  title?: string
  description?: string
  thumb?: Media
}
export interface Music {
  kind: 'music'
  title: string
  description?: string
  url: string
  hqUrl?: string
  thumb: Media
}
/** One linked article, spelled out. (WeChat shows exactly one since 2018-10-12.) */
export interface Link {
  kind: 'link'
  title: string
  description: string
  url: string
  picture: string
}
/** An article of `content/articles` by slug; resolved to a `link` when it is sent. */
export interface ArticleRef {
  kind: 'article'
  slug: string
}
/** A mini-program card of `content/cards` by slug; `params` are added to its page's query. */
export interface CardRef {
  kind: 'card'
  slug: string
  params?: Record<string, string>
}
/**
 * A customer group to join, chosen for the person by a rule set of `content/steering` (or a way of `content/join-ways`) of
 * that name. Only where the person is known: as a reply, and in `ctx.send`.
 */
export interface InvitationRef {
  kind: 'invitation'
  name: string
}
/** A mini-program card, spelled out. */
export interface MiniProgram {
  kind: 'mini-program'
  title: string
  appid: string
  path: string
  thumb: Media
}
/** A short list the follower answers with one tap. */
export interface Choices {
  kind: 'choices'
  head: string
  items: { id: string; text: string }[]
  tail: string
}
/** Hands the conversation to human staff; `staff` names one, else anybody on duty. */
export interface HandOver {
  kind: 'hand-over'
  staff?: string
  /** A skill of content/desk.yaml that is needed; another word is no skill, and what the person wrote and has decides. */
  skill?: string
  /** Why, in a few words for staff: they see it on the card and above the conversation. At most 200 characters are kept. */
  reason?: string
}

/** Whom and what for staff are asked: an account (for the platform's own customer service) or member, or more. */
export type HandOverAsk = string | { staff?: string; skill?: string; reason?: string }

/** A notice of `content/notices` by its business name (`order.shipped`), filled with data when it is sent. */
export interface NoticeRef {
  kind: 'notice'
  name: string
  data: Record<string, unknown>
  /** The person's id in the mini program, for a notice that goes there: it is another one than the account's. */
  visitor?: string
  /** The notice's `text` as a customer-service message instead of the notice itself. */
  as?: 'text'
  /** The page of this very order (parcel ...), in place of the notice's own page of its mini program. */
  page?: string
}
/** By which product of the platform a notice goes: template message, subscription notice, mini-program subscribe message. */
export type NoticeChannel = 'template' | 'subscription' | 'mini-program'
/** A notice, spelled out: service facts only, the platforms forbid marketing in it. */
export interface FilledNotice {
  kind: 'filled-notice'
  channel: NoticeChannel
  /** The template's id on the platform. */
  template: string
  /** Values by the template's own field names. */
  fields: Record<string, string>
  url?: string
  /** Where a tap leads; wins over `url`. */
  miniProgram?: { appid: string; path: string }
  /** The person's id in the mini program; without it the delivery's own. */
  visitor?: string
}
/** One parcel of an order. */
export interface ShippedParcel {
  /** The carrier's code and name, as of `rules/mini-program/carriers.ts`. */
  carrier: { code: string; name: string }
  tracking: string
  /** E.g. `面霜*1`. */
  goods: string
  /** Masked but for the last four digits; needed for 顺丰. */
  receiverContact?: string
}
/**
 * What a shop must tell the platform about a shipped order that was paid with WeChat Pay (发货信息录入), or a parcel it
 * shall follow (物流消息). WeChat itself writes to the buyer then.
 */
export interface ShippingReport {
  kind: 'shipping'
  report: 'upload' | 'follow'
  /** WeChat Pay's number of the payment, or the merchant and the shop's own number (`upload` only). */
  payment: { transactionId: string } | { merchantId: string; tradeNo: string }
  /** The buyer's id in the mini program. */
  visitor: string
  parcels: readonly ShippedParcel[]
  /** What was bought, in words; all there is when the shop brings it itself and there is no parcel. */
  goods?: string
  /** False: more parcels of the order will follow. */
  complete?: boolean
  /** For `follow`: the receiver's phone number, a picture of the goods, the order's page. */
  receiverPhone?: string
  picture?: string
  page?: string
}
/** An article that lies in the account's draft box; only a mass send can carry it. */
export interface MassDraft {
  kind: 'mass-draft'
  /** The draft's id on the platform. */
  mediaId: string
  title?: string
}

/** What one person can be shown in a conversation, complete: nothing left to look up in `content/`. */
export type ConversationMessage = Text | Image | Voice | Video | Music | Link | MiniProgram | Choices | HandOver
/** A message whose content is complete: nothing left to look up in `content/`. */
export type ResolvedMessage = ConversationMessage | FilledNotice | ShippingReport | MassDraft
/** Everything a handler may return or send. */
export type Message = ResolvedMessage | ArticleRef | CardRef | NoticeRef | InvitationRef
export type MessageKind = Message['kind']

/** What a handler may return: a message, plain text, or nothing. */
export type Reply = Message | string | undefined | void

/** The article of that slug in `content/articles`. */
export const article = (slug: string): ArticleRef => ({ kind: 'article', slug })
/** The mini-program card of that slug in `content/cards`, with extra query parameters for its page. */
export const card = (slug: string, params?: Record<string, string>): CardRef =>
  params === undefined ? { kind: 'card', slug } : { kind: 'card', slug, params }
/** An invitation to the customer group that suits the person: a rule set of `content/steering`, or a join way, by name. */
export const groupInvite = (name: string): InvitationRef => ({ kind: 'invitation', name })
/** The notice of that business name in `content/notices`, with the data that fills it; for `ctx.send`, never a reply. */
export const notice = (name: string, data: Record<string, unknown>): NoticeRef => ({ kind: 'notice', name, data })
/** Plain text; what does not fit one message (2048 bytes on WeChat) continues in a further one. */
export const text = (value: string): Text => ({ kind: 'text', text: value })
/** A picture. */
export const image = (media: Media): Image => ({ kind: 'image', media })
/** A voice recording (AMR or MP3, at most 60 s and 2 MB on WeChat). */
export const voice = (media: Media): Voice => ({ kind: 'voice', media })
/** A video (MP4, at most 10 MB on WeChat). */
export const video = (media: Media, about: Omit<Video, 'kind' | 'media'> = {}): Video => ({
  kind: 'video',
  media,
  ...about,
})
/** A piece of music with a cover. */
export const music = (value: Omit<Music, 'kind'>): Music => ({ kind: 'music', ...value })
/** A linked article that is not in `content/`. */
export const link = (value: Omit<Link, 'kind'>): Link => ({ kind: 'link', ...value })
/** A mini-program card that is not in `content/`. */
export const miniProgram = (value: Omit<MiniProgram, 'kind'>): MiniProgram => ({ kind: 'mini-program', ...value })
/** A question with tappable answers; a tap comes back as `message.text` with `choice` set. */
export const choices = (head: string, items: { id: string; text: string }[], tail = ''): Choices => ({
  kind: 'choices',
  head,
  items,
  tail,
})
/** Hands the conversation over to staff. */
export const handOver = (asked?: HandOverAsk): HandOver => ({
  kind: 'hand-over',
  ...(typeof asked === 'string' ? { staff: asked } : asked),
})

/** A reply as a message: text becomes a text message, empty text and nothing become `undefined`. */
export function toMessage(reply: Reply): Message | undefined {
  if (typeof reply === 'string') return reply === '' ? undefined : text(reply)
  return reply ?? undefined
}

/**
 * Cuts text into pieces of at most `maxBytes` UTF-8 bytes, never inside a character (a surrogate pair or a
 * joined emoji stays whole) and preferably after a line break or sentence end. Nothing is dropped:
 * the pieces joined are the text.
 */
export function splitText(value: string, maxBytes: number): string[] {
  if (Buffer.byteLength(value) <= maxBytes) return [value]
  const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' })
  const pieces: string[] = []
  let piece = ''
  let bytes = 0
  let breakAt = 0
  const cut = (at: number) => {
    pieces.push(piece.slice(0, at))
    piece = piece.slice(at)
    bytes = Buffer.byteLength(piece)
    breakAt = 0
  }
  const add = (part: string) => {
    const size = Buffer.byteLength(part)
    if (bytes + size > maxBytes && piece !== '') cut(breakAt > piece.length / 2 ? breakAt : piece.length)
    if (bytes + size > maxBytes && piece !== '') cut(piece.length)
    piece += part
    bytes += size
    if (/[\n。！？!?；;]$/.test(part)) breakAt = piece.length
  }
  for (const { segment } of graphemes.segment(value)) {
    if (Buffer.byteLength(segment) <= maxBytes) add(segment)
    else for (const character of segment) add(character)
  }
  if (piece !== '') pieces.push(piece)
  return pieces
}

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
}

/** A message whose content is complete: nothing left to look up in `content/`. */
export type ResolvedMessage = Text | Image | Voice | Video | Music | Link | MiniProgram | Choices | HandOver
/** Everything a handler may return or send. */
export type Message = ResolvedMessage | ArticleRef | CardRef
export type MessageKind = Message['kind']

/** What a handler may return: a message, plain text, or nothing. */
export type Reply = Message | string | undefined | void

/** The article of that slug in `content/articles`. */
export const article = (slug: string): ArticleRef => ({ kind: 'article', slug })
/** The mini-program card of that slug in `content/cards`, with extra query parameters for its page. */
export const card = (slug: string, params?: Record<string, string>): CardRef =>
  params === undefined ? { kind: 'card', slug } : { kind: 'card', slug, params }
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
export const handOver = (staff?: string): HandOver =>
  staff === undefined ? { kind: 'hand-over' } : { kind: 'hand-over', staff }

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

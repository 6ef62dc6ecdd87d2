import { createHash } from 'node:crypto'
import { ControlError } from '../control/person.js'
import { asRecord, type JsonRecord, list, record, text } from '../json.js'
import { mediaAddress } from './api/message.js'
import type { CorpContent, MenuItem } from './content.js'
import type { Corp, Scene } from './corp.js'
import type { CorpMediaKind } from './media.js'

/** What a page signs (wx.config, wx.agentConfig). */
export interface PageSignature {
  timestamp: string | number
  nonceStr: string
  signature: string
}

/** Whether a page of the tool bar may call the JS-SDK, or why not. */
export interface Registered {
  config: string | null
  agentConfig: string | null
}

/** Checks what a page registers with: corporation, app and the signatures over its address. */
export function register(
  corp: Corp,
  now: number,
  given: {
    corpId: string
    agentId: string | number
    url: string
    config?: PageSignature | undefined
    agentConfig?: PageSignature | undefined
  },
): Registered {
  const { corpid, agentId } = corp.options
  const url = given.url.split('#')[0] ?? ''
  const wrong =
    given.corpId !== corpid
      ? 'invalid corpid'
      : String(given.agentId) !== String(agentId)
        ? 'invalid agentid'
        : undefined
  const judge = (kind: 'corp' | 'agent', signed: PageSignature | undefined) =>
    signed === undefined ? null : (wrong ?? signatureProblem(corp, now, kind, url, signed) ?? 'ok')
  return { config: judge('corp', given.config), agentConfig: judge('agent', given.agentConfig) }
}

function signatureProblem(
  corp: Corp,
  now: number,
  kind: 'corp' | 'agent',
  url: string,
  { timestamp, nonceStr, signature }: PageSignature,
): string | undefined {
  const known = corp.tickets.get(kind)
  if (!known || known.until <= now) return 'invalid ticket'
  const signed = `jsapi_ticket=${known.ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${url}`
  return createHash('sha1').update(signed).digest('hex') === signature ? undefined : 'invalid signature'
}

/** Where the page of the tool bar is: as set, else /sidebar beside the callback. */
export function toolbarUrl(corp: Corp): string {
  if (corp.toolbarUrl !== undefined) return corp.toolbarUrl
  const { callbackUrl } = corp.options
  return URL.canParse(callbackUrl) ? `${new URL(callbackUrl).origin}/sidebar` : ''
}

/** What sendChatMessage shows; 400 with the words of the SDK. A menu only at the desk. */
export function sdkContent(scene: Scene, message: JsonRecord, atDesk: boolean): CorpContent {
  const type = text(message, 'msgtype') ?? ''
  const inner = record(message, type)
  if (!inner) throw new ControlError(400, `invalid ${type || 'msgtype'}`)
  const need = (name: string) => {
    const value = text(inner, name)
    if (!value) throw new ControlError(400, `invalid ${type}.${name}`)
    return value
  }
  switch (type) {
    case 'text':
      return { kind: 'text', text: need('content') }
    case 'image':
      return { kind: 'image', url: fileOf(scene, 'image', need('mediaid')).url }
    case 'video':
    case 'file':
      return { kind: type, ...fileOf(scene, type, need('mediaid')) }
    case 'news': {
      const [title, url] = [need('title'), need('link')]
      return { kind: 'link', title, url, description: text(inner, 'desc') ?? '', picture: text(inner, 'imgUrl') ?? '' }
    }
    case 'miniprogram': {
      const [appid, title, path] = [need('appid'), need('title'), need('page')]
      return { kind: 'mini-program', appid, title, path, picture: text(inner, 'imgUrl') ?? '' }
    }
    case 'msgmenu':
      if (atDesk) return menuOf(inner)
      break
    default:
  }
  throw new ControlError(400, `invalid msgtype ${type}`)
}

function fileOf(scene: Scene, kind: CorpMediaKind, id: string): { url: string; name: string } {
  const media = scene.corp.media.find(id, scene.now)
  if (media?.kind !== kind || media.use !== 'message') throw new ControlError(400, 'invalid media')
  return { url: mediaAddress(scene, media), name: media.filename }
}

function menuOf(inner: JsonRecord): CorpContent {
  const items = (list(inner, 'list') ?? []).map((row): MenuItem => {
    const item = asRecord(row)
    const type = text(item, 'type') ?? ''
    const given = record(item, type)
    const words = text(given, 'content') ?? ''
    if (type === 'click') return { text: words, id: text(given, 'id') ?? '' }
    if (type === 'view') return { text: words, url: text(given, 'url') ?? '' }
    if (type === 'miniprogram') {
      return { text: words, appid: text(given, 'appid') ?? '', path: text(given, 'pagepath') ?? '' }
    }
    throw new ControlError(400, 'invalid msgmenu.list')
  })
  return { kind: 'menu', head: text(inner, 'head_content') ?? '', items, tail: text(inner, 'tail_content') ?? '' }
}

/** The same as sync_msg gives it where a servicer sends it at the desk. */
export function sdkWire(message: JsonRecord): { type: string; inner: JsonRecord } {
  const type = text(message, 'msgtype') ?? ''
  const inner = record(message, type) ?? {}
  switch (type) {
    case 'image':
    case 'video':
    case 'file':
      return { type, inner: { media_id: inner['mediaid'] } }
    case 'news': {
      const { title, desc = '', link, imgUrl = '' } = inner
      return { type: 'link', inner: { title, desc, url: link, pic_url: imgUrl } }
    }
    case 'miniprogram': {
      const { appid, title, page } = inner
      return { type, inner: { title, appid, pagepath: page, thumb_media_id: '' } }
    }
    default:
      return { type, inner }
  }
}

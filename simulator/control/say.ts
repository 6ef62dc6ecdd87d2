import { limits } from '../../rules/official-account/limits.js'
import type { Content } from '../content.js'
import { changed, show } from '../official-account/follower.js'
import { type MediaKind, sniff } from '../official-account/media.js'
import { deliver } from '../official-account/push/deliver.js'
import { message } from '../official-account/push/events.js'
import { mediaContent, mediaUrl } from '../official-account/show-media.js'
import type { XmlFields } from '../xml.js'
import { type Act, ControlError, type Person, pushEvent } from './person.js'
import { sampleFiles } from './samples.js'

/** A message that a follower sends. Files are base64; without one a small sample is sent. */
export type Utterance =
  | { kind: 'text'; text: string; menuItem?: string | undefined }
  | { kind: 'image'; file?: string | undefined }
  | { kind: 'voice'; file?: string | undefined; seconds?: number | undefined; recognition?: string | undefined }
  | { kind: 'video' | 'shortvideo'; file?: string | undefined }
  | { kind: 'location'; lat: number; lon: number; scale?: number | undefined; label?: string | undefined }
  | { kind: 'link'; title: string; description?: string | undefined; url: string }

const LIFE_MS = limits.temporaryMediaDays.value * 86_400_000

/** Sends a message into the chat. While a staff member talks with her, it stays there and is not pushed. */
export function speak(person: Person, utterance: Utterance): Act {
  const { platform, account, follower } = person
  if (!follower.following) throw new ControlError(409, `${follower.name} does not follow`)
  const now = platform.clock.now()
  const { type, fields, content } = compose(person, utterance, now)
  follower.lastMessageAt = now
  const withStaff = follower.staffUntil > now
  const act: Act = withStaff ? {} : deliver(platform, account, follower, message(type, fields, now))
  show(platform.bus, account.options.id, follower, {
    at: now,
    from: 'follower',
    via: 'follower',
    content,
    exchange: act.exchange?.id,
  })
  return act
}

function compose(
  person: Person,
  utterance: Utterance,
  now: number,
): { type: string; fields: XmlFields; content: Content } {
  switch (utterance.kind) {
    case 'text': {
      const tapped: XmlFields = utterance.menuItem === undefined ? {} : { bizmsgmenuid: utterance.menuItem }
      return {
        type: 'text',
        fields: { Content: utterance.text, ...tapped },
        content: { kind: 'text', text: utterance.text },
      }
    }
    case 'image': {
      const media = keep(person, 'image', utterance.file, now)
      const PicUrl = person.platform.baseUrl + mediaUrl(person.account, media.id)
      return { type: 'image', fields: { PicUrl, MediaId: media.id }, content: mediaContent(person.account, media) }
    }
    case 'voice': {
      const media = keep(person, 'voice', utterance.file, now)
      const recognition: XmlFields = utterance.recognition === undefined ? {} : { Recognition: utterance.recognition }
      const content = mediaContent(person.account, media)
      if (content.kind === 'voice') {
        if (utterance.seconds !== undefined) content.seconds = utterance.seconds
        if (utterance.recognition !== undefined) content.recognition = utterance.recognition
      }
      return {
        type: 'voice',
        fields: { MediaId: media.id, Format: 'amr', MediaId16K: media.id, ...recognition },
        content,
      }
    }
    case 'video':
    case 'shortvideo': {
      const media = keep(person, 'video', utterance.file, now)
      const thumb = keep(person, 'thumb', undefined, now)
      const content = mediaContent(person.account, media, '', '', mediaUrl(person.account, thumb.id))
      return { type: utterance.kind, fields: { MediaId: media.id, ThumbMediaId: thumb.id }, content }
    }
    case 'location': {
      const { lat, lon, scale = 15, label = '' } = utterance
      const fields = { Location_X: String(lat), Location_Y: String(lon), Scale: String(scale), Label: label }
      return { type: 'location', fields, content: { kind: 'location', lat, lon, scale, label } }
    }
    case 'link': {
      const { title, description = '', url } = utterance
      return {
        type: 'link',
        fields: { Title: title, Description: description, Url: url },
        content: { kind: 'link', title, description, url },
      }
    }
  }
}

/** Keeps a file among the account's media; without one a small sample. */
export function keep({ account }: Person, kind: MediaKind, file: string | undefined, now: number) {
  const bytes = file === undefined ? sampleFiles[kind] : Buffer.from(file, 'base64')
  const contentType = sniff(bytes)
  const wanted = { image: 'image/', thumb: 'image/', voice: 'audio/', video: 'video/' }[kind]
  if (!contentType?.startsWith(wanted)) throw new ControlError(400, `the file is not of the kind ${kind}`)
  if (bytes.length > limits.imageBytes.value) throw new ControlError(400, 'the file is too large')
  return account.media.add({ kind, bytes, contentType, filename: `${kind}`, createdAt: now, expiresAt: now + LIFE_MS })
}

/** A staff member writes to her in the official customer service. */
export function staffSays({ platform, account, follower }: Person, text: string): Act {
  show(platform.bus, account.options.id, follower, {
    at: platform.clock.now(),
    from: 'account',
    via: 'staff',
    content: { kind: 'text', text },
  })
  return {}
}

/** The staff member ends the session; her messages are pushed again. */
export function staffLeaves(person: Person): Act {
  const { platform, account, follower } = person
  if (follower.staffUntil <= platform.clock.now()) throw new ControlError(409, 'no staff session is open')
  follower.staffUntil = 0
  show(platform.bus, account.options.id, follower, {
    at: platform.clock.now(),
    from: 'system',
    via: 'platform',
    content: { kind: 'system', text: '人工客服会话已结束' },
  })
  changed(platform, account, follower)
  return pushEvent(person, 'kf_close_session', {})
}

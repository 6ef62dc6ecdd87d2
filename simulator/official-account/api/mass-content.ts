import { limits } from '../../../rules/official-account/limits.js'
import type { Content } from '../../content.js'
import { type JsonRecord, list, record, text } from '../../json.js'
import { type DraftRecord, recordsOf } from '../records.js'
import { findMedia, mediaContent, mediaUrl } from '../show-media.js'
import { type Answer, type Call, fail } from './answer.js'

/** What a mass message shows, and the draft it uses up. */
export interface MassContent {
  draft?: DraftRecord
  /** The bubbles; `place` of an article gives its address once it is public. */
  shown(base: string, url?: (place: number) => string): Content[]
}

/** Reads the body of a mass message or preview. */
export function readMassContent(call: Call, body: JsonRecord): MassContent | { error: Answer } {
  const type = text(body, 'msgtype') ?? ''
  const part = record(body, type === 'image' && body['images'] !== undefined ? 'images' : type)
  if (!['text', 'mpnews', 'voice', 'image', 'mpvideo'].includes(type)) return { error: fail(40008) }
  if (!part) return { error: fail(40035, `${type} is missing`) }
  switch (type) {
    case 'text':
      return textOf(part)
    case 'mpnews':
      return newsOf(call, part)
    case 'voice':
      return fileOf(call, part)
    case 'image':
      return picturesOf(call, part)
    default:
      return videoOf(call, part)
  }
}

function textOf(part: JsonRecord): MassContent | { error: Answer } {
  const content = text(part, 'content') ?? ''
  if (content === '') return { error: fail(44004) }
  if (Buffer.byteLength(content) > limits.textBytes.value) return { error: fail(45002) }
  return { shown: () => [{ kind: 'text', text: content }] }
}

function newsOf(call: Call, part: JsonRecord): MassContent | { error: Answer } {
  const draft = recordsOf(call.account).drafts.get(text(part, 'media_id') ?? '')
  if (!draft) return { error: fail(40007) }
  return {
    draft,
    shown: (_base, url) => {
      const [first, ...others] = draft.articles.map((article, index) => ({
        title: text(article, 'title') ?? '',
        digest: text(article, 'digest') ?? '',
        url: url?.(index + 1) ?? '',
        cover: coverOf(call, article),
      }))
      if (!first) return []
      const more = others.map(({ digest: _, ...rest }) => rest)
      return [{ kind: 'article', ...first, ...(more.length > 0 && { more }) }]
    },
  }
}

function coverOf(call: Call, article: JsonRecord): string {
  const id = text(article, 'thumb_media_id')
  return id === undefined ? '' : mediaUrl(call.account, id)
}

function fileOf(call: Call, part: JsonRecord): MassContent | { error: Answer } {
  const media = findMedia(call.account, text(part, 'media_id') ?? '', ['voice'], call.now)
  if (!media) return { error: fail(40007) }
  return { shown: () => [mediaContent(call.account, media)] }
}

function picturesOf(call: Call, part: JsonRecord): MassContent | { error: Answer } {
  const ids = list(part, 'media_ids') ?? [part['media_id']]
  if (ids.length < 1 || ids.length > limits.massImages.value) return { error: fail(40035) }
  const files = ids.map((id) => findMedia(call.account, String(id), ['image'], call.now))
  const known = files.flatMap((file) => (file ? [file] : []))
  if (known.length < files.length) return { error: fail(40007) }
  return { shown: () => known.map((file) => mediaContent(call.account, file)) }
}

function videoOf(call: Call, part: JsonRecord): MassContent | { error: Answer } {
  const title = recordsOf(call.account).massVideos.get(text(part, 'media_id') ?? '')
  if (title === undefined) return { error: fail(40007) }
  return { shown: () => [{ kind: 'text', text: `[视频] ${title}` }] }
}

import { limits } from '../../../rules/official-account/limits.js'
import { seconds } from '../../clock.js'
import { parseMultipart } from '../../http/multipart.js'
import { parseRecord, text } from '../../json.js'
import { type Media, type MediaKind, sniff } from '../media.js'
import { mediaUrl } from '../show-media.js'
import { type Answer, type Call, type Endpoint, fail, jsonBody, ok } from './answer.js'

const TYPES: Record<MediaKind, { types: string[]; max: number }> = {
  image: { types: ['image/png', 'image/jpeg', 'image/gif'], max: limits.imageBytes.value },
  voice: { types: ['audio/amr', 'audio/mp3'], max: limits.voiceBytes.value },
  video: { types: ['video/mp4'], max: limits.videoBytes.value },
  thumb: { types: ['image/jpeg'], max: limits.thumbBytes.value },
}
const LIFE_MS = limits.temporaryMediaDays.value * 86_400_000

/** Temporary and permanent files. */
export const mediaEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/media/upload': { method: 'POST', run: upload },
  '/cgi-bin/media/get': { method: 'GET', run: download },
  '/cgi-bin/media/uploadimg': { method: 'POST', run: uploadArticleImage },
  '/cgi-bin/material/add_material': { method: 'POST', run: addMaterial },
  '/cgi-bin/material/get_material': { method: 'POST', run: getMaterial },
  '/cgi-bin/material/del_material': { method: 'POST', run: deleteMaterial },
  '/cgi-bin/material/get_materialcount': { method: 'GET', run: countMaterial },
  '/cgi-bin/material/batchget_material': { method: 'POST', run: listMaterial },
}

function uploaded(call: Call, type: string | null): Omit<Media, 'id'> | { error: Answer } {
  const kind = type !== null && type in TYPES ? (type as MediaKind) : undefined
  if (!kind) return { error: fail(40004) }
  const file = parseMultipart(call.contentType, call.body)?.find((part) => part.filename !== undefined)
  if (!file) return { error: fail(41005) }
  const contentType = sniff(file.bytes)
  if (!contentType || !TYPES[kind].types.includes(contentType)) return { error: fail(40005) }
  if (file.bytes.length > TYPES[kind].max) return { error: fail(kind === 'image' ? 40009 : 40006) }
  return { kind, bytes: file.bytes, contentType, filename: file.filename ?? 'file', createdAt: call.now }
}

function upload(call: Call): Answer {
  const file = uploaded(call, call.query.get('type'))
  if ('error' in file) return file.error
  const media = call.account.media.add({ ...file, expiresAt: call.now + LIFE_MS })
  const named = media.kind === 'thumb' ? { thumb_media_id: media.id } : { media_id: media.id }
  return { type: media.kind, ...named, created_at: seconds(call.now) }
}

function download(call: Call): Answer {
  const id = call.query.get('media_id')
  if (!id) return fail(41006)
  const media = call.account.media.find(id, call.now)
  if (!media) return fail(40007)
  if (media.kind === 'video') return { video_url: call.platform.baseUrl + mediaUrl(call.account, media.id) }
  return bytesOf(media)
}

function uploadArticleImage(call: Call): Answer {
  const file = uploaded(call, 'image')
  if ('error' in file) return file.error
  if (file.contentType === 'image/gif') return fail(40005)
  if (file.bytes.length > limits.articleImageBytes.value) return fail(40009)
  const media = call.account.media.add({ ...file, expiresAt: Number.POSITIVE_INFINITY })
  return { url: call.platform.baseUrl + mediaUrl(call.account, media.id) }
}

function addMaterial(call: Call): Answer {
  const type = call.query.get('type')
  const file = uploaded(call, type)
  if ('error' in file) return file.error
  const description = parseMultipart(call.contentType, call.body)?.find((part) => part.name === 'description')
  const about = description && parseRecord(description.bytes.toString())
  if (type === 'video' && !about) return fail(40097)
  const title = text(about, 'title')
  const introduction = text(about, 'introduction')
  const media = call.account.media.add({
    ...file,
    ...(title === undefined ? {} : { title }),
    ...(introduction === undefined ? {} : { introduction }),
  })
  const url = media.kind === 'image' ? { url: call.platform.baseUrl + mediaUrl(call.account, media.id) } : {}
  return { media_id: media.id, ...url, item: [] }
}

function permanent(call: Call): Media | { error: Answer } {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed
  const id = text(parsed.body, 'media_id')
  if (!id) return { error: fail(41006) }
  const media = call.account.media.find(id, call.now)
  return media && media.expiresAt === undefined ? media : { error: fail(40007) }
}

function getMaterial(call: Call): Answer {
  const media = permanent(call)
  if ('error' in media) return media.error
  if (media.kind !== 'video') return bytesOf(media)
  const url = call.platform.baseUrl + mediaUrl(call.account, media.id)
  return { title: media.title ?? '', description: media.introduction ?? '', down_url: url }
}

function deleteMaterial(call: Call): Answer {
  const media = permanent(call)
  if ('error' in media) return media.error
  call.account.media.remove(media.id)
  return ok()
}

function countMaterial(call: Call): Answer {
  const count = (kind: MediaKind) => call.account.media.permanent().filter((item) => item.kind === kind).length
  return { voice_count: count('voice'), video_count: count('video'), image_count: count('image'), news_count: 0 }
}

function listMaterial(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const type = text(parsed.body, 'type')
  if (type !== 'image' && type !== 'voice' && type !== 'video' && type !== 'news') return fail(40004)
  const offset = Number(parsed.body['offset'] ?? 0)
  const count = Number(parsed.body['count'] ?? 20)
  if (!(offset >= 0) || !(count >= 1 && count <= 20)) return fail(40097)
  const all = call.account.media.permanent().filter((item) => item.kind === type)
  const item = all.slice(offset, offset + count).map((media) => ({
    media_id: media.id,
    name: media.filename,
    update_time: seconds(media.createdAt),
    ...(media.kind === 'image' ? { url: call.platform.baseUrl + mediaUrl(call.account, media.id) } : {}),
  }))
  return { item, total_count: all.length, item_count: item.length }
}

function bytesOf(media: Media): Answer {
  return { raw: media.bytes, contentType: media.contentType, filename: media.filename }
}

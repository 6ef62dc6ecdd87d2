import { limits } from '../../../rules/wecom/limits.js'
import { seconds } from '../../clock.js'
import { parseMultipart } from '../../http/multipart.js'
import { sniff } from '../../official-account/media.js'
import type { CorpMedia, CorpMediaKind } from '../media.js'
import { type Answer, type CorpCall, type CorpEndpoint, corpOk, needQuery, Refusal } from './answer.js'
import { mediaAddress } from './message.js'

/** Files of the corporation. */
export const mediaEndpoints: Record<string, CorpEndpoint> = {
  '/cgi-bin/media/upload': { method: 'POST', run: upload },
  '/cgi-bin/media/uploadimg': { method: 'POST', run: uploadImage },
  '/cgi-bin/media/upload_attachment': { method: 'POST', run: uploadAttachment },
  '/cgi-bin/media/get': { method: 'GET', run: get },
}

const MOST: Record<CorpMediaKind, number> = {
  image: limits.mediaImageBytes.value,
  voice: limits.mediaVoiceBytes.value,
  video: limits.mediaVideoBytes.value,
  file: limits.mediaFileBytes.value,
}
const TYPES: Partial<Record<CorpMediaKind, string[]>> = {
  image: ['image/png', 'image/jpeg'],
  voice: ['audio/amr'],
  video: ['video/mp4'],
}

/** The file of a form: more than 5 bytes, of its kind (301015), not too large (45001). */
export function fileIn(call: CorpCall, kind: CorpMediaKind): Omit<CorpMedia, 'id' | 'use'> {
  const part = parseMultipart(call.contentType, call.body)?.find((one) => one.filename !== undefined)
  if (!part) throw new Refusal(44004, 'media')
  if (part.bytes.length <= limits.mediaLeastBytes.value) throw new Refusal(40058, 'the file has 5 bytes or less')
  if (part.bytes.length > MOST[kind]) throw new Refusal(45001)
  const contentType = sniff(part.bytes)
  const allowed = TYPES[kind]
  if (allowed && !(contentType && allowed.includes(contentType))) throw new Refusal(301015, kind)
  return {
    kind,
    bytes: part.bytes,
    contentType: contentType ?? 'application/octet-stream',
    filename: part.filename ?? 'file',
    createdAt: call.now,
  }
}

function kindIn(call: CorpCall, name: string): CorpMediaKind {
  const kind = needQuery(call, name)
  if (!Object.hasOwn(MOST, kind)) throw new Refusal(40058, name)
  return kind as CorpMediaKind
}

function upload(call: CorpCall): Answer {
  const kind = kindIn(call, 'type')
  const media = call.corp.media.add({ ...fileIn(call, kind), use: 'message' })
  return corpOk({ type: kind, media_id: media.id, created_at: String(seconds(call.now)) })
}

function uploadImage(call: CorpCall): Answer {
  const { corp, now } = call
  const file = fileIn(call, 'image')
  if (!corp.rates.take('uploadimg', now, { perDay: limits.imagesPerDay.value })) throw new Refusal(45009)
  return corpOk({ url: mediaAddress(call, corp.media.add({ ...file, use: 'picture' })) })
}

function uploadAttachment(call: CorpCall): Answer {
  const kind = kindIn(call, 'media_type')
  if (kind === 'voice') throw new Refusal(40058, 'media_type')
  if (!['1', '2'].includes(needQuery(call, 'attachment_type'))) throw new Refusal(40058, 'attachment_type')
  const media = call.corp.media.add({ ...fileIn(call, kind), use: 'moments' })
  return corpOk({ type: kind, media_id: media.id, created_at: seconds(call.now) })
}

function get(call: CorpCall): Answer {
  const media = call.corp.media.find(needQuery(call, 'media_id'), call.now)
  if (!media || media.use === 'picture') throw new Refusal(40007)
  return { raw: media.bytes, contentType: media.contentType, filename: media.filename }
}

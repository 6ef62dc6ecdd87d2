import { ControlError } from '../../control/person.js'
import { sampleFiles } from '../../control/samples.js'
import type { JsonRecord } from '../../json.js'
import { sniff } from '../../official-account/media.js'
import { mediaAddress } from '../api/message.js'
import type { CorpContent } from '../content.js'
import type { Scene } from '../corp.js'
import { staffNamed } from '../people.js'

/** What a person or a servicer says in the client. */
export type Said =
  | { kind: 'text'; text: string }
  | { kind: 'image' | 'voice' | 'video' | 'file'; file?: string | undefined; name?: string | undefined }
  | { kind: 'location'; lat: number; lon: number; name?: string | undefined; address?: string | undefined }
  | { kind: 'link'; title: string; description?: string | undefined; url: string; picture?: string | undefined }
  | { kind: 'mini-program'; title: string; appid: string; path: string }
  | { kind: 'business-card'; staff: string }
  /** Any other msgtype, its fields as sync_msg gives them. */
  | { kind: 'raw'; type: string; inner: JsonRecord }

/** The same as sync_msg gives it and as it is shown. */
export interface Form {
  type: string
  inner: JsonRecord
  content: CorpContent
}

const FILE = Buffer.from('微环：一份示例文件\n')
const WANTED = { image: 'image/', voice: 'audio/amr', video: 'video/', file: '' }

/** Both forms; keeps the file. 400 for a file of another kind. */
export function formOf(scene: Scene, said: Said): Form {
  switch (said.kind) {
    case 'text':
      return { type: 'text', inner: { content: said.text }, content: { kind: 'text', text: said.text } }
    case 'location': {
      const { lat, lon, name = '', address = '' } = said
      const label = [name, address].filter((part) => part !== '').join(' ')
      const content = { kind: 'location' as const, label, latitude: lat, longitude: lon }
      return { type: 'location', inner: { latitude: lat, longitude: lon, name, address }, content }
    }
    case 'link': {
      const { title, description = '', url, picture = '' } = said
      const inner = { title, desc: description, url, pic_url: picture }
      return { type: 'link', inner, content: { kind: 'link', title, description, url, picture } }
    }
    case 'mini-program': {
      const { title, appid, path } = said
      const media = keep(scene, 'image', sampleFiles.image, 'thumb.png')
      const inner = { title, appid, pagepath: path, thumb_media_id: media.id }
      const content = { kind: 'mini-program' as const, title, appid, path, picture: mediaAddress(scene, media) }
      return { type: 'miniprogram', inner, content }
    }
    case 'business-card': {
      const { id, name } = staffNamed(scene.corp, said.staff)
      return { type: 'business_card', inner: { userid: id }, content: { kind: 'business-card', staff: id, name } }
    }
    case 'raw':
      return { type: said.type, inner: said.inner, content: { kind: 'text', text: `[${said.type}]` } }
    default:
      return fileForm(scene, said)
  }
}

function fileForm(scene: Scene, { kind, file, name }: Said & { kind: keyof typeof WANTED }): Form {
  const bytes = file === undefined ? (kind === 'file' ? FILE : sampleFiles[kind]) : Buffer.from(file, 'base64')
  if (!(sniff(bytes) ?? '').startsWith(WANTED[kind])) throw new ControlError(400, `file: not of the kind ${kind}`)
  const media = keep(scene, kind, bytes, name ?? (kind === 'file' ? '示例.txt' : kind))
  const url = mediaAddress(scene, media)
  const content: CorpContent = kind === 'image' ? { kind, url } : { kind, url, name: media.filename }
  return { type: kind, inner: { media_id: media.id }, content }
}

function keep(scene: Scene, kind: keyof typeof WANTED, bytes: Buffer, filename: string) {
  const contentType = sniff(bytes) ?? 'application/octet-stream'
  return scene.corp.media.add({ kind, use: 'message', bytes, contentType, filename, createdAt: scene.now })
}

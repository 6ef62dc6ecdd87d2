import type { DeskSaid } from '../core/corp-update.js'
import { unreachable } from '../core/errors.js'
import type { Media, Message } from '../core/message.js'
import type { Update } from '../core/update.js'
import type { EntryContent, EntryMedia } from './model.js'

/** What a person said or pressed, as an entry; undefined for everything else an update may be. */
export function contentOfUpdate(update: Update): EntryContent | undefined {
  switch (update.kind) {
    case 'message.text':
      return { kind: 'text', text: update.text }
    case 'message.image':
      return { kind: 'image', media: media(update.mediaId, update.url) }
    case 'message.voice': {
      const { transcript, format } = update
      const own = { ...media(update.mediaId), ...(format !== '' && { format }) }
      return { kind: 'voice', media: own, ...(transcript !== undefined && { transcript }) }
    }
    case 'message.video':
      return { kind: 'video', media: media(update.mediaId), thumb: media(update.thumbMediaId) }
    case 'message.location':
      return { kind: 'location', latitude: update.latitude, longitude: update.longitude, label: update.label }
    case 'message.link':
      return { kind: 'link', title: update.title, description: update.description, url: update.url }
    case 'message.card': {
      const { title, appid, path, thumbMediaId, thumbUrl } = update
      return { kind: 'card', title, appid, path, thumb: media(thumbMediaId, thumbUrl) }
    }
    case 'event.menu.click':
      return { kind: 'menu', key: update.key }
    default:
      return undefined
  }
}

/** What a member of staff said in the platform's own client, as an entry. */
export function contentOfStaff(content: DeskSaid['content']): EntryContent {
  switch (content.kind) {
    case 'text':
      return { kind: 'text', text: content.text }
    case 'image':
      return { kind: 'image', media: media(content.mediaId, content.url) }
    case 'voice':
      return { kind: 'voice', media: media(content.mediaId) }
    case 'video':
      return { kind: 'video', media: media(content.mediaId) }
    case 'file':
      return { kind: 'file', media: media(content.mediaId), name: content.name }
    case 'location': {
      const { latitude, longitude, label } = content
      return { kind: 'location', latitude, longitude, label }
    }
    case 'link': {
      const { title, description, url, picture } = content
      return { kind: 'link', title, description, url, ...(picture !== '' && { picture }) }
    }
    case 'other':
      return { kind: 'other', what: content.name }
    default:
      return unreachable(content)
  }
}

/** What went out, as an entry. */
export function contentOfMessage(message: Message): EntryContent {
  switch (message.kind) {
    case 'text':
      return { kind: 'text', text: message.text }
    case 'image':
    case 'voice':
      return { kind: message.kind, media: ours(message.media) }
    case 'video': {
      const { title, description, thumb } = message
      return {
        kind: 'video',
        media: ours(message.media),
        ...(thumb && { thumb: ours(thumb) }),
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
      }
    }
    case 'link': {
      const { title, description, url, picture } = message
      return { kind: 'link', title, description, url, picture }
    }
    case 'mini-program':
      return {
        kind: 'card',
        title: message.title,
        appid: message.appid,
        path: message.path,
        thumb: ours(message.thumb),
      }
    case 'card':
      return { kind: 'card', title: message.slug, appid: '', path: '', slug: message.slug }
    case 'article':
      return { kind: 'article', slug: message.slug }
    case 'choices':
      return { kind: 'choices', head: message.head, items: message.items, tail: message.tail }
    case 'music':
      return { kind: 'other', what: `音乐：${message.title}` }
    case 'notice':
      return { kind: 'other', what: `通知：${message.name}` }
    case 'filled-notice':
      return { kind: 'other', what: '通知' }
    case 'invitation':
      return { kind: 'other', what: `入群邀请：${message.name}` }
    case 'hand-over':
      return { kind: 'other', what: '转人工' }
    case 'shipping':
      return { kind: 'other', what: '发货信息' }
    case 'mass-draft':
      return { kind: 'other', what: `群发图文：${message.title ?? ''}` }
    default:
      return unreachable(message)
  }
}

/** What staff wrote as a message; undefined for what no platform takes from us (a file, a place, a menu). */
export function messageOfContent(content: EntryContent): Message | undefined {
  switch (content.kind) {
    case 'text':
      return { kind: 'text', text: content.text }
    case 'image':
    case 'voice': {
      const media = theirs(content.media)
      return media && { kind: content.kind, media }
    }
    case 'video': {
      const { title, description } = content
      const media = theirs(content.media)
      const thumb = content.thumb && theirs(content.thumb)
      return (
        media && {
          kind: 'video',
          media,
          ...(thumb && { thumb }),
          ...(title !== undefined && { title }),
          ...(description !== undefined && { description }),
        }
      )
    }
    case 'link': {
      const { title, description = '', url, picture = '' } = content
      return { kind: 'link', title, description, url, picture }
    }
    case 'card': {
      if (content.slug !== undefined) return { kind: 'card', slug: content.slug }
      const thumb = content.thumb && theirs(content.thumb)
      const { title, appid, path } = content
      return thumb && { kind: 'mini-program', title, appid, path, thumb }
    }
    case 'article':
      return { kind: 'article', slug: content.slug }
    case 'choices':
      return { kind: 'choices', head: content.head, items: content.items, tail: content.tail }
    case 'file':
    case 'location':
    case 'menu':
    case 'other':
      return undefined
    default:
      return unreachable(content)
  }
}

/** One line that says what an entry is, for lists, tickets and terminals. */
export function lineOf(content: EntryContent): string {
  switch (content.kind) {
    case 'text':
      return content.text
    case 'image':
      return '[图片]'
    case 'voice':
      return content.transcript === undefined ? '[语音]' : `[语音] ${content.transcript}`
    case 'video':
      return '[视频]'
    case 'file':
      return `[文件] ${content.name}`
    case 'location':
      return `[位置] ${content.label}`
    case 'link':
      return `[链接] ${content.title}`
    case 'card':
      return `[小程序] ${content.title}`
    case 'article':
      return `[文章] ${content.slug}`
    case 'menu':
      return `[菜单] ${content.key}`
    case 'choices':
      return `${content.head} ${content.items.map(({ text }) => text).join(' / ')}`
    case 'other':
      return `[${content.what}]`
    default:
      return unreachable(content)
  }
}

function media(mediaId: string, url = ''): EntryMedia {
  return { ...(mediaId !== '' && { mediaId }), ...(url !== '' && { url }) }
}

function ours(given: Media): EntryMedia {
  return { ...given }
}

function theirs({ file, mediaId, url }: EntryMedia): Media | undefined {
  if (file !== undefined) return { file }
  if (mediaId !== undefined) return { mediaId }
  return url === undefined ? undefined : { url }
}

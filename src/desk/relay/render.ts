import { unreachable } from '../../core/errors.js'
import { lineOf } from '../entries.js'
import type { EntryContent, EntryMedia, EntryRow } from '../model.js'
import { MEDIA_WORDS } from './carry.js'
import type { Item } from './model.js'
import { clockTime } from './words.js'

/** What turning entries into items needs. */
export interface RenderTo {
  /** The account the person wrote to; its media ids are good there. */
  account: string
  /** An address of a file, where there is one. */
  link(media: EntryMedia, name?: string): string | undefined
}

/** A place on a map that opens without an app. */
export function mapUrl(latitude: number, longitude: number, label: string): string {
  const marker = `coord:${latitude},${longitude};title:${label === '' ? '位置' : label.replace(/[;:]/g, ' ')}`
  return `https://apis.map.qq.com/uri/v1/marker?${new URLSearchParams({ marker, referer: 'weloop' })}`
}

/** What a person sent as items for a staff member: a line that says what it is, and the thing itself. */
export function itemsOf(content: EntryContent, { account, link }: RenderTo): Item[] {
  switch (content.kind) {
    case 'text':
      return [text(content.text)]
    case 'image':
    case 'video':
    case 'voice': {
      const { kind: type, media } = content
      const what = MEDIA_WORDS[type]
      const said = content.kind === 'voice' && content.transcript ? `，转写：${content.transcript}` : ''
      const url = link(media)
      const instead = url === undefined ? `[${what}未能转来]` : `[${what}未能转来] ${url}`
      return [text(`[${what}${said}]`), { kind: 'media', type, account, media, instead }]
    }
    case 'file': {
      const url = link(content.media, content.name)
      return [text(url === undefined ? `[文件] ${content.name}（请到后台查看）` : `[文件] ${content.name} ${url}`)]
    }
    case 'location': {
      const { latitude, longitude, label } = content
      return [text(`[位置] ${label}\n${mapUrl(latitude, longitude, label)}`)]
    }
    case 'link': {
      const { title, description = '', url, picture = '' } = content
      if (!/^https?:\/\//.test(url)) return [text(`[链接] ${title} ${url}`)]
      const message = { kind: 'link', title: title === '' ? url : title, description, url, picture } as const
      return [text('[链接]'), { kind: 'message', message, alternatives: [{ kind: 'text', text: `${title}\n${url}` }] }]
    }
    case 'card': {
      const { title, appid, path, thumb } = content
      const words = `[小程序] ${title}\n页面 ${path === '' ? '首页' : path}`
      if (appid === '') return [text(words)]
      const media = thumb?.url === undefined ? { mediaId: '' } : { url: thumb.url }
      const message = {
        kind: 'mini-program',
        title: title === '' ? '小程序' : title,
        appid,
        path,
        thumb: media,
      } as const
      return [text('[小程序卡片]'), { kind: 'message', message, alternatives: [{ kind: 'text', text: words }] }]
    }
    case 'menu':
    case 'choices':
    case 'article':
    case 'other':
      return [text(lineOf(content))]
    default:
      return unreachable(content)
  }
}

/** What was said before, oldest first, a line each, with addresses of files. */
export function historyOf(
  entries: readonly EntryRow[],
  about: { name: string; staffName(id: string): string; timeZone: string; link: RenderTo['link'] },
): string {
  const lines = entries.map(({ at, by, direction, content }) => {
    const who = by === 'customer' ? about.name : by === 'bot' || by === 'desk' ? '机器人' : about.staffName(by)
    const media =
      'media' in content ? about.link(content.media, content.kind === 'file' ? content.name : undefined) : undefined
    const said = media === undefined ? lineOf(content) : `${lineOf(content)} ${media}`
    return `${clockTime(at, about.timeZone)} ${who}${direction === 'note' ? '（备注）' : ''}：${said}`
  })
  return lines.join('\n')
}

/** How many entries a new member is shown at least, and how many when many are unanswered. */
export const HISTORY = 10
const MOST_HISTORY = 30

/** The last ten, and everything the person said since staff last answered; what is relayed right after is left out. */
export function historyPart(entries: readonly EntryRow[]): EntryRow[] {
  const past = entries.filter(({ direction, relay }) => !(direction === 'in' && relay === 'pending'))
  const answered = past.findLastIndex(({ direction, by }) => direction === 'out' && by !== 'bot' && by !== 'desk')
  const unanswered = past.length - 1 - answered
  return past.slice(-Math.min(Math.max(HISTORY, answered < 0 ? HISTORY : unanswered), MOST_HISTORY))
}

const text = (value: string): Item => ({ kind: 'text', text: value })
